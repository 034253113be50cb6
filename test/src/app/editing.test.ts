import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { App } from './app.ts';
import { Recorder } from './recorder.ts';
import { seen } from './seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'waypost-editing-'));
let target: Recorder;
let server: ServerProcess;
let profile: Profile;
let app: App;

beforeAll(async () => {
  [target, server, profile] = await Promise.all([
    Recorder.start(),
    ServerProcess.start(folder, '--sync', 'off'),
    Profile.open(),
  ]);
  app = await App.open(profile, server.url);
});

afterAll(async () => {
  expect(app.faults).toEqual([]);
  await profile.remove();
  await server.stop();
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
});

const cell = (name: string): Locator => app.page.getByRole('textbox', { name, exact: true });
const part = (name: string): Promise<void> =>
  app.page.getByRole('tablist', { name: 'Parts of the request' }).getByRole('tab', { name }).click();
const typed = (text: string): Promise<void> => app.page.keyboard.type(text);
/** On a busy machine what a person sees at once may take a while. */
const press = (key: string): Promise<void> => app.page.keyboard.press(key);

async function newRequest(url: string): Promise<void> {
  await app.page.getByRole('button', { name: 'New request' }).last().click();
  await app.url.fill(url);
}

describe('a new request', () => {
  it('has its parameters in step with its address, both ways', async () => {
    await newRequest('https://api.test/users/:id?page=2&flag');
    await seen(() => cell('Value, parameter 1').inputValue()).toBe('2');
    await cell('Value, parameter 1').fill('3');
    await cell('Value, path variable 1').fill('7');
    await cell('Name, new parameter').click();
    await typed('sort');
    await press('Enter');
    await typed('name');
    await seen(() => app.url.inputValue()).toBe('https://api.test/users/:id?page=3&flag&sort=name');
    await app.page.getByRole('checkbox', { name: 'Use parameter 2' }).click();
    await seen(() => app.url.inputValue()).toBe('https://api.test/users/:id?page=3&sort=name');
    await cell('Value, parameter 3').focus();
    await press('Alt+ArrowUp');
    await press('Alt+ArrowUp');
    await seen(() => app.url.inputValue()).toBe('https://api.test/users/:id?sort=name&page=3');
    await seen(() => cell('Value, parameter 1').evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('has headers whose names are completed, and rows that can be written as text', async () => {
    await part('Headers');
    await cell('Name, new header').click();
    await typed('acc');
    await press('Enter');
    expect(
      await app.page.getByRole('combobox', { name: 'Name, header 1' }).or(cell('Name, header 1')).inputValue(),
    ).toBe('Accept');
    await press('Enter');
    await typed('text/plain');
    await app.page.getByRole('button', { name: 'Edit as text' }).click();
    const text = app.page.getByRole('textbox', { name: 'Headers as text' });
    await text.click();
    await press('ControlOrMeta+End');
    await typed('\n// X-Off: 1');
    await app.page.getByRole('button', { name: 'Edit as a table' }).click();
    await seen(() => cell('Name, header 2').inputValue()).toBe('X-Off');
    await seen(() => app.page.getByRole('checkbox', { name: 'Use header 2' }).isChecked()).toBe(false);
  });

  it('is asked for its place when it is saved, once', async () => {
    await app.save();
    const dialog = app.page.getByRole('dialog', { name: 'Save the request' });
    await dialog.getByLabel('Name', { exact: true }).fill('Users');
    await dialog.getByLabel('In a new collection').fill('People');
    await press('Enter');
    await app.row('People').waitFor();
    await seen(() => app.front.textContent()).not.toContain('not saved');
    await app.url.fill('https://api.test/people');
    await app.save();
    await seen(() => app.front.textContent()).not.toContain('not saved');
    await seen(() => app.page.getByRole('dialog').count()).toBe(0);
  });

  it('becomes what a pasted curl command says', async () => {
    await newRequest('');
    await app.url.focus();
    await app.page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, `curl '${target.url}/echo' -H 'X-From: curl' --json '{"a":1}'`);
    await seen(() => app.url.inputValue()).toBe(`${target.url}/echo`);
    await app.url.press('Enter');
    await seen(() => target.last('/echo')?.headers['x-from']).toBe('curl');
    expect(target.last('/echo')).toMatchObject({ method: 'POST', body: '{"a":1}' });
  });

  it('leaves Enter to a button that has the keyboard while a place is chosen, and says which place that is', async () => {
    await app.save();
    const dialog = app.page.getByRole('dialog', { name: 'Save the request' });
    await dialog.getByRole('button', { name: 'New collection' }).press('Enter');
    await dialog.getByLabel('In a new collection').waitFor();
    await dialog.getByRole('button', { name: 'Choose one that is there' }).press('Enter');
    const search = dialog.getByRole('combobox', { name: 'Search collections and folders' });
    await search.press('ArrowDown');
    const chosen = dialog.getByRole('option', { selected: true });
    await seen(() => chosen.getAttribute('id')).toBe(await search.getAttribute('aria-activedescendant'));
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await seen(() => app.page.getByRole('dialog').count()).toBe(0);
    await seen(() => app.front.textContent()).toContain('not saved');
  });
});

describe('a draft', () => {
  it('survives a reload and a restart of the browser, and asks before it is lost', async () => {
    await app.openElement('Users');
    await app.url.fill('https://api.test/changed');
    await part('Body');
    await app.page.getByRole('combobox', { name: 'Body' }).click();
    await app.page.getByRole('option', { name: 'Text' }).click();
    await app.page.getByRole('textbox', { name: 'Body' }).click();
    await typed('typed a moment ago');
    await app.reload();
    await seen(() => app.url.inputValue()).toBe('https://api.test/changed');
    await profile.restart();
    app = await App.open(profile, server.url);
    await app.openElement('Users');
    await seen(() => app.url.inputValue()).toBe('https://api.test/changed');
    await part('Body');
    await app.page.getByText('typed a moment ago').waitFor();

    await press('ControlOrMeta+Alt+w');
    const dialog = app.page.getByRole('dialog', { name: 'Save the edits of “Users”?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await seen(() => app.url.inputValue()).toBe('https://api.test/changed');
    await press('ControlOrMeta+Alt+w');
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await app.openElement('Users');
    await seen(() => app.url.inputValue()).toBe('https://api.test/people');
  });

  it('in which nobody wrote anything is closed without a question', async () => {
    await newRequest('');
    await press('ControlOrMeta+Alt+w');
    await app.front.filter({ hasText: 'Users' }).waitFor();
    await seen(() => app.page.getByRole('dialog').count()).toBe(0);
  });
});

describe('an environment', () => {
  it('has shared and local values; a credential stays on the device with one key, and is sent all the same', async () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';
    await app.command('New environment');
    await cell('Name, new variable').click();
    for (const [name, value] of Object.entries({ base: 'https://nobody.test', token })) {
      await typed(name);
      await press('Enter');
      await typed(value);
      await press('Enter');
    }
    await cell('Local value, variable 1').fill(target.url);
    await app.save();
    const dialog = app.page.getByRole('dialog', { name: 'Share this value?' });
    await dialog.getByText('a GitHub token').waitFor();
    await press('Enter');
    await seen(() => cell('Local value, variable 2').inputValue()).toBe(token);
    await seen(() => cell('Shared value, variable 2').inputValue()).toBe('');
    await seen(() => app.front.textContent()).not.toContain('not saved');

    await app.openElement('Users');
    await app.url.fill('{{base}}/echo?t={{token}}&u={{nobody}}');
    await app.page.getByText('{{nobody}} has no value and is sent as written.').waitFor();
    await press('ControlOrMeta+Enter');
    await seen(() => target.last('/echo')?.url).toBe(`/echo?t=${token}&u={{nobody}}`);
  });

  it('completes its names where one types two braces', async () => {
    await app.url.fill('');
    await typed('{{to');
    await app.page.getByRole('option', { name: 'token' }).waitFor();
    expect(await app.page.getByRole('option', { name: 'token' }).textContent()).not.toContain('ghp_');
    await press('Enter');
    await seen(() => app.url.inputValue()).toBe('{{token}}');
  });
});

describe('a body', () => {
  it('with a file has what was chosen on this device', async () => {
    const path = join(folder, 'note.txt');
    writeFileSync(path, 'what is in the file');
    await newRequest(`${target.url}/file`);
    await app.page.getByRole('button', { name: 'Method GET' }).click();
    await app.page.getByRole('menuitem', { name: 'PUT' }).click();
    await part('Body');
    await app.page.getByRole('combobox', { name: 'Body' }).click();
    await app.page.getByRole('option', { name: 'File', exact: true }).click();
    const choosing = app.page.waitForEvent('filechooser');
    await app.page.getByRole('button', { name: 'File of the body: choose' }).click();
    await (await choosing).setFiles(path);
    await app.page.getByText('note.txt').waitFor();
    await app.reload();
    await part('Body');
    await app.page
      .getByRole('button', { name: /Choose another/ })
      .or(app.page.getByText('Choose another'))
      .first()
      .waitFor();
    await press('ControlOrMeta+Enter');
    await seen(() => target.last('/file')?.body).toBe('what is in the file');
  });
});
