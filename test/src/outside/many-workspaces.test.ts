import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockingProxy } from './blocking-proxy.ts';
import { type Home, PASSWORD } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { Stage } from './stage.ts';

const WORKSPACES = 500;
const EMAIL = 'many@example.org';
const SYNC_MS = 60_000;

const stage = new Stage({ transport: 'auto' });
let server: ServerProcess;
let proxy: BlockingProxy;

beforeAll(async () => {
  server = await stage.server();
  proxy = await BlockingProxy.start('refused', server.port);
  await stage.home().signUp(server.url, EMAIL, 'First');
  const token = await signedIn();
  // The account comes with one workspace of its own.
  for (let made = 1; made < WORKSPACES; made += 1)
    await post('/api/workspaces', { name: `Workspace ${made}` }, { authorization: `Bearer ${token}` });
  await fetch(`${server.url}/api/sessions/current`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
}, SYNC_MS);
afterAll(async () => {
  await proxy.stop();
  await stage.clear();
});

describe.each(['websocket', 'http'])('a device in 500 workspaces, over %s', (transport) => {
  let home: Home;
  beforeAll(async () => {
    home = stage.home();
    await home.signIn(transport === 'http' ? proxy.url : server.url, EMAIL, `By ${transport}`);
  }, SYNC_MS);

  it('connects at first, and again with a position in each of them', { timeout: 2 * SYNC_MS }, async () => {
    for (let times = 0; times < 2; times += 1) {
      const watch = home.watch();
      await watch.until(
        ({ event, phase, status }) => event === 'status' && (status?.phase ?? phase) === 'synced',
        SYNC_MS,
      );
      expect(watch.events.at(-1)).toMatchObject({ event: 'status', state: 'online', transport });
      await watch.stop();
    }
    expect((await home.json('workspaces')).workspaces).toHaveLength(WORKSPACES + 1);
  });
});

async function signedIn(): Promise<string> {
  const device = { name: 'Maker', kind: 'cli' };
  const installation = '00000000-0000-4000-8000-000000000500';
  const { token } = await post('/api/sessions', { email: EMAIL, password: PASSWORD, installation, device });
  return token;
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<{ token: string }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as { token: string };
}
