/** Nothing of a response piles up before somebody who does not take it in: the target waits instead. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RemoteSender } from '../browser/remote-sender.ts';
import type { Sender } from '../exchange.ts';
import { Flood } from '../testing/flood.ts';
import { plainOrder } from '../testing/orders.ts';
import { createEngine } from './engine.ts';
import { ExchangeDesk, OWN_MACHINE } from './exchange-desk.ts';
import { SendingThread } from './sending-thread.ts';

const BODY_BYTES = 96 * 1024 * 1024;
/** What two systems' sockets may hold between them, and what waits in this process: far less than the body. */
const AHEAD_BYTES_MAX = 48 * 1024 * 1024;

let target: Flood;
const closes: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  target = await Flood.start(BODY_BYTES);
});
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
  await target.close();
});

function thread(kind: 'own machine' | 'relay'): SendingThread {
  const sender = new SendingThread(kind === 'relay' ? { kind, allowed: ['127.0.0.1'] } : { kind });
  closes.push(() => sender.close());
  return sender;
}

/** As the Waypost server and the agent do it: over HTTP, to a receiver like the app. */
async function overHttp(sender: Sender): Promise<Sender> {
  const desk = new ExchangeDesk(sender, OWN_MACHINE);
  const server = createServer((request, response) => void desk.take('ann').serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closes.push(async () => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`;
  return new RemoteSender({ url, headers: async () => ({}), credentials: 'omit' });
}

it.each([
  ['the engine itself', () => createEngine()],
  ['the engine in its thread', () => thread('own machine')],
  ['a server on the own machine', () => overHttp(thread('own machine'))],
  ['a relay', () => overHttp(thread('relay'))],
] as const)('keeps the target waiting: %s', async (_name, make) => {
  const sender = await make();
  const request = { method: 'GET', url: target.url, header: [], body: null };
  let taken = 0;
  let last = '';
  for await (const event of sender.send(plainOrder({ request }), new AbortController().signal)) {
    last = event.kind;
    if (event.kind === 'head') await target.stuck();
    if (event.kind === 'body') taken += event.bytes.length;
    expect(target.sent - taken).toBeLessThan(AHEAD_BYTES_MAX);
  }
  expect([last, taken]).toEqual(['ended', BODY_BYTES]);
});
