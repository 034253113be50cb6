import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { SendEvent, SendOrder } from '../exchange.ts';
import { plainOrder } from '../testing/orders.ts';
import { answered, type Answering, Recorder } from '../testing/recorder.ts';
import { gathered, told } from '../testing/told.ts';
import { createEngine } from './engine.ts';

const open: Recorder[] = [];
const engine = createEngine({ userAgent: 'Waypost/test' });

afterEach(async () => {
  for (const recorder of open.splice(0)) await recorder.close();
});

describe('one request', () => {
  it('goes out as written, and is told in order: what was sent, the head, the body, the end', async () => {
    const server = await serving(() => answered('200 Fine', { 'X-A': '1', 'Set-Cookie': 'a=b; Path=/' }, 'hello'));
    const body = { mode: 'raw', raw: '{"a": 1}', options: { raw: { language: 'json' } } } as const;
    const header = [{ key: 'X-Mine', value: 'yes' }];
    const result = await told(engine, order(server, { method: 'POST', url: '/berths?side=a%20b', header, body }));
    expect(server.received).toMatchObject([{ method: 'POST', target: '/berths?side=a%20b' }]);
    expect(Object.fromEntries(server.received[0]?.headers ?? [])).toMatchObject({
      'X-Mine': 'yes',
      'User-Agent': 'Waypost/test',
      'Content-Type': 'application/json',
      'Content-Length': '8',
    });
    expect(result).toMatchObject({
      kinds: 'sent head body ended',
      head: {
        status: 200,
        reason: 'Fine',
        headers: [
          ['X-A', '1'],
          ['Set-Cookie', 'a=b; Path=/'],
          ['Content-Length', '5'],
        ],
        remote: { address: '127.0.0.1', port: server.port },
        tls: null,
      },
      sent: [{ reason: 'request', method: 'POST', url: `${server.url}/berths?side=a%20b`, answer: null }],
      body: 'hello',
      end: {
        sizes: { requestBody: 8, responseBody: 5, responseBodyEncoded: 5 },
        cookies: { set: [{ name: 'a', value: 'b', domain: '127.0.0.1', hostOnly: true }], removed: [] },
      },
    });
    expect(result.end?.timings.totalMs).toBeGreaterThan(0);
  });

  it('tells pieces of the body while more of it is still to come', async () => {
    const server = await serving((_received, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
      return null;
    });
    const events: SendEvent[] = [];
    for await (const event of engine.send(order(server, {}), new AbortController().signal)) {
      events.push(event);
      if (event.kind === 'body') break;
    }
    expect(events.map(({ kind }) => kind)).toEqual(['sent', 'head', 'body']);
  });

  it('decodes what is compressed, and says how large it was on the way', async () => {
    const encoded = gzipSync('x'.repeat(10_000));
    const server = await serving(() => answered('200 OK', { 'Content-Encoding': 'gzip' }, encoded.toString('latin1')));
    const { body, end } = await told(engine, order(server, {}));
    expect(body).toBe('x'.repeat(10_000));
    expect(end?.sizes).toMatchObject({ responseBody: 10_000, responseBodyEncoded: encoded.length });
  });

  it('sends the cookies of the jar, and tells which are gone', async () => {
    const server = await serving(() => answered('200 OK', { 'Set-Cookie': 'old=; Path=/; Max-Age=0' }));
    const old = {
      ...{ name: 'old', value: '1', domain: '127.0.0.1', hostOnly: true, path: '/' },
      ...{ expiresAt: null, secure: false, httpOnly: false, sameSite: null, createdAt: 1 },
    };
    const { end } = await told(engine, order(server, {}, { cookies: [old] }));
    expect(server.received[0]?.headers).toContainEqual(['Cookie', 'old=1']);
    expect(end?.cookies).toEqual({ set: [], removed: [{ name: 'old', domain: '127.0.0.1', path: '/' }] });
  });

  it('sends files by the names they have, and no file of this machine', async () => {
    const server = await serving();
    const formdata = [
      { key: 'text', value: 'a' },
      { key: 'one', type: 'file', src: '/tmp/plan.png' },
      { key: 'here', type: 'file', src: '/etc/hostname' },
    ] as const;
    const files = [{ src: '/tmp/plan.png', content: new Blob(['PNG']) }];
    const { notes } = await told(
      engine,
      order(server, { method: 'POST', body: { mode: 'formdata', formdata } }, { files }),
    );
    const body = server.received[0]?.body.toString() ?? '';
    expect(body).toContain('name="one"; filename="plan.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n');
    expect(body).not.toContain('name="here"');
    expect(notes.join()).toContain('"/etc/hostname" was not given along');
  });

  it('reads no file of this machine when a redirect asks for the form again', async () => {
    const server = await serving(({ target }) =>
      target === '/' ? answered('307 Again', { Location: '/again' }) : answered('200 OK'),
    );
    const formdata = [{ key: 'one', type: 'file', src: '/etc/hostname' }] as const;
    const files = [{ src: '/etc/hostname', content: new Blob(['what was given']) }];
    await told(engine, order(server, { method: 'POST', body: { mode: 'formdata', formdata } }, { files }));
    expect(server.received).toHaveLength(2);
    for (const { body } of server.received) expect(body.toString()).toContain('\r\n\r\nwhat was given\r\n');
  });
});

