import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

describe('without an account', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-app-'));
  let server: ServerProcess;
  let profile: Profile;

  beforeAll(async () => {
    server = await ServerProcess.start(join(folder, 'data'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    profile = await Profile.open();
  });
  afterEach(() => profile.remove());

  it.each([['on'], ['off']])(
    'everything is here at once, and nobody is told anything, with sync %s on the server [E1, E2]',
    async (sync) => {
      const own = sync === 'on' ? server : await ServerProcess.start(join(folder, 'off'), '--sync', 'off');
      const asked: string[] = [];
      const watch = (request: Request): void =>
        void asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
      const app = await App.open(profile, own.url, watch);
      const sockets: string[] = [];
      app.page.on('websocket', (socket) => sockets.push(socket.url()));
      await app.importCollection(folder, 'Pets', { 'List pets': 'https://pets.test/pets' });
      await app.openElement('List pets');
      await app.url.fill('https://pets.test/pets?limit=10');
      await app.save();
      await app.front.filter({ hasNotText: 'not saved' }).waitFor();
      await app.reload();
      await app.footer.getByText('Sync off: work stays on this device').first().waitFor();
      // The app's own files, and nothing else. A page of the app that is loaded when it is opened is one of them.
      expect(
        asked.filter((line) => !/^GET \/(?:$|assets\/|[a-z0-9-]+\.(?:js|svg|png|webmanifest)$)/.test(line)),
      ).toEqual([]);
      expect(sockets).toEqual([]);
      expect(app.faults).toEqual([]);
      if (own !== server) await own.stop();
    },
  );

  it('what was saved and what was not is there after the browser was closed, and without the server too', async () => {
    const app = await App.open(profile, server.url);
    await app.importCollection(folder, 'Pets', {
      'List pets': 'https://pets.test/pets',
      'One pet': 'https://pets.test/pets/1',
    });
    await app.openElement('List pets');
    await app.url.fill('https://pets.test/pets?limit=10');
    await app.save();
    await app.front.filter({ hasNotText: 'not saved' }).waitFor();
    await app.openElement('One pet');
    await app.url.fill('https://pets.test/pets/2');
    await app.front.filter({ hasText: 'not saved' }).waitFor();
    // Until the app itself is kept on the device.
    await app.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await profile.stop();
    await server.stop();

    await profile.start();
    const again = await App.open(profile, server.url);
    await again.front.filter({ hasText: 'One pet' }).filter({ hasText: 'not saved' }).waitFor();
    await seen(() => again.url.inputValue()).toBe('https://pets.test/pets/2');
    await again.openElement('List pets');
    await seen(() => again.url.inputValue()).toBe('https://pets.test/pets?limit=10');
    server = await ServerProcess.start(join(folder, 'data'), '--port', String(server.port));
  });
});
