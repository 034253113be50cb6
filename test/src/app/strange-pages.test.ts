/** Pages of others in the browser that has the app, on the machine that has the server: what they try, a real browser lets them try. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { App } from './app.ts';
import { Recorder } from './recorder.ts';

/** A name that somebody made point at this machine. */
const REBOUND = 'rebound.test';
const folder = mkdtempSync(join(tmpdir(), 'waypost-strange-'));
const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>Strange</title>');
});
let target: Recorder;
let server: ServerProcess;
let profile: Profile;
let elsewhere: string;

beforeAll(async () => {
  const listening = new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  [target, server, profile] = await Promise.all([
    Recorder.start(),
    ServerProcess.start(folder, '--sync', 'off'),
    Profile.open({ flags: [`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`] }),
  ]);
  await listening;
  elsewhere = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await profile.remove();
  await server.stop();
  await target.stop();
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that a page can do without the leave of whom it asks. Answers what it could read. */
async function attempts(page: Page): Promise<readonly string[]> {
  return page.evaluate(async (at) => {
    const said: string[] = [];
    const bytes = new Blob(['J']);
    const ways: RequestInit[] = [
      { method: 'POST' },
      { method: 'POST', mode: 'no-cors' },
      { method: 'POST', body: 'text' },
      { method: 'POST', body: 'text', mode: 'no-cors', credentials: 'include' },
      { method: 'POST', body: new URLSearchParams({ a: 'b' }), credentials: 'include' },
      {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/octet-stream', 'x-waypost-sender': 'a.b' },
      },
    ];
    for (const path of ['/send', '/send/token']) {
      for (const way of ways) {
        const answer = await fetch(`${at}${path}`, way).catch(() => null);
        if (answer?.ok === true) said.push(`${path} ${answer.status}`);
      }
      navigator.sendBeacon(`${at}${path}`, 'text');
      await new Promise<void>((resolve) => {
        const socket = new WebSocket(`${at.replace('http', 'ws')}${path}`);
        socket.addEventListener('open', () => said.push(`a socket at ${path}`));
        for (const event of ['open', 'error'] as const) socket.addEventListener(event, () => resolve());
      });
    }
    return said;
  }, server.url);
}

describe('a page of somebody else', () => {
  it('sends nothing through the server and gets no token, from another port of this machine', async () => {
    expect(await attempts(await profile.page(elsewhere))).toEqual([]);
  });

  it('nor from a frame without an origin', async () => {
    const page = await profile.page(elsewhere);
    const answered = await page.evaluate(
      async (at) =>
        new Promise((resolve) => {
          window.addEventListener('message', ({ data }) => resolve(data));
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', 'allow-scripts');
          frame.srcdoc = `<script>
            Promise.allSettled(['/send', '/send/token'].map((path) => fetch('${at}' + path, { method: 'POST' })))
              .then((tried) => parent.postMessage(tried.map(({ status }) => status), '*'));
          </script>`;
          document.body.append(frame);
        }),
      server.url,
    );
    expect(answered).toEqual(['rejected', 'rejected']);
  });

  it('nor by a name that points at this machine, which does not even get the app', async () => {
    const page = await profile.context.newPage();
    const answer = await page.goto(`http://${REBOUND}:${server.port}/`);
    expect(answer?.status()).toBe(403);
    const statuses = await page.evaluate(async () =>
      Promise.all(['/send', '/send/token'].map(async (path) => (await fetch(path, { method: 'POST' })).status)),
    );
    expect(statuses).toEqual([403, 403]);
  });

  it('neither frames the app nor the frame for scripts', async () => {
    const page = await profile.page(elsewhere);
    const refusals: string[] = [];
    page.on('console', (message) => refusals.push(message.text()));
    for (const path of ['/', '/sandbox.html']) {
      await page.evaluate(async (url) => {
        const frame = document.createElement('iframe');
        frame.src = url;
        await new Promise((resolve) => {
          frame.addEventListener('load', resolve);
          document.body.append(frame);
        });
      }, `${server.url}${path}`);
    }
    expect(refusals.filter((text) => /frame-ancestors|X-Frame-Options/i.test(text)).length).toBe(2);
  });
});

it('the app itself sends, and the frame for scripts has an opaque origin and no network however it is opened', async () => {
  const app = await App.open(profile, server.url);
  await app.page.getByRole('button', { name: 'New request' }).first().click();
  await app.page.getByLabel('URL', { exact: true }).fill(`${target.url}/echo`);
  await app.page.getByRole('button', { name: 'Send', exact: true }).click();
  await app.page.getByText('200 OK').waitFor();
  expect(target.last('/echo')?.headers).toMatchObject({ 'user-agent': 'Waypost' });
  expect(app.faults).toEqual([]);
  const sandbox = await profile.page(`${server.url}/sandbox.html`);
  const reach = await sandbox.evaluate(async (at) => {
    const tried = await Promise.allSettled([fetch('/send/token', { method: 'POST' }), fetch(`${at}/echo`)]);
    return [window.origin, ...tried.map(({ status }) => status)];
  }, target.url);
  expect(reach).toEqual(['null', 'rejected', 'rejected']);
});
