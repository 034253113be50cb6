import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { DevicePage } from './device-page.ts';
import { Profile } from './profile.ts';
import { LAID_OVER, layModuleOver } from './site.ts';

const stage = new Stage();
let server: ServerProcess;
let profile: Profile;
let url: string;
let connections = 0;
let pings = 0;

beforeAll(async () => {
  [server, profile] = await Promise.all([stage.server(), Profile.open({ flags: LAID_OVER })]);
  url = await layModuleOver(profile.context, server.url, { name: 'client.page.ts', beside: import.meta.url });
  profile.context.on('page', (page) =>
    page.on('websocket', (socket) => {
      connections += 1;
      socket.on('framesent', ({ payload }) => {
        if (payload === '{"type":"ping"}') pings += 1;
      });
    }),
  );
});
beforeEach(() => {
  connections = 0;
});
afterEach(() => profile.closePages());
afterAll(async () => {
  await profile.remove();
  await stage.clear();
});

describe('several tabs of one browser', () => {
  it('that open for the first time at once are one installation, with one place for local work', async () => {
    const tabs = await Promise.all(Array.from({ length: 4 }, () => DevicePage.open(profile, url)));
    const seen = await Promise.all(
      tabs.map(({ page }) =>
        page.evaluate(() => [waypost.seat.session.home.installation, waypost.seat.session.key].join()),
      ),
    );
    expect(new Set(seen).size).toBe(1);
    await Promise.all(tabs.map((tab, at) => tab.create(`Made in ${at}`)));
    await Promise.all(tabs.map((tab) => tab.shows([0, 1, 2, 3].map((at) => `Made in ${at}`))));
  });

  it('have one connection, lose nothing when the leading one crashes, and have one again', async () => {
    const first = await DevicePage.open(profile, url);
    await first.enter('signUp', 'anna@example.org');
    await first.synced();
    const others = await Promise.all(Array.from({ length: 4 }, () => DevicePage.open(profile, url)));
    await Promise.all([first, ...others].map((tab, at) => tab.create(`Tab ${at}`)));
    const names = [0, 1, 2, 3, 4].map((at) => `Tab ${at}`);
    await Promise.all([first, ...others].map((tab) => tab.shows(names)));
    await Promise.all([first, ...others].map((tab) => tab.synced()));
    expect(connections).toBe(1);
    await crash(first.page);
    await Promise.all(others.map((tab, at) => tab.create(`After ${at}`)));
    const all = [...[0, 1, 2, 3].map((at) => `After ${at}`), ...names];
    await Promise.all(others.map((tab) => tab.shows(all)));
    await Promise.all(
      others.map((tab) =>
        tab.page.waitForFunction(() => {
          const { phase, pending } = waypost.seat.session.device.status();
          return phase === 'synced' && pending === 0;
        }),
      ),
    );
    expect(connections).toBe(2);
    for (const tab of others) expect((await tab.status()).conflicts).toBe(0);
  });

  it('reach the leading one with a retry', async () => {
    const [leader, follower] = [await DevicePage.open(profile, url), await DevicePage.open(profile, url)];
    await Promise.all([leader.synced(), follower.synced()]);
    const before = pings;
    await follower.page.evaluate(() => waypost.seat.session.device.retry());
    // The connection is there: it is asked whether it lives.
    await expect.poll(() => pings).toBe(before + 1);
  });

  it('that have no locks sync each by itself, and agree', async () => {
    const [one, other] = [
      await DevicePage.open(profile, url, { locks: null }),
      await DevicePage.open(profile, url, { locks: null }),
    ];
    await Promise.all([one.synced(), other.synced()]);
    expect(connections).toBe(2);
    const before = await one.names();
    await Promise.all([one.create('Without a lock'), other.create('Without a lock, either')]);
    const after = [...before, 'Without a lock', 'Without a lock, either'].sort();
    await Promise.all([one.shows(after), other.shows(after)]);
    await Promise.all([one.synced(), other.synced()]);
    expect(await one.signOut('none')).toMatchObject({ isTold: true });
    expect(await other.ended()).toMatchObject({ kind: 'signed-out', by: 'another tab' });
  });
});

describe('a leading tab', () => {
  it('that stands still loses the lead after some silence, learns of it when it goes on, and may lead again', async () => {
    const [frozen, other] = [await profile.page(url), await profile.page(url)];
    expect([await lead(frozen), await lead(other)]).toEqual([true, false]);
    // It answers, so that no number of questions takes the lead from it.
    for (let ask = 0; ask < 12; ask += 1) expect(await take(other)).toBe(false);
    const goOn = await standStill(frozen);
    const taken: boolean[] = [];
    while (taken.at(-1) !== true && taken.length < 20) taken.push(await take(other));
    expect(taken.length).toBeGreaterThanOrEqual(5);
    expect(taken.at(-1)).toBe(true);
    await goOn();
    await frozen.waitForFunction(() => document.title === 'lost', undefined, { polling: 10 });
    expect(await take(frozen)).toBe(false);
    await other.close();
    await expect.poll(() => take(frozen)).toBe(true);
  });

  it('gives way to one that is looked at once it has been hidden for a minute, and to no other', async () => {
    const [leader, other] = [await profile.page(url), await profile.page(url)];
    const hide = (page: Page, ms: number): Promise<void> =>
      page.evaluate((hiddenMs) => void (window.name = String(hiddenMs)), ms);
    expect([await lead(leader), await lead(other)]).toEqual([true, false]);
    await hide(leader, 59_000);
    for (let ask = 0; ask < 5; ask += 1) expect(await take(other)).toBe(false);
    await hide(leader, 61_000);
    await hide(other, 1);
    for (let ask = 0; ask < 5; ask += 1) expect(await take(other)).toBe(false);
    await hide(other, 0);
    await expect.poll(() => take(other)).toBe(true);
    expect(await leader.title()).toBe('lost');
  });
});

