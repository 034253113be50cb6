import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalHome, type Running } from '../local-home.fixture.ts';

const APP = 'https://waypost.example';
let home: LocalHome;
let running: Running[];

beforeEach(() => {
  [home, running] = [new LocalHome(), []];
});
afterEach(async () => {
  for (const { stop } of running) await stop();
  home.remove();
});

interface Started {
  readonly url: string;
  readonly code: string;
  readonly process: Running;
}

async function start(...flags: readonly string[]): Promise<Started> {
  const process = home.start(['agent', '--port', '0', '--json', ...flags]);
  running.push(process);
  return { ...(JSON.parse(await process.line()) as { url: string; code: string }), process };
}

async function pair({ url, code }: Started): Promise<Response> {
  const headers = { origin: APP, 'content-type': 'application/json' };
  return fetch(`${url}/pair`, { method: 'POST', headers, body: JSON.stringify({ code }) });
}

async function unpairAs({ url }: Started, token: string): Promise<number> {
  const headers = { origin: APP, authorization: `Bearer ${token}` };
  return (await fetch(`${url}/pair`, { method: 'DELETE', headers })).status;
}

it('keeps whom it was paired with, readable by this person only and of no use to a reader', async () => {
  const first = await start();
  const { token } = (await (await pair(first)).json()) as { token: string };
  const file = home.path('home/agent.json');
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toContain(token);
  await first.process.stop();
  expect(first.process.error()).toContain(`Paired with ${APP}`);
  const { pairings } = JSON.parse((await home.run(['agent', 'pairings', '--json'])).out) as { pairings: object[] };
  expect(pairings).toMatchObject([{ origin: APP }]);
  expect(await unpairAs(await start(), token)).toBe(204);
  expect((await home.run(['agent', 'pairings'])).out).toMatch(/^No page is paired/);
});

it('ends a pairing for an agent that runs', async () => {
  const agent = await start();
  const { token } = (await (await pair(agent)).json()) as { token: string };
  const { out } = await home.run(['agent', 'unpair', 'all']);
  expect(out).toBe(`${APP} can no longer send from this machine.\n`);
  expect(await unpairAs(agent, token)).toBe(403);
  expect((await home.run(['agent', 'unpair', 'abcd'])).exit).toBe(1);
});

it('pairs with the app of one address alone where it is told so', async () => {
  const agent = await start('--origin', 'https://elsewhere.example/app');
  expect((await pair(agent)).status).toBe(403);
  expect(existsSync(home.path('home/agent.json'))).toBe(false);
});

it('says what is wrong with how it was called', async () => {
  for (const flags of [
    ['--port', 'many'],
    ['--port', '70000'],
    ['--origin', 'waypost.example'],
    ['--origin', 'file:///x'],
  ]) {
    expect(await home.run(['agent', ...flags])).toMatchObject({ exit: 2, out: '' });
  }
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  const { exit, error } = await home.run(['agent', '--port', String(port)]);
  holder.close();
  expect(exit).toBe(1);
  expect(error).toMatch(/^Port \d+ is in use; perhaps an agent runs already\. Choose another with --port/);
});
