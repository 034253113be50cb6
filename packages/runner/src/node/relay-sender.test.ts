import { afterEach, describe, expect, it } from 'vitest';
import type { SendOrder } from '../exchange.ts';
import { TEST_CERTIFICATE } from '../testing/certificates.ts';
import { plainOrder } from '../testing/orders.ts';
import { answered, type Answering, Recorder } from '../testing/recorder.ts';
import { told } from '../testing/told.ts';
import { AddressGuard } from './address-guard.ts';
import { createRelay } from './relay-sender.ts';

/** Two names of this machine that the administrator allowed: two sites. Its number is refused as ever. */
const SITE = 'localhost';
const OTHER = 'other.lan';
const open: Recorder[] = [];
let lookups: string[] = [];

const guard = new AddressGuard([SITE, '127.0.0.77'], async (name) => {
  lookups.push(name);
  if (name === OTHER) return [{ address: '127.0.0.77', family: 4 }];
  if (name === 'inside.example') return [{ address: '10.1.2.3', family: 4 }];
  if (name === 'rebinding.example') return [{ address: lookups.length > 1 ? '127.0.0.1' : '127.0.0.77', family: 4 }];
  throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
});
const relay = createRelay(guard);

afterEach(async () => {
  lookups = [];
  for (const recorder of open.splice(0)) await recorder.close();
});

async function serving(
  answer?: Answering,
  at: { readonly host?: string; readonly tls?: object } = {},
): Promise<Recorder> {
  const recorder = await Recorder.start(answer, at.tls ?? null, at.host ?? '127.0.0.1');
  open.push(recorder);
  return recorder;
}

const redirect = (to: string, status = '302 Found'): string => answered(status, { Location: to });

const order = (url: string, request: Partial<SendOrder['request']> = {}, special: Partial<SendOrder> = {}): SendOrder =>
  plainOrder({ ...special, request: { method: 'GET', header: [], body: null, ...request, url } });

const failureOf = async (sent: SendOrder): Promise<string | undefined> => (await told(relay, sent)).failure?.code;

describe('a relay', () => {
  it('sends, and tells what an engine tells', async () => {
    const server = await serving(() => answered('200 Fine', { 'X-A': '1', 'Set-Cookie': 'a=b; Path=/' }, 'hello'));
    const body = { mode: 'raw', raw: 'hi' } as const;
    const result = await told(relay, order(`${SITE}:${server.port}/x?y=1`, { method: 'POST', body }));
    expect(result).toMatchObject({ kinds: 'sent head body ended', body: 'hello', head: { status: 200 } });
    expect(result.end?.cookies.set).toMatchObject([{ name: 'a', value: 'b' }]);
    expect(server.received).toMatchObject([{ method: 'POST', target: '/x?y=1' }]);
  });

  it('connects to no address that is refused, however it is written', async () => {
    const server = await serving();
    for (const host of [
      ...[
        '127.0.0.1',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::]',
        '0.0.0.0',
        '0',
        '127.1',
        '2130706433',
        '0x7f.1',
        '0177.0.0.1',
      ],
      ...['a.localhost', 'inside.example', '169.254.169.254', '[fd00:ec2::254]', '%31%32%37.0.0.1', '127.0.0.1.'],
      ...['①②⑦.0.0.1', '127。0。0。1'],
    ]) {
      for (const scheme of ['http', 'https']) {
        const code = await failureOf(order(`${scheme}://${host}:${server.port}/`));
        expect([scheme, host, code]).toEqual([
          scheme,
          host,
          expect.stringMatching(/^(address-blocked|invalid-request|unknown-host)$/),
        ]);
      }
    }
    expect(server.received).toEqual([]);
  });

  it('speaks to web servers only: no other schemes, no sockets in the file system, no tunnels', async () => {
    for (const url of [
      ...['file:///etc/passwd', 'ftp://inside.example/', 'gopher://inside.example:70/x', 'ws://inside.example/'],
      ...[
        'http://unix:/var/run/docker.sock:/info',
        'http://UNIX:/var/run/docker.sock:/info',
        'unix:///var/run/docker.sock',
      ],
      ...['data:text/plain,x', '', 'http://', 'javascript:alert(1)'],
    ]) {
      expect([url, await failureOf(order(url))]).toEqual([
        url,
        expect.stringMatching(/^(address-blocked|invalid-request)$/),
      ]);
    }
    const server = await serving();
    expect(await failureOf(order(`http://${SITE}:${server.port}/`, { method: 'CONNECT' }))).toBe('invalid-request');
    expect(server.received).toEqual([]);
  });

  it('goes through no proxy, neither one that the order names nor that of the machine', async () => {
    const proxy = await serving();
    const server = await serving(() => answered('200 OK', {}, 'straight'));
    process.env['HTTP_PROXY'] = proxy.url;
    try {
      for (const kind of [
        { kind: 'system' } as const,
        { kind: 'given', url: proxy.url, tunnel: false } as const,
        { kind: 'given', url: proxy.url, tunnel: true } as const,
      ]) {
        const result = await told(relay, order(`http://${SITE}:${server.port}/`, {}, { proxy: kind }));
        expect(result.body).toBe('straight');
        expect((await told(relay, order('http://127.0.0.1/', {}, { proxy: kind }))).failure?.code).toBe(
          'address-blocked',
        );
      }
    } finally {
      delete process.env['HTTP_PROXY'];
    }
    expect(proxy.received).toEqual([]);
  });

  it('verifies certificates, and takes authorities and client certificates of the order alone', async () => {
    const { key, certificate } = TEST_CERTIFICATE;
    const tls = { key, cert: certificate, requestCert: true, rejectUnauthorized: true, ca: certificate };
    const server = await serving(undefined, { tls });
    const url = `https://${SITE}:${server.port}/`;
    const pem = { kind: 'pem', certificate, key, passphrase: null } as const;
    expect(await failureOf(order(url, {}, { certificate: pem }))).toBe('tls-untrusted');
    const trusted = await told(relay, order(url, {}, { certificate: pem, authorities: certificate }));
    expect(trusted.head).toMatchObject({ status: 200, tls: { untrusted: null } });
    // Neither is remembered for the next.
    expect(await failureOf(order(url, {}, { authorities: certificate }))).not.toBe(undefined);
    expect(await failureOf(order(url, {}, { certificate: pem }))).toBe('tls-untrusted');
  });
});

