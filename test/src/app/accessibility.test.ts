import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { violationsOn } from './accessibility.ts';
import { App } from './app.ts';

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
    expect(await parts.count()).toBeGreaterThan(5);
    for (const part of await parts.all()) {
      await part.click();
      await app.page.waitForTimeout(50);
      found.push(...(await violationsOn(app.page)));
    }
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
