import { connect } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeEvents, encodeOrder, type SendEvent, type SendOrder } from '@waypost/runner';
import { orderTo } from '@waypost/runner/orders-for-tests';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, Servers } from '../testing/server-process.ts';
import { checkOwnPage, isOwnMachine } from './own-machine.ts';

const servers = new Servers();
const heard: string[] = [];
let left = 0;
const target = createServer((request, response) => {
  heard.push(request.url ?? '');
  if (request.url === '/endless') {
    response.write('first');
    response.on('close', () => (left += 1));
    return;
  }
  response.end('hello');
});
let server: ServerProcess;
let url: string;
let targetUrl: string;
let token: string;

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  targetUrl = `http://127.0.0.1:${await portOf()}`;
  ({ server, url } = await servers.start('--sync', 'off'));
  const answer = await fetch(`${url}/send/token`, { method: 'POST', headers: page() });
  ({ token } = (await answer.json()) as { token: string });
});
afterAll(async () => {
  await servers.cleanUp();
  target.closeAllConnections();
  target.close();
});

async function portOf(): Promise<number> {
  if (!target.listening) await new Promise((resolve) => target.once('listening', resolve));
  return (target.address() as AddressInfo).port;
}

/** As a browser says it for a page of the app. */
const page = (more: Record<string, string> = {}): Record<string, string> => ({
  origin: new URL(url).origin,
  'sec-fetch-site': 'same-origin',
  ...more,
});

const order = (path = '/x', special: Partial<SendOrder> = {}): Blob =>
  encodeOrder(orderTo(`${targetUrl}${path}`, special));

async function send(body: Blob | string, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body,
    signal: signal ?? null,
  });
}

async function eventsOf(response: Response): Promise<SendEvent[]> {
  const events: SendEvent[] = [];
  for await (const event of decodeEvents(response.body as ReadableStream<Uint8Array>)) events.push(event);
  return events;
}

