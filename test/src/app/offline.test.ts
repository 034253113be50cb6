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

beforeAll(async () => {
  [server, ...profiles] = await Promise.all([stage.server(), Profile.open(), Profile.open()]);
});
afterAll(async () => {
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

  server = await stage.again(server);
  await Promise.all([again, lap].map((app) => app.command('Sync now')));
  await Promise.all([again, lap].map((app) => synced(app)));
  await lap.openElement('Users');
  await seen(() => lap.url.inputValue()).toBe('https://api.test/people');
  await lap.openElement('Orders');
  await seen(() => lap.url.inputValue()).toBe('https://api.test/orders');
  expect([...again.faults, ...lap.faults].filter((fault) => !/WebSocket connection/.test(fault))).toEqual([]);
});
