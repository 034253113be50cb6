import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeEvents, encodeOrder, type SendEvent, type SendOrder } from '@waypost/runner';
import { orderTo } from '@waypost/runner/orders-for-tests';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, deviceOf, signUp } from '../testing/device.ts';
import { type ServerProcess, Servers } from '../testing/server-process.ts';

const servers = new Servers();
const heard: string[] = [];
const target = createServer((request, response) => {
  heard.push(request.url ?? '');
  if (request.url === '/large') response.end('x'.repeat(20 * 1024 * 1024));
  else if (request.url !== '/silent') response.end('marked-response');
});
let server: ServerProcess;
let url: string;
let data: string;
let targetUrl: string;
let ann: Device;
let bob: Device;

beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  ({ server, url, data } = await servers.start('--relay', 'on', '--relay-allow', '127.0.0.1'));
  ann = deviceOf(await signUp(url, { email: 'ann@example.com' }));
  bob = deviceOf(await signUp(url, { email: 'bob@example.com' }));
});
afterAll(async () => {
  await servers.cleanUp();
  target.closeAllConnections();
  target.close();
});

async function relay(
  order: SendOrder,
  headers: Record<string, string>,
  { at = url, signal }: { readonly at?: string; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${at}/api/relay`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: encodeOrder(order),
    signal: signal ?? null,
  });
}

const as = ({ token, workspace }: Device): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'x-waypost-consent': workspace,
});

async function eventsOf(response: Response): Promise<SendEvent[]> {
  const events: SendEvent[] = [];
  for await (const event of decodeEvents(response.body as ReadableStream<Uint8Array>)) events.push(event);
  return events;
}

describe('the relay', () => {
  it('sends for somebody who is signed in and agreed', async () => {
    const response = await relay(orderTo(`${targetUrl}/x`), as(ann));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await eventsOf(response)).map(({ kind }) => kind)).toEqual(['sent', 'head', 'body', 'ended']);
  });

  it('sends for nobody else', async () => {
    const { authorization = '', 'x-waypost-consent': consent = '' } = as(ann);
    for (const [headers, status] of [
      [{}, 401],
      [{ 'x-waypost-consent': consent }, 401],
      [{ authorization: 'Bearer nonsense', 'x-waypost-consent': consent }, 401],
      [{ authorization }, 403],
      [{ authorization, 'x-waypost-consent': '' }, 403],
      [{ authorization, 'x-waypost-consent': 'yes' }, 403],
      // Somebody else's workspace, and one that there is not.
      [{ authorization, 'x-waypost-consent': bob.workspace }, 404],
      [{ authorization, 'x-waypost-consent': crypto.randomUUID() }, 404],
      [{ ...as(ann), origin: 'https://evil.example' }, 403],
      [{ ...as(ann), 'content-type': 'text/plain' }, 400],
    ] as const) {
      const response = await relay(orderTo(`${targetUrl}/stolen`), headers);
      expect([headers, response.status]).toEqual([headers, status]);
    }
    expect(heard).not.toContain('/stolen');
  });

  it('does not send to this machine or its network, but for what its administrator allows', async () => {
    for (const host of ['[::1]', '127.0.0.2', '169.254.169.254', '10.0.0.1', '0.0.0.0']) {
      const events = await eventsOf(await relay(orderTo(`http://${host}:${new URL(targetUrl).port}/stolen`), as(ann)));
      expect([host, events.at(-1)]).toMatchObject([host, { kind: 'failed', failure: { code: 'address-blocked' } }]);
    }
    expect(heard).not.toContain('/stolen');
  });

  it('takes and gives back no more than its bounds', async () => {
    const large = { mode: 'raw', raw: 'x'.repeat(9 * 1024 * 1024) } as const;
    const tooMuch = orderTo(targetUrl, { request: { method: 'POST', url: targetUrl, header: [], body: large } });
    expect(await eventsOf(await relay(tooMuch, as(ann)))).toMatchObject([{ failure: { code: 'too-large' } }]);
    const events = await eventsOf(await relay(orderTo(`${targetUrl}/large`), as(ann)));
    expect(events.at(-1)).toMatchObject({ kind: 'failed', failure: { code: 'response-too-large' } });
  });

  it('sends a few at once for each person, and lets go of what nobody waits for', async () => {
    const stop = new AbortController();
    const waiting = Array.from({ length: 4 }, async () =>
      relay(orderTo(`${targetUrl}/silent`), as(ann), { signal: stop.signal }),
    );
    await Promise.all(waiting);
    const fifth = await relay(orderTo(`${targetUrl}/x`), as(ann));
    expect([fifth.status, await fifth.json()]).toMatchObject([429, { error: { code: 'rate-limited' } }]);
    expect((await relay(orderTo(`${targetUrl}/x`), as(bob))).status).toBe(200);
    stop.abort();
    let status = 429;
    while (status === 429) ({ status } = await relay(orderTo(`${targetUrl}/x`), as(ann)));
    expect(status).toBe(200);
  });

  it('keeps nothing of what it sent, and writes nothing of it down', async () => {
    const mark = 'marked-7f3a';
    const request = {
      method: 'POST',
      url: `${targetUrl}/${mark}-url?q=${mark}-query`,
      header: [{ key: 'X-Mark', value: `${mark}-header` }],
      body: { mode: 'raw', raw: `${mark}-body` } as const,
    };
    const auth = { type: 'bearer', parameters: [{ key: 'token', value: `${mark}-auth` }] };
    const special = { request, auth };
    expect((await eventsOf(await relay(orderTo('', special), as(bob)))).at(-1)?.kind).toBe('ended');
    const failing = { ...special, request: { ...request, url: `http://127.0.0.1:1/${mark}-refused` } };
    expect((await eventsOf(await relay(orderTo('', failing), as(bob)))).at(-1)?.kind).toBe('failed');
    await relay(orderTo('', special), { ...as(bob), 'x-waypost-consent': ann.workspace });
    expect(heard.join()).toContain(mark);
    expect(server.errors + server.output).not.toMatch(/marked-/);
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes('marked-'));
    expect(holding).toEqual([]);
    expect(files.length).toBeGreaterThan(1);
  });
});

describe('a server without a relay', () => {
  it('says so, and to whom it turns', async () => {
    const { url: plain } = await servers.start();
    const cat = deviceOf(await signUp(plain, { email: 'cat@example.com' }));
    const response = await relay(orderTo(`${targetUrl}/stolen`), as(cat), { at: plain });
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error: { code: 'forbidden', message: expect.stringContaining('--relay on') as string } },
    ]);
    expect(heard).not.toContain('/stolen');
  });
});
