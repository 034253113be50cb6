import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { bareEnvironment, ServerProcess } from '../outside/server-process.ts';
import { Recorder } from './recorder.ts';

const WAYPOST = fileURLToPath(new URL('../../../packages/cli/bin/waypost.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'waypost-agent-'));
let target: Recorder;
let server: ServerProcess;
let profile: Profile;
let agent: ChildProcess;
let shown: { readonly url: string; readonly code: string };
let page: Page;

beforeAll(async () => {
  const env = bareEnvironment({ WAYPOST_HOME: join(folder, 'home') });
  agent = spawn(process.execPath, [WAYPOST, 'agent', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
  });
  const lines = createInterface({ input: agent.stdout ?? process.stdin });
  const line = once(lines, 'line');
  [target, server, profile] = await Promise.all([
    Recorder.start(),
    ServerProcess.start(join(folder, 'server'), '--sync', 'off'),
    Profile.open(),
  ]);
  shown = JSON.parse(String((await line)[0])) as typeof shown;
  page = await profile.page(server.url);
});

afterAll(async () => {
  await profile.remove();
  await server.stop();
  await target.stop();
  agent.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('the agent', () => {
  it('is paired by its code, sends from then on, and no longer when it is unpaired', async () => {
    await page.getByRole('button', { name: /^Sender/ }).click();
    await page.getByRole('button', { name: 'Pair with the agent' }).click();
    await page.getByLabel('Address of the agent').fill(shown.url);
    await page.getByLabel('Code').fill('0000-0000');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('This is not the code that the agent shows.').waitFor();
    await page.getByLabel('Code').fill(shown.code);
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('This browser is paired with the agent').waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('The agent on this machine').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: agent').waitFor();

    await page.getByRole('button', { name: 'New request' }).first().click();
    await page.getByLabel('URL', { exact: true }).fill(`${target.url}/echo`);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('200 OK').waitFor();
    // A browser could not have said this.
    expect(target.last('/echo')?.headers).toMatchObject({ 'user-agent': 'Waypost' });
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('row', { name: 'Sent by agent' }).waitFor();

    await page.getByRole('button', { name: /^Sender/ }).click();
    await page.getByRole('button', { name: 'Pairing' }).click();
    await page.getByRole('button', { name: 'Unpair' }).click();
    await page.getByLabel('Code').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Not paired with this browser.').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: this machine').waitFor();
  });
});
