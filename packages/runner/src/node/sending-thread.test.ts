import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainOrder } from '../testing/orders.ts';
import { answered, Recorder } from '../testing/recorder.ts';
import { told } from '../testing/told.ts';
import { SendingThread } from './sending-thread.ts';

/** Of more than one piece. */
const LARGE = 1_000_000;

let recorder: Recorder;
let sender: SendingThread;

beforeEach(async () => {
  recorder = await Recorder.start(({ target }) => {
    if (target === '/silent') return null;
    return answered('200 OK', {}, target === '/large' ? 'x'.repeat(LARGE) : 'hello');
  });
  sender = new SendingThread({ kind: 'own machine' });
});
afterEach(async () => {
  await sender.close();
  await recorder.close();
});

const order = (path: string, special = {}) =>
  plainOrder({ request: { method: 'GET', url: `${recorder.url}${path}`, header: [], body: null }, ...special });

describe('a sender in a thread of its own', () => {
  it('tells what the engine tells, with files given along', async () => {
    const body = { mode: 'file', file: { src: 'a.txt' } } as const;
    const request = { method: 'POST', url: recorder.url, header: [], body };
    const files = [{ src: 'a.txt', content: new Blob(['content']) }];
    const { kinds, body: heard, end } = await told(sender, order('/', { request, files }));
    expect([kinds, heard]).toEqual(['sent head body ended', 'hello']);
    expect(end?.sizes.responseBody).toBe(5);
    expect(recorder.received[0]?.body.toString()).toBe('content');
  });

  it('hands over large bodies, and leaves the library what it still reads', async () => {
    const { kinds, body } = await told(sender, order('/large'));
    expect([kinds.endsWith('body ended'), body.length]).toEqual([true, LARGE]);
  });

  it('stops when it is told to, and where nobody listens any more', async () => {
    const stop = new AbortController();
    const stopped = told(sender, order('/silent'), stop.signal);
    await until(() => recorder.received.length === 1);
    stop.abort();
    expect((await stopped).failure?.code).toBe('aborted');
    for await (const { kind } of sender.send(order('/'), new AbortController().signal)) if (kind === 'head') break;
    expect((await told(sender, order('/'))).body).toBe('hello');
  });

  it('fails what is under way where the thread ends, and begins a new one', async () => {
    const failing = told(sender, order('/silent'));
    await until(() => recorder.received.length === 1);
    await sender.close();
    expect((await failing).failure?.code).toBe('sender-failed');
    expect((await told(sender, order('/'))).body).toBe('hello');
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
