import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from '@waypost/runner/certificates-for-tests';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { violationsOn } from './accessibility.ts';
import { Recorder } from './recorder.ts';
import { seen } from './seen.ts';
import { SecureTarget } from './secure-target.ts';

const CANNOT_SHOW = 'This browser cannot show it.';

const folder = mkdtempSync(join(tmpdir(), 'waypost-sending-'));
let target: Recorder;
let secure: SecureTarget;
let server: ServerProcess;
let profile: Profile;
let page: Page;

beforeAll(async () => {
  [target, secure, server, profile] = await Promise.all([
    Recorder.start(),
    SecureTarget.start(),
    ServerProcess.start(folder, '--sync', 'off'),
    Profile.open(),
  ]);
  page = await profile.page(server.url);
  await importCollection();
});

afterAll(async () => {
  await profile.remove();
  await server.stop();
  await target.stop();
  await secure.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('sending in the app', () => {
  it('sends a request with its scripts through the server on this machine', async () => {
    await open('Echo');
    await page.getByText('Sender: this machine').waitFor();
    await send();
    await page.getByText('200 OK').waitFor();
    expect(target.last('/echo')).toMatchObject({ method: 'POST', url: '/echo?a=1', body: '{"n": 1.50}' });
    expect(target.last('/echo')?.headers).toMatchObject({
      'x-token': 'from the collection',
      'x-added': 'by the script',
    });
    await page.getByText('"amount": 1.50').waitFor();
    await page.getByRole('tab', { name: 'Tests 2/3' }).click();
    await page.getByText('expected 1 to deeply equal 2').waitFor();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('Waited for the first byte').waitFor();
  });

  it('keeps cookies on the device, and sends them the next time', async () => {
    await send();
    await expect.poll(() => target.last('/echo')?.headers.cookie).toBe('sid=abc');
    await page.getByRole('button', { name: 'Cookies', exact: true }).click();
    await page.getByRole('dialog').getByText('sid', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('shows in the console what really went, and what scripts wrote', async () => {
    await page.getByRole('button', { name: 'Console', exact: true }).click();
    const log = page.getByRole('log');
    await log.getByText('hello from Echo').first().waitFor();
    await log.getByRole('button', { name: '/echo?a=1' }).first().click();
    await log.getByText('by the script').first().waitFor();
    await page.getByRole('button', { name: 'Clear the console' }).click();
    await page.getByText('Every request appears here').waitFor();
    await page.getByRole('button', { name: 'Close the console' }).click();
  });

  it.each(['light', 'dark'] as const)('is nothing that axe objects to, in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    const look = async (): Promise<void> => void found.push(...(await violationsOn(page)));
    await page.getByRole('button', { name: 'Console', exact: true }).click();
    await send();
    await page.getByRole('log').getByText('/echo?a=1').waitFor();
    const parts = page.getByRole('tablist', { name: 'Parts of the response' }).getByRole('tab');
    for (const part of await parts.all()) {
      await part.click();
      await look();
    }
    await page.getByRole('button', { name: 'Close the console' }).click();
    for (const dialog of ['How requests are sent', 'The agent on this machine', 'Limits, proxy and certificates']) {
      await page.getByRole('button', { name: /^Sender/ }).click();
      if (dialog.startsWith('The agent')) await page.getByRole('button', { name: 'Pair with the agent' }).click();
      if (dialog.startsWith('Limits')) await page.getByRole('button', { name: dialog }).click();
      await page.getByRole('dialog', { name: dialog }).waitFor();
      await look();
      while ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Cookies', exact: true }).click();
    await page.getByRole('button', { name: 'Add a cookie' }).click();
    await look();
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
  });

  it('ends a script that never ends when its person stops it, and goes on with the next', async () => {
    await open('Endless');
    await send();
    await page.getByText('Running the script before the request').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).first().click();
    await page.getByText('Sending was stopped.', { exact: true }).waitFor();
    await open('Echo');
    await page.getByText('200 OK').waitFor();
    await page.getByRole('tab', { name: 'Body' }).last().click();
    await page.getByText('"amount": 1.50').waitFor();
  });

  it('shows a stream as it comes, and leaves it when it is stopped', async () => {
    await open('Stream');
    await send();
    await page.getByRole('list', { name: 'Events' }).getByText('Alma').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped before it was complete.').waitFor();
    await expect.poll(() => target.left).toBe(1);
  });

  it('shows a page without its scripts, and asks nobody for what it names', async () => {
    await open('Page');
    await send();
    await page.getByLabel('How the body is shown').click();
    await page.getByRole('option', { name: 'Preview' }).click();
    await page.frameLocator('iframe[title="Preview of the response"]').getByText('Harbour').waitFor();
    expect(target.asked.filter(({ url }) => ['/image', '/style', '/script'].includes(url))).toEqual([]);
  });

  it('shows a document and a film as the browser can, and says so where it cannot', async () => {
    await open('Document');
    await send();
    await page.getByTitle('Preview of the response').or(page.getByText(CANNOT_SHOW)).waitFor();
    const hasViewer = await page.evaluate(() => navigator.pdfViewerEnabled);
    await seen(() => page.frames().some((frame) => frame.url().startsWith('chrome-extension:'))).toBe(hasViewer);
    await open('Film');
    await send();
    await seen(() => page.locator('video').evaluate((film: HTMLVideoElement) => film.videoWidth)).toBe(64);
    await open('Broken');
    await send();
    await page.getByText(CANNOT_SHOW).waitFor();
  });

  it('shows 50 MB and finds in them without holding up the page', async () => {
    await open('Large');
    await page.evaluate(watchLongTasks);
    await send();
    await page.getByText('This is large').waitFor();
    await page.getByText('"name":"Ship 0"').waitFor();
    await page.getByRole('button', { name: 'Format it' }).click();
    await page.getByText('"name": "Ship 0"').waitFor();
    await page.getByRole('button', { name: 'Find in the response' }).click();
    await page.getByLabel('Find in the response').last().fill('Ship 49999');
    await page.getByText('1 of 1').waitFor();
    await page.locator('mark', { hasText: 'Ship 49999' }).waitFor();
    const longest = await page.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks));
    expect(longest).toBeLessThan(1_000);
  });
});

describe('a request through a proxy, to a server that asks who calls', () => {
  it('is refused until its authority is trusted and a certificate is there, and says which is missing', async () => {
    await open('Secure');
    await send();
    await alert('The certificate of the server is not trusted').waitFor();
    await inDialog(async (dialog) => {
      await dialog.getByLabel('Choose authorities').setInputFiles(pem('authority.pem', 'certificate'));
      await dialog.getByText('One certificate').waitFor();
      await dialog.getByLabel('Proxy', { exact: true }).click();
      await page.getByRole('option', { name: 'This one' }).click();
      await dialog.getByLabel('Address of the proxy').fill(secure.proxy);
    });
    await send();
    await alert('The server lets in only whoever shows a certificate').waitFor();
    expect(secure.ledTo).toContain(secure.host);
  });

  it('goes through with the certificate for this host, and no more when it is taken away', async () => {
    await inDialog(async (dialog) => {
      await dialog.getByRole('button', { name: 'Add a certificate' }).click();
      await dialog.getByRole('textbox', { name: 'Host' }).fill(secure.host);
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.getByText('Choose its files.').waitFor();
      await dialog
        .getByLabel(/^Certificate and key/)
        .setInputFiles([pem('harbour.crt', 'certificate'), pem('harbour.key', 'key')]);
      await dialog.getByText('harbour.crt, harbour.key').waitFor();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.getByText(secure.host, { exact: true }).waitFor();
    });
    await send();
    await page.getByText('"waypost runner test"').waitFor();
    await inDialog(async (dialog) => {
      await dialog.getByRole('button', { name: `Delete the certificate for ${secure.host}` }).click();
      await dialog.getByText(secure.host, { exact: true }).waitFor({ state: 'detached' });
    });
    await send();
    await alert('The server lets in only whoever shows a certificate').waitFor();
  });
});

describe('the frame for scripts', () => {
  it('reaches neither a network, nor what the app keeps, nor the app', async () => {
    expect(await page.evaluate(attack, target.url)).toEqual({
      ...{ fetch: 'refused', importScripts: 'refused', WebSocket: 'refused', XMLHttpRequest: 'refused' },
      ...{ indexedDB: 'refused', caches: 'refused', origin: 'null' },
    });
    expect(target.last('/attack')).toBeUndefined();
  });
});

async function importCollection(): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).first().click();
  const file = {
    name: 'harbour.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(collection())),
  };
  await page.locator('input[type=file]').first().setInputFiles(file);
  await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('treeitem', { name: 'Harbour' }).first().click();
  await page.getByRole('treeitem', { name: 'Echo' }).waitFor();
}

