import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { violationsInBothThemes } from './accessibility.ts';
import { signUp, synced } from './account.ts';
import { App } from './app.ts';

describe('in both themes, axe finds nothing to object to', () => {
  const stage = new Stage();
  let server: ServerProcess;
  let profile: Profile;
  let app: App;
  let found: string[];

  beforeAll(async () => {
    [server, profile] = await Promise.all([stage.server(), Profile.open()]);
    app = await App.open(profile, server.url);
    await app.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await profile.remove();
    await stage.clear();
  });

  async function look(): Promise<void> {
    found.push(...(await violationsInBothThemes(app.page)));
  }

  it('when somebody signs up, and on what an account adds', async () => {
    const { page } = app;
    found = [];
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Create an account', exact: true }).click();
    await page.getByRole('dialog', { name: 'Create an account' }).waitFor();
    await look();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await signUp(app, 'anna@example.org', 'Desk');
    await synced(app);
    for (const [name, heading] of [
      ['Devices', 'Devices and account'],
      ['Sync log', 'Sync log'],
    ] as const) {
      await app.command(name);
      await page.getByRole('heading', { name: heading }).waitFor();
      await look();
    }
    await app.footer.getByRole('button', { name: /^Online/ }).click();
    await page.getByText('Last synced').waitFor();
    await look();
    await page.keyboard.press('Escape');
    for (const name of [/^Change the password/, /^Sign out/]) {
      await page.getByRole('button', { name: /^Account/ }).click();
      await page.getByRole('menuitem', { name }).click();
      await page.getByRole('dialog', { name }).waitFor();
      await look();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    expect(found).toEqual([]);
  });

  it('on an import into a folder that is there, with its report and its end', async () => {
    const { page } = app;
    found = [];
    await app.importFiles(collection(stage.folder, 'Mine', 'https://api.test'));
    await app.row('Mine').waitFor();
    await page.getByRole('button', { name: 'Import more' }).click();
    await app.row('Mine').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Import into it' }).waitFor();
    await look();
    await page.getByRole('menuitem', { name: 'Import into it' }).click();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /choose files/i }).click();
    await (await choosing).setFiles(collection(stage.folder, 'Shop', 'https://api.test/orders'));
    await page
      .getByRole('combobox', { name: 'Where to import into' })
      .filter({ hasText: 'The collection Mine' })
      .waitFor();
    await look();
    await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await look();
    await page.getByRole('main').getByRole('button', { name: 'Open' }).click();
    await app.row('Shop').and(page.locator('[aria-level="2"]')).waitFor();
    await look();
    expect(found).toEqual([]);
  });

  it('where a credential stands in a field, which one press keeps on the device', async () => {
    const { page } = app;
    found = [];
    await app.openElement('List of Shop');
    await page.getByRole('tab', { name: /^Auth/ }).first().click();
    await page.getByRole('button', { name: 'Keep on this device' }).waitFor();
    await look();
    await page.getByRole('button', { name: 'Keep on this device' }).click();
    await page.getByText('Kept on this device').waitFor();
    expect(await page.getByRole('textbox', { name: 'Token' }).inputValue()).toBe('{{bearerToken}}');
    await look();
    expect([...found, ...app.faults]).toEqual([]);
  });

  it('on a phone, whose page is no wider than the phone, with the tab in front in sight', async () => {
    const { page } = app;
    found = [];
    await page.setViewportSize({ width: 390, height: 780 });
    await page.getByRole('button', { name: 'Hide the sidebar' }).click();
    await app.front.waitFor();
    await page.waitForFunction(() => {
      const { right = Number.POSITIVE_INFINITY } =
        document.querySelector('[data-tab][aria-selected=true]')?.getBoundingClientRect() ?? {};
      return document.documentElement.scrollWidth <= 390 && right <= 390;
    });
    await look();
    expect(found).toEqual([]);
  });
});

/** A file with one request in it, signed with a token. */
function collection(folder: string, name: string, url: string): string {
  const path = join(folder, `${name}.json`);
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const bearer = [{ key: 'token', value: 'ghp_0123456789abcdefghijABCDEFGHIJ456789', type: 'string' }];
  const item = [{ name: `List of ${name}`, request: { method: 'GET', url, auth: { type: 'bearer', bearer } } }];
  writeFileSync(path, JSON.stringify({ info: { name, schema }, item }));
  return path;
}