describe('several requests for one', () => {
  it('follows redirects and tells each hop with its answer', async () => {
    const server = await serving(({ target }) =>
      target === '/a' ? answered('302 Found', { Location: '/b' }) : answered('200 OK', {}, 'there'),
    );
    const { sent, body } = await told(engine, order(server, { url: '/a' }));
    expect(sent).toMatchObject([
      { reason: 'request', url: `${server.url}/a`, answer: { status: 302 } },
      { reason: 'redirect', url: `${server.url}/b`, answer: null },
    ]);
    expect(body).toBe('there');
  });

  it('follows none where the request says so, and stops where it said how many', async () => {
    const server = await serving(() => answered('302 Found', { Location: '/on' }));
    const stays = await told(engine, order(server, {}, { behaviour: { followRedirects: false } }));
    expect(stays.head?.status).toBe(302);
    const circles = await told(engine, order(server, {}, { behaviour: { maxRedirects: 3 } }));
    expect(circles.failure?.code).toBe('too-many-redirects');
    expect(circles.sent).toHaveLength(4);
  });

  it('keeps credentials from another host that a redirect leads to', async () => {
    const other = await serving();
    const server = await serving(() => answered('302 Found', { Location: `http://localhost:${other.port}/` }));
    const header = [{ key: 'Authorization', value: 'Bearer secret' }];
    await told(engine, order(server, { header }));
    expect(other.received[0]?.headers.map(([name]) => name.toLowerCase())).not.toContain('authorization');
  });

  it('answers a digest challenge, and tells both rounds but only the last body', async () => {
    const server = await serving(({ headers }) =>
      headers.some(([name]) => name === 'Authorization')
        ? answered('200 OK', {}, 'in')
        : answered('401 Who', { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }, 'out'),
    );
    const auth = {
      type: 'digest',
      parameters: [
        { key: 'username', value: 'anna' },
        { key: 'password', value: 'secret' },
      ],
    };
    const { sent, head, body, end } = await told(engine, order(server, {}, { auth }));
    expect(end?.timings.startedAt).toBe(sent[0]?.timings?.startedAt);
    expect(sent).toMatchObject([
      { reason: 'auth', answer: { status: 401 } },
      { reason: 'request', answer: null },
    ]);
    expect(head?.status).toBe(200);
    expect(body).toBe('in');
  });
});

