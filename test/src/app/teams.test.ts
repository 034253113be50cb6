/** Two people and a team, in two browsers: the link, the roles, the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { signUp, synced } from './account.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

describe('a team in the app', () => {
  const stage = new Stage();
  const opened: Profile[] = [];
  let anna: App;
  let ben: App;
  let url: string;
  let link: string;

  beforeAll(async () => {
    ({ url } = await stage.server());
    anna = await newBrowser();
    ben = await newBrowser();
    await signUp(anna, 'anna@example.org', 'Desk');
    await synced(anna);
  });
  afterAll(async () => {
    await Promise.all(opened.map((profile) => profile.remove()));
    await stage.clear();
  });

  async function newBrowser(): Promise<App> {
    const profile = await Profile.open();
    opened.push(profile);
    return App.open(profile, url);
  }

  it('is made, given a workspace, and others are invited with a link', async () => {
    const { page } = anna;
    await anna.command('Teams');
    await page.getByText('You are in no team yet').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'New team' }).click();
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByText('Give it a name.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Harbour');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByRole('heading', { name: 'Harbour' }).waitFor();
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite into “Harbour”' });
    await dialog.getByLabel('People who may use it').fill('none');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await dialog.getByText('A whole number from 1 to 1,000.').waitFor();
    await dialog.getByLabel('People who may use it').fill('2');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    link = await page.getByLabel('Link', { exact: true }).inputValue();
    expect(link.startsWith(`${url}/#join=`)).toBe(true);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('For 2 people as editor').waitFor();
    await page.getByRole('button', { name: 'New workspace' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Ships');
    await page.getByRole('button', { name: 'Create the workspace' }).click();
    await page.getByRole('button', { name: 'Ships', exact: true }).waitFor();
    await anna.importCollection(stage.folder, 'Vessels', { Here: 'https://api.test/here' });
    await synced(anna);
    await anna.command('Teams');
  });

  it('is joined by whoever opens the link and signs in, and nothing of the link stays in the address', async () => {
    const { page } = ben;
    await page.goto(link);
    const waiting = page.getByRole('dialog', { name: 'You are invited into a team' });
    await waiting.waitFor();
    expect(page.url()).toBe(`${url}/`);
    await page.keyboard.press('Escape');
    await signUp(ben, 'ben@example.org', 'Laptop');
    const dialog = page.getByRole('dialog', { name: 'Join a team' });
    await dialog.getByText('“Harbour”, as editor; anna@example.org invites you.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('button', { name: 'Ships', exact: true }).waitFor();
    await ben.row('Vessels').waitFor();
  });

  it('shows who is in it, also who joins meanwhile, and gives roles that count at once', async () => {
    const { page } = anna;
    await page.getByText('ben@example.org').waitFor();
    await page.getByRole('combobox', { name: 'Role of ben@example.org' }).click();
    await page.getByRole('option', { name: /^Viewer/ }).click();
    await page.getByText('ben@example.org is viewer in “Harbour” now').waitFor();
    await ben.command('Teams');
    await seen(async () =>
      ben.page.getByRole('listitem').filter({ hasText: 'ben@example.org' }).textContent(),
    ).toContain('viewer');
    expect(await violationsOn(page)).toEqual([]);
  });

  it('is not left by its last owner, and takes its workspaces from who is removed', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    const leaving = page.getByRole('dialog', { name: 'Leave “Harbour”?' });
    await leaving.getByText('You lose “Ships”').waitFor();
    await leaving.getByRole('button', { name: 'Leave', exact: true }).click();
    await leaving.getByText('You are the last owner of this team').waitFor();
    await leaving.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Remove ben@example.org' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('ben@example.org is out of “Harbour”').waitFor();
    await ben.page.getByRole('button', { name: 'My workspace' }).waitFor();
    await seen(() => ben.row('Vessels').count()).toBe(0);
  });

  it('is deleted with its name, with what goes said before', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Delete the team' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete “Harbour”?' });
    await dialog.getByText('with “Ships” and everything in them').waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete for good' }).isDisabled()).toBe(true);
    await dialog.getByLabel('To go on, type its name: Harbour').fill('Harbour');
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('button', { name: 'My workspace' }).waitFor();
  });
});
