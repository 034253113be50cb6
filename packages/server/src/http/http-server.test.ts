import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { HELLO_BYTES_MAX, INFLATED_BYTES_MAX } from '@waypost/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf, listIn, request, signUp } from '../testing/device.ts';
import { type ServerProcess, Servers } from '../testing/server-process.ts';

const servers = new Servers();
let server: ServerProcess;
let url: string;
let token: string;

beforeAll(async () => {
  ({ server, url } = await servers.start());
  ({ token } = deviceOf(await signUp(url, { email: 'ann@example.com' })));
});
afterAll(() => servers.cleanUp());

/** Bytes as they are, and what comes back until the other side closes. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('every answer', () => {
  it('carries what keeps a browser from doing more with it than meant', async () => {
    for (const path of ['/readyz', '/api/account', '/nowhere']) {
      const { headers } = await request(`${url}${path}`, 'GET');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBe(null);
    }
    expect((await request(`${url}/api/account`, 'GET', { token })).headers.get('cache-control')).toBe('no-store');
  });

  it('is compressed where it is long and the caller can read that', async () => {
    for (let workspace = 0; workspace < 10; workspace += 1) {
      await request(`${url}/api/workspaces`, 'POST', { token, body: { name: `Workspace ${workspace}` } });
    }
    const plain = await exchange(
      `GET /api/workspaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    expect(plain).toContain('"Workspace 9"');
    const { headers, body } = await request(`${url}/api/workspaces`, 'GET', {
      token,
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(listIn(body, 'workspaces').length).toBe(12);
  });
});

describe('a request that makes no sense', () => {
  const refusal = (code: string) => ({ error: { code, retry: false } });

  it('gets one sentence and a code', async () => {
    expect(await request(`${url}/api/nowhere`, 'GET')).toMatchObject({ status: 404, body: refusal('not-found') });
    expect(await request(`${url}/api/devices`, 'GET')).toMatchObject({ status: 401, body: refusal('signed-out') });
    expect(await request(`${url}/api/devices`, 'GET', { token: 'nonsense' })).toMatchObject({ status: 401 });
    const sessions = `${url}/api/sessions`;
    expect(await request(sessions, 'POST', { raw: '{"email":"a@b' })).toMatchObject({
      status: 400,
      body: refusal('bad-message'),
    });
    expect(await request(sessions, 'POST', { raw: '' })).toMatchObject({ status: 400, body: refusal('bad-message') });
    expect(await request(sessions, 'POST', { raw: 'null' })).toMatchObject({
      status: 400,
      body: refusal('bad-message'),
    });
    const form = { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await request(sessions, 'POST', form)).toMatchObject({ status: 400, body: refusal('bad-message') });
    const packed = { raw: '{}', headers: { 'content-encoding': 'br' } };
    expect(await request(sessions, 'POST', packed)).toMatchObject({ status: 400, body: refusal('bad-message') });
    expect(await request(`${url}/%zz`, 'GET')).toMatchObject({ status: 400, body: refusal('bad-message') });
  });

  it('gets the same where it is not even HTTP', async () => {
    expect(await exchange('garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad-message"/);
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await exchange(long)).toMatch(/^HTTP\/1\.1 413 [^]*"code":"frame-too-large"/);
  });

  it('does not make the server say how it is built, or fall over', async () => {
    const { body } = await request(`${url}/api/sessions`, 'POST', { raw: '{"__proto__":{"email":1}}' });
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts|at /);
    expect(server.child.exitCode).toBe(null);
    expect(server.errors).not.toContain('unexpected error');
  });
});

describe('a body', () => {
  it('of a stranger is small', async () => {
    const body = { email: 'x'.repeat(HELLO_BYTES_MAX) };
    expect(await request(`${url}/api/sessions`, 'POST', { body })).toMatchObject({
      status: 413,
      body: { error: { code: 'frame-too-large' } },
    });
    const bomb = { raw: gzipSync(Buffer.alloc(10 * HELLO_BYTES_MAX)), headers: { 'content-encoding': 'gzip' } };
    expect((await request(`${url}/api/sessions`, 'POST', bomb)).status).toBe(413);
  });

  it('is not read at all before its sender is known', async () => {
    const heard = await exchange(
      `POST /api/sync/send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${INFLATED_BYTES_MAX}\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('of a device inflates no further than the maximum', async () => {
    const raw = gzipSync(Buffer.alloc(INFLATED_BYTES_MAX + 1, ' '));
    const answer = await request(`${url}/api/sync/send`, 'POST', {
      token,
      raw,
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'frame-too-large' } } });
  });
});

describe('a page of another site', () => {
  it('changes nothing here', async () => {
    const headers = { origin: 'https://evil.example' };
    const answer = await request(`${url}/api/workspaces`, 'POST', { token, body: { name: 'Evil' }, headers });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'bad-origin' } } });
    expect((await request(`${url}/api/account`, 'DELETE', { token, body: {}, headers })).status).toBe(403);
  });

  it('does not become a page of this one by its name', async () => {
    const heard = await exchange('GET /api/workspaces HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1\.1 403 [^]*"code":"bad-origin"/);
  });
});

describe('a server behind a proxy that it trusts', () => {
  it('counts wrong passwords by where they really come from', async () => {
    const proxied = await servers.start('--trust-proxy');
    const guess = (address: string) =>
      request(`${proxied.url}/api/sessions`, 'POST', {
        body: { email: 'a@b.c', password: 'x', installation: crypto.randomUUID(), device: { name: 'x', kind: 'cli' } },
        headers: { 'x-forwarded-for': `6.6.6.6, ${address}` },
      });
    for (let time = 0; time < 10; time += 1) await guess('203.0.113.1');
    expect((await guess('203.0.113.1')).status).toBe(429);
    expect((await guess('203.0.113.2')).status).toBe(401);
  });
});
