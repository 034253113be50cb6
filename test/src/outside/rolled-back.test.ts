import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let a: Home;
let b: Home;

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  b = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
  await a.json('import', stage.file('harbour.json', collectionOf(10)));
  await a.json('sync');
  await b.signIn(server.url, 'anna@example.org', 'Lap');
  await b.json('sync');
});
afterAll(async () => {
  await stage.clear();
});

async function topNames(home: Home): Promise<readonly string[]> {
  return (await home.json('ls')).elements?.map((element) => element.name ?? '') ?? [];
}

it('a database replaced by an older one, under devices that run, is noticed: what they have comes back, once, and they say so', async () => {
  await server.stop();
  const putBack = await stage.backup(server);
  server = await stage.again(server);

  // After the backup: work that both devices have, and work that one of them has not sent.
  const made = (await a.json('create', '--kind', 'collection', '--name', 'After the backup')).id ?? '';
  const request = (await a.json('create', '--kind', 'request', '--parent', made, '--name', 'New')).id ?? '';
  const root = (await a.json('ls')).elements?.[0]?.id ?? '';
  await a.json('set', root, 'info.name=Harbour renamed');
  await b.json('sync');
  await a.json('set', request, 'name=Newer, unsent', '--offline');
  const watch = b.watch();
  await watch.synced();

  await server.kill();
  await putBack();
  server = await stage.again(server);

  const told = await a.json('sync');
  expect([...(told.restored?.resent ?? [])].sort()).toEqual([made, request, root].sort());
  await b.json('status');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await watch.stop();
  await b.json('sync');
  await a.json('sync');
  for (const home of [a, b]) {
    expect(await topNames(home)).toEqual(['Harbour renamed', 'After the backup']);
    expect((await home.json('ls', made)).elements?.map((element) => element.name)).toEqual(['Newer, unsent']);
    expect((await home.json('conflicts')).conflicts).toEqual([]);
    expect(await home.json('status')).toMatchObject({ pending: 0 });
    expect(await home.json('check')).toMatchObject({ equal: true });
  }
  expect(await a.export(root)).toBe(await b.export(root));
});
