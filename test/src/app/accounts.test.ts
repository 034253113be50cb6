import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placesOf } from '../browser/kept.ts';
import { Profile } from '../browser/profile.ts';
import { PASSWORD } from '../outside/home.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { signIn, signUp, synced } from './account.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

describe('an account in the app', () => {
  const stage = new Stage();
  const opened: Profile[] = [];
  let server: ServerProcess;
  let desk: App;

  beforeAll(async () => {
    server = await stage.server();
    desk = await newBrowser();
  });
  afterAll(async () => {
    await Promise.all(opened.map((profile) => profile.remove()));
    await stage.clear();
  });

  async function newBrowser(): Promise<App> {
    const profile = await Profile.open();
    opened.push(profile);
    return App.open(profile, server.url);
  }

  it('says what is wrong where it is wrong', async () => {
    await desk.page.getByRole('button', { name: 'Account' }).click();
    await desk.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const dialog = desk.page.getByRole('dialog', { name: 'Sign in' });
    await dialog.getByLabel('E-mail').fill('anna');
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await seen(() => dialog.getByRole('alert').textContent()).toBe('Write your whole e-mail address.');
    await dialog.getByLabel('E-mail').fill('anna@example.org');
    await dialog.getByLabel('Password').fill('not this one');
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.getByText('E-mail or password is wrong').waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await desk.page.keyboard.press('Escape');
  });

  it('takes a copy of what was made without one, and leaves that where it was [E4, E5]', async () => {
    await desk.importCollection(stage.folder, 'Shelf 4711', { Here: 'https://api.test/here' });
    await signUp(desk, 'anna@example.org', 'Desk');
    const copying = desk.page.getByRole('dialog', { name: 'Copy your local work?' });
    await copying.waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await copying.getByRole('button', { name: 'Copy', exact: true }).click();
    await desk.row('Shelf 4711').waitFor();
    await desk.footer.getByRole('button', { name: 'Online: synced' }).waitFor();
    await desk.page.getByRole('button', { name: 'My workspace' }).click();
    await desk.page.getByRole('menuitem', { name: 'Work without an account' }).click();
    await desk.footer.getByRole('button', { name: 'Sync off: work stays on this device' }).waitFor();
    await desk.row('Shelf 4711').waitFor();
    await desk.page.getByRole('button', { name: 'Account' }).click();
    await desk.page.getByRole('button', { name: 'anna@example.org' }).click();
    await synced(desk);
    await desk.row('Shelf 4711').waitFor();
  });

  it('asks at the fourth device which one makes room, and that one is told [A3, A4]', async () => {
    const [lap, phone, work] = await Promise.all([newBrowser(), newBrowser(), newBrowser()]);
    for (const [app, name] of [
      [lap, 'Lap'],
      [phone, 'Phone'],
    ] as const) {
      await signIn(app, 'anna@example.org', name);
      await synced(app);
    }
    await signIn(work, 'anna@example.org', 'Work');
    const asking = work.page.getByRole('dialog', { name: 'All devices are in use' });
    await asking.waitFor();
    expect(await violationsOn(work.page)).toEqual([]);
    await asking.getByRole('radio', { name: /Phone/ }).check();
    await asking.getByRole('button', { name: 'Sign out “Phone” and sign in here' }).click();
    await synced(work);
    await phone.page.getByText('This device was signed out from elsewhere').waitFor();
    expect(await placesOf(phone.page, ['Shelf 4711', 'anna@example.org', 'api.test'])).toEqual([]);

    await desk.command('Devices');
    const devices = desk.page.getByRole('main').getByRole('listitem');
    await devices.filter({ hasText: 'Work' }).waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await desk.page.getByRole('button', { name: 'Sign out Lap' }).click();
    await desk.page
      .getByRole('dialog', { name: 'Sign out “Lap”?' })
      .getByRole('button', { name: 'Sign out', exact: true })
      .click();
    await lap.page.getByText('This device was signed out from elsewhere').waitFor();
    await devices.filter({ hasText: 'Lap' }).waitFor({ state: 'detached' });
  });

  it('is not left with something unsynced before that is named; sealed, it is back after signing in [A4, B4]', async () => {
    await desk.openElement('Here');
    await server.kill();
    await desk.url.fill('https://api.test/saved');
    await desk.save();
    await desk.footer.getByRole('button', { name: 'Offline: 1 waiting' }).waitFor();
    await desk.url.fill('https://api.test/typed');
    await desk.front.filter({ hasText: 'not saved' }).waitFor();
    await desk.page.getByRole('button', { name: 'Account: anna@example.org' }).click();
    await desk.page.getByRole('menuitem', { name: 'Sign out' }).click();
    const leaving = desk.page.getByRole('dialog', { name: 'Sign out' });
    await leaving.getByText('1 saved change not sent yet').waitFor();
    await leaving.getByText('1 tab with something not saved').waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await leaving.getByRole('radio', { name: /sealed/ }).check();
    await leaving.getByRole('button', { name: 'Sign out', exact: true }).click();
    await desk.footer.getByRole('button', { name: 'Sync off: work stays on this device' }).waitFor();
    expect(await placesOf(desk.page, ['anna@example.org', 'api.test/saved', 'api.test/typed'])).toEqual([]);

    server = await stage.again(server);
    await signIn(desk, 'anna@example.org', 'Desk');
    await desk.page.getByRole('button', { name: 'Leave it where it is' }).click();
    await synced(desk);
    await desk.openElement('Here');
    await seen(() => desk.url.inputValue()).toBe('https://api.test/typed');
  });

  it('has workspaces that are made and renamed in the switcher, and the other devices see it', async () => {
    const lap = await newBrowser();
    await signIn(lap, 'anna@example.org', 'Lap');
    await synced(lap);
    const dialog = desk.page.getByRole('dialog');
    await desk.page.getByRole('button', { name: 'My workspace' }).click();
    await desk.page.getByRole('menuitem', { name: 'New workspace' }).click();
    await dialog.getByRole('button', { name: 'Create the workspace' }).click();
    await dialog.getByText('Give it a name.').waitFor();
    await dialog.getByLabel('Name').fill('Harbour');
    await dialog.getByRole('button', { name: 'Create the workspace' }).click();
    await desk.page.getByRole('button', { name: 'Harbour', exact: true }).click();
    await desk.page.getByRole('menuitem', { name: 'Rename this workspace' }).click();
    expect(await violationsOn(desk.page)).toEqual([]);
    await dialog.getByLabel('Name').fill('Docks');
    await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
    await desk.page.getByRole('button', { name: 'Docks', exact: true }).waitFor();
    await lap.page.getByRole('button', { name: 'My workspace' }).click();
    await lap.page.getByRole('menuitem', { name: 'Docks' }).waitFor();
    await desk.page.getByRole('button', { name: 'Undo' }).click();
    await lap.page.getByRole('menuitem', { name: 'Harbour' }).waitFor();
    await lap.page.keyboard.press('Escape');

    // Deleted with its name, for every device; the only one left cannot be.
    await desk.page.getByRole('button', { name: 'Harbour', exact: true }).click();
    await desk.page.getByRole('menuitem', { name: 'Delete this workspace' }).click();
    await dialog.getByText('for you alone').waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    const deleting = dialog.getByRole('button', { name: 'Delete for good' });
    expect(await deleting.isDisabled()).toBe(true);
    await dialog.getByLabel('To go on, type its name: Harbour').fill('Harbour');
    await deleting.click();
    await desk.page.getByText('“Harbour” is deleted').waitFor();
    await desk.page.getByRole('button', { name: 'My workspace' }).click();
    await desk.page.getByRole('menuitem', { name: 'Rename this workspace' }).waitFor();
    await seen(() => desk.page.getByRole('menuitem', { name: 'Delete this workspace' }).count()).toBe(0);
    await desk.page.keyboard.press('Escape');
    await lap.page.getByRole('button', { name: 'My workspace' }).click();
    await lap.page.getByRole('menuitem', { name: 'Harbour' }).waitFor({ state: 'detached' });
    await lap.page.keyboard.press('Escape');
  });

  it('whose password is changed stays signed in there, and nowhere else [A5]', async () => {
    const lap = opened.at(-1)?.context.pages().at(-1);
    if (lap === undefined) throw new Error('There is no other device.');
    await desk.page.getByRole('button', { name: 'Account: anna@example.org' }).click();
    await desk.page.getByRole('menuitem', { name: 'Change the password' }).click();
    const dialog = desk.page.getByRole('dialog', { name: 'Change the password' });
    const change = dialog.getByRole('button', { name: 'Change the password' });
    await dialog.getByLabel('Present password').fill('not this one');
    await dialog.getByLabel('New password', { exact: true }).fill('four new words here');
    await dialog.getByLabel('The new password again').fill('four new words there');
    await change.click();
    await dialog.getByText('The two new passwords are not the same.').waitFor();
    await dialog.getByLabel('The new password again').fill('four new words here');
    await change.click();
    await dialog.getByText('This is not your present password.').waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await dialog.getByLabel('Present password').fill(PASSWORD);
    await change.click();
    await desk.page.getByText('The password is changed').waitFor();
    await lap.getByText('Sync off: work stays on this device').first().waitFor();
    expect(await placesOf(lap, ['anna@example.org', 'Shelf 4711', 'api.test'])).toEqual([]);
    await synced(desk);
  });

  it('is deleted with its password, and says what went with it [A7]', async () => {
    await desk.command('Devices');
    await desk.page.getByRole('button', { name: 'Delete the account' }).click();
    const dialog = desk.page.getByRole('dialog', { name: 'Delete the account' });
    await dialog.getByLabel('Your password').fill('not this one');
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await dialog.getByText('Nothing was deleted.').waitFor();
    expect(await violationsOn(desk.page)).toEqual([]);
    await dialog.getByLabel('Your password').fill('four new words here');
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await desk.page.getByText('anna@example.org is deleted', { exact: true }).waitFor();
    await desk.row('Shelf 4711').waitFor();
  });
});
