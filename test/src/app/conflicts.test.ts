import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { signIn, signUp, synced } from './account.ts';
import { App } from './app.ts';

describe('two browsers', () => {
  const stage = new Stage();
  let server: ServerProcess;
  let profiles: Profile[];
  let desk: App;
  let lap: App;

  beforeAll(async () => {
    [server, ...profiles] = await Promise.all([stage.server(), Profile.open(), Profile.open()]);
    const [first, second] = profiles;
    if (first === undefined || second === undefined) throw new Error('There are two browsers.');
    desk = await App.open(first, server.url);
    await signUp(desk, 'anna@example.org', 'Desk');
    await synced(desk);
    await desk.importCollection(stage.folder, 'Shop', {
      Users: 'https://api.test/users',
      Orders: 'https://api.test/orders',
      Bills: 'https://api.test/bills',
    });
    lap = await App.open(second, server.url);
    await signIn(lap, 'anna@example.org', 'Lap');
    await lap.row('Shop').waitFor();
    await synced(lap);
  });
  afterAll(async () => {
    await Promise.all(profiles.map((profile) => profile.remove()));
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
    expect(await dialog(lap).getByText('Desk changed the same').count()).toBe(1);
    expect(await violationsOn(lap.page)).toEqual([]);

    await press(lap, 'Cancel');
    await shows(lap, 'https://api.test/lap');
    await lap.save();
    await press(lap, 'Take theirs');
    await shows(lap, 'https://api.test/desk');
    await lap.page.getByRole('button', { name: 'Undo' }).click();
    await shows(lap, 'https://api.test/lap');

    await write(desk, 'https://api.test/desk/2');
    await note(lap, 'too: saving asks').waitFor();
    await lap.save();
    await press(lap, 'Save and overwrite');
    await shows(desk, 'https://api.test/lap');

    await type(lap, 'https://api.test/beside');
    await write(desk, 'https://api.test/desk/3');
    await note(lap, 'too: saving asks').waitFor();
    await lap.save();
    await press(lap, 'Save as new request');
    await shows(lap, 'https://api.test/beside');
    await desk.row('Users copy').waitFor();
    await shows(desk, 'https://api.test/desk/3');
  });

  it('keep what is typed into something that is deleted elsewhere, and bring it back [D4]', async () => {
    for (const app of [desk, lap]) await app.openElement('Bills');
    await type(lap, 'https://api.test/bills?typed');
    await desk.row('Bills').click();
    await desk.page.keyboard.press('Delete');
    await note(lap, 'Desk deleted it. What you typed is still here.').waitFor();
    await lap.front.filter({ hasText: 'DELETED' }).waitFor();
    await lap.save();
    await press(lap, 'Recreate it');
    await desk.row('Bills').waitFor();
    await shows(desk, 'https://api.test/bills?typed');
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
    expect(await violationsOn(lap.page)).toEqual([]);
    await lap.page.keyboard.press('Escape');
    await write(desk, 'https://api.test/orders/desk');
    server = await stage.again(server);
    // Whoever comes second is asked.
    await Promise.all([desk, lap].map((app) => app.command('Sync now')));
    const conflicts = (app: App) => app.footer.getByRole('button', { name: '1 conflict' });
    await Promise.all([desk, lap].map((app) => conflicts(app).waitFor()));
    await conflicts(desk).click();
    await desk.page.getByRole('listitem').filter({ hasText: 'Orders' }).waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
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

  it('had no fault in the page', () => {
    const own = (fault: string): boolean => !/WebSocket connection|ERR_CONNECTION/.test(fault);
    expect([...desk.faults, ...lap.faults].filter(own)).toEqual([]);
  });
});

function dialog({ page }: App) {
  return page.getByRole('dialog', { name: 'elsewhere' });
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
  await expect.poll(() => app.url.inputValue(), { timeout: 15_000 }).toBe(url);
}
