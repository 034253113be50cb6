/** The app on plain http under a name that is not this machine's: what browsers turn off there is said, and copying works. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { App } from './app.ts';

const NAME = 'waypost.test';
const stage = new Stage();
let profile: Profile;
let app: App;

beforeAll(async () => {
  const first = await stage.server();
  const origin = `http://${NAME}:${first.port}`;
  await first.kill();
  await stage.serverIn(first.folder, '--port', String(first.port), '--public-url', origin);
  profile = await Profile.open({ flags: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`] });
  app = await App.open(profile, origin);
});
afterAll(async () => {
  await profile.remove();
  await stage.clear();
});

it('says in the footer, without being asked, what the browser turned off and what to do', async () => {
  expect(await app.page.evaluate(() => isSecureContext)).toBe(false);
  await app.footer.getByRole('button', { name: 'Plain http: some things are off' }).click();
  const told = app.page.getByRole('dialog', { name: 'This page is plain http' });
  await told.getByText('passwords included').waitFor();
  await told.getByText('does not open while its server cannot be reached').waitFor();
  expect(await violationsOn(app.page)).toEqual([]);
  await app.page.keyboard.press('Escape');
});

it('copies all the same', async () => {
  await app.footer.getByRole('button', { name: 'Sync off' }).click();
  await app.page.getByRole('button', { name: 'Copy diagnostics' }).click();
  await app.page.getByText('Diagnostics copied').waitFor();
  await app.reload();
  await app.command('New request');
  await app.url.fill('');
  await app.url.focus();
  await app.page.keyboard.press('ControlOrMeta+v');
  await expect.poll(() => app.url.inputValue(), { timeout: 15_000 }).toContain('"workspaces"');
  // A header that keeps windows of other sites apart counts on https only, and Chromium says so.
  expect(app.faults.filter((fault) => !fault.startsWith('The Cross-Origin-Opener-Policy'))).toEqual([]);
});
