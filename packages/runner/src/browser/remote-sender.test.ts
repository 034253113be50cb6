import { describe, expect, it } from 'vitest';
import { decodeOrder, encodeEvent } from '../exchange-codec.ts';
import type { SendEvent, SendOrder } from '../exchange.ts';
import { failure } from '../failure.ts';
import { plainOrder } from '../testing/orders.ts';
import { chunksOf } from './chunks.ts';
import { RemoteSender } from './remote-sender.ts';

const ended: SendEvent = { kind: 'failed', failure: failure('timeout', 'after 10 ms'), timings: null };

describe('sending through somebody else', () => {
  it('hands over the order, and tells what that tells', async () => {
    const orders: SendOrder[] = [];
    const events = await told(async (request) => {
      if (request.body !== null) orders.push(await decodeOrder(chunksOf(request.body)));
      expect(request.headers.get('authorization')).toBe('Bearer t');
      return new Response(
        new Blob([...encodeEvent({ kind: 'body', bytes: new Uint8Array(3) }), ...encodeEvent(ended)]),
      );
    });
    expect(orders).toMatchObject([{ request: { method: 'GET' } }]);
    expect(events).toEqual([{ kind: 'body', bytes: new Uint8Array(3) }, ended]);
  });

  it('says why it was refused, in the words of who refused where there are some', async () => {
    const said = { error: { code: 'rate-limited', message: 'Slower, please.' } };
    expect(await told(async () => Response.json(said, { status: 429 }))).toMatchObject([
      { failure: { code: 'too-many', message: expect.stringContaining('Slower, please.') as string } },
    ]);
    const named = { failure: { code: 'address-blocked', message: 'Not there.' } };
    expect(await told(async () => Response.json(named, { status: 403 }))).toMatchObject([{ failure: named.failure }]);
    expect(await told(async () => new Response('<html>', { status: 502 }))).toMatchObject([
      { failure: { code: 'sender-unreachable' } },
    ]);
  });

  it('reads no more of a refusal than it could show', async () => {
    let pulled = 0;
    let isLeft = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_024).fill(0x7b));
      },
      cancel: () => void (isLeft = true),
    });
    expect(await told(async () => new Response(endless, { status: 403 }))).toMatchObject([
      { failure: { code: 'not-allowed', message: expect.stringContaining('403') as string } },
    ]);
    expect(pulled).toBeLessThan(20);
    expect(isLeft).toBe(true);
  });

  it('says where it cannot be reached, stops in the middle, or was stopped', async () => {
    expect(await told(async () => Promise.reject(new TypeError('Failed to fetch')))).toMatchObject([
      { failure: { code: 'sender-unreachable' } },
    ]);
    expect(await told(async () => new Response(new Blob(['J'])))).toMatchObject([
      { failure: { code: 'connection-lost' } },
    ]);
    expect(await told(async () => Promise.reject(new Error('aborted')), AbortSignal.abort())).toMatchObject([
      { failure: { code: 'aborted' } },
    ]);
  });
});

async function told(answer: (request: Request) => Promise<Response>, signal?: AbortSignal): Promise<SendEvent[]> {
  const sender = new RemoteSender({
    url: 'http://127.0.0.1/send',
    headers: async () => ({ authorization: 'Bearer t' }),
    credentials: 'omit',
    fetch: async (url, init) => {
      const { signal: _signal, ...rest } = init ?? {};
      return answer(new Request(url, rest));
    },
  });
  const events: SendEvent[] = [];
  for await (const event of sender.send(plainOrder({}), signal ?? new AbortController().signal)) events.push(event);
  return events;
}
