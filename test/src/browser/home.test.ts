/** What a browser knows of who works in it, and how it forgets. No server is needed: answers to sign-ins are made up. */
import { randomUUID, webcrypto } from 'node:crypto';
import type { SignedIn } from '@waypost/client/browser';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { placesOf } from './kept.ts';
import { Profile } from './profile.ts';
import { serveModule, type Site } from './site.ts';

const SERVER = 'https://waypost.marker-server.example';
const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001';
const STREAM = 'bbbbbbbb-0000-4000-8000-000000000001';
const WORDS = ['marker'];

let site: Site;
let profile: Profile;
let page: Page;
let ada: SignedIn;
let number = 0;

beforeAll(async () => {
  [site, profile] = await Promise.all([serveModule('home.page.ts', import.meta.url), Profile.open()]);
});
beforeEach(async () => {
  page = await profile.page(site.url);
  number += 1;
  ada = await person(`ada-${number}`);
});
afterEach(async () => {
  await page.evaluate(async () => {
    for (const { name = '' } of await indexedDB.databases()) await waypostHome.deleteDatabase(name);
  });
  await profile.closePages();
});
afterAll(async () => {
  await profile.remove();
  await site.stop();
});

describe('the home of a browser', () => {
  it('keeps who signed in and who is in front, knows their workspaces, and never the private key', async () => {
    const ben = await person('ben');
    await signIn(ada);
    await signIn(ben);
    expect(await seen()).toEqual({ accounts: [ada.account.email, ben.account.email], current: ben.account.email });
    expect(await placesOf(page, [ada.sealing.privateKey, ben.sealing.privateKey])).toEqual([]);
    expect(await page.evaluate(() => waypostHome.knownWorkspaces())).toEqual(['marker-workspace']);
  });

  it('gives an account that is still here its new token, and leaves its work alone', async () => {
    await signIn(ada);
    await work();
    await signIn({ ...ada, token: 'another' });
    expect(await page.evaluate(() => waypostHome.contents())).toMatchObject({
      token: 'another',
      outbox: ['marker-change'],
    });
  });

  it('erases everything of an account, seals what is work, and opens it for the same account alone [DV8]', async () => {
    await signIn(ada);
    await work();
    const report = await erase('seal');
    expect(report).toMatchObject({ sealed: { changes: 1, local: 1, conflicts: 1, refused: 1 } });
    expect(await placesOf(page, [...WORDS, ada.account.id, ada.device.id, SERVER])).toEqual([]);
    await signIn(await person('ben'));
    expect(await page.evaluate(() => waypostHome.contents())).toMatchObject({ outbox: [] });
    expect(await signIn(ada)).toBeGreaterThan(0);
    expect(await page.evaluate(() => waypostHome.contents())).toMatchObject({
      outbox: ['marker-change'],
      local: ['marker-draft'],
      conflicts: ['marker-conflict'],
      elements: [],
      next: 2,
    });
  });

  it('refuses while something exists only here, and touches nothing; where tabs stand holds up nothing [DV7]', async () => {
    await signIn(ada);
    await work();
    await expect(erase('none')).rejects.toThrow('unsynced');
    expect(await page.evaluate(() => waypostHome.contents())).toMatchObject({ outbox: ['marker-change'] });
    await page.evaluate(() => waypostHome.settle());
    await erase('none');
    expect(await placesOf(page, WORDS)).toEqual([]);
  });

  it.each(['before the store was emptied', 'after it'])(
    'whose tab was killed while erasing, %s, is whole or sealed',
    async (when) => {
      await signIn(ada);
      await work();
      await page.evaluate((emptied) => waypostHome.breakOff(emptied), when === 'after it');
      await page.close();
      page = await profile.page(site.url);
      if (when === 'after it') {
        expect(await seen()).toEqual({ accounts: [], current: null });
        expect(await placesOf(page, WORDS)).toEqual([]);
        expect(await signIn(ada)).toBeGreaterThan(0);
      } else {
        expect(await seen()).toEqual({ accounts: [ada.account.email], current: ada.account.email });
      }
      expect(await page.evaluate(() => waypostHome.contents())).toMatchObject({ outbox: ['marker-change'] });
      expect(await page.evaluate(() => waypostHome.sealedCount())).toBe(0);
    },
  );

  it('forgets the store of a sign-in that was not finished', async () => {
    await page.evaluate(() => waypostHome.halfSignIn());
    await seen();
    expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([
      'waypost-home',
    ]);
  });

  it('lets work under its lock run one after the other, with Web Locks and without', async () => {
    const most = await page.evaluate(async () => [await waypostHome.crowd(true), await waypostHome.crowd(false)]);
    expect(most).toEqual([1, 1]);
  });

  it('whose databases the browser removed begins anew, and says so to the tabs', async () => {
    await signIn(ada);
    const session = await profile.context.newCDPSession(page);
    await page.evaluate(() => waypostHome.hold());
    await session.send('Storage.clearDataForOrigin', { origin: new URL(site.url).origin, storageTypes: 'indexeddb' });
    expect(await page.evaluate(() => waypostHome.lost())).toBe('storage-failed');
    await page.reload();
    expect(await seen()).toEqual({ accounts: [], current: null });
  });
});

async function signIn(answer: SignedIn): Promise<number> {
  return page.evaluate(([server, given]) => waypostHome.signIn(server, given), [SERVER, answer] as const);
}

async function work(): Promise<void> {
  await page.evaluate(([workspace, stream]) => waypostHome.work(workspace, stream), [WORKSPACE, STREAM] as const);
}

async function erase(kind: 'none' | 'seal' | 'discard'): Promise<unknown> {
  return page.evaluate((fate) => waypostHome.erase(fate), kind);
}

async function seen(): Promise<{ readonly accounts: readonly string[]; readonly current: string | null }> {
  return page.evaluate(() => waypostHome.seen());
}

/** What the server answers to a sign-in of this person. Everything in it is found by its marker. */
async function person(name: string): Promise<SignedIn> {
  const { subtle } = webcrypto;
  const pair = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64url');
  return {
    account: { id: randomUUID() as never, email: `marker-${name}@example.org` },
    device: { id: randomUUID() as never, name: `marker-device-of-${name}` },
    token: `marker-token-of-${name}`,
    workspaces: [{ id: WORKSPACE as never, name: 'marker-workspace', kind: 'personal', role: 'administrator' }],
    sealing: {
      publicKey: text(await subtle.exportKey('raw', pair.publicKey)),
      privateKey: text(await subtle.exportKey('pkcs8', pair.privateKey)),
    },
  };
}
