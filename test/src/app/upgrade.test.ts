import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { App } from './app.ts';
import { UpgradingProxy } from './upgrading-proxy.ts';
import { seen } from './seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'waypost-app-'));
let server: ServerProcess;
let proxy: UpgradingProxy;
let profile: Profile;

beforeAll(async () => {
  server = await ServerProcess.start(join(folder, 'data'), '--sync', 'off');
  proxy = await UpgradingProxy.before(server.url);
  profile = await Profile.open();
});
afterAll(async () => {
  await profile.remove();
  proxy.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a part of the app that the server does not have is said, and the rest goes on', async () => {
  proxy.missing = /help-sheet/;
  const app = await App.open(profile, proxy.url);
  await app.command('Keyboard shortcuts');
  const notice = app.page.getByText('A part of Waypost could not be loaded').first();
  await notice.waitFor();
  await app.command('New request');
  await app.url.waitFor();
  proxy.missing = null;
  await app.page.getByText('Reload', { exact: true }).click();
  await notice.waitFor({ state: 'hidden' });
  await app.ready();
  await app.command('Keyboard shortcuts');
  await app.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  expect(app.faults).toEqual([]);
  await app.page.close();
});

it('a new version of the app waits for the person, and finds what two tabs were typing', async () => {
  const one = await App.open(profile, proxy.url);
  await one.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await one.importCollection(folder, 'Pets', {
    'List pets': 'https://pets.test/pets',
    'One pet': 'https://pets.test/1',
  });
  await one.openElement('List pets');
  const two = await App.open(profile, proxy.url);
  await two.openElement('One pet');
  await one.openElement('List pets');

  proxy.isNewer = true;
  await one.page.evaluate(() =>
    navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined),
  );
  await one.page.getByText('A new version of Waypost is ready').waitFor();
  expect(await cachesOf(one)).toHaveLength(2);
  const wasLoaded = await Promise.all([one, two].map(({ page }) => page.evaluate(() => performance.timeOrigin)));
  await two.url.fill('https://pets.test/2');
  await one.url.fill('https://pets.test/pets?limit=1');
  await one.page.getByRole('button', { name: 'Reload' }).click();

  for (const [at, app] of [one, two].entries()) {
    await app.page.waitForFunction((before) => performance.timeOrigin !== before, wasLoaded[at]);
    await app.ready();
  }
  expect(await cachesOf(one)).toEqual([expect.stringContaining('newer-')]);
  await one.openElement('List pets');
  await seen(() => one.url.inputValue()).toBe('https://pets.test/pets?limit=1');
  await two.openElement('One pet');
  await seen(() => two.url.inputValue()).toBe('https://pets.test/2');
  expect([...one.faults, ...two.faults]).toEqual([]);
});

function cachesOf({ page }: App): Promise<string[]> {
  return page.evaluate(() => caches.keys());
}
