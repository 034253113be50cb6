/** A server on plain http under a name that is not this machine's, as in a home or an office: browsers turn things off there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../outside/server-process.ts';
import { collectionOf, Stage } from '../outside/stage.ts';
import { DevicePage } from './device-page.ts';
import { placesOf } from './kept.ts';
import { Profile } from './profile.ts';
import { LAID_OVER, layModuleOver } from './site.ts';

const NAME = 'waypost.test';
const stage = new Stage();
let server: ServerProcess;
let origin: string;
let profile: Profile;
let url: string;

beforeAll(async () => {
  server = await stage.server();
  const shell = stage.home();
  await shell.signUp(server.url, 'anna@example.org', 'Desk');
  // More than travels inline: chunks are fetched, and compared with their hashes.
  await shell.json('import', stage.file('harbour.json', collectionOf(400)));
  await shell.json('sync');
  origin = `http://${NAME}:${server.port}`;
  await restart();
  profile = await Profile.open({ flags: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`, ...LAID_OVER] });
  url = await layModuleOver(profile.context, origin, { name: 'client.page.ts', beside: import.meta.url });
});
afterAll(async () => {
  await profile.remove();
  await stage.clear();
});

describe('a browser on plain http over a network', () => {
  it('says what is missing and what to do, and syncs, seals and unseals all the same', async () => {
    const tab = await DevicePage.open(profile, url);
    expect(await tab.page.evaluate(() => [isSecureContext, 'locks' in navigator, crypto.subtle === undefined])).toEqual(
      [false, false, true],
    );
    const { gaps, summary } = await tab.page.evaluate(() => waypost.platformGaps());
    expect(gaps.map(({ missing }) => missing)).toEqual(['service-worker', 'locks', 'crypto']);
    expect(summary).toContain(`${origin} is plain http`);
    await tab.enter('signIn', 'anna@example.org');
    await tab.synced();
    expect(await tab.names()).toEqual(['Harbour API']);

    await server.kill();
    await tab.create('Sealed work');
    expect(await tab.signOut('seal')).toMatchObject({ sealed: { changes: 1 } });
    expect(await placesOf(tab.page, ['anna@example.org', 'Harbour', 'Sealed work'])).toEqual([]);
    await restart();
    await tab.seat();
    await tab.enter('signIn', 'anna@example.org');
    await tab.shows(['Harbour API', 'Sealed work']);
    await tab.synced();
  });
});

/** Under the name that people of the network know it by. */
async function restart(): Promise<void> {
  await server.kill();
  server = await stage.serverIn(server.folder, '--port', String(server.port), '--public-url', origin);
}
