/** The workloads of the app: what a person waits for, in a real browser, with the server the app is served by. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { ContenderName, ServerAddress } from '../contender.ts';
import type { Metric } from '../metrics.ts';
import { onStage } from '../stage.ts';
import { percentile } from '../statistics.ts';
import { workspaceElements } from '../workload.ts';
import { type Browser, openBrowser } from './browser.ts';
import type { FloorSite } from './floor-site.ts';
import { frameTimes, type KeyTime, paintedSinceNavigation, watchKeys, whenShown } from './in-page.ts';
import { appMetrics } from './metrics.ts';

export interface AppPlay {
  readonly workFolder: string;
  readonly sizes: readonly number[];
  readonly floor: FloorSite;
  readonly note: (contender: ContenderName, metric: Metric, figure: number) => void;
}

const RELOADS = 5;
const SAVES = 30;
const KEYS = 100;
const HAND_MS = 200;
const SETTLED_MS = 1_500;
const PAGE_ELEMENTS = 1_000;
const BODY_BYTES = 1_000_000;
const ROW = '[role=treeitem]';
const ADDRESS = '[role=textbox][aria-label=URL], input[aria-label=URL]';

export async function playApp(play: AppPlay): Promise<void> {
  play.note('waypost', appMetrics.code(), codeBytes() / 1_000);
  for (const size of play.sizes) await playSize(play, size);
}

async function playSize(play: AppPlay, size: number): Promise<void> {
  const isLargest = size === Math.max(...play.sizes);
  await playFloor(play, size, isLargest);
  await onStage({ contender: 'waypost', requestCount: size, workFolder: play.workFolder }, async (stage) => {
    const { server } = stage;
    // As for every new device but the first after a restart: the server has its snapshot ready.
    const before = await stage.openDevice();
    await before.ask('connect', {});
    await stage.closeClients();
    const one = await openBrowser(play.workFolder);
    try {
      await playFirstSync(play, size, { browser: one, address: server.address });
      await playOpening(play, size, { browser: one, address: server.address });
      const page = one.context.pages().at(-1);
      if (page === undefined) throw new Error('The app is open in no tab.');
      if (isLargest) {
        await playMemory(play, size, page);
        await playScrolling(play, size, page);
      } else {
        await playKeys(play, page);
        await playTwoBrowsers(play, { page, address: server.address });
      }
    } finally {
      await one.close();
    }
  });
}

interface At {
  readonly browser: Browser;
  readonly address: ServerAddress;
}

async function playFirstSync({ note }: AppPlay, size: number, { browser, address }: At): Promise<void> {
  const page = await browser.page(address.url);
  // Nobody types a password before the first visit has put the app on the device.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForTimeout(SETTLED_MS);
  const { from } = await signIn(page, address);
  const treeAt = await whenShown(page, ROW, '');
  const completeAt = await whenShown(page, 'footer', 'Online: synced');
  note('waypost', appMetrics.treeUsable(size), treeAt - from);
  note('waypost', appMetrics.complete(size), completeAt - from);
}

/** Through the screens, as a person does. `from` is when the button was pressed, in milliseconds since 1970. */
async function signIn(page: Page, { access }: ServerAddress): Promise<{ readonly from: number }> {
  await page.getByRole('tab', { name: 'Collections' }).waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('E-mail').fill(access['email'] ?? '');
  await page.getByLabel('Password', { exact: true }).fill(access['password'] ?? '');
  const from = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        document.addEventListener('click', () => resolve(performance.timeOrigin + performance.now()), {
          capture: true,
          once: true,
        });
      }),
  );
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click();
  return { from: await from };
}

/** With a request open, as most people leave it, from the device alone: the browser's caches are warm. */
async function playOpening({ note }: AppPlay, size: number, { browser, address }: At): Promise<void> {
  const page = browser.context.pages().at(-1);
  if (page === undefined) throw new Error('The app is open in no tab.');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await openRequest(page, 1);
  const times: number[] = [];
  for (let again = 0; again < RELOADS; again += 1) {
    await page.goto(address.url, { waitUntil: 'commit' });
    times.push(await paintedSinceNavigation(page, [ADDRESS, ROW]));
  }
  note('waypost', appMetrics.ready(size), percentile(times, 50));
}

