import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT, TokenServer } from '@waypost/runner/token-server-for-tests';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { violationsOn } from './accessibility.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

/** An hour, less what has passed of it. */
const ENDS = /ends in (?:1 hour|\d+ minutes)/;

const folder = mkdtempSync(join(tmpdir(), 'waypost-access-token-'));
let tokens: TokenServer;
let server: ServerProcess;
let profile: Profile;
let app: App;
let page: Page;
let panel: Locator;

beforeAll(async () => {
  [tokens, server, profile] = await Promise.all([
    TokenServer.start(),
    ServerProcess.start(join(folder, 'server'), '--sync', 'off'),
    Profile.open(),
  ]);
  app = await App.open(profile, server.url);
  ({ page } = app);
  panel = page.getByRole('region', { name: 'Access token on this device' });
  const path = join(folder, 'harbour.json');
  writeFileSync(path, JSON.stringify(collection()));
  await app.importFiles(path);
});

afterAll(async () => {
  await profile.remove();
  await server.stop();
  await tokens.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an access token that nobody is needed for', () => {
  it('is got before a request is sent, with what its client is called, and is on this device only', async () => {
    await openAuth('For a client');
    await panel.getByText('No access token on this device yet.').waitFor();
    await panel.getByRole('button', { name: 'Get new access token' }).click();
    await panel.getByText(ENDS).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('"Bearer client_credentials-1"').waitFor();
    await panel.getByRole('button', { name: 'Forget' }).click();
    await panel.getByText('No access token on this device yet.').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('"Bearer client_credentials-2"').waitFor();
    // The one that was fetched on the way is seen without asking for it.
    await panel.getByText(ENDS).waitFor();
  });

  it('says beside the fields why none is given', async () => {
    await page.getByRole('textbox', { name: 'Client ID' }).fill('nobody');
    await panel.getByRole('button', { name: 'Get new access token' }).click();
    await panel.getByRole('alert').getByText('No access token was given (400: invalid_client: who are you).').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  });
});

describe('an access token that takes a person', () => {
  it('comes from a window of whoever gives it, with a proof, and can be refreshed', async () => {
    await openAuth('For a person');
    const { question, closed } = await ask();
    await panel.getByText(/^Waiting for you in the window of 127\.0\.0\.1/).waitFor();
    await question.getByRole('link', { name: 'Agree' }).click();
    await panel.getByText('can be refreshed').waitFor();
    await closed;
    expect(tokens.asked.at(-1)).toMatchObject({
      grant_type: 'authorization_code',
      redirect_uri: `${server.url}/oauth-callback.html`,
    });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('"Bearer authorization_code-3"').waitFor();
    await panel.getByRole('button', { name: 'Refresh now' }).click();
    await seen(() => tokens.asked.at(-1)?.['grant_type']).toBe('refresh_token');
    await panel.getByRole('button', { name: 'Refresh now' }).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('"Bearer refresh_token-4"').waitFor();
  });

  it('is not taken from an answer to somebody else, and a refusal is said', async () => {
    const { question } = await ask();
    const count = tokens.asked.length;
    await question.getByRole('link', { name: 'Mix up' }).click();
    await question.getByText('No window of Waypost waits for this any more.').waitFor();
    expect(question.url()).toBe(`${server.url}/oauth-callback.html`);
    await panel.getByText(/^Waiting for you/).waitFor();
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await panel.getByRole('button', { name: 'Get new access token' }).waitFor();
    await question.close();
    const again = await ask();
    await again.question.getByRole('link', { name: 'Refuse' }).click();
    await panel.getByRole('alert').getByText('No access token was given (access_denied: not today).').waitFor();
    expect(tokens.asked.length).toBe(count);
  });

  it('is asked for in no window where the address is none of the web, or the browser opens none', async () => {
    await page.getByRole('textbox', { name: 'Authorization URL' }).fill('javascript:alert(1)');
    await panel.getByRole('button', { name: 'Get new access token' }).click();
    await panel.getByRole('alert').getByText('the authorization URL is not of http').waitFor();
    await page.getByRole('textbox', { name: 'Authorization URL' }).fill(`${tokens.url}/authorize`);
    await page.evaluate(() => Object.assign(globalThis, { open: () => null }));
    await panel.getByRole('button', { name: 'Get new access token' }).click();
    await panel.getByRole('alert').getByText('This browser kept the window from opening.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(app.faults).toEqual([]);
  });
});

async function openAuth(name: string): Promise<void> {
  await app.openElement(name);
  await page.getByRole('tab', { name: /^Auth/ }).click();
  await panel.waitFor();
}

/** The window that a person is asked in, and when it is gone. */
async function ask(): Promise<{ readonly question: Page; readonly closed: Promise<unknown> }> {
  const opening = profile.context.waitForEvent('page', { timeout: 15_000 });
  opening.catch(() => undefined);
  await panel.getByRole('button', { name: 'Get new access token' }).click();
  const question = await opening;
  const closed = question.waitForEvent('close');
  closed.catch(() => undefined);
  await question.getByRole('link', { name: 'Agree' }).waitFor();
  return { question, closed };
}

function collection(): object {
  const request = (name: string, fields: Readonly<Record<string, string>>): object => {
    const all = { accessTokenUrl: '{{base}}/token', clientId: CLIENT.id, clientSecret: '{{secret}}', ...fields };
    const oauth2 = Object.entries(all).map(([key, value]) => ({ key, value, type: 'string' }));
    return { name, request: { method: 'GET', url: '{{base}}/berths', auth: { type: 'oauth2', oauth2 } } };
  };
  return {
    info: { name: 'Harbour', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    variable: [
      { key: 'base', value: tokens.url },
      { key: 'secret', value: CLIENT.secret },
    ],
    item: [
      request('For a client', { grant_type: 'client_credentials' }),
      request('For a person', { grant_type: 'authorization_code_with_pkce', authUrl: '{{base}}/authorize' }),
    ],
  };
}
