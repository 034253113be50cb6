import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { violationsInBothThemes } from './accessibility.ts';
import { signUp, synced } from './account.ts';
import { App } from './app.ts';
import { Recorder } from './recorder.ts';
import { seen } from './seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'waypost-relay-'));
/** A server behind a proxy is nobody's own machine, wherever it runs. */
const SHARED = ['--trust-proxy', '--relay', 'on', '--relay-allow', '127.0.0.1'];
let target: Recorder;
let server: ServerProcess;
let profile: Profile;
let app: App;
let page: Page;

beforeAll(async () => {
  [target, server, profile] = await Promise.all([
    Recorder.start(),
    ServerProcess.start(join(folder, 'server'), ...SHARED),
    Profile.open(),
  ]);
  app = await App.open(profile, server.url);
  ({ page } = app);
});

afterAll(async () => {
  await profile.remove();
  await server.stop();
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the relay of a shared server, in the app', () => {
  it('is there for nobody who is not signed in', async () => {
    await app.importCollection(folder, 'Harbour', {
      Allowed: `${target.url}/echo?key={{key}}`,
      Private: `http://127.0.0.2:${new URL(target.url).port}/echo`,
    });
    const ways = await openWays();
    await ways.getByText('Only for those who are signed in.').waitFor();
    await seen(() => ways.getByLabel('The Waypost server').isDisabled()).toBe(true);
    await seen(() => ways.getByRole('button', { name: 'Agree for this workspace' }).count()).toBe(0);
    await ways.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: this browser').waitFor();
  });

  it('asks for consent, says that local values leave the device, and takes a no', async () => {
    await signUp(app, 'anna@example.org', 'Desk');
    await page
      .getByRole('dialog', { name: 'Copy your local work?' })
      .getByRole('button', { name: 'Copy', exact: true })
      .click();
    await synced(app);
    await app.row('Harbour').waitFor();
    const ways = await openWays();
    await ways.getByText('Needs your consent, for each workspace.').waitFor();
    await ways.getByRole('button', { name: 'Agree for this workspace' }).click();
    const consent = page.getByRole('dialog', { name: /^Send .* through the server\?$/ });
    await consent.getByText('What is in a request leaves this device').waitFor();
    await consent.getByText('with them the local values and cookies that it needs').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await consent.getByRole('button', { name: 'Not now' }).click();
    await ways.getByText('Needs your consent, for each workspace.').waitFor();
    await seen(() => ways.getByLabel('The Waypost server').isDisabled()).toBe(true);
    await ways.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: this browser').waitFor();
  });

  it('sends once somebody agreed, for that workspace', async () => {
    let ways = await openWays();
    await ways.getByRole('button', { name: 'Agree for this workspace' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Agree', exact: true }).click();
    await ways.getByText('now it is server.').waitFor();
    await ways.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: server').waitFor();
    await app.openElement('Allowed');
    await send();
    await page.getByText('200 OK').waitFor();
    // A browser could not have said this.
    expect(target.last('/echo')?.headers).toMatchObject({ 'user-agent': 'Waypost' });
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('row', { name: 'Sent by server' }).waitFor();
    await app.reload();
    await page.getByText('Sender: server').waitFor();

    await page.getByRole('button', { name: 'My workspace' }).click();
    await page.getByRole('menuitem', { name: 'Work without an account' }).click();
    await page.getByText('Sender: this browser').waitFor();
    ways = await openWays();
    await ways.getByText('Only for those who are signed in.').waitFor();
    await ways.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'anna@example.org' }).click();
    await page.getByText('Sender: server').waitFor();
  });

  it('reaches no private address but those on the list, and says where to turn', async () => {
    await app.openElement('Private');
    await send();
    const alert = page.getByRole('alert');
    await alert.getByText('The sender does not send to this address').waitFor();
    await alert.getByText('Send from a machine that may reach it').waitFor();
    await alert.getByRole('button', { name: 'Choose how it is sent' }).click();
    expect(target.asked.filter(({ headers }) => headers.host?.startsWith('127.0.0.2') === true)).toEqual([]);
    const ways = page.getByRole('dialog', { name: 'How requests are sent' });
    await ways.getByRole('button', { name: 'Take back the consent' }).click();
    await ways.getByText('Needs your consent, for each workspace.').waitFor();
    await ways.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Sender: this browser').waitFor();
    expect(app.faults).toEqual([]);
  });
});

async function openWays(): Promise<Locator> {
  await page.getByRole('button', { name: /^Sender/ }).click();
  return page.getByRole('dialog', { name: 'How requests are sent' });
}

async function send(): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}
