import { describeStorage } from '@waypost/client/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { Profile } from './profile.ts';
import { RemoteStorage } from './remote-storage.ts';
import { serveModule, type Site } from './site.ts';

let site: Site;
let profile: Profile;
let tabs: readonly Page[];

beforeAll(async () => {
  [site, profile] = await Promise.all([serveModule('client.page.ts', import.meta.url), Profile.open()]);
  tabs = await Promise.all([profile.page(site.url), profile.page(site.url)]);
});
afterAll(async () => {
  await profile.remove();
  await site.stop();
});

let stores = 0;

describeStorage('IndexedDB', async () => {
  stores += 1;
  const name = `store-${stores}`;
  let handles = 0;
  const [page] = tabs as [Page, Page];
  return {
    // One tab has the first handle, another the second, and so on.
    open: () => RemoteStorage.open(tabs[handles++ % tabs.length] as Page, { name }),
    recordsMax: 4_000,
    openAlmostFull: async () => RemoteStorage.open(await almostFullPage(), { name }),
    exists: async () => (await databases(page)).includes(name),
    dispose: async () => void (await page.evaluate(async (database) => waypost.deleteDatabase(database), name)),
  };
});

/** A site of its own, which the browser gives little room. */
async function almostFullPage(): Promise<Page> {
  const { origin } = new URL(site.url.replace('127.0.0.1', 'localhost'));
  const page = await profile.page(origin);
  const session = await profile.context.newCDPSession(page);
  // What is large in these tests is all one letter, and is kept compressed.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 40_000 });
  return page;
}

async function databases(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
}
