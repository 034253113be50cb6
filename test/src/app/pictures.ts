/**
 * `npm run pictures`: takes the pictures of the user's pages anew, from the app as it is, with a server, two browsers and an
 * API of its own, all on this machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Profile } from '../browser/profile.ts';
import { ServerProcess } from '../outside/server-process.ts';
import { signIn, signUp, synced } from './account.ts';
import { App } from './app.ts';

const OUTPUT = fileURLToPath(new URL('../../../docs/user/pictures', import.meta.url));
const PETS = [
  { id: 1, name: 'Mia', kind: 'cat', price: 120, vaccinated: true, born: '2024-03-09' },
  { id: 2, name: 'Otto', kind: 'dog', price: 340.5, vaccinated: true, born: '2023-11-27' },
  { id: 3, name: 'Kiwi', kind: 'parrot', price: 95, vaccinated: false, born: '2025-01-30' },
];

const folder = mkdtempSync(join(tmpdir(), 'waypost-pictures-'));
mkdirSync(OUTPUT, { recursive: true });
const shop = await startShop();
const server = await ServerProcess.start(join(folder, 'data'));
const profiles = [await Profile.open(), await Profile.open()];
try {
  const [first, second] = profiles;
  if (first === undefined || second === undefined) throw new Error('There are two browsers.');
  await takeAll(first, second);
} finally {
  await Promise.all(profiles.map((profile) => profile.remove()));
  await server.stop();
  shop.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function takeAll(first: Profile, second: Profile): Promise<void> {
  const desk = await App.open(first, server.url);
  await desk.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await signUp(desk, 'anna@example.org', 'Desk');
  await synced(desk);
  const files = [writeCollection(), writeEnvironment()];
  await desk.command('Import');
  const choosing = desk.page.waitForEvent('filechooser');
  await desk.page.getByRole('button', { name: /choose files/i }).click();
  await (await choosing).setFiles(files);
  await desk.page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).waitFor();
  await take(desk, 'import');
  await desk.page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click();
  await desk.row('Pet shop').waitFor();
  await desk.openElement('List pets');
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
  await desk.page.getByText('200 OK').first().waitFor();
  await desk.page.waitForTimeout(1_500);
  await take(desk, 'request');
  await desk.page.emulateMedia({ colorScheme: 'dark' });
  await desk.page.getByRole('button', { name: 'Response beside the request' }).click();
  await take(desk, 'request-dark');
  await desk.page.getByRole('tab', { name: /^Tests/ }).click();
  await take(desk, 'response-tests');
  await desk.page.emulateMedia({ colorScheme: 'light' });
  await desk.openElement('Staging');
  await desk.page.getByRole('button', { name: 'Use', exact: true }).click();
  await desk.page
    .getByRole('textbox', { name: /^Local value/ })
    .nth(1)
    .fill('otto');
  await desk.page.keyboard.press('Tab');
  await desk.page.getByRole('heading', { name: 'Variables' }).click();
  await take(desk, 'environment');
  await desk.page.keyboard.press('ControlOrMeta+k');
  await desk.page.getByRole('combobox').fill('pet');
  await take(desk, 'palette');
  await desk.page.keyboard.press('Escape');

  const lap = await App.open(second, server.url);
  await lap.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await signIn(lap, 'anna@example.org', 'Lap');
  await lap.row('Pet shop').waitFor();
  await synced(lap);
  for (const app of [desk, lap]) await app.openElement('Add a pet');
  await lap.url.fill('{{base}}/v2/pets');
  await desk.url.fill('{{base}}/animals');
  await desk.save();
  await lap.page
    .getByText(/saving asks/)
    .first()
    .waitFor();
  await lap.save();
  await lap.page
    .getByRole('dialog')
    .getByText(/was changed elsewhere/)
    .waitFor();
  await take(lap, 'conflict');
  await lap.page.getByRole('dialog').getByRole('button', { name: 'Take theirs' }).click();
  await lap.command('Devices');
  await lap.page.getByText('Desk').first().waitFor();
  await take(lap, 'devices');

  await server.kill();
  await desk.openElement('Remove a pet');
  await desk.url.fill('{{base}}/pets/:id?reason=sold');
  await desk.save();
  await desk.footer.getByRole('button', { name: /^Offline/ }).click();
  await take(desk, 'sync-details');
  await desk.page.keyboard.press('Escape');
  await desk.page.getByRole('button', { name: /^Account/ }).click();
  await desk.page.getByRole('menuitem', { name: /^Sign out/ }).click();
  await desk.page.getByRole('dialog').waitFor();
  await take(desk, 'sign-out');
  await desk.page.keyboard.press('Escape');
  await desk.page.setViewportSize({ width: 390, height: 780 });
  await desk.openElement('List pets');
  await take(desk, 'phone');
}

async function take(app: App, name: string): Promise<void> {
  // What fades, and what a note says for a moment, has come to rest.
  await app.page.waitForTimeout(700);
  await app.page.screenshot({ path: join(OUTPUT, `${name}.png`), animations: 'disabled' });
}

function writeCollection(): string {
  const path = join(folder, 'Pet shop.json');
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const tests = [
    "pm.test('answers 200', () => pm.response.to.have.status(200));",
    "pm.test('has pets to sell', () => pm.expect(pm.response.json().pets).to.not.be.empty);",
    "pm.test('every pet has a price', () => pm.response.json().pets.forEach(({ price }) => pm.expect(price).to.be.above(0)));",
  ];
  const request = (name: string, method: string, url: string, more: object = {}): object => ({
    name,
    request: { method, url, header: [{ key: 'Accept', value: 'application/json' }], ...more },
  });
  const body = JSON.stringify({ name: 'Mia', kind: 'cat' }, null, 2);
  const item = [
    {
      name: 'Pets',
      item: [
        {
          ...request('List pets', 'GET', '{{base}}/pets?kind=cat&limit=10'),
          event: [{ listen: 'test', script: { exec: tests } }],
        },
        request('Add a pet', 'POST', '{{base}}/pets', {
          body: { mode: 'raw', raw: body, options: { raw: { language: 'json' } } },
        }),
        request('Change a price', 'PATCH', '{{base}}/pets/:id'),
        request('Remove a pet', 'DELETE', '{{base}}/pets/:id'),
      ],
    },
    {
      name: 'Orders',
      item: [
        request('Place an order', 'POST', '{{base}}/orders'),
        request('Follow an order', 'GET', '{{base}}/orders/:id'),
      ],
    },
    { name: 'Visits', item: [request('Book a visit', 'PUT', '{{base}}/visits/:day')] },
  ];
  writeFileSync(
    path,
    JSON.stringify({ info: { name: 'Pet shop', schema }, variable: [{ key: 'base', value: shop.url }], item }),
  );
  return path;
}

function writeEnvironment(): string {
  const path = join(folder, 'Staging.json');
  const values = [
    { key: 'region', value: 'eu-west', enabled: true },
    { key: 'keeper', value: 'anna', enabled: true },
    { key: 'token', value: '', type: 'secret', enabled: true },
  ];
  writeFileSync(path, JSON.stringify({ name: 'Staging', values, _postman_variable_scope: 'environment' }));
  return path;
}

interface Shop {
  readonly url: string;
  stop(): void;
}

/** An API to send to. */
async function startShop(): Promise<Shop> {
  const api = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'visit=42; Path=/' });
    response.end(JSON.stringify({ pets: PETS, total: PETS.length, next: null }));
  });
  await new Promise<void>((resolve) => {
    api.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    stop: () => {
      api.closeAllConnections();
      api.close();
    },
  };
}