/** Of the first folder, by its place. */
async function openRequest(page: Page, place: number): Promise<void> {
  const tree = page.getByRole('tree');
  await tree.focus();
  await page.keyboard.press('Home');
  // Closed before it is opened: on one that is open already the arrow would go inside.
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  for (let at = 0; at < place; at += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator(ADDRESS).waitFor();
}

async function playKeys({ note }: AppPlay, page: Page): Promise<void> {
  await page.locator(ADDRESS).click();
  await page.keyboard.press('End');
  const urlTimes = await typed(page);
  noteUrl(note, 'waypost', urlTimes);
  await page.getByRole('tab', { name: /^Body/ }).click();
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+a');
  await pasted(page, '.cm-content', largeBody());
  await page.waitForTimeout(3_000);
  await page.keyboard.press('Control+Home');
  const bodyTimes = await typed(page);
  for (const rank of [50, 95] as const)
    note(
      'waypost',
      appMetrics.keyInBody(rank),
      percentile(
        bodyTimes.map(({ toPaint }) => toPaint),
        rank,
      ),
    );
}

function noteUrl(note: AppPlay['note'], contender: ContenderName, times: readonly KeyTime[]): void {
  for (const rank of [50, 95] as const) {
    note(
      contender,
      appMetrics.keyInUrl(rank),
      percentile(
        times.map(({ toPaint }) => toPaint),
        rank,
      ),
    );
    note(
      contender,
      appMetrics.busyInUrl(rank),
      percentile(
        times.map(({ busy }) => busy),
        rank,
      ),
    );
  }
}

async function typed(page: Page): Promise<KeyTime[]> {
  const times = await watchKeys(page);
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press('a');
    await page.waitForTimeout(30);
  }
  return times();
}

/** As from the clipboard: a megabyte of keys would take minutes. */
async function pasted(page: Page, selector: string, text: string): Promise<void> {
  await page.evaluate(
    ({ wanted, content }) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', content);
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector(wanted)?.dispatchEvent(event);
    },
    { wanted: selector, content: text },
  );
}

function largeBody(): string {
  const rows: string[] = [];
  for (let bytes = 0; bytes < BODY_BYTES; bytes += 80) {
    rows.push(`{ "id": ${rows.length}, "name": "A customer with a name", "city": "Lisbon", "open": true }`);
  }
  return `[\n${rows.join(',\n')}\n]`;
}

async function playTwoBrowsers(
  { note, workFolder }: AppPlay,
  { page, address }: { page: Page; address: ServerAddress },
): Promise<void> {
  const other = await openBrowser(workFolder);
  try {
    const second = await other.page(address.url);
    await signIn(second, address);
    await whenShown(second, 'footer', 'Online: synced');
    // Not the one that has a megabyte of body by now.
    for (const one of [page, second]) await openRequest(one, 2);
    await page.locator(ADDRESS).fill('https://bench.test/begin');
    await page.keyboard.press('Control+s');
    await whenShown(second, ADDRESS, 'https://bench.test/begin');
    await page.evaluate(() => {
      const note = ({ key }: KeyboardEvent): void => {
        if (key === 's') Object.assign(globalThis, { savedAt: performance.timeOrigin + performance.now() });
      };
      window.addEventListener('keydown', note, { capture: true });
    });
    const times: number[] = [];
    for (let save = 0; save < SAVES; save += 1) {
      const mark = `https://bench.test/saved-${save}-`;
      await page.locator(ADDRESS).fill(mark);
      // As long as a hand needs from the last letter to the keys that save.
      await page.waitForTimeout(HAND_MS);
      const seen = whenShown(second, ADDRESS, mark);
      await page.keyboard.press('Control+s');
      const shownAt = await seen;
      times.push(shownAt - (await page.evaluate(() => (globalThis as unknown as { savedAt: number }).savedAt)));
    }
    for (const rank of [50, 95] as const) note('waypost', appMetrics.painted(rank), percentile(times, rank));
  } finally {
    await other.close();
  }
}

