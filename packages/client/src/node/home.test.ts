import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUuid } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Home } from './home.ts';
import { person, SERVER, work, WORKSPACE } from './people.fixture.ts';

describe('the home folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'waypost-home-')), 'home');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('has an id of its own that stays, and is nobody else to look into', async () => {
    const { installation } = await Home.open(folder);
    expect(isUuid(installation)).toBe(true);
    expect((await Home.open(folder)).installation).toBe(installation);
    const modes = ['.', 'stores', 'sealed', 'home.json'].map((name) =>
      (statSync(join(folder, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '700', '700', '600']);
  });

  it('is refused in a sentence where a file is in its place', async () => {
    writeFileSync(folder, '');
    await expect(Home.open(folder)).rejects.toThrow(
      `${folder} is a file, and a folder is needed there: name another one.`,
    );
  });

  it('has one id though several processes open it for the first time at once', async () => {
    const homes = await Promise.all(Array.from({ length: 5 }, async () => Home.open(folder)));
    expect(new Set(homes.map(({ installation }) => installation)).size).toBe(1);
  });

  it('keeps who signed in, and which account is current', async () => {
    const home = await Home.open(folder);
    expect(home.current()).toBe(null);
    const [ada, ben] = [await person('ada'), await person('ben')];
    const first = await home.signedIn(SERVER, ada);
    const second = await home.signedIn(SERVER, ben);

    const again = await Home.open(folder);
    expect(again.accounts()).toEqual([first.account, second.account]);
    expect(again.current()).toEqual(second.account);
    expect(again.current()).toMatchObject({
      server: SERVER,
      account: ben.account,
      device: ben.device,
      token: ben.token,
    });
    await again.use(first.account);
    expect(home.current()).toEqual(first.account);
  });

  it('knows the workspaces of an account before it ever connects', async () => {
    const home = await Home.open(folder);
    const workspaces = [{ id: WORKSPACE, name: 'Harbour', kind: 'personal', role: 'administrator' }] as const;
    const { account } = await home.signedIn(SERVER, { ...(await person('ada')), workspaces: [...workspaces] });
    const storage = home.openStore(account);
    const [known] = await storage.get('state', 'device', ['workspaces']);
    expect(JSON.parse(known?.value ?? '')).toEqual(workspaces);
    await storage.close();
  });

  it('keeps each account in a store of its own', async () => {
    const home = await Home.open(folder);
    const ada = await home.signedIn(SERVER, await person('ada'));
    await work(home, ada.account);
    const ben = await home.signedIn(SERVER, await person('ben'));
    const storage = home.openStore(ben.account);
    expect(await storage.scan('outbox', WORKSPACE)).toEqual([]);
    await storage.close();
    const { key } = ben.account;
    for (const name of readdirSync(join(folder, 'stores', key))) {
      expect(readFileSync(join(folder, 'stores', key, name)).includes('marker-ada')).toBe(false);
    }
  });

  it('never writes the private key to disk', async () => {
    const home = await Home.open(folder);
    const ada = await person('ada');
    const { account } = await home.signedIn(SERVER, ada);
    expect(readFileSync(join(folder, 'stores', account.key, 'account.json')).includes(ada.sealing.privateKey)).toBe(
      false,
    );
  });

  it('gives an account that is still here its new token, and leaves its work alone', async () => {
    const home = await Home.open(folder);
    const ada = await person('ada');
    const first = await home.signedIn(SERVER, ada);
    await work(home, first.account);
    const { account } = await home.signedIn(SERVER, { ...ada, token: 'another' });
    expect(home.accounts()).toEqual([{ ...first.account, token: 'another' }]);
    const storage = home.openStore(account);
    expect(await storage.scan('outbox', WORKSPACE)).toHaveLength(1);
    await storage.close();
  });

  it('has a place for work without an account, made once', async () => {
    const home = await Home.open(folder);
    const [one, other] = await Promise.all([home.local(), (await Home.open(folder)).local()]);
    expect(one).toEqual(other);
    expect(isUuid(one.workspace)).toBe(true);
    const storage = home.openStore(one);
    await storage.commit({ writes: [{ to: 'elements', workspace: one.workspace, key: 'e', value: 'x' }] }, 'strict');
    await storage.close();
    const again = await Home.open(folder);
    expect(await again.local()).toEqual(one);
    const store = again.openStore(one);
    const [workspaces] = await store.get('state', 'device', ['workspaces']);
    expect(JSON.parse(workspaces?.value ?? '')).toMatchObject([{ id: one.workspace, kind: 'personal' }]);
    await store.close();
    expect(await again.openStore(one).scan('elements', one.workspace)).toHaveLength(1);
    expect(home.accounts()).toEqual([]);
  });

  it('lets one process at a time lead an account', async () => {
    const home = await Home.open(folder);
    const { account } = await home.signedIn(SERVER, await person('ada'));
    const leader = home.leadership(account);
    expect(await leader.take()).toBe(true);
    expect(await home.leadership(account).take()).toBe(false);
    await leader.release();
  });

  it('forgets what a killed sign-in or a killed write left', async () => {
    const home = await Home.open(folder);
    const { account } = await home.signedIn(SERVER, await person('ada'));
    const unfinished = join(folder, 'stores', 'unfinished');
    mkdirSync(unfinished);
    writeFileSync(join(unfinished, 'store.sqlite'), '');
    writeFileSync(join(folder, 'home.json.1234.unfinished'), 'marker');
    writeFileSync(join(folder, 'stores', account.key, 'account.json.1234.unfinished'), 'marker');
    await Home.open(folder);
    expect(readdirSync(join(folder, 'stores'))).toEqual([account.key]);
    expect(existsSync(join(folder, 'home.json.1234.unfinished'))).toBe(false);
    expect(readdirSync(join(folder, 'stores', account.key)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('says that a damaged file is damaged, and that a newer one is newer', async () => {
    await Home.open(folder);
    const file = join(folder, 'home.json');
    writeFileSync(file, '{"format":1,"inst');
    await expect(Home.open(folder)).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('damaged') as string,
    });
    writeFileSync(file, '{"format":2}');
    await expect(Home.open(folder)).rejects.toMatchObject({ code: 'database-too-new' });
  });
});
