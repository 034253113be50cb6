import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

/** All tests of this folder run on PostgreSQL by command: `WAYPOST_OUTSIDE_STORE=postgres npm test -- test/src/outside`. */
const stage = new Stage({ store: 'postgres' });
let server: ServerProcess;
let a: Home;
let b: Home;

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  b = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
});
afterAll(async () => {
  await stage.clear();
});

it('two devices import, edit, disagree and decide on PostgreSQL, and it is all there when the server comes back', async () => {
  const root = (await a.json('import', stage.file('harbour.json', collectionOf(30)))).root[0] ?? '';
  await a.json('sync');
  await b.signIn(server.url, 'anna@example.org', 'Lap');
  await b.json('sync');
  const [folder] = (await a.json('ls', root)).elements;
  const [request] = (await a.json('ls', folder?.id ?? '')).elements;
  const id = request?.id ?? '';

  await a.json('set', id, 'name=from A', 'request.method=PUT', '--offline');
  await b.json('set', id, 'name=from B', 'request.header[Accept]=text/plain', '--offline');
  await a.json('sync');
  await b.json('sync');
  const { conflicts } = await b.json('conflicts');
  expect(conflicts).toMatchObject([{ element: id, type: 'edit', fields: [{ path: 'name' }] }]);

  expect(await server.stop()).toBe(0);
  await a.json('set', root, 'info.name=Renamed while it was away', '--offline');
  server = await stage.again(server);
  await b.json('resolve', id, '--overwrite');
  await a.json('sync');
  await b.json('sync');
  for (const home of [a, b]) {
    const { data } = await home.json('get', id);
    expect([data.name, data.request.method, data.request.header[0]]).toEqual([
      'from B',
      'PUT',
      { key: 'Accept', value: 'text/plain' },
    ]);
    expect((await home.json('conflicts')).conflicts).toEqual([]);
    expect(await home.json('check')).toMatchObject({ equal: true, differing: [] });
  }
  expect(await a.export(root)).toBe(await b.export(root));
});
