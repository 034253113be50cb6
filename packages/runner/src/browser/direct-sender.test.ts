import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlainRequest, SendEvent, SendOrder } from '../exchange.ts';
import { plainOrder } from '../testing/orders.ts';
import { DirectSender } from './direct-sender.ts';

interface Arrived {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let base = '';
const arrived: Arrived[] = [];
const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const { method, url, headers } = request;
  arrived.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
  if (url === '/never') return;
  if (url === '/large') {
    response.end(Buffer.alloc(5_000));
    return;
  }
  response.setHeader('x-answer', 'yes');
  response.statusCode = 201;
  response.end('hello');
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('sending from the browser itself', () => {
  it('sends what was written and tells what came, in order', async () => {
    const events = await told(
      order({
        method: 'POST',
        url: `${base}/a?b=c d`,
        header: [
          { key: 'X-One', value: '1' },
          { key: 'X-Off', value: '1', disabled: true },
        ],
        body: { mode: 'raw', raw: '{"a":1}', options: { raw: { language: 'json' } } },
      }),
    );
    expect(events.map(({ kind }) => kind)).toEqual(['sent', 'head', 'body', 'ended']);
    expect(arrived.at(-1)).toMatchObject({ method: 'POST', url: '/a?b=c%20d', body: '{"a":1}' });
    expect(arrived.at(-1)?.headers).toMatchObject({ 'x-one': '1', 'content-type': 'application/json' });
    expect(arrived.at(-1)?.headers).not.toHaveProperty('x-off');
    const head = events.find((event) => event.kind === 'head');
    expect(head?.head).toMatchObject({ status: 201, reason: 'Created' });
  });

  it('says which headers and cookies a browser keeps for itself', async () => {
    const jar = { name: 'a', value: 'b', domain: '127.0.0.1', hostOnly: true, path: '/', expiresAt: null };
    const cookies = [{ ...jar, secure: false, httpOnly: false, sameSite: null, createdAt: 0 }];
    const header = [
      { key: 'Cookie', value: 'a=b' },
      { key: 'Sec-Fetch-Site', value: 'none' },
    ];
    const events = await told({ ...order({ url: base, header }), cookies });
    const notes = events.flatMap((event) => (event.kind === 'note' ? [event.note.message] : []));
    expect(notes).toEqual([
      'A browser does not let pages set these headers, so they were left out: Cookie, Sec-Fetch-Site.',
      'A browser does not let pages send cookies of their choice: those of the jar were left out.',
    ]);
  });

  it('signs with what fits into a header or the query, and refuses what needs more', async () => {
    const parameters = [
      { key: 'username', value: 'ü' },
      { key: 'password', value: 'p' },
    ];
    await told({ ...order({ url: base }), auth: { type: 'basic', parameters } });
    expect(arrived.at(-1)?.headers.authorization).toBe('Basic w7w6cA==');
    const apikey = [
      { key: 'key', value: 'k' },
      { key: 'value', value: 'v&' },
      { key: 'in', value: 'query' },
    ];
    await told({ ...order({ url: `${base}/x?y=1#z` }), auth: { type: 'apikey', parameters: apikey } });
    expect(arrived.at(-1)?.url).toBe('/x?y=1&k=v%26');
    const refused = await told({ ...order({ url: base }), auth: { type: 'digest', parameters } });
    expect(refused).toMatchObject([{ kind: 'failed', failure: { code: 'invalid-request' } }]);
  });

  it('sends forms, with the files that are here and a note on those that are not', async () => {
    const formdata = [
      { key: 'text', value: 'one' },
      { key: 'file', type: 'file' as const, src: ['/tmp/a.bin', '/tmp/b.bin'] },
    ];
    const files = [{ src: '/tmp/a.bin', content: new Blob(['content']) }];
    const request = { method: 'POST', url: base, body: { mode: 'formdata' as const, formdata } };
    const events = await told({ ...order(request), files });
    expect(arrived.at(-1)?.body).toMatch(/name="text"\r\n\r\none\r\n[^]*filename="a.bin"[^]*\r\n\r\ncontent\r\n/);
    expect(events[0]).toMatchObject({
      kind: 'note',
      note: { message: expect.stringContaining('/tmp/b.bin') as string },
    });
  });

  it('ends with why: refused by the browser, too large, too late, stopped, or nothing it could send', async () => {
    const failing = async (sent: SendOrder, signal?: AbortSignal, isSecure = false): Promise<unknown> =>
      (await told(sent, signal, isSecure)).at(-1);
    const code = (text: string): object => ({ kind: 'failed', failure: { code: text } });
    expect(await failing(order({ url: 'http://127.0.0.1:1/' }))).toMatchObject(code('cross-origin'));
    expect(await failing({ ...order({ url: `${base}/large` }), responseBytesMax: 4_999 })).toMatchObject(
      code('response-too-large'),
    );
    expect(await failing({ ...order({ url: `${base}/never` }), timeoutMs: 30 })).toMatchObject(code('timeout'));
    expect(await failing(order({ url: base }), AbortSignal.abort())).toMatchObject(code('aborted'));
    expect(await failing(order({ url: base, method: 'TRACE' }))).toMatchObject(code('invalid-request'));
    expect(await failing(order({ url: 'ftp://x' }))).toMatchObject(code('invalid-request'));
    expect(await failing(order({ url: 'http://x.test' }), undefined, true)).toMatchObject(code('cross-origin'));
  });
});

function order(request: Partial<PlainRequest>): SendOrder {
  return plainOrder({ request: { method: 'GET', url: '', header: [], body: null, ...request } });
}

async function told(sent: SendOrder, signal?: AbortSignal, isSecure = false): Promise<SendEvent[]> {
  const events: SendEvent[] = [];
  const sender = new DirectSender({ fetch, performance, isSecure });
  for await (const event of sender.send(sent, signal ?? new AbortController().signal)) events.push(event);
  return events;
}
