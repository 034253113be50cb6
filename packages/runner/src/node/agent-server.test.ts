import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEvents, encodeOrder } from '../exchange-codec.ts';
import type { SendEvent } from '../exchange.ts';
import { plainOrder } from '../testing/orders.ts';
import { type AgentEvent, type AgentPairing, AgentServer, type AgentServerOptions } from './agent-server.ts';
import { CODE_LIVES_MS, CODE_TRIES } from './pairing-code.ts';

const APP = 'https://waypost.example';
const EVIL = 'https://evil.example';

let now: number;
let pairings: AgentPairing[];
let events: AgentEvent[];
let sent: string[];
let hold: Promise<void> | null;
let agent: AgentServer;
let url: string;

beforeEach(async () => {
  [now, pairings, events, sent, hold] = [0, [], [], [], null];
  await start();
});
afterEach(() => agent.close());

async function start(special: Partial<AgentServerOptions> = {}): Promise<void> {
  agent = new AgentServer({
    sender: {
      async *send(order) {
        sent.push(order.request.url);
        await hold;
        yield { kind: 'note', note: { level: 'info', message: 'sent' } };
        yield { kind: 'failed', failure: { code: 'aborted', message: 'It was only a test.' }, timings: null };
      },
    },
    pairings: {
      all: () => pairings,
      add: async (pairing) => void pairings.push(pairing),
      remove: async (id) => {
        pairings = pairings.filter((pairing) => pairing.id !== id);
      },
    },
    origin: null,
    now: () => now,
    told: (event) => events.push(event),
    ...special,
  });
  url = `http://127.0.0.1:${await agent.listen(0)}`;
}

interface Said {
  readonly status: number;
  readonly allowed: string | null;
  readonly body: { readonly token?: string; readonly error?: { readonly code: string } };
}

async function ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Said> {
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: answer.status,
    allowed: answer.headers.get('access-control-allow-origin'),
    body: isJson ? (JSON.parse(text) as Said['body']) : {},
  };
}

const pair = async (origin: string, code: string): Promise<Said> =>
  ask('POST', '/pair', { origin, 'content-type': 'application/json' }, JSON.stringify({ code }));

async function paired(origin = APP): Promise<string> {
  return (await pair(origin, agent.showCode())).body.token ?? '';
}

