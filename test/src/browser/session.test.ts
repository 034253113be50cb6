import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../outside/home.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { DevicePage } from './device-page.ts';
import { placesOf } from './kept.ts';
import { Profile } from './profile.ts';
import { LAID_OVER, layModuleOver } from './site.ts';

const stage = new Stage();
let server: ServerProcess;
let desk: Profile;
let lap: Profile;
let url: string;

beforeAll(async () => {
  [server, desk, lap] = await Promise.all([
    stage.server(),
    Profile.open({ flags: LAID_OVER }),
    Profile.open({ flags: LAID_OVER }),
  ]);
  for (const { context } of [desk, lap]) url = await lay(context);
});
afterEach(async () => {
  await Promise.all([desk, lap].map((profile) => profile.closePages()));
});
afterAll(async () => {
  await Promise.all([desk.remove(), lap.remove()]);
  await stage.clear();
});

const lay = (context: Profile['context']): Promise<string> =>
  layModuleOver(context, server.url, { name: 'client.page.ts', beside: import.meta.url });

describe('a browser', () => {
  it('works without an account, keeps what is made over a restart, and asks the server for nothing', async () => {
    const asked: string[] = [];
    const tab = await DevicePage.open(desk, url);
    tab.page.on('request', (request) => asked.push(request.url()));
    await tab.create('Made without an account');
    await desk.restart();
    await lay(desk.context);
    const again = await DevicePage.open(desk, url);
    again.page.on('request', (request) => asked.push(request.url()));
    expect(await again.names()).toEqual(['Made without an account']);
    expect(await again.status()).toMatchObject({ state: 'offline', pending: 1 });
    expect(asked).toEqual([]);
  });

  it('signs up, syncs with another one live, and its other tabs follow', async () => {
    const tab = await DevicePage.open(desk, url);
    const other = await DevicePage.open(desk, url);
    await tab.enter('signUp', 'anna@example.org');
    expect(await other.ended()).toEqual({ kind: 'switched' });
    expect(await other.seat()).toBe('anna@example.org');
    const far = await DevicePage.open(lap, url);
    await far.enter('signIn', 'anna@example.org');
    await Promise.all([tab, other, far].map((one) => one.synced()));
    await tab.create('Harbour');
    await far.shows(['Harbour']);
    await other.create('Quay');
    await Promise.all([tab, other, far].map((one) => one.shows(['Harbour', 'Quay'])));
    expect(await far.status()).toMatchObject({ phase: 'synced', transport: 'websocket' });
    expect(await other.status()).toMatchObject({ phase: 'synced', transport: 'websocket' });
  });

  it('signs in anew to an account that is here: its work stays, and its other tabs go on with the new sign-in', async () => {
    const [tab, other] = [await DevicePage.open(desk, url), await DevicePage.open(desk, url)];
    await Promise.all([tab.synced(), other.synced()]);
    await tab.enter('signIn', 'anna@example.org');
    expect(await other.ended()).toEqual({ kind: 'switched' });
    expect(await other.seat()).toBe('anna@example.org');
    await Promise.all([tab.synced(), other.synced()]);
    expect(await other.names()).toEqual(['Harbour', 'Quay']);
    const { devices } = await other.page.evaluate(() => waypost.seat.session.ask((calls) => calls.devices()));
    expect(devices).toHaveLength(2);
  });
});

