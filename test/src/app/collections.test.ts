/** The tree of collections, import, search, trash: as a person meets them, without an account. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { Recorder } from './recorder.ts';
import { seen } from './seen.ts';

const stage = new Stage();
let desk: Profile;
let target: Recorder;
let page: Page;

const SHOP = {
  info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [
    { name: 'Orders', item: ['List', 'Get', 'Cancel'].map((name) => request(name, 'GET')) },
    { name: 'Users', item: [request('Sign up', 'POST')] },
    request('Ping', 'HEAD'),
  ],
  variable: [
    { key: 'host', value: 'https://shop.test' },
    { key: 'apiToken', value: 'a1b2c3d4e5f6' },
  ],
};

beforeAll(async () => {
  const [server, profile, recorder] = await Promise.all([stage.server(), Profile.open(), Recorder.start()]);
  desk = profile;
  target = recorder;
  page = await desk.page(server.url);
});
afterAll(async () => {
  await desk.remove();
  await target.stop();
  await stage.clear();
});

describe('importing', () => {
  it('shows what a file brings before anything is saved, and keeps credentials on the device', async () => {
    await button('Import').first().click();
    await page
      .getByLabel('Files to import')
      .setInputFiles([file('shop.json', JSON.stringify(SHOP)), file('notes.json', '{"notes": 1}')]);
    const main = page.getByRole('main');
    await main.getByText('1 collection, 2 folders, 5 requests').waitFor();
    await main.getByText('cannot be imported').waitFor();
    await main.getByText('One value looks like a credential').waitFor();
    await seen(() => page.getByLabel('Keep the value of the variable on this device').isChecked()).toBe(true);
    await seen(names).toEqual([]);
    expect(await violationsOn(page)).toEqual([]);
    await main.getByRole('button', { name: 'Import', exact: true }).click();
    await main.getByRole('heading', { name: 'Imported' }).waitFor();
    await seen(names).toEqual(['Shop']);
    const exported = await saved(async () => {
      await row('Shop').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Export' }).click();
    });
    expect(JSON.parse(exported)).toEqual({
      ...SHOP,
      variable: [SHOP.variable[0], { key: 'apiToken', value: '' }],
    });
  });

  it('takes a file that is dropped anywhere on the window', async () => {
    const files = await page.evaluateHandle(
      (text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'more.json', { type: 'application/json' }));
        return transfer;
      },
      JSON.stringify({ info: { ...SHOP.info, name: 'More' }, item: [] }),
    );
    await page.dispatchEvent('footer', 'dragover', { dataTransfer: files });
    await page.getByText('Drop to import').waitFor();
    await page.dispatchEvent('footer', 'drop', { dataTransfer: files });
    await page.getByRole('main').getByText('1 collection').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  });
});

describe('the tree', () => {
  it('is worked with from the keyboard: opened, renamed, moved, duplicated, deleted, undone', async () => {
    await row('Shop').click();
    await seen(names).toEqual(['Shop', 'Orders', 'Users', 'Ping']);
    await keys('ArrowDown', 'F2');
    await page.keyboard.type('Purchases');
    await keys('Enter');
    await seen(names).toEqual(['Shop', 'Purchases', 'Users', 'Ping']);
    await keys('Alt+ArrowDown');
    await seen(names).toEqual(['Shop', 'Users', 'Purchases', 'Ping']);
    await keys('ControlOrMeta+d');
    await seen(names).toEqual(['Shop', 'Users', 'Purchases', 'Purchases copy', 'Ping']);
    await keys('Delete');
    await seen(names).toEqual(['Shop', 'Users', 'Purchases', 'Ping']);
    await page.getByText('Moved “Purchases copy” to the trash').waitFor();
    await button('Undo').first().click();
    await seen(names).toContain('Purchases copy');
    // Shortcuts work while the keyboard is in a note, too.
    await button('Undo').first().focus();
    await openPalette();
    await keys('Escape');
    await page.getByRole('combobox', { name: 'Search and commands' }).waitFor({ state: 'detached' });
    await button('Undo').first().click();
    await seen(names).not.toContain('Purchases copy');
    // Type-ahead, and a letter goes around the end.
    await page.getByRole('tree').focus();
    await page.keyboard.type('pi');
    await seen(chosen).toEqual(['Ping']);
  });

  it('lets several be chosen and dragged together, and refuses what cannot stand there', async () => {
    await row('Purchases').click();
    await seen(names).toEqual(['Shop', 'Users', 'Purchases', 'List', 'Get', 'Cancel', 'Ping']);
    await seen(chosen).toEqual(['Purchases']);
    await row('Get').click();
    await row('Cancel').click({ modifiers: ['Shift'] });
    await seen(chosen).toEqual(['Get', 'Cancel']);
    await row('Get').dragTo(row('Users'), { targetPosition: { x: 60, y: 14 } });
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Get', 'Cancel', 'Purchases', 'List', 'Ping']);
    // In between the others, together and in the order in which they stood, also when something stood between them.
    await row('Cancel').click();
    await row('Sign up').click({ modifiers: ['ControlOrMeta'] });
    await seen(chosen).toEqual(['Sign up', 'Cancel']);
    await row('Cancel').dragTo(row('Get'), { targetPosition: { x: 60, y: 2 } });
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Cancel', 'Get', 'Purchases', 'List', 'Ping']);
    await row('Get').click();
    await row('Get').dragTo(row('Cancel'), { targetPosition: { x: 60, y: 2 } });
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Get', 'Cancel', 'Purchases', 'List', 'Ping']);
    await row('Purchases').dragTo(row('List'), { targetPosition: { x: 60, y: 14 } });
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Get', 'Cancel', 'Purchases', 'List', 'Ping']);
    await row('Cancel').click();
    await row('Cancel').dragTo(row('List'), { targetPosition: { x: 60, y: 2 } });
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Get', 'Purchases', 'Cancel', 'List', 'Ping']);
  });

  it('is as it was after a reload, with what is expanded', async () => {
    await page.waitForTimeout(500);
    await page.reload();
    await seen(names).toEqual(['Shop', 'Users', 'Sign up', 'Get', 'Purchases', 'Cancel', 'List', 'Ping']);
  });

  it('is filtered by name, method and URL', async () => {
    const filter = page.getByLabel('Filter collections');
    await filter.fill('post');
    await seen(names).toEqual(['Shop', 'Users', 'Sign up']);
    await filter.fill('shop.test/cancel');
    await seen(names).toEqual(['Shop', 'Purchases', 'Cancel']);
    await filter.fill('');
  });

  it('tells a screen reader where each stands', async () => {
    const state = await row('Get').evaluate((element) =>
      ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-selected'].map((name) => element.getAttribute(name)),
    );
    expect(state).toEqual(['3', '2', '2', 'false']);
    await seen(() => row('Users').getAttribute('aria-expanded')).toBe('true');
    await row('Users').dblclick();
    await page.getByLabel('Name of the folder').waitFor();
    await row('Users').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await keys('Escape');
  });
});

describe('search and commands', () => {
  it('finds by a few characters, and opens', async () => {
    await openPalette();
    await page.keyboard.type('sign');
    await page.getByRole('option', { name: /Sign up/ }).waitFor();
    await keys('Enter');
    await seen(() => page.getByRole('tab', { name: 'Sign up' }).getAttribute('aria-selected')).toBe('true');
  });

  it('runs commands, and the shortcuts have a sheet of their own', async () => {
    await openPalette();
    await page.keyboard.type('trash');
    await keys('Enter');
    await page.getByRole('tab', { name: 'Trash', selected: true }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await keys('Escape');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
  });
});

describe('the trash', () => {
  it('brings back what was deleted, and lets go for good only when told twice', async () => {
    await keys('ControlOrMeta+Alt+Digit1');
    await row('Users').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await seen(names).not.toContain('Users');
    await keys('ControlOrMeta+Alt+Digit4');
    await page.getByRole('button', { name: 'Restore Users' }).click();
    await keys('ControlOrMeta+Alt+Digit1');
    await seen(names).toContain('Users');
    await keys('ControlOrMeta+Alt+Digit4');
    await button('Empty the trash').click();
    const question = page.getByRole('dialog', { name: /for good/ });
    await question.waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await question.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('The trash is empty').first().waitFor();
  });
});

describe('a collection of a thousand requests', () => {
  it('is imported, and one of them is found and sent', async () => {
    const item = Array.from({ length: 20 }, (_, folder) => ({
      name: `Folder ${folder}`,
      item: Array.from({ length: 50 }, (_, at) => ({
        name: `Request ${folder}-${at}`,
        request: { method: 'GET', header: [], url: { raw: `${target.url}/echo?n=${folder}-${at}` } },
      })),
    }));
    await openPalette();
    await page.keyboard.type('import');
    await keys('Enter');
    const large = file('large.json', JSON.stringify({ info: { ...SHOP.info, name: 'Large' }, item }));
    await page.getByLabel('Files to import').setInputFiles([large]);
    await page.getByRole('main').getByText('1 collection, 20 folders, 1,000 requests').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await openPalette();
    await page.keyboard.type('17-33');
    await page.getByRole('option', { name: /Request 17-33/ }).waitFor();
    await keys('Enter');
    await page.getByRole('tab', { name: 'Request 17-33' }).waitFor();
    await page.getByRole('textbox', { name: 'URL' }).waitFor();
    await keys('ControlOrMeta+Enter');
    await page.getByText('200 OK').waitFor();
    expect(target.last('/echo')?.url).toBe('/echo?n=17-33');
  });

  it('leaves what was sent in the history, from where it opens as a new request', async () => {
    await keys('ControlOrMeta+Alt+Digit3');
    const entry = page.getByRole('list', { name: 'History' }).getByRole('button', { name: /Request 17-33/ });
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await entry.click();
    await seen(() => page.getByRole('tab', { name: 'Request 17-33' }).count()).toBe(2);
    await page.getByRole('tab', { name: /Request 17-33.*not saved/, selected: true }).waitFor();
  });
});

function request(name: string, method: string): unknown {
  return { name, request: { method, header: [], url: { raw: `{{host}}.shop.test/${name.toLowerCase()}` } } };
}

function file(name: string, text: string) {
  return { name, mimeType: 'application/json', buffer: Buffer.from(text) };
}

function button(name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

function row(name: string): Locator {
  return page.getByRole('treeitem', { name: new RegExp(`(^|[A-Z]+ )${name}(,|$)`) });
}

/** Of the rows in sight, from above to below. */
function names(): Promise<string[]> {
  return named(page.getByRole('treeitem'));
}

function chosen(): Promise<string[]> {
  return named(page.getByRole('treeitem', { selected: true }));
}

/** In one go: rows come and go meanwhile. */
function named(rows: Locator): Promise<string[]> {
  return rows.evaluateAll((elements) =>
    elements
      .map((element) => ({ label: element.ariaLabel ?? '', y: element.getBoundingClientRect().y }))
      .toSorted((a, b) => a.y - b.y)
      .map(({ label }) => label.replace(/^[A-Z]+ |, .*$/g, '')),
  );
}

async function openPalette(): Promise<void> {
  await keys('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).waitFor();
}

async function keys(...presses: readonly string[]): Promise<void> {
  for (const press of presses) await page.keyboard.press(press);
}

/** The file that an act hands to the person. */
async function saved(act: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