describe('what goes wrong', () => {
  const cases: readonly (readonly [string, Answering, string])[] = [
    ['a body that breaks off', broken('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), 'connection-lost'],
    [
      'chunks that break off',
      broken('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'),
      'connection-lost',
    ],
    ['a connection that ends without an answer', broken(''), 'connection-lost'],
    ['what is no HTTP', broken('SSH-2.0-OpenSSH\r\n\r\n'), 'response-malformed'],
    [
      'a body that is not compressed as it says',
      () => answered('200 OK', { 'Content-Encoding': 'gzip' }, 'no'),
      'response-undecodable',
    ],
    ['a response that is too large', () => answered('200 OK', {}, 'x'.repeat(2_000)), 'response-too-large'],
  ];

  for (const [title, answer, code] of cases) {
    it(`says so: ${title}`, async () => {
      const server = await serving(answer);
      const { failure } = await told(engine, order(server, {}, { responseBytesMax: 1_000 }));
      expect(failure).toMatchObject({ code });
    });
  }

  it('says so: nothing answers there', async () => {
    const server = await serving();
    const at = order(server, {});
    await server.close();
    open.pop();
    expect((await told(engine, at)).failure).toMatchObject({ code: 'connection-refused' });
  });

  it('says so: a header that cannot be written, a URL that is none, a host that is none', async () => {
    const server = await serving();
    const header = [{ key: 'X-A', value: 'a\u0000b' }];
    expect((await told(engine, order(server, { header }))).failure).toMatchObject({ code: 'invalid-request' });
    const empty = plainOrder({ request: { method: 'GET', url: '', header: [], body: null } });
    expect((await told(engine, empty)).failure).toMatchObject({ code: 'invalid-request' });
    const nowhere = plainOrder({ request: { method: 'GET', url: 'http://no.invalid/', header: [], body: null } });
    expect((await told(engine, nowhere)).failure).toMatchObject({ code: 'unknown-host' });
  });

  it('says so: the answer does not come in time', async () => {
    const server = await serving(() => null);
    const { failure } = await told(engine, order(server, {}, { timeoutMs: 30 }));
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('after 30 ms') as string });
  });

  it('stops when it is told to, and closes the connection', async () => {
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      void serving((_received, socket) => {
        socket.once('close', () => resolve());
        stop.abort();
        return null;
      }).then(async (server) => {
        const { failure } = await gathered(engine.send(order(server, {}), stop.signal));
        expect(failure).toMatchObject({ code: 'aborted' });
      });
    });
    await closed;
    expect((await told(engine, plainOrder({}), stop.signal)).failure).toMatchObject({ code: 'aborted' });
  });
});

describe('many at once', () => {
  it('are told apart, on connections that serve several: whose response broke off, and whose did not', async () => {
    const server = await serving(({ target }, socket) => {
      if (target !== '/broken') return answered('200 OK', {}, target);
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      return null;
    });
    const targets = Array.from({ length: 60 }, (_, at) => (at % 7 === 3 ? '/broken' : `/${at}`));
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.all(targets.map(async (url) => told(engine, order(server, { url }))));
      expect(results.map(({ body, failure }) => failure?.code ?? body)).toEqual(
        targets.map((target) => (target === '/broken' ? 'connection-lost' : target)),
      );
    }
  });
});

describe('connections of one exchange', () => {
  it('serve all rounds of it, and nothing that comes later', async () => {
    const alone = createEngine({
      agents: () => ({ http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }),
    });
    const sockets: Socket[] = [];
    const server = await serving(({ headers }, socket) => {
      sockets.push(socket);
      const isIn = headers.some(([name]) => name === 'Authorization');
      return isIn ? answered('200 OK') : answered('401 Who', { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' });
    });
    const parameters = [
      { key: 'username', value: 'anna' },
      { key: 'password', value: 'secret' },
    ];
    for (let time = 0; time < 2; time += 1) {
      expect((await told(alone, order(server, {}, { auth: { type: 'digest', parameters } }))).head?.status).toBe(200);
    }
    expect(sockets.map((socket) => sockets.indexOf(socket))).toEqual([0, 0, 2, 2]);
  });
});

describe('a socket on the disk of this machine', () => {
  it('is reached by no way of writing an address, and by no redirect', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waypost-socket-'));
    const path = join(folder, 's');
    let reached = 0;
    const inside = createServer(() => (reached += 1)).listen(path);
    await once(inside, 'listening');
    const server = await serving(() => answered('307 On', { Location: `http://unix:${path}:/inside` }));
    const post = { method: 'POST', body: { mode: 'raw', raw: 'x' } } as const;
    const direct = ['http://unix', 'HTTP://UNIX', 'unix', 'http://unix.', 'http://a@unix'].map((start) =>
      plainOrder({ request: { ...post, url: `${start}:${path}:/inside`, header: [] } }),
    );
    for (const at of [...direct, order(server, post)]) expect((await told(engine, at)).failure).not.toBeNull();
    expect(reached).toBe(0);
    inside.close();
    rmSync(folder, { recursive: true });
  });
});

function broken(written: string): Answering {
  return (_received, socket) => {
    socket.end(written);
    return null;
  };
}

async function serving(answer?: Answering): Promise<Recorder> {
  const recorder = await Recorder.start(answer);
  open.push(recorder);
  return recorder;
}

function order(server: Recorder, request: Partial<SendOrder['request']>, special: Partial<SendOrder> = {}): SendOrder {
  const url = `${server.url}${request.url ?? '/'}`;
  return plainOrder({ ...special, request: { method: 'GET', header: [], body: null, ...request, url } });
}
