import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { violationsInBothThemes } from './accessibility.ts';
import { synced } from './account.ts';
import type { App } from './app.ts';
import { seen } from './seen.ts';
import { openTwoBrowsers, type TwoBrowsers } from './two-browsers.ts';

describe('two browsers', () => {
  const stage = new Stage();
  let browsers: TwoBrowsers;
  let server: ServerProcess;
  let desk: App;
  let lap: App;

  beforeAll(async () => {
    const item = ['Users', 'Orders', 'Bills', 'Mixed'].map((name) => ({
      name,
      request: {
        method: 'GET',
        url: `https://api.test/${name.toLowerCase()}`,
        header: [{ key: 'X-From', value: 'nobody' }],
      },
    }));
    browsers = await openTwoBrowsers(stage, item);
    ({ server, desk, lap } = browsers);
  });
  afterAll(async () => {
    await browsers.remove();
    await stage.clear();
  });

  it('say at once what changed under an open editor, and ask at saving; every answer does what it says [D1, D2, D3]', async () => {
    for (const app of [desk, lap]) await app.openElement('Users');
    await shows(lap, 'https://api.test/users');
    // It is there for a few seconds.
    await Promise.all([note(lap, 'Desk changed URL.').waitFor(), write(desk, 'https://api.test/people')]);
    await shows(lap, 'https://api.test/people');

    await type(lap, 'https://api.test/lap');
    await write(desk, 'https://api.test/desk');
    await note(lap, 'Desk changed URL too: saving asks which one stands.').waitFor();
    await lap.save();
    await dialog(lap).getByText('“Users” was changed elsewhere').waitFor();
    await seen(() => dialog(lap).getByText('Desk changed the same').count()).toBe(1);
    expect(await violationsInBothThemes(lap.page)).toEqual([]);

    await press(lap, 'Cancel');
    await shows(lap, 'https://api.test/lap');
    await lap.save();
    await press(lap, 'Take theirs');
    await shows(lap, 'https://api.test/desk');
    await undo(lap, 'Theirs stands');
    await shows(lap, 'https://api.test/lap');

    await write(desk, 'https://api.test/desk/2');
    await note(lap, 'too: saving asks').waitFor();
    await lap.save();
    await press(lap, 'Save and overwrite');
    await shows(desk, 'https://api.test/lap');
    await undo(lap, 'Saved over theirs');
    await shows(desk, 'https://api.test/desk/2');
    await lap.front.filter({ hasText: 'not saved' }).waitFor();
    await shows(lap, 'https://api.test/lap');

    await write(desk, 'https://api.test/desk/3');
    await note(lap, 'too: saving asks').waitFor();
    await lap.save();
    await press(lap, 'Save as new request');
    await shows(lap, 'https://api.test/lap');
    await desk.row('Users copy').waitFor();
    await shows(desk, 'https://api.test/desk/3');
    await undo(lap, 'Saved as “Users copy” beside it');
    await desk.row('Users copy').waitFor({ state: 'detached' });
    await lap.front.filter({ hasText: 'Users' }).filter({ hasText: 'not saved' }).waitFor();
    await shows(lap, 'https://api.test/lap');
  });

  it('keep what was typed and not chosen in the history, from where it is put back, also on the other device [D6]', async () => {
    await type(lap, 'https://api.test/typed');
    await lap.save();
    await press(lap, 'Take theirs');
    await shows(lap, 'https://api.test/desk/3');
    await synced(lap);
    await desk.front.click({ button: 'right' });
    await desk.page.getByRole('menuitem', { name: 'History' }).click();
    const history = desk.page.getByRole('dialog', { name: 'History of “Users”' });
    const aside = history.getByRole('listitem').filter({ hasText: 'https://api.test/typed' });
    await aside.filter({ hasText: 'Set aside in a conflict' }).waitFor();
    expect(await violationsInBothThemes(desk.page)).toEqual([]);
    await aside.getByRole('button', { name: /^Put back/ }).click();
    await shows(lap, 'https://api.test/typed');
    await history.getByRole('listitem').filter({ hasText: 'stands now' }).filter({ hasText: '/typed' }).waitFor();
    await desk.page.keyboard.press('Escape');
    await undo(desk, 'Put back');
    await shows(lap, 'https://api.test/desk/3');
    await shows(desk, 'https://api.test/desk/3');
  });

  it('take single fields from either side, at saving, and put it all back [D3]', async () => {
    for (const app of [desk, lap]) {
      await app.openElement('Mixed');
      await headers(app).click();
    }
    await value(lap).fill('lap');
    await type(lap, 'https://api.test/mixed/lap');
    await value(desk).fill('desk');
    await write(desk, 'https://api.test/mixed/desk');
    await note(lap, 'Desk changed URL and Header X-From too: saving asks').waitFor();
    await lap.save();
    await dialog(lap).getByRole('radio', { name: 'Header X-From: Theirs, Desk' }).check();
    await press(lap, 'Save as chosen');
    for (const app of [desk, lap]) {
      await shows(app, 'https://api.test/mixed/lap');
      await seen(() => value(app).inputValue()).toBe('desk');
    }
    await undo(lap, 'Saved as chosen');
    await shows(desk, 'https://api.test/mixed/desk');
    await seen(() => value(lap).inputValue()).toBe('lap');
    await shows(lap, 'https://api.test/mixed/lap');
    await note(lap, 'Header X-From too: saving asks').waitFor();
    await lap.save();
    await press(lap, 'Save and overwrite');
    await shows(desk, 'https://api.test/mixed/lap');
    await seen(() => value(desk).inputValue()).toBe('lap');
  });

  it('keep what is typed into something that is deleted elsewhere, also over a reload, and bring it back [D4]', async () => {
    for (const app of [desk, lap]) await app.openElement('Bills');
    await type(lap, 'https://api.test/bills?typed');
    await desk.row('Bills').click();
    await desk.page.keyboard.press('Delete');
    await note(lap, 'Desk deleted it. What you typed is still here.').waitFor();
    await lap.front.filter({ hasText: 'DELETED' }).waitFor();
    await lap.reload();
    await lap.front.filter({ hasText: 'DELETED' }).filter({ hasText: 'not saved' }).waitFor();
    await shows(lap, 'https://api.test/bills?typed');
    await lap.save();
    await press(lap, 'Recreate it');
    await desk.row('Bills').waitFor();
    await shows(desk, 'https://api.test/bills?typed');
  });

  it('show each other what was sent, and open it again [B3, F3]', async () => {
    const sent = `${server.url}/api/?from=desk`;
    await desk.page.getByRole('button', { name: 'New request' }).first().click();
    await type(desk, sent);
    await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
    for (const { page } of [desk, lap]) {
      await page.getByRole('tab', { name: 'History' }).click();
      await page
        .getByRole('list', { name: 'History' })
        .getByRole('button', { name: /from=desk/ })
        .waitFor();
    }
    await lap.page
      .getByRole('list', { name: 'History' })
      .getByRole('button', { name: /from=desk/ })
      .click();
    await shows(lap, sent);
    for (const { page } of [desk, lap]) await page.getByRole('tab', { name: 'Collections' }).click();
  });

  it('go on without the server, say so, and decide later what met: all at once, with an undo [C1, C2, D5]', async () => {
    for (const app of [desk, lap]) await app.openElement('Orders');
    await Promise.all([synced(desk), synced(lap)]);
    await server.kill();
    await write(lap, 'https://api.test/orders/lap');
    const waiting = lap.footer.getByRole('button', { name: 'Offline: 1 waiting' });
    await waiting.click();
    const details = lap.page.getByRole('dialog', { name: 'Offline: 1 waiting' });
    await details.getByRole('button', { name: 'Orders 1 change' }).waitFor();
    await details.getByText(server.url, { exact: true }).waitFor();
    expect(await violationsInBothThemes(lap.page)).toEqual([]);
    await lap.page.keyboard.press('Escape');
    await write(desk, 'https://api.test/orders/desk');
    server = await stage.again(server);
    // Whoever comes second is asked.
    await Promise.all([desk, lap].map((app) => app.command('Sync now')));
    const conflicts = (app: App) => app.footer.getByRole('button', { name: '1 conflict' });
    await Promise.all([desk, lap].map((app) => conflicts(app).waitFor()));
    await conflicts(desk).click();
    await desk.page.getByRole('listitem').filter({ hasText: 'Orders' }).waitFor();
    expect(await violationsInBothThemes(desk.page)).toEqual([]);
    await desk.openElement('Orders');
    const stood = await desk.url.inputValue();
    await conflicts(desk).click();
    await desk.page.getByRole('button', { name: 'All mine' }).click();
    // Open ones show on the person's other devices, and close everywhere.
    await Promise.all([desk, lap].map((app) => conflicts(app).waitFor({ state: 'detached' })));
    await desk.page.getByRole('dialog', { name: '1 conflict decided' }).getByRole('button', { name: 'Undo' }).click();
    await desk.openElement('Orders');
    await shows(desk, stood);
  });

  it('mark what met in its tab, and decide it by single fields, or all with theirs, each with an undo [D3, D4, D5]', async () => {
    await Promise.all([synced(desk), synced(lap)]);
    await server.kill();
    for (const [app, name] of [
      [lap, 'lap'],
      [desk, 'desk'],
    ] as const) {
      await app.openElement('Users');
      await write(app, `https://api.test/met/${name}`);
      await app.openElement('Orders');
      await headers(app).click();
      await value(app).fill(name);
      await write(app, `https://api.test/orders/met/${name}`);
    }
    server = await stage.again(server);
    await Promise.all([desk, lap].map((app) => app.command('Sync now')));
    const conflicts = (app: App, label: string) => app.footer.getByRole('button', { name: label });
    await Promise.all([desk, lap].map((app) => conflicts(app, '2 conflicts').waitFor()));
    await desk.front.filter({ hasText: 'Orders' }).filter({ hasText: 'CONFLICT' }).waitFor();
    const stood = await desk.url.inputValue();
    const parked = stood.endsWith('/desk') ? 'https://api.test/orders/met/lap' : 'https://api.test/orders/met/desk';

    await conflicts(desk, '2 conflicts').click();
    const line = desk.page.getByRole('listitem').filter({ hasText: 'Orders' });
    await line.getByRole('button', { name: 'Decide' }).click();
    await dialog(desk)
      .getByRole('radio', { name: /^Header X-From: Theirs/ })
      .check();
    await press(desk, 'Save as chosen');
    await desk.openElement('Orders');
    await shows(desk, parked);
    await seen(() => value(desk).inputValue()).toBe(stood.endsWith('/desk') ? 'desk' : 'lap');
    await undo(desk, 'Decided field by field');
    await shows(desk, stood);

    await conflicts(desk, '1 conflict').click();
    await desk.page.getByRole('button', { name: 'All theirs' }).click();
    await Promise.all([desk, lap].map((app) => conflicts(app, '1 conflict').waitFor({ state: 'detached' })));
    await desk.openElement('Users');
    const theirs = await desk.url.inputValue();
    await undo(desk, '1 conflict decided');
    await shows(desk, theirs.endsWith('/desk') ? 'https://api.test/met/lap' : 'https://api.test/met/desk');
  });

  it('had no fault in the page', () => {
    const own = (fault: string): boolean => !/WebSocket connection|ERR_CONNECTION/.test(fault);
    expect([...desk.faults, ...lap.faults].filter(own)).toEqual([]);
  });
});

function dialog({ page }: App) {
  return page.getByRole('dialog', { name: 'elsewhere' });
}

function headers({ page }: App) {
  return page.getByRole('tab', { name: /^Headers/ }).first();
}

/** The value of the only header. */
function value({ page }: App) {
  return page.getByRole('textbox', { name: 'Value, header 1', exact: true });
}

async function undo({ page }: App, notice: string): Promise<void> {
  const shown = page.getByRole('dialog', { name: notice });
  await shown.getByRole('button', { name: 'Undo' }).click();
  await shown.waitFor({ state: 'detached' });
}

function note({ page }: App, text: string) {
  return page.getByRole('main').getByText(text);
}

async function press(app: App, button: string): Promise<void> {
  await dialog(app).getByRole('button', { name: button, exact: true }).click();
  await dialog(app).waitFor({ state: 'detached' });
}

async function type(app: App, url: string): Promise<void> {
  await app.url.fill(url);
}

async function write(app: App, url: string): Promise<void> {
  await type(app, url);
  await app.save();
  await app.front.filter({ hasNotText: 'not saved' }).waitFor();
}

async function shows(app: App, url: string): Promise<void> {
  await seen(() => app.url.inputValue()).toBe(url);
}