async function send(origin: string | null, token: string | null, more: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/send`, {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(origin === null ? {} : { origin }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...more,
    },
    body: encodeOrder(plainOrder({})),
  });
}

async function raw(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`${head}\r\n`));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the agent', () => {
  it('sends for a page that was paired with the code it showed', async () => {
    const { status, allowed, body } = await pair(APP, agent.showCode().toLowerCase().replace('-', ' '));
    expect([status, allowed]).toEqual([200, APP]);
    const response = await send(APP, body.token ?? '');
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    const kinds: SendEvent['kind'][] = [];
    for await (const { kind } of decodeEvents(response.body as ReadableStream<Uint8Array>)) kinds.push(kind);
    expect(kinds).toEqual(['note', 'failed']);
    expect(events).toEqual([{ kind: 'paired', origin: APP }]);
    expect(JSON.stringify(pairings)).not.toContain(body.token);
  });

  it('lets the browser ask first, for a page on the network too', async () => {
    await paired();
    const answer = await fetch(`${url}/send`, {
      method: 'OPTIONS',
      headers: {
        origin: APP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
        'access-control-request-private-network': 'true',
      },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-private-network': 'true',
      vary: 'origin',
    });
    expect(answer.headers.get('access-control-allow-credentials')).toBe(null);
  });

  it('forgets a page that ends the pairing, and one whose pairing was ended elsewhere', async () => {
    const [one, other] = [await paired(), await paired()];
    expect((await ask('DELETE', '/pair', { origin: APP, authorization: `Bearer ${one}` })).status).toBe(204);
    expect((await send(APP, one)).status).toBe(403);
    expect((await send(APP, other)).status).toBe(200);
    pairings = [];
    expect((await send(APP, other)).status).toBe(403);
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const code = agent.showCode();
    expect((await pair(APP, code)).status).toBe(200);
    for (const origin of [APP, EVIL]) {
      expect(await pair(origin, code)).toMatchObject({ status: 403, body: { error: { code: 'no-code' } } });
    }
    expect(pairings.length).toBe(1);
  });

  it('is void after a few wrong ones, so that guessing comes to nothing', async () => {
    const code = agent.showCode();
    for (let time = 0; time < CODE_TRIES; time += 1) {
      expect((await pair(EVIL, `AAAA-AAA${time + 2}`)).body.error?.code).toBe('wrong-code');
    }
    expect((await pair(APP, code)).body.error?.code).toBe('no-code');
    expect(events).toEqual(Array.from({ length: CODE_TRIES }, () => ({ kind: 'wrong-code', origin: EVIL })));
  });

  it('is void after guesses that come all at once', async () => {
    agent.showCode();
    const guesses = await Promise.all(Array.from({ length: 50 }, (_, at) => pair(EVIL, `AAAA-AA${at + 10}`)));
    expect(guesses.filter(({ body }) => body.error?.code === 'wrong-code').length).toBe(CODE_TRIES);
  });

  it('is void after a while, when another is shown, and before one was', async () => {
    expect((await pair(APP, '')).body.error?.code).toBe('no-code');
    const first = agent.showCode();
    const second = agent.showCode();
    expect((await pair(APP, first)).body.error?.code).toBe('wrong-code');
    now = CODE_LIVES_MS;
    expect((await pair(APP, second)).body.error?.code).toBe('no-code');
  });

  it('is no use to another origin than the agent was started for', async () => {
    await agent.close();
    await start({ origin: APP });
    const code = agent.showCode();
    expect((await pair(EVIL, code)).body.error?.code).toBe('not-allowed');
    expect((await pair(APP, code)).status).toBe(200);
  });
});

describe('a page that was not paired', () => {
  it('cannot send, with the token of another page either', async () => {
    const token = await paired();
    const other = await paired('https://other.example');
    const attempts: [string | null, string | null, Record<string, string>][] = [
      [EVIL, token, {}],
      [EVIL, null, {}],
      [null, token, {}],
      ['null', token, {}],
      [`${APP}/`, token, {}],
      [`${APP}:8443`, token, {}],
      ['http://waypost.example', token, {}],
      ['https://WAYPOST.example', token, {}],
      ['https://waypost.example.evil.example', token, {}],
      ['chrome-extension://abcdefgh', token, {}],
      [APP, other, {}],
      [APP, null, {}],
      [APP, '', {}],
      [APP, `${token}x`, {}],
      [APP, token.slice(0, -1), {}],
      [APP, pairings[0]?.tokenHash ?? '', {}],
      [APP, null, { cookie: `token=${token}`, 'x-waypost-sender': token }],
    ];
    for (const [origin, given, more] of attempts) {
      const { status } = await send(origin, given, more);
      expect([origin, given, status]).toEqual([origin, given, 403]);
    }
    expect(sent).toEqual([]);
  });

  it('may not even read that it was refused, nor is told that it may ask', async () => {
    await paired();
    for (const origin of [EVIL, 'null']) {
      const said = await ask('OPTIONS', '/send', { origin, 'access-control-request-method': 'POST' });
      expect([said.status, said.allowed]).toEqual([403, null]);
      expect((await send(origin, null)).headers.get('access-control-allow-origin')).toBe(null);
    }
  });

  it('cannot send with a form or as plain text, which browsers send without asking', async () => {
    const token = await paired();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await send(EVIL, null, { 'content-type': type })).status).toBe(403);
      expect((await send(APP, token, { 'content-type': type })).status).toBe(415);
      const code = agent.showCode();
      const body = JSON.stringify({ code });
      expect((await ask('POST', '/pair', { origin: EVIL, 'content-type': type }, body)).status).toBe(400);
    }
    expect([sent, pairings.length]).toEqual([[], 1]);
  });

  it('does not come by a name that points here', async () => {
    const token = await paired();
    const { port } = new URL(url);
    const names = ['evil.example', '127.0.0.1.evil.example', '192.168.1.5', '127.0.0.2', 'localhost.evil.example', ''];
    for (const name of [...names.map((name) => `${name}:${port}`), '127.0.0.1', 'localhost:1']) {
      const head = `Host: ${name}\r\nOrigin: ${APP}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0\r\nConnection: close\r\n`;
      expect(await raw(`POST /send HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });
});

describe('what is no request for the agent', () => {
  it('is refused: WebSockets, other paths and methods', async () => {
    const token = await paired();
    const own = { origin: APP, authorization: `Bearer ${token}` };
    const socket = `Host: ${new URL(url).host}\r\nOrigin: ${APP}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`;
    expect(await raw(`GET /send HTTP/1.1\r\n${socket}`)).toMatch(/^HTTP\/1\.1 403 /);
    for (const [method, path, status] of [
      ['GET', '/', 404],
      ['GET', '/send', 405],
      ['DELETE', '/send', 405],
      ['GET', '/pair', 405],
      ['POST', '/send/', 404],
      ['POST', '/send?token', 404],
    ] as const) {
      expect([path, (await ask(method, path, own)).status]).toEqual([path, status]);
    }
    expect((await ask('GET', '/', {})).status).toBe(403);
  });

  it('is refused: endless headers, and a code without end', async () => {
    agent.showCode();
    const head = `POST /pair HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${`X-A: ${'a'.repeat(1_000)}\r\n`.repeat(40)}`;
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await pair(EVIL, 'A'.repeat(1_000_000)).catch(() => ({ status: 413 }))).toMatchObject({ status: 413 });
    for (const body of ['', '[]', '{"code":7}', '{"code":']) {
      const headers = { origin: APP, 'content-type': 'application/json' };
      expect((await ask('POST', '/pair', headers, body)).status).toBe(400);
    }
    expect((await pair(APP, agent.showCode())).status).toBe(200);
  });

  it('is refused: more at once than one person sends', async () => {
    const token = await paired();
    let release = () => undefined as void;
    hold = new Promise((resolve) => (release = resolve));
    const asked = Array.from({ length: 70 }, async () => send(APP, token));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200).length).toBe(64);
    expect(answers.filter(({ status }) => status === 429).length).toBe(6);
    release();
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    expect((await send(APP, token)).status).toBe(200);
  });
});