describe('signing out of a browser', () => {
  it('with waiting changes and no server is refused, and names the choices', async () => {
    const tab = await DevicePage.open(desk, url);
    await tab.synced();
    await server.kill();
    await tab.create('Only here');
    await expect(tab.signOut('none')).rejects.toMatchObject({
      code: 'unsynced',
      details: { pending: { changes: 1 }, choices: ['export', 'seal', 'discard'] },
    });
    expect(await tab.names()).toContain('Only here');
    server = await stage.again(server);
  });

  it('ends every tab, leaves nothing of the account, and is undone by signing in', async () => {
    const [tab, other] = [await DevicePage.open(desk, url), await DevicePage.open(desk, url)];
    await tab.synced();
    expect(await placesOf(tab.page, ['anna@example.org', 'Harbour'])).not.toEqual([]);
    const report = await tab.signOut('none');
    expect(report).toMatchObject({ isTold: true, sealed: { changes: 0 } });
    expect(await tab.ended()).toMatchObject({ kind: 'signed-out', by: 'person' });
    expect(await other.ended()).toMatchObject({ kind: 'signed-out', by: 'another tab' });
    expect(await placesOf(tab.page, ['anna@example.org', 'Harbour', 'Only here', server.url])).toEqual([]);
    expect(await tab.seat()).toBe(null);
    expect(await tab.names()).toEqual(['Made without an account']);
    await tab.enter('signIn', 'anna@example.org');
    await tab.synced();
    expect(await tab.names()).toEqual(['Harbour', 'Only here', 'Quay']);
  });

  it('seals what only this browser has, for the same account alone', async () => {
    const tab = await DevicePage.open(desk, url);
    await tab.synced();
    await server.kill();
    await tab.create('Sealed work');
    const report = await tab.signOut('seal');
    expect(report).toMatchObject({ isTold: false, sealed: { changes: 1 } });
    expect(await placesOf(tab.page, ['anna@example.org', 'Harbour', 'Sealed work', server.url])).toEqual([]);
    server = await stage.again(server);
    await tab.seat();
    await tab.enter('signUp', 'ben@example.org');
    await tab.synced();
    expect(await tab.names()).toEqual([]);
    await tab.signOut('none');
    await tab.seat();
    await tab.enter('signIn', 'anna@example.org');
    expect(await tab.names()).toContain('Sealed work');
    await tab.synced();
    expect(await tab.status()).toMatchObject({ pending: 0 });
  });

  it('of which the browser removed the data says so, and is undone by signing in', async () => {
    const tab = await DevicePage.open(desk, url);
    await tab.synced();
    const names = await tab.names();
    await tab.page.evaluate(() => void indexedDB.deleteDatabase(`waypost-store-${waypost.seat.session.key}`));
    expect(await tab.ended()).toMatchObject({
      kind: 'storage-lost',
      message: expect.stringContaining('Sign in again') as string,
    });
    expect(await tab.seat()).toBe(null);
    await tab.enter('signIn', 'anna@example.org');
    await tab.synced();
    expect(await tab.names()).toEqual(names);
  });

  it('is done by the server where another device asks for it, and says so', async () => {
    const [tab, far] = [await DevicePage.open(desk, url), await DevicePage.open(lap, url)];
    await Promise.all([tab.synced(), far.synced()]);
    await far.page.evaluate(async () => {
      const { session } = waypost.seat;
      const { devices } = await session.ask((calls) => calls.devices());
      for (const { id, current } of devices)
        if (!current) await session.ask((calls) => calls.signOutDevice(id, { erase: false }));
    });
    expect(await tab.ended()).toMatchObject({
      kind: 'signed-out',
      by: 'server',
      message: expect.stringContaining('signed out from elsewhere') as string,
    });
    expect(await placesOf(tab.page, ['anna@example.org', 'Harbour'])).toEqual([]);
  });

  it('is what the fourth device asks of one of the three', async () => {
    const email = 'carl@example.org';
    await enterElsewhere('accounts', email, 'One');
    for (const name of ['Two', 'Three']) await enterElsewhere('sessions', email, name);
    const tab = await DevicePage.open(desk, url);
    const refused = (await tab.enter('signIn', email).catch((error: unknown) => error)) as {
      code: string;
      details: { devices: { id: string; name: string }[] };
    };
    expect([refused.code, refused.details.devices.map(({ name }) => name)]).toEqual([
      'device-limit',
      ['One', 'Two', 'Three'],
    ]);
    await tab.enter('signIn', email, { evict: refused.details.devices[1]?.id ?? '' });
    await tab.synced();
    const list = await tab.page.evaluate(() => waypost.seat.session.ask((calls) => calls.devices()));
    expect(list.devices.map(({ name }) => name).sort()).toEqual(['Chrome on Linux', 'One', 'Three']);
    await tab.signOut('discard');
  });

  it('for good deletes the account, with the password', async () => {
    const tab = await DevicePage.open(desk, url);
    await tab.enter('signUp', 'dora@example.org');
    await tab.create('Dora made this');
    await tab.synced();
    const wrong = await tab.page.evaluate(() =>
      waypost.attempt(() => waypost.seat.session.deleteAccount('not the password')),
    );
    expect(wrong).toMatchObject({ error: { code: 'bad-credentials' } });
    const receipt = await tab.page.evaluate((password) => waypost.seat.session.deleteAccount(password), PASSWORD);
    expect(receipt).toMatchObject({ email: 'dora@example.org', elements: 1 });
    expect(await placesOf(tab.page, ['dora@example.org', 'Dora made this'])).toEqual([]);
  });
});

/** One more device of an account, as the server sees it. */
async function enterElsewhere(route: 'accounts' | 'sessions', email: string, name: string): Promise<void> {
  const body = { email, password: PASSWORD, installation: randomUUID(), device: { name, kind: 'browser' } };
  const response = await fetch(`${server.url}/api/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
}
