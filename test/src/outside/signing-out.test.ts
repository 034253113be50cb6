import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let a: Home;
let device: string;

const MARKER = 'Kestrel-7731';

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  device = (await a.signUp(server.url, 'anna@example.org', 'Desk')).device?.id ?? '';
  await a.json('import', stage.file('harbour.json', collectionOf(20, MARKER)));
  await a.json('sync');
});
afterAll(async () => {
  await stage.clear();
});

/** Every byte of every file of the home, for what was there. */
function traces(home: Home, ...words: readonly string[]): string[] {
  return home
    .files()
    .flatMap(({ path, bytes }) =>
      words
        .filter((word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')))
        .map((word) => `${word} in ${path}`),
    );
}

describe('signing out', () => {
  it('with waiting changes and no server is refused, and names the choices', async () => {
    await server.kill();
    await a.json('create', '--kind', 'collection', '--name', 'Only here', '--offline');
    const refused = await a.fails(1, 'logout');
    expect(refused).toMatchObject({ error: { code: 'unsynced' }, pending: 1 });
    expect(refused.choices).toEqual(expect.arrayContaining(['export', 'seal', 'discard']));
    expect((await a.json('ls')).elements?.map((element) => element.name)).toContain('Only here');
    server = await stage.again(server);
  });

  it('with everything synced leaves nothing of the account in the home', async () => {
    expect(traces(a, MARKER)).not.toEqual([]);
    expect(await a.json('logout')).toMatchObject({ signedOut: true });
    expect(traces(a, MARKER, 'Only here', 'anna@example.org', server.url, 'Berth 3')).toEqual([]);
    expect(await a.json('status')).toMatchObject({ state: 'offline', phase: 'signed-out' });
  });

  it('is undone by signing in: everything is back, and the device is the same one', async () => {
    const back = await a.signIn(server.url, 'anna@example.org', 'Desk');
    expect(back.device?.id).toBe(device);
    await a.json('sync');
    expect((await a.json('ls')).elements?.map((element) => element.name)).toEqual([MARKER, 'Only here']);
    expect((await a.json('devices')).devices).toHaveLength(1);
  });

  it('can seal what only exists here: unreadable in the home, back for the same account and nobody else', async () => {
    await server.kill();
    await a.json('create', '--kind', 'collection', '--name', 'Sealed work', '--offline');
    expect(await a.json('logout', '--seal')).toMatchObject({ signedOut: true, sealed: expect.any(Number) as unknown });
    expect(traces(a, 'Sealed work', MARKER, 'anna@example.org')).toEqual([]);
    server = await stage.again(server);
    await a.signUp(server.url, 'ben@example.org', 'Desk');
    await a.json('sync');
    expect((await a.json('ls')).elements).toEqual([]);
    await a.json('logout');
    await a.signIn(server.url, 'anna@example.org', 'Desk');
    expect(await a.json('sync')).toMatchObject({ pending: 0 });
    expect((await a.json('ls')).elements?.map((element) => element.name)).toContain('Sealed work');
  });

  it('can export what only exists here, or discard it', async () => {
    await server.kill();
    await a.json('create', '--kind', 'collection', '--name', 'Exported work', '--offline');
    const file = stage.file('rescue.json', '');
    expect(await a.json('logout', '--export', file)).toMatchObject({ signedOut: true });
    server = await stage.again(server);
    await a.signIn(server.url, 'anna@example.org', 'Desk');
    await a.json('sync');
    await a.json('import', file);
    expect((await a.json('ls')).elements?.map((element) => element.name)).toContain('Exported work');
    await a.json('sync');
    await server.kill();
    await a.json('create', '--kind', 'collection', '--name', 'Discarded', '--offline');
    expect(await a.json('logout', '--discard')).toMatchObject({ signedOut: true, discarded: 1 });
    server = await stage.again(server);
    await a.signIn(server.url, 'anna@example.org', 'Desk');
    await a.json('sync');
    expect((await a.json('ls')).elements?.map((element) => element.name)).not.toContain('Discarded');
  });
});

describe('signing out a device from afar', () => {
  it('stops it at once, erases its copy, and keeps its unsynced work sealed for the same account', async () => {
    const c = stage.home();
    const lap = (await c.signIn(server.url, 'anna@example.org', 'Lap')).device?.id ?? '';
    await c.json('sync');
    const watch = c.watch();
    await watch.synced();
    await a.json('devices', 'signout', lap);
    await watch.ended();
    expect(traces(c, MARKER, 'anna@example.org')).toEqual([]);
    expect(await c.json('status')).toMatchObject({ phase: 'signed-out' });
    const again = await c.signIn(server.url, 'anna@example.org', 'Lap');
    expect(again.device?.id).toBe(lap);

    await c.json('sync');
    await c.json('create', '--kind', 'collection', '--name', 'Waiting work', '--offline');
    await a.json('devices', 'signout', lap);
    const refused = await c.run(['sync', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'signed-out' } });
    expect(traces(c, MARKER, 'Waiting work', 'anna@example.org')).toEqual([]);
    await c.signIn(server.url, 'anna@example.org', 'Lap');
    await c.json('sync');
    expect((await c.json('ls')).elements?.map((element) => element.name)).toContain('Waiting work');
  });
});

describe('a forgotten password', () => {
  it('is set anew with a token of the operator, and work that was on the device comes back with it', async () => {
    const b = stage.home();
    await b.signUp(server.url, 'bea@example.org', 'Desk');
    await b.json('create', '--kind', 'collection', '--name', 'Not sent yet', '--offline');
    const { token } = (await stage.administer(server, 'reset-password', 'bea@example.org')) as { token: string };
    const set = await b.run(['passwd', '--reset', token, '--password-stdin', '--json'], 'entirely new words\n');
    expect(JSON.parse(set.out)).toEqual({ changed: true, email: 'bea@example.org' });
    const again = await b.run(
      ['passwd', '--server', server.url, '--reset', token, '--password-stdin', '--json'],
      'once more\n',
    );
    expect([again.code, JSON.parse(again.out)]).toMatchObject([1, { error: { code: 'bad-credentials' } }]);
    await b.run(['sync', '--json']);
    expect(traces(b, 'Not sent yet')).toEqual([]);
    const words = ['login', '--server', server.url, '--email', 'bea@example.org', '--password-stdin', '--json'];
    expect((await b.run(words, 'entirely new words\n')).code).toBe(0);
    await b.json('sync');
    expect((await b.json('ls')).elements?.map((element) => element.name)).toEqual(['Not sent yet']);
  });
});
