/** `--max-elements`, over the real API. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { deviceOf, hello, listIn, memberOf, request, signUp } from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
afterAll(() => servers.cleanUp());

it('refuses what is beyond the elements that a workspace may hold, and says why', async () => {
  const { url } = await servers.start('--max-elements', '2');
  const { token, workspace } = deviceOf(await signUp(url, { email: 'ann@example.com' }));
  const stream = randomUUID();
  const poll = async (epoch: unknown, at: string | null) => {
    const position = { workspace, epoch, life: null, cursor: 0, stream: at, have: 0 };
    const body = hello(token, [position] as never);
    return listIn((await request(`${url}/api/sync/poll?wait=0`, 'POST', { token, body })).body);
  };
  const first = await poll(null, null);
  const epoch = memberOf(
    first.find((message) => memberOf(message, 'type') === 'reset'),
    'epoch',
  );
  const element = { op: 'create', kind: 'collection', schema: 1, parent: null, order: 'a0', rows: {}, origin: null };
  const changes = [1, 2, 3].map((n) => ({
    n,
    writes: [{ ...element, id: randomUUID(), data: `{"info":{"name":"${n}"}}` }],
  }));
  await request(`${url}/api/sync/send`, 'POST', {
    token,
    body: [{ type: 'push', workspace, epoch, stream, changes }],
  });
  const settled = (await poll(epoch, stream)).map((message) => memberOf(message, 'own', 'settled'));
  const told = settled.find((one) => memberOf(one, 'upTo') === 3);
  expect(listIn(told, 'outcomes')).toMatchObject([{ n: 3, outcome: { kind: 'rejected', code: 'quota' } }]);
});