async function open(name: string): Promise<void> {
  await page.getByRole('treeitem', { name }).dblclick();
  await page.getByRole('tab', { name, selected: true }).waitFor();
}

async function send(): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** In the one for limits, proxy and certificates. */
async function inDialog(act: (dialog: Locator) => Promise<void>): Promise<void> {
  const name = 'Limits, proxy and certificates';
  await page.getByRole('button', { name: /^Sender/ }).click();
  await page.getByRole('button', { name }).click();
  await act(page.getByRole('dialog', { name }));
  await page.getByRole('button', { name: 'Done' }).click();
  while ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Escape');
}

function alert(text: string): Locator {
  return page.getByRole('alert').getByText(text);
}

function pem(name: string, part: 'certificate' | 'key'): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'application/x-pem-file', buffer: Buffer.from(TEST_CERTIFICATE[part]) };
}

function collection(): object {
  const request = (name: string, path: string, events: object = {}): object => ({
    name,
    request: { method: 'GET', header: [], url: `{{base}}${path}` },
    ...events,
  });
  const script = (listen: string, ...exec: string[]): object => ({ listen, script: { type: 'text/javascript', exec } });
  return {
    info: { name: 'Harbour', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    variable: [{ key: 'base', value: target.url }],
    event: [script('prerequest', "pm.collectionVariables.set('token', 'from the collection');")],
    item: [
      {
        name: 'Echo',
        event: [
          script(
            'prerequest',
            "pm.request.headers.add({ key: 'X-Added', value: 'by the script' });",
            "console.log('hello from Echo');",
          ),
          script(
            'test',
            "pm.test('status', () => pm.response.to.have.status(200));",
            "pm.test('wrong', () => pm.expect(1).to.eql(2));",
            "tests['an old one'] = responseCode.code === 200;",
          ),
        ],
        request: {
          method: 'POST',
          header: [{ key: 'X-Token', value: '{{token}}' }],
          url: '{{base}}/echo?a=1',
          body: { mode: 'raw', raw: '{"n": 1.50}', options: { raw: { language: 'json' } } },
        },
      },
      request('Endless', '/echo', { event: [script('prerequest', 'while (true) {}')] }),
      request('Stream', '/stream'),
      request('Page', '/page'),
      request('Large', '/large'),
      request('Document', '/document'),
      request('Film', '/film'),
      request('Broken', '/broken-film'),
      { name: 'Secure', request: { method: 'GET', url: `https://${secure.host}/berths` } },
    ],
  };
}

function watchLongTasks(): void {
  const tasks: number[] = [];
  Object.assign(globalThis, { tasks });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: 'longtask' });
}

