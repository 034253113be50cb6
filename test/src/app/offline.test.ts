import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Profile } from '../browser/profile.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { signIn, signUp, synced } from './account.ts';
import { App } from './app.ts';
import { seen } from './seen.ts';

const stage = new Stage();
let server: ServerProcess;
let profiles: Profile[];
let api: Server;
/** What the API was told. */
const heard: string[] = [];

beforeAll(async () => {
  api = createServer(({ url = '' }, response) => {
    heard.push(url);
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('heard');
  });
  await new Promise<void>((resolve) => {
    api.listen(0, '127.0.0.1', resolve);
  });
  [server, ...profiles] = await Promise.all([stage.server(), Profile.open(), Profile.open()]);
});
afterAll(async () => {
  api.closeAllConnections();
  api.close();
  await Promise.all(profiles.map((profile) => profile.remove()));
  await stage.clear();
});

it('what was saved without a server survives the browser, and is on the other device once the server is back [B5]', async () => {
  const [first, second] = profiles;
  if (first === undefined || second === undefined) throw new Error('There are two browsers.');
  const desk = await App.open(first, server.url);
  await signUp(desk, 'anna@example.org', 'Desk');
  await synced(desk);
  await desk.importCollection(stage.folder, 'Shop', {
    Users: 'https://api.test/users',
    Orders: 'https://api.test/orders',
  });
  await synced(desk);
  await desk.page.getByRole('button', { name: 'Import more' }).click();
  await desk.importFiles(scripted());
  await desk.row('Scripted').waitFor();
  await synced(desk);
  await desk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const lap = await App.open(second, server.url);
  await signIn(lap, 'anna@example.org', 'Lap');
  await lap.row('Shop').waitFor();
  await synced(lap);

  await server.kill();
  await desk.openElement('Users');
  await desk.url.fill('https://api.test/people');
  await desk.save();
  await desk.footer.getByRole('button', { name: 'Offline: 1 waiting' }).waitFor();
  await desk.openElement('Orders');
  await desk.url.fill('https://api.test/draft');
  await desk.front.filter({ hasText: 'not saved' }).waitFor();
  await first.restart();

  const again = await App.open(first, server.url);
  await again.footer.getByRole('button', { name: 'Offline: 1 waiting' }).waitFor();
  await again.openElement('Users');
  await seen(() => again.url.inputValue()).toBe('https://api.test/people');
  await again.openElement('Orders');
  await seen(() => again.url.inputValue()).toBe('https://api.test/draft');

  // Scripts run in a frame that has to be on the device too, and the browser sends by itself.
  await again.footer.getByRole('button', { name: /^Sender/ }).click();
  await again.page.getByRole('radio', { name: /^This browser/ }).check();
  await again.page.getByRole('button', { name: 'Done' }).click();
  await again.openElement('Told by a script');
  await again.page.getByRole('button', { name: 'Send', exact: true }).click();
  await again.page.getByText('200 OK').first().waitFor();
  expect(heard).toEqual(['/told?by=a-script']);

  server = await stage.again(server);
  await Promise.all([again, lap].map((app) => app.command('Sync now')));
  await Promise.all([again, lap].map((app) => synced(app)));
  await lap.openElement('Users');
  await seen(() => lap.url.inputValue()).toBe('https://api.test/people');
  await lap.openElement('Orders');
  await seen(() => lap.url.inputValue()).toBe('https://api.test/orders');
  expect([...again.faults, ...lap.faults].filter((fault) => !/WebSocket connection/.test(fault))).toEqual([]);
});

/** A collection with a request that says what a script before it found. */
function scripted(): string {
  const path = join(stage.folder, 'scripted.json');
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const exec = ["pm.variables.set('by', ['a', 'script'].join('-'));"];
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/told?by={{by}}`;
  const told = {
    name: 'Told by a script',
    request: { method: 'GET', url },
    event: [{ listen: 'prerequest', script: { exec } }],
  };
  writeFileSync(path, JSON.stringify({ info: { name: 'Scripted', schema }, item: [told] }));
  return path;
}