async function playMemory({ note }: AppPlay, size: number, page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  note('waypost', appMetrics.heap(size), heap / 1_000_000);
  const browser = await page.context().browser()?.newBrowserCDPSession();
  const processes = await browser?.send('SystemInfo.getProcessInfo');
  const renderers = processes?.processInfo.filter(({ type }) => type === 'renderer') ?? [];
  const bytes = Math.max(0, ...renderers.map(({ id }) => residentBytes(id)));
  if (bytes > 0) note('waypost', appMetrics.memory(size), bytes / 1_000_000);
}

/** What belongs to the process alone, and its share of what it has in common with others. */
function residentBytes(processId: number): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/smaps_rollup`, 'utf8'));
  return Number(found?.[1] ?? 0) * 1_024;
}

async function playScrolling({ note }: AppPlay, size: number, page: Page): Promise<void> {
  await page.getByRole('tree').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('*');
  await page.waitForTimeout(1_500);
  const times = await frameTimes(page, '[role=tree]');
  for (const rank of [50, 99] as const) note('waypost', appMetrics.frame(size, rank), percentile(times, rank));
}

/** The same of a page that does nothing else. */
async function playFloor({ floor, note, workFolder }: AppPlay, size: number, isLargest: boolean): Promise<void> {
  const browser = await openBrowser(workFolder);
  try {
    floor.serve(floorPages(size));
    const page = await browser.page(floor.url);
    const { treeAt, completeAt } = await page.evaluate(() =>
      (globalThis as unknown as { firstSync: () => Promise<{ treeAt: number; completeAt: number }> }).firstSync(),
    );
    note('floor', appMetrics.treeUsable(size), treeAt);
    note('floor', appMetrics.complete(size), completeAt);
    await page.goto(floor.url, { waitUntil: 'commit' });
    note('floor', appMetrics.ready(size), await paintedSinceNavigation(page, ['input', '#list p']));
    if (isLargest) {
      const times = await frameTimes(page, '#list');
      for (const rank of [50, 99] as const) note('floor', appMetrics.frame(size, rank), percentile(times, rank));
    } else {
      await page.locator('input').click();
      const inUrl = await typed(page);
      noteUrl(note, 'floor', inUrl);
      await page.goto(floor.url);
      await page.evaluate((text) => {
        const area = document.querySelector('textarea');
        if (area !== null) area.value = text;
        area?.focus();
      }, largeBody());
      const inBody = await typed(page);
      for (const rank of [50, 95] as const)
        note(
          'floor',
          appMetrics.keyInBody(rank),
          percentile(
            inBody.map(({ toPaint }) => toPaint),
            rank,
          ),
        );
    }
  } finally {
    await browser.close();
  }
}

/** The tree as one page, and the elements as they are in pages of a thousand. */
function floorPages(size: number): Buffer[] {
  const elements = [...workspaceElements(size)];
  const tree = elements.map(({ id, kind, parent, fields }) => [id, kind, parent, fields['name']]);
  const pages: Buffer[] = [gzipSync(JSON.stringify(tree))];
  for (let at = 0; at < elements.length; at += PAGE_ELEMENTS) {
    pages.push(gzipSync(JSON.stringify(elements.slice(at, at + PAGE_ELEMENTS))));
  }
  return pages;
}

/** Of what the page itself names: its scripts, what they import before anything is painted, and its stylesheet. */
function codeBytes(): number {
  const folder = fileURLToPath(new URL('../../../packages/web/dist', import.meta.url));
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const names = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, name]) => name ?? '');
  return [...new Set(names)].reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).byteLength, 0);
}