/** A request as no browser's `fetch` would let one write it. */
async function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the sender for this machine', () => {
  it('sends for a page of the app, without an account, and tells what happens', async () => {
    const response = await send(order(), page({ 'x-waypost-sender': token }));
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(null);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const events = await eventsOf(response);
    expect(events.map(({ kind }) => kind)).toEqual(['sent', 'head', 'body', 'ended']);
  });

  it('passes the body on as it comes, and stops where the page is gone', async () => {
    const stop = new AbortController();
    const response = await send(order('/endless'), page({ 'x-waypost-sender': token }), stop.signal);
    for await (const event of decodeEvents(response.body as ReadableStream<Uint8Array>))
      if (event.kind === 'body') break;
    stop.abort();
    while (left === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('says what is wrong with what is no order', async () => {
    for (const body of ['', 'J', 'nonsense', 'J\0\0\0\x02{}', `J\xff\xff\xff\xff`]) {
      const events = await eventsOf(
        await send(new Blob([Buffer.from(body, 'latin1')]), page({ 'x-waypost-sender': token })),
      );
      expect(events).toMatchObject([{ kind: 'failed' }]);
      expect(JSON.stringify(events)).not.toContain('sender-failed');
    }
  });
});

describe('a page that is not ours', () => {
  const refused = async (headers: Record<string, string>, body: Blob | string = order('/stolen')): Promise<number> => {
    const { status } = await send(body, headers);
    return status;
  };

  it('cannot send, whatever it knows', async () => {
    const good = { 'x-waypost-sender': token };
    const attempts: Record<string, string>[] = [
      { ...good, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { ...good, origin: 'null', 'sec-fetch-site': 'cross-site' },
      { ...good, origin: 'null' },
      { ...good },
      { ...good, 'sec-fetch-site': 'same-origin' },
      // Another server on this machine: the same site, and another origin.
      { ...good, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
      { ...good, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
      { ...good, origin: new URL(url).origin, 'sec-fetch-site': 'same-site' },
      { ...good, origin: new URL(url).origin, 'sec-fetch-site': 'none' },
      { ...good, origin: `${new URL(url).origin}.evil.example` },
      // By way of a proxy that makes this server another one.
      { ...good, ...page(), 'x-forwarded-for': '203.0.113.7' },
      { ...good, ...page(), via: '1.1 front' },
    ];
    for (const headers of attempts) expect([headers, await refused(headers)]).toEqual([headers, 403]);
    expect(heard).not.toContain('/stolen');
  });

  it('cannot send without the token, with a made-up one or with one of an earlier run', async () => {
    const [nonce = '', seal = ''] = token.split('.');
    for (const guess of [
      '',
      nonce,
      `${nonce}.`,
      `.${seal}`,
      `${seal}.${nonce}`,
      `${nonce}x.${seal}`,
      token.slice(0, -1),
    ]) {
      expect([guess, await refused(page({ 'x-waypost-sender': guess }))]).toEqual([guess, 403]);
    }
    expect(await refused(page({ cookie: `x-waypost-sender=${token}`, authorization: `Bearer ${token}` }))).toBe(403);
    const { url: other } = await servers.start('--sync', 'off');
    const headers = { ...page(), origin: new URL(other).origin, 'content-type': 'application/octet-stream' };
    const answer = await fetch(`${other}/send`, { method: 'POST', headers: { ...headers, 'x-waypost-sender': token } });
    expect(answer.status).toBe(403);
    expect(heard).not.toContain('/stolen');
  });

  it('gets no token', async () => {
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await fetch(`${url}/send/token`, { method: 'POST', headers });
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('"token"');
    }
  });

  it('is told by no preflight that it may', async () => {
    for (const path of ['/send', '/send/token']) {
      const answer = await fetch(`${url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-waypost-sender',
          'access-control-request-private-network': 'true',
        },
      });
      expect(answer.ok).toBe(false);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('cannot send with a form or as plain text, which need no preflight', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await refused(page({ 'x-waypost-sender': token, 'content-type': type }))).toBe(400);
      expect(await refused({ origin: 'https://evil.example', 'content-type': type })).toBe(403);
    }
    expect(heard).not.toContain('/stolen');
  });

  it('does not become ours by a name that points here', async () => {
    const { port } = new URL(url);
    for (const host of [
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `evil.example`,
      `[::ffff:10.0.0.1]:${port}`,
    ]) {
      const answer = await raw(
        `POST /send HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nSec-Fetch-Site: same-origin\r\nX-Waypost-Sender: ${token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    }
  });

  it('gets nothing by a WebSocket, by other methods, or with more headers than anyone needs', async () => {
    const head = `Host: ${new URL(url).host}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`;
    expect(await raw(`GET /send HTTP/1.0\r\n${head}\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(`${url}/send`, { method, headers: page({ 'x-waypost-sender': token }) });
      expect([method, answer.status]).toEqual([method, 404]);
    }
    const many = `POST /send HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${`X-A: ${'a'.repeat(1_000)}\r\n`.repeat(40)}\r\n`;
    expect(await raw(many)).toMatch(/^HTTP\/1\.1 4(13|31) /);
  });
});

describe('a server that others can reach', () => {
  it('has no such sender', async () => {
    const { url: shared } = await servers.start('--host', '0.0.0.0', '--sync', 'off');
    const origin = new URL(shared.replace('0.0.0.0', '127.0.0.1')).origin;
    for (const path of ['/send', '/send/token']) {
      const answer = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { origin, 'sec-fetch-site': 'same-origin' },
      });
      expect(answer.status).toBe(404);
    }
  });

  it('is one that listens elsewhere, has a public address, or stands behind a proxy', () => {
    const own = { host: '127.0.0.1', publicUrl: null, trustProxy: false };
    expect(isOwnMachine(own)).toBe(true);
    expect(isOwnMachine({ ...own, publicUrl: new URL('http://localhost:4400') })).toBe(true);
    expect(isOwnMachine({ ...own, host: '0.0.0.0' })).toBe(false);
    expect(isOwnMachine({ ...own, publicUrl: new URL('https://waypost.example') })).toBe(false);
    expect(isOwnMachine({ ...own, trustProxy: true })).toBe(false);
  });
});

it('takes a page for ours with the names of this machine only as the page was opened', () => {
  const admits = (headers: Record<string, string>): boolean => {
    try {
      checkOwnPage(headers);
      return true;
    } catch {
      return false;
    }
  };
  expect(admits({ host: 'localhost:4400', origin: 'http://localhost:4400' })).toBe(true);
  expect(admits({ host: 'LOCALHOST:4400', origin: 'http://localhost:4400' })).toBe(true);
  expect(admits({ host: '127.0.0.1:4400', origin: 'http://localhost:4400' })).toBe(false);
});

it('writes nothing of what was sent to its log', async () => {
  const marked = order('/marked-path', { timeoutMs: 10_000 });
  await eventsOf(await send(marked, page({ 'x-waypost-sender': token })));
  expect(heard).toContain('/marked-path');
  expect(server.errors + server.output).not.toContain('marked-path');
});