/** What a script could do at worst: code of its own in the worker, with nothing of Postman's sandbox around it. */
async function attack(target: string): Promise<unknown> {
  const source = `
    const attempts = {
      fetch: () => fetch('${target}/attack'),
      importScripts: async () => importScripts('${target}/attack'),
      WebSocket: () => new Promise((resolve, reject) => {
        const socket = new WebSocket('${target.replace('http', 'ws')}/attack');
        socket.onopen = resolve;
        socket.onerror = reject;
      }),
      XMLHttpRequest: async () => {
        const request = new XMLHttpRequest();
        request.open('GET', '${target}/attack', false);
        request.send();
      },
      indexedDB: () => new Promise((resolve, reject) => {
        const request = indexedDB.open('waypost');
        request.onsuccess = resolve;
        request.onerror = reject;
      }),
      caches: () => caches.keys(),
    };
    const ends = Object.entries(attempts).map(async ([name, attempt]) => {
      try {
        await attempt();
        return [name, 'allowed'];
      } catch {
        return [name, 'refused'];
      }
    });
    Promise.all(ends).then((found) => postMessage({ ...Object.fromEntries(found), origin: self.origin }));
  `;
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = '/sandbox.html';
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => {
    port1.addEventListener('message', ({ data }) => resolve((data as { readonly data: unknown }).data));
    port1.start();
  });
  frame.addEventListener('load', () => {
    frame.contentWindow?.postMessage('waypost-sandbox', '*', [port2]);
    port1.postMessage({ __init_uvm: source });
  });
  document.body.append(frame);
  return answered;
}