describe('a store that is erased', () => {
  const STORE = 'waypost-store-x';

  it('while another tab stands still holds nothing, and refuses that tab when it goes on', async () => {
    const [frozen, other] = [await profile.page(url), await profile.page(url)];
    const open = (page: Page): Promise<void> =>
      page.evaluate(async (name) => {
        const storage = await waypost.openIndexedDbStorage({ name });
        const write = { to: 'local', workspace: 'device', key: 'k', value: 'marker' } as const;
        const save = (): Promise<unknown> => waypost.attempt(async () => storage.commit({ writes: [write] }, 'strict'));
        Object.assign(globalThis, { storage, save });
        await save();
      }, STORE);
    await Promise.all([open(frozen), open(other)]);
    const goOn = await standStill(frozen);
    await other.evaluate(() => (globalThis as unknown as { storage: { erase(): Promise<void> } }).storage.erase());
    await goOn();
    const saved = await frozen.evaluate(() => (globalThis as unknown as { save(): Promise<unknown> }).save());
    expect(saved).toMatchObject({ error: { code: 'signed-out' } });
    await expect
      .poll(() => other.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
      .not.toContain(STORE);
  });

  it('is erased only over what was seen of it: what another tab appended meanwhile is seen first', async () => {
    const page = await profile.page(url);
    const [first, second] = await page.evaluate(async (name) => {
      const [one, other] = [await waypost.openIndexedDbStorage({ name }), await waypost.openIndexedDbStorage({ name })];
      const write = { to: 'local', workspace: 'device', key: 'k', value: 'x' } as const;
      await other.commit({ writes: [write] }, 'strict');
      const isEmpty = (found: ReadonlyMap<string, readonly unknown[]>): boolean => found.get('local')?.length === 0;
      const before = await one.eraseIf(['local'], isEmpty);
      await one.commit({ writes: [{ ...write, value: null }] }, 'strict');
      return [before, await one.eraseIf(['local'], isEmpty)];
    }, STORE);
    expect([first, second]).toEqual([false, true]);
  });

  it('of a newer Waypost is refused in a sentence, and lets go of for one', async () => {
    const page = await profile.page(url);
    const said = await page.evaluate(async (name) => {
      const old = await waypost.openIndexedDbStorage({ name });
      const newer = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name, 2);
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error));
      });
      const lost = await old.lost;
      const refused = await waypost.attempt(() => waypost.openIndexedDbStorage({ name }));
      newer.close();
      await waypost.deleteDatabase(name);
      return [lost.message, 'error' in refused ? refused.error : null];
    }, STORE);
    expect(said).toEqual([
      'Another tab runs a newer Waypost: reload this one.',
      expect.objectContaining({ code: 'database-too-new' }),
    ]);
  });

  it('is not made again by one who only wants to open it', async () => {
    const page = await profile.page(url);
    const opened = await page.evaluate(
      async (name) => waypost.attempt(() => waypost.openIndexedDbStorage({ name, create: false })),
      STORE,
    );
    expect(opened).toMatchObject({ error: { code: 'signed-out' } });
    expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).not.toContain(STORE);
  });
});

/** Begins to lead or to follow; the name of the window says for how long it has been hidden. */
async function lead(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    // Every look at this clock is three seconds later.
    let now = 0;
    const leadership = waypost.createLeadership({
      ...{ name: 'x', locks: navigator.locks },
      now: () => (now += 3_000),
      hiddenMs: () => Number(window.name),
    });
    const handlers = { lost: () => (document.title = 'lost'), nudged: () => undefined };
    const take = (): Promise<boolean> => leadership.take(handlers);
    Object.assign(globalThis, { take });
    return take();
  });
}

async function take(page: Page): Promise<boolean> {
  return page.evaluate(() => (globalThis as unknown as { take(): Promise<boolean> }).take());
}

/** As a tab that the browser froze: it runs no line of script until the result is called. */
async function standStill(page: Page): Promise<() => Promise<void>> {
  const session = await profile.context.newCDPSession(page);
  await session.send('Debugger.enable');
  await session.send('Debugger.pause');
  return async () => {
    await session.send('Debugger.disable');
    await session.detach();
  };
}

/** As a tab that runs out of memory. */
async function crash(page: Page): Promise<void> {
  const session = await profile.context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}
