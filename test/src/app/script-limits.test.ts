import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { Recorder } from './recorder.ts';

const folder = mkdtempSync(join(tmpdir(), 'waypost-limits-'));
let target: Recorder;
let server: ServerProcess;
let profile: Profile;
let page: Page;

beforeAll(async () => {
  [target, server, profile] = await Promise.all([
    Recorder.start(),
    ServerProcess.start(folder, '--sync', 'off'),
    // A script need not fill the memory of the machine to use more than it is given.
    Profile.open({ flags: ['--js-flags=--max-old-space-size=100'] }),
  ]);
  page = await profile.page(server.url);
});

afterAll(async () => {
  await profile.remove();
  await server.stop();
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('ends a script that uses more memory than the browser gives it, and the app goes on', async () => {
  const script = 'const all = []; while (true) all.push(new Array(1e6).fill(1.5));';
  await page.getByRole('button', { name: 'New request' }).first().click();
  await page.getByLabel('URL', { exact: true }).fill(`${target.url}/echo`);
  await page.getByRole('tab', { name: 'Scripts' }).click();
  await page.locator('.cm-content').first().click();
  await page.keyboard.insertText(script);
  await page.getByRole('button', { name: 'Console', exact: true }).click();
  // What drives the browser takes the end of the frame for that of the page, so the page itself says how it goes on.
  await page.evaluate((report) => {
    const timer = setInterval(() => {
      const { innerText } = document.body;
      if (!innerText.includes('200 OK') || !innerText.includes('used more memory')) return;
      clearInterval(timer);
      void fetch(report, { method: 'POST', mode: 'no-cors' });
    }, 100);
  }, `${target.url}/report`);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => target.last('/report'), { timeout: 40_000 }).toBeDefined();
  expect(target.last('/echo')).toBeDefined();
});
