import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveApp } from './app-files.ts';
import { createHttpServer, Health, refuseSync } from './http-server.ts';

const PAGE =
  '<!doctype html><head><meta name="waypost-sender" content="machine" /><meta name="waypost-sync" content="off" /></head>the app';
const BROWSER = { host: 'localhost:4400', accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };
const SCRIPT = { host: 'localhost:4400', accept: '*/*', 'sec-fetch-mode': 'no-cors' };

let folder: string;
let app: FastifyInstance;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'waypost-app-')), 'dist');
  const log = pino({ level: 'silent' });
  const addresses = { host: '127.0.0.1', publicUrl: null, trustProxy: false };
  const health = new Health();
  health.ready();
  app = createHttpServer({ addresses, tls: null, health, log });
  serveApp(app, { folder, sender: 'machine', sync: false, log });
  refuseSync(app);
});
afterEach(async () => {
  await app.close();
  rmSync(join(folder, '..'), { recursive: true });
});

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const files = {
    'index.html': '<!doctype html><head></head>the app',
    'sw.js': 'worker',
    'manifest.webmanifest': '{}',
    'sandbox.html': '<!doctype html>scripts',
    '.made-of': 'a hash',
    'assets/app-1a2b.js': 'plain',
    'assets/app-1a2b.js.br': 'brotli',
    'assets/app-1a2b.js.gz': 'gzip',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

const get = async (url: string, headers: Record<string, string> = BROWSER) =>
  app.inject({ method: 'GET', url, headers });

describe('the app', () => {
  it('is what a person gets under every address that is no file', async () => {
    build();
    for (const url of ['/', '/?x=1', '/workspace/3f2a', '/conflicts?all', '/apiary', '/sender']) {
      const { statusCode, body, headers } = await get(url);
      expect([url, statusCode, body]).toEqual([url, 200, PAGE]);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache');
    }
  });

  it('is not what a program gets that asks for something else', async () => {
    build();
    expect((await get('/workspace/3f2a', SCRIPT)).statusCode).toBe(404);
    for (const url of ['/assets/app-0000.js', '/assets/', '/nowhere.png', '/api/nowhere', '/send/nowhere']) {
      const { statusCode, headers } = await get(url);
      expect([url, statusCode]).toEqual([url, url.startsWith('/api/') ? 403 : 404]);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(String(headers['cache-control'])).not.toContain('immutable');
    }
    expect((await app.inject({ method: 'POST', url: '/', headers: BROWSER })).statusCode).toBe(404);
  });

  it('is kept for good where its name changes with it, and asked for anew where not', async () => {
    build();
    expect((await get('/assets/app-1a2b.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of ['/', '/sw.js', '/manifest.webmanifest']) {
      const first = await get(url);
      expect(first.headers['cache-control']).toBe('no-cache');
      const again = await get(url, { ...BROWSER, 'if-none-match': String(first.headers['etag']) });
      expect([url, again.statusCode, again.body]).toEqual([url, 304, '']);
    }
    expect((await get('/sw.js')).headers['content-type']).toMatch(/javascript/);
    expect((await get('/manifest.webmanifest')).headers['content-type']).toMatch(/^application\/manifest\+json/);
  });

  it('comes compressed where it is there compressed and the browser can read that', async () => {
    build();
    for (const [accepted, encoding, body] of [
      ['gzip, deflate, br, zstd', 'br', 'brotli'],
      ['gzip', 'gzip', 'gzip'],
      ['identity', undefined, 'plain'],
    ] as const) {
      const answer = await get('/assets/app-1a2b.js', { ...SCRIPT, 'accept-encoding': accepted });
      expect([answer.headers['content-encoding'], answer.body]).toEqual([encoding, body]);
      expect(answer.headers['content-type']).toMatch(/javascript/);
      expect(answer.headers['vary']).toMatch(/accept-encoding/i);
    }
  });

  it('answers HEAD as GET without a body', async () => {
    build();
    for (const url of ['/', '/elsewhere', '/assets/app-1a2b.js']) {
      const { statusCode, body } = await app.inject({ method: 'HEAD', url, headers: BROWSER });
      expect([url, statusCode, body]).toEqual([url, 200, '']);
    }
  });

  it('shows nothing that is not the app', async () => {
    build();
    writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
    for (const url of [
      '/.made-of',
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//etc/passwd',
    ]) {
      const { statusCode, body } = await get(url, SCRIPT);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(body).not.toMatch(/secret"|a hash|root:/);
    }
  });

  it('says what to do where it is not built, and is there once it is', async () => {
    for (const url of ['/', '/anywhere']) {
      const { statusCode, body } = await get(url);
      expect(statusCode).toBe(503);
      expect(body).toContain('npm run build');
    }
    build();
    expect((await get('/')).body).toBe(PAGE);
  });
});

describe('the policy of the app', () => {
  it('lets it run what comes from here and nothing that is made from text', async () => {
    build();
    const policy = String((await get('/')).headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("worker-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
  });

  it('gives scripts of people an opaque origin, and no network', async () => {
    build();
    const { headers } = await get('/sandbox.html');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'; /);
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('allow-same-origin');
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  });
});
