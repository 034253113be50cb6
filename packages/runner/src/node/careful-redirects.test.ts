import { afterEach, describe, expect, it } from 'vitest';
import { withCarefulRedirects } from '../careful-redirects.ts';
import type { SendOrder } from '../exchange.ts';
import { plainOrder } from '../testing/orders.ts';
import { answered, type Answering, type Received, Recorder } from '../testing/recorder.ts';
import { told } from '../testing/told.ts';
import { createEngine } from './engine.ts';

const open: Recorder[] = [];
const careful = withCarefulRedirects(createEngine());

afterEach(async () => {
  for (const recorder of open.splice(0)) await recorder.close();
});

const SECRETS = [
  { key: 'Authorization', value: 'Bearer secret' },
  { key: 'X-Api-Key', value: 'secret' },
  { key: 'Cookie', value: 'mine=secret' },
  { key: 'Accept-Language', value: 'de' },
];

describe('a redirect to another origin', () => {
  it('takes no header along that might be a credential, not to another port either', async () => {
    const other = await serving();
    const server = await serving(() => answered('302 On', { Location: `${other.url}/landed` }));
    const auth = {
      type: 'apikey',
      parameters: [
        { key: 'key', value: 'X-Other' },
        { key: 'value', value: 'secret' },
      ],
    };
    const result = await told(careful, to(server, { url: '/?key=secret', header: SECRETS }, { auth }));
    expect(result.head?.status).toBe(200);
    expect(namesOf(server.received[0])).toEqual(
      expect.arrayContaining(['authorization', 'x-api-key', 'x-other', 'cookie']),
    );
    expect(JSON.stringify(other.received[0]?.headers)).not.toContain('secret');
    expect(other.received[0]?.headers).toContainEqual(['Accept-Language', 'de']);
    expect(other.received[0]?.headers).toContainEqual(['Referer', `${server.url}/`]);
  });

  it('takes the body along where the method stays, and its type', async () => {
    const other = await serving();
    const server = await serving(() => answered('307 On', { Location: other.url }));
    const body = { mode: 'raw', raw: '{}', options: { raw: { language: 'json' } } } as const;
    await told(careful, to(server, { method: 'PUT', body, header: SECRETS }));
    expect(other.received).toMatchObject([{ method: 'PUT', body: Buffer.from('{}') }]);
    expect(other.received[0]?.headers).toContainEqual(['Content-Type', 'application/json']);
  });
});

describe('a redirect within an origin', () => {
  it('is followed as the engine follows it', async () => {
    const answer: Answering = ({ target }) => {
      if (target === '/a') return answered('302 On', { Location: '/b', 'Set-Cookie': 'seen=1; Path=/' }, 'moved');
      if (target === '/b') return answered('303 On', { Location: 'c?x=1' });
      return answered('200 OK', {}, 'here');
    };
    const [one, other] = [await serving(answer), await serving(answer)];
    const body = { mode: 'raw', raw: 'x' } as const;
    const asked = { method: 'POST', url: '/a', body, header: SECRETS.filter(({ key }) => key !== 'Cookie') };
    const followed = await told(careful, to(one, asked));
    const plain = await told(createEngine(), to(other, asked));
    expect(one.received.map(lineOf)).toEqual(other.received.map(lineOf));
    expect(one.received.at(-1)?.headers).toContainEqual(['Cookie', 'seen=1']);
    expect(followed.kinds).toBe(plain.kinds);
    expect(followed.body).toBe('here');
    expect(followed.sent.map(({ reason, answer }) => [reason, answer?.status])).toEqual([
      ['request', 302],
      ['redirect', 303],
      ['redirect', undefined],
    ]);
    expect(followed.end?.cookies.set.map(({ name }) => name)).toEqual(['seen']);
    expect(followed.end?.timings.startedAt).toBe(followed.sent[0]?.timings?.startedAt);
  });

  it('is not followed where the request says so, and no more often than it says', async () => {
    const server = await serving(() => answered('302 On', { Location: '/on' }));
    expect((await told(careful, to(server, {}, { behaviour: { followRedirects: false } }))).head?.status).toBe(302);
    const circles = await told(careful, to(server, {}, { behaviour: { maxRedirects: 3 } }));
    expect(circles.failure?.code).toBe('too-many-redirects');
    expect(circles.sent).toHaveLength(4);
  });

  it('has one time for all of it', async () => {
    const server = await serving(({ target }) => (target === '/' ? answered('302 On', { Location: '/hangs' }) : null));
    expect((await told(careful, to(server, {}, { timeoutMs: 50 }))).failure?.code).toBe('timeout');
  });
});

function to(server: Recorder, request: Partial<SendOrder['request']>, special: Partial<SendOrder> = {}): SendOrder {
  const url = `${server.url}${request.url ?? '/'}`;
  return plainOrder({ ...special, request: { method: 'GET', header: [], body: null, ...request, url } });
}

function namesOf(received: Received | undefined): string[] {
  return received?.headers.map(([name]) => name.toLowerCase()) ?? [];
}

/** Without what names the server, and what is never the same. */
function lineOf({ method, target, headers, body }: Received): unknown {
  const own = headers.filter(([name]) => !/^(?:host|referer|postman-token)$/i.test(name));
  return [method, target, own.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort(), body.toString()];
}

async function serving(answer?: Answering): Promise<Recorder> {
  const recorder = await Recorder.start(answer);
  open.push(recorder);
  return recorder;
}
