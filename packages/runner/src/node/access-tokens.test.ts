import { afterEach, beforeEach, expect, it } from 'vitest';
import { RESPONSE_BYTES_MAX } from '../bounds.ts';
import { type ExecutionEvent, type ExecutionOptions, execute } from '../execution.ts';
import type { AccessToken } from '../oauth2.ts';
import { CLIENT, PERSON, TokenServer } from '../testing/token-server.ts';
import { createEngine } from './engine.ts';

let server: TokenServer;
let now = Date.now();
let kept = new Map<string, AccessToken>();

beforeEach(async () => {
  server = await TokenServer.start();
  kept = new Map();
});
afterEach(() => server.close());

/** Sends a request with this authentication, and keeps what came of it as a device does. */
async function sent(fields: Readonly<Record<string, string>>): Promise<ExecutionEvent[]> {
  const all = {
    ...{ accessTokenUrl: `${server.url}/token`, clientId: CLIENT.id, clientSecret: CLIENT.secret },
    ...fields,
  };
  const auth = { type: 'oauth2', oauth2: Object.entries(all).map(([key, value]) => ({ key, value, type: 'string' })) };
  const data = JSON.stringify({ name: 'Berths', request: { method: 'GET', url: `${server.url}/berths`, auth } });
  const options: ExecutionOptions = {
    source: {
      lineage: [{ id: 'request', kind: 'request', data, local: new Map() }],
      ...{ environment: null, globals: [], localGlobals: new Map(), values: {} },
    },
    ...{ sender: createEngine(), cookies: [], tokens: kept, file: async () => null, now: () => now },
    scripts: () => {
      throw new Error('There are none.');
    },
    surroundings: () => ({
      ...{ timeoutMs: 10_000, responseBytesMax: RESPONSE_BYTES_MAX },
      ...{ certificate: null, authorities: null, proxy: { kind: 'none' } },
    }),
  };
  const events: ExecutionEvent[] = [];
  for await (const event of execute(options, new AbortController().signal)) events.push(event);
  const last = events.at(-1);
  if (last?.kind === 'done') kept = new Map([...kept, ...last.outcome.tokens]);
  return events;
}

/** What the protected server was given. */
function arrived(events: readonly ExecutionEvent[]): unknown {
  const body = events.flatMap((event) => (event.kind === 'body' ? [new TextDecoder().decode(event.bytes)] : []));
  return (JSON.parse(body.join('')) as { readonly token: unknown }).token;
}

it('gets a token for a client by itself, uses it while it is good, and gets another afterwards', async () => {
  const auth = { grant_type: 'client_credentials', scope: 'read' };
  const events = await sent(auth);
  expect(arrived(events)).toBe('Bearer client_credentials-1');
  expect(events.flatMap((event) => (event.kind === 'sent' ? [event.sent.reason] : []))).toEqual(['auth', 'request']);
  expect(server.asked).toEqual([{ grant_type: 'client_credentials', scope: 'read' }]);
  expect(arrived(await sent(auth))).toBe('Bearer client_credentials-1');
  now += 3_600_000;
  expect(arrived(await sent(auth))).toBe('Bearer client_credentials-2');
});

it('gives another client, scope or server another token, and never that of the first', async () => {
  await sent({ grant_type: 'client_credentials' });
  const other = await sent({ grant_type: 'client_credentials', scope: 'write', client_authentication: 'body' });
  expect(arrived(other)).toBe('Bearer client_credentials-2');
  expect(server.asked[1]).toMatchObject({ client_id: CLIENT.id, client_secret: CLIENT.secret, scope: 'write' });
});

it('gets one with a password, and refreshes it without asking with the password again', async () => {
  const auth = { grant_type: 'password_credentials', ...PERSON };
  expect(arrived(await sent(auth))).toBe('Bearer password-1');
  now += 3_600_000;
  expect(arrived(await sent(auth))).toBe('Bearer refresh_token-2');
  expect(server.asked.map(({ grant_type: grant }) => grant)).toEqual(['password', 'refresh_token']);
});

it('sends nothing where no token is given, and says what the server said', async () => {
  const events = await sent({ grant_type: 'client_credentials', clientSecret: 'wrong' });
  const failed = events.find(({ kind }) => kind === 'failed');
  expect(failed).toMatchObject({ failure: { code: 'token-refused' } });
  expect(JSON.stringify(failed)).toContain('400: invalid_client: who are you');
  expect(JSON.stringify(failed)).not.toContain('wrong');
  expect(events.some(({ kind }) => kind === 'head')).toBe(false);
});

it('says so and sends without where it takes a person, and sends one that is written as it is', async () => {
  const events = await sent({ grant_type: 'authorization_code', authUrl: `${server.url}/authorize` });
  expect(arrived(events)).toBe(null);
  expect(JSON.stringify(events.find(({ kind }) => kind === 'note'))).toContain('this device has none');
  expect(arrived(await sent({ accessToken: 'written', headerPrefix: 'Token' }))).toBe('Token written');
  expect(server.asked).toEqual([]);
});
