import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

/** By command more often: `WAYPOST_KILLS=200 npm test -- outage`. */
const KILLS = Number(process.env['WAYPOST_KILLS'] ?? 20);

const stage = new Stage();
let server: ServerProcess;
let a: Home;
let b: Home;
let root: string;

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  b = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
  root = (await a.json('import', stage.file('harbour.json', collectionOf(40)))).root?.[0] ?? '';
  await a.json('sync');
  await b.signIn(server.url, 'anna@example.org', 'Lap');
  await b.json('sync');
});
afterAll(async () => {
  await stage.clear();
});

describe('while the server is away', () => {
  it('work goes on, and status says why and how much waits', async () => {
    expect(await a.json('status')).toMatchObject({ state: 'online', pending: 0 });
    expect(await server.stop()).toBe(0);
    const made = await a.json('create', '--kind', 'collection', '--name', 'Made offline', '--offline');
    expect(made).toMatchObject({ outcome: 'pending' });
    // Without noticing, too: the command waits a little for the server, saves, and ends well.
    const set = await a.json('set', made.id ?? '', 'info.name=Renamed offline');
    expect(set).toMatchObject({ outcome: 'pending', pending: 2 });
    await b.json('set', root, 'info.description=From the other one.', '--offline');
    const status = await a.json('status');
    expect(status).toMatchObject({ state: 'offline', pending: 2 });
    expect(['connecting', 'waiting']).toContain(status.phase);
    expect(status.detail).toMatch(/reach/i);
    const refused = await a.fails(1, 'sync');
    expect(refused).toMatchObject({ error: { code: 'offline', retry: true } });
  });

  it('nothing is lost: when it returns all arrives, once', async () => {
    server = await stage.again(server);
    expect(await a.json('sync')).toMatchObject({ pending: 0 });
    expect(await b.json('sync')).toMatchObject({ pending: 0 });
    await a.json('sync');
    for (const home of [a, b]) {
      const listed = (await home.json('ls')).elements?.map((element) => element.name);
      expect(listed).toEqual(['Harbour API', 'Renamed offline']);
      expect((await home.json('get', root)).data?.info?.description).toBe('From the other one.');
      expect(await home.json('check')).toMatchObject({ equal: true });
    }
  });
});

it(
  `a server killed ${KILLS} times under load loses nothing it acknowledged, and does nothing twice`,
  async () => {
    const acknowledged: string[] = [];
    const saved: string[] = [];
    const collection = (await a.json('create', '--kind', 'collection', '--name', 'Under load')).id ?? '';
    await b.json('sync');
    for (let round = 0; round < KILLS; round += 1) {
      let ended = 0;
      const writing = [a, b].map(async (home, at) => {
        for (const n of [1, 2]) {
          const name = `${round}-${at}-${n}`;
          const made = await home.json('create', '--kind', 'request', '--parent', collection, '--name', name);
          ended += 1;
          saved.push(name);
          if (made.outcome === 'applied') acknowledged.push(name);
        }
      });
      // At another moment of the commands' work in each round: some have ended, some are under way.
      while (ended < round % 4) await pause(20);
      await pause((round * 137) % 600);
      await server.kill();
      await Promise.all(writing);
      server = await stage.again(server);
    }
    await a.json('sync');
    await b.json('sync');
    await a.json('sync');
    const listed = (await a.json('ls', collection)).elements?.map((element) => element.name ?? '') ?? [];
    expect(listed.toSorted()).toEqual(saved.toSorted());
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThan(0);
    const fromB = (await b.json('ls', collection)).elements?.map((element) => element.id);
    expect(fromB).toEqual((await a.json('ls', collection)).elements?.map((element) => element.id));
    expect(await a.export(collection)).toBe(await b.export(collection));
    expect(await b.json('check')).toMatchObject({ equal: true, differing: [] });
  },
  60_000 + KILLS * 10_000,
);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
