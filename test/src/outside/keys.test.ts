/** API keys as a person makes them on the command line and a script uses them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let desk: Home;

beforeAll(async () => {
  server = await stage.server();
  desk = stage.home();
  await desk.signUp(server.url, 'anna@example.org', 'Desk');
});
afterAll(async () => {
  await stage.clear();
});

async function read(path: string, secret: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${server.url}/api/${path}`, { headers: { authorization: `Bearer ${secret}` } });
  return { status: response.status, text: await response.text() };
}

it('is made for one workspace, reads what is in it, and ends when it is revoked', async () => {
  const { id: element } = await desk.json('create', '--kind', 'collection', '--name', 'Harbour');
  const { current, workspaces } = await desk.json('workspaces');
  const other = workspaces.find(({ id }) => id !== current)?.id ?? '';
  const { key } = await desk.json('keys', 'create', 'Nightly', '--workspace', current, '--days', '30');
  expect(key).toMatchObject({ name: 'Nightly', scope: 'read', workspaces: [current] });
  const { secret } = key;

  const found = await read(`workspaces/${current}/elements/${element}`, secret);
  expect([found.status, found.text.includes('Harbour')]).toEqual([200, true]);
  expect((await read(`workspaces/${other}/snapshot`, secret)).status).toBe(404);

  const listed = await desk.run(['keys']);
  expect(listed.out).toMatch(/Nightly +read +My workspace +just now +in 30 days/);
  expect(listed.out).not.toContain(secret);
  expect((await desk.json('devices')).devices).toHaveLength(1);

  expect(await desk.json('keys', 'revoke', key.id)).toMatchObject({ name: 'Nightly', revoked: true });
  const after = await read('workspaces', secret);
  expect([after.status, after.text.includes('"bad-key"')]).toEqual([401, true]);
  expect(await desk.fails(1, 'keys', 'revoke', key.id)).toMatchObject({ error: { code: 'not-found' } });
  expect(await desk.fails(2, 'keys', 'create', 'Long', '--days', '400')).toMatchObject({ error: { code: 'usage' } });
});
