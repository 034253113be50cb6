/** Several tabs of one browser, at work in the app, and one of them goes down. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { signUp, synced } from './account.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

const NAMES = ['One', 'Two', 'Three', 'Four', 'Five'] as const;
const stage = new Stage();
let server: ServerProcess;
let profile: Profile;
let connections = 0;

beforeAll(async () => {
  [server, profile] = await Promise.all([stage.server(), Profile.open()]);
  profile.context.on('page', (page) => page.on('websocket', () => (connections += 1)));
});
afterAll(async () => {
  await profile.remove();
  await stage.clear();
});

it('the leading tab crashes: the others go on with one connection, and nothing typed or saved is lost [D7]', async () => {
  const leader = await App.open(profile, server.url);
  await signUp(leader, 'anna@example.org', 'Desk');
  await synced(leader);
  await leader.importCollection(
    stage.folder,
    'Shop',
    Object.fromEntries(NAMES.map((name) => [name, `https://api.test/${name}`])),
  );
  await synced(leader);
  const others: App[] = [];
  for (const _ of NAMES.slice(1)) others.push(await App.open(profile, server.url));
  const [drafting, saving] = others;
  if (drafting === undefined || saving === undefined) throw new Error('There are five tabs.');
  expect(connections).toBe(1);

  await leader.openElement('One');
  await leader.url.fill('https://api.test/typed-in-the-leader');
  await leader.front.filter({ hasText: 'not saved' }).waitFor();
  await drafting.openElement('Two');
  await drafting.url.fill('https://api.test/typed-beside');
  await drafting.front.filter({ hasText: 'not saved' }).waitFor();
  // What is typed reaches the disk a moment later; another tab sees it then.
  await saving.openElement('One');
  await seen(() => saving.url.inputValue()).toBe('https://api.test/typed-in-the-leader');

  const session = await profile.context.newCDPSession(leader.page);
  const crashed = leader.page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;

  await drafting.save();
  await saving.openElement('Three');
  await saving.url.fill('https://api.test/saved-after');
  await saving.save();
  await Promise.all(others.map((app) => synced(app)));
  await expect.poll(() => connections, { timeout: 15_000 }).toBe(2);
  for (const app of others) {
    await app.openElement('Two');
    await seen(() => app.url.inputValue()).toBe('https://api.test/typed-beside');
    await app.openElement('Three');
    await seen(() => app.url.inputValue()).toBe('https://api.test/saved-after');
    await app.openElement('One');
    await seen(() => app.url.inputValue()).toBe('https://api.test/typed-in-the-leader');
    expect(await app.footer.getByText('conflict').count()).toBe(0);
  }
});

it('a draft that two windows have open is the same in both: each shows what the other types, and one save keeps it all [D7]', async () => {
  await profile.closePages();
  const windows = [await App.open(profile, server.url), await App.open(profile, server.url)] as const;
  const [left, right] = windows;
  const header = ({ page }: App) => page.getByRole('textbox', { name: 'Value, header 1', exact: true });
  for (const app of windows) {
    await app.openElement('Four');
    await app.page
      .getByRole('tab', { name: /^Headers/ })
      .first()
      .click();
  }
  await left.url.fill('https://api.test/left');
  await seen(() => right.url.inputValue()).toBe('https://api.test/left');
  await right.page.getByRole('textbox', { name: 'Name, new header' }).fill('X-From');
  await header(right).fill('right');
  await seen(() => header(left).inputValue()).toBe('right');
  await left.url.fill('https://api.test/left/again');
  await seen(() => right.url.inputValue()).toBe('https://api.test/left/again');
  await right.save();
  for (const app of windows) {
    await app.front.filter({ hasText: 'Four' }).filter({ hasNotText: 'not saved' }).waitFor();
    await seen(() => app.url.inputValue()).toBe('https://api.test/left/again');
    await seen(() => header(app).inputValue()).toBe('right');
    await synced(app);
    expect(await app.page.getByText('conflict').count()).toBe(0);
    expect(app.faults).toEqual([]);
  }
});