describe('a redirect', () => {
  it('is followed within a site with everything, and told as a step on the way', async () => {
    const server = await serving(({ target }) =>
      target === '/' ? redirect('/next?a=1') : answered('200 OK', {}, 'there'),
    );
    const header = [{ key: 'Authorization', value: 'Bearer secret' }];
    const result = await told(relay, order(`http://${SITE}:${server.port}/`, { header }));
    expect([result.body, result.kinds]).toEqual(['there', 'sent head body ended']);
    expect(result.sent.map(({ reason, answer, url }) => [reason, answer?.status, new URL(url).pathname])).toEqual([
      ['request', 302, '/'],
      ['redirect', undefined, '/next'],
    ]);
    expect(server.received.map(({ target }) => target)).toEqual(['/', '/next?a=1']);
    expect(headersOf(server, 1)).toMatchObject({
      authorization: 'Bearer secret',
      referer: `http://${SITE}:${server.port}/`,
    });
  });

  it('to another origin takes no credentials along, of whatever kind', async () => {
    const other = await serving(() => answered('200 OK', {}, 'there'), { host: '127.0.0.77' });
    const sameHost = await serving(() => answered('200 OK', {}, 'there'));
    for (const [target, recorder] of [
      [`http://${OTHER}:${other.port}/`, other],
      // Another port is another origin.
      [`http://${SITE}:${sameHost.port}/`, sameHost],
    ] as const) {
      const server = await serving(() =>
        answered('307 Temporary Redirect', { Location: target, 'Set-Cookie': 'set=1' }),
      );
      const header = [
        { key: 'Authorization', value: 'Bearer secret-header' },
        { key: 'COOKIE', value: 'c=secret-cookie' },
        { key: 'X-Gitlab-Token', value: 'secret-token' },
        { key: 'Proxy-Authorization', value: 'secret-proxy' },
        { key: 'Host', value: 'secret-host.example' },
        { key: 'Referer', value: 'http://secret-referer.example' },
        { key: 'Accept-Language', value: 'de' },
      ];
      const auth = {
        type: 'apikey',
        parameters: [
          { key: 'key', value: 'X-Key' },
          { key: 'value', value: 'secret-auth' },
        ],
      };
      const behaviour = { followAuthorizationHeader: true };
      const url = `http://${SITE}:${server.port}/?token=secret-query`;
      const result = await told(relay, order(url, { header }, { auth, behaviour }));
      expect(result.head?.status).toBe(200);
      expect(JSON.stringify(recorder.received[0]?.headers)).not.toContain('secret');
      expect(headersOf(recorder, 0)).toMatchObject({ 'accept-language': 'de' });
      expect(JSON.stringify(server.received[0]?.headers)).toContain('secret-auth');
    }
    expect(headersOf(other, 0)).not.toHaveProperty('cookie');
  });

  it('to a refused address is not followed', async () => {
    const inside = await serving();
    const port = inside.port;
    for (const to of [
      `http://127.0.0.1:${port}/`,
      `//127.0.0.1:${port}/`,
      `http://2130706433:${port}/`,
      `http://[::ffff:7f00:1]:${port}/`,
      'http://inside.example/',
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      'http://unix:/var/run/docker.sock:/info',
    ]) {
      const server = await serving(() => redirect(to));
      const result = await told(relay, order(`http://${SITE}:${server.port}/`));
      expect([to, result.failure?.code, result.head]).toEqual([to, 'address-blocked', null]);
      expect(result.sent.length).toBeGreaterThan(0);
    }
    expect(inside.received).toEqual([]);
  });

  it('asks for the address of a name anew, so that one that changes in between leads nowhere', async () => {
    const other = await serving(({ target }) => (target === '/' ? redirect('/again') : answered('200 OK')), {
      host: '127.0.0.77',
    });
    const result = await told(relay, order(`http://rebinding.example:${other.port}/`));
    expect(result.failure?.code).toBe('address-blocked');
    expect(lookups).toEqual(['rebinding.example', 'rebinding.example']);
    expect(other.received.map(({ target }) => target)).toEqual(['/']);
  });

  it('changes the method as browsers do, and keeps it where the status says so', async () => {
    for (const [status, method, expected] of [
      ['301 Moved', 'POST', 'GET'],
      ['302 Found', 'POST', 'GET'],
      ['303 See Other', 'PUT', 'GET'],
      ['302 Found', 'HEAD', 'HEAD'],
      ['307 Temporary Redirect', 'POST', 'POST'],
      ['308 Permanent Redirect', 'PUT', 'PUT'],
    ] as const) {
      const server = await serving(({ target }) => (target === '/' ? redirect('/next', status) : answered('200 OK')));
      const body = { mode: 'raw', raw: 'body' } as const;
      const header = [{ key: 'Content-Type', value: 'text/plain' }];
      await told(relay, order(`http://${SITE}:${server.port}/`, { method, body, header }));
      const [, next] = server.received;
      expect([status, next?.method]).toEqual([status, expected]);
      const isKept = expected === method && method !== 'HEAD';
      expect([next?.body.toString(), headersOf(server, 1)['content-type']]).toEqual(
        isKept ? ['body', 'text/plain'] : ['', undefined],
      );
    }
  });

  it('is followed a few times, is not where the order says so, and ends in time', async () => {
    const server = await serving(() => redirect('/again'));
    const url = `http://${SITE}:${server.port}/`;
    expect(await failureOf(order(url))).toBe('too-many-redirects');
    expect(server.received.length).toBe(11);
    expect(await failureOf(order(url, {}, { behaviour: { maxRedirects: 1_000 } }))).toBe('too-many-redirects');
    expect(server.received.length).toBe(22);
    const result = await told(relay, order(url, {}, { behaviour: { followRedirects: false } }));
    expect(result.head?.status).toBe(302);
    const slow = await serving((_received, socket) => {
      setTimeout(() => socket.write(redirect('/again')), 60);
      return null;
    });
    expect(await failureOf(order(`http://${SITE}:${slow.port}/`, {}, { timeoutMs: 150 }))).toBe('timeout');
  });

  it('may set cookies, which go on to the site that set them and come back to the jar', async () => {
    const server = await serving(({ target }) =>
      target === '/'
        ? answered('302 Found', { Location: '/next', 'Set-Cookie': 'step=1; Path=/' })
        : answered('200 OK'),
    );
    const { end } = await told(relay, order(`http://${SITE}:${server.port}/`));
    expect(headersOf(server, 1)).toMatchObject({ cookie: 'step=1' });
    expect(end?.cookies.set).toMatchObject([{ name: 'step', value: '1', domain: SITE }]);
  });
});

function headersOf(recorder: Recorder, at: number): Record<string, string> {
  return Object.fromEntries((recorder.received[at]?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]));
}
