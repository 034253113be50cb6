import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { violationsOn } from './accessibility.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

describe.each(['light', 'dark'] as const)('in the %s theme, axe finds nothing to object to', (theme) => {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-app-'));
  let server: ServerProcess;
  let profile: Profile;
  let app: App;

  beforeAll(async () => {
    server = await ServerProcess.start(join(folder, 'data'), '--sync', 'off');
    profile = await Profile.open();
    app = await App.open(profile, server.url);
    await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await profile.remove();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('on an empty workspace, its panels, and the search', async () => {
    const found: string[] = [];
    for (const panel of ['Environments', 'History', 'Trash', 'Collections']) {
      await app.page.getByRole('tab', { name: panel }).click();
      found.push(...(await violationsOn(app.page)));
    }
    await app.page.keyboard.press('ControlOrMeta+k');
    await app.page.getByRole('combobox').waitFor();
    found.push(...(await violationsOn(app.page)));
    await app.page.keyboard.press('Escape');
    expect(found).toEqual([]);
  });

  it('on a request in all its parts', async () => {
    await app.importCollection(folder, 'Pets', {
      'List pets': '{{base}}/pets/:kind?limit=10',
      'One pet': 'https://pets.test/pets/1',
    });
    await app.openElement('List pets');
    const found: string[] = [];
    const parts = app.page
      .getByRole('tablist', { name: /request/i })
      .first()
      .getByRole('tab');
    await parts.first().waitFor();
    await seen(() => parts.count()).toBeGreaterThan(5);
    for (const part of await parts.all()) {
      await part.click();
      await seen(() => part.getAttribute('aria-selected')).toBe('true');
      found.push(...(await violationsOn(app.page)));
    }
    expect(found).toEqual([]);
  });

  it('on an environment, an example, header presets, and what is asked of drafts', async () => {
    const { page } = app;
    const found: string[] = [];
    const look = async (): Promise<void> => {
      await page.waitForTimeout(100);
      found.push(...(await violationsOn(page)));
    };
    await app.command('New environment');
    await page.getByRole('textbox', { name: 'Name, new variable' }).fill('token');
    await page
      .getByRole('textbox', { name: 'Shared value, variable 1' })
      .fill('ghp_0123456789abcdefghijABCDEFGHIJ456789');
    await page.getByRole('textbox', { name: 'Local value, variable 1' }).fill('mine');
    await look();
    await app.save();
    await page.getByRole('dialog', { name: 'Share this value?' }).waitFor();
    await look();
    await page.keyboard.press('Escape');

    await app.openElement('List pets');
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.getByRole('textbox', { name: 'Name, new header' }).fill('Acc');
    await page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
    await look();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Presets' }).click();
    await page.getByRole('menuitem', { name: 'Keep these headers as a preset' }).click();
    await page.getByRole('dialog', { name: 'Header presets' }).waitFor();
    await look();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+Alt+w');
    await page.getByRole('dialog', { name: 'Save the edits of' }).waitFor();
    await look();
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Examples' }).click();
    await page.getByRole('button', { name: 'Write an example' }).click();
    await page.getByRole('textbox', { name: 'Name of the example' }).waitFor();
    await look();
    await page.getByRole('button', { name: 'New request' }).last().click();
    await app.url.fill('https://pets.test');
    await app.save();
    await page.getByRole('dialog', { name: 'Save the request' }).waitFor();
    await look();
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
  });

  it('on the pages of the app', async () => {
    const found: string[] = [];
    for (const page of ['Import and export', 'Settings', 'Keyboard shortcuts']) {
      await app.command(page);
      await app.page.waitForTimeout(100);
      found.push(...(await violationsOn(app.page)));
      await app.page.keyboard.press('Escape');
    }
    expect(found).toEqual([]);
  });
});
