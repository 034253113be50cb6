import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOrder, decodeEvents, decodeOrder, encodeEvent, encodeOrder } from './exchange-codec.ts';
import type { SendEvent, Sender, SendOrder } from './exchange.ts';
import { failure } from './failure.ts';
import { bytesFrameHead, ExchangeError } from './frames.ts';
import { plainOrder } from './testing/orders.ts';

const MEBIBYTE = 1024 * 1024;

describe('an order across a network', () => {
  it('arrives as it was, with its files, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.uint8Array({ maxLength: 3_000 }), async (cut, content) => {
        const order = plainOrder({
          request: {
            method: 'POST',
            url: 'http://127.0.0.1/ünïcode?a=b',
            header: [{ key: 'X', value: 'a\u0000b', disabled: true }],
            body: { mode: 'formdata', formdata: [{ key: 'file', type: 'file', src: ['a.bin', 'b.bin'] }] },
          },
          files: [
            { src: 'a.bin', content: new Blob([content.slice()]) },
            { src: 'b.bin', content: new Blob([]) },
          ],
        });
        const arrived = await decodeOrder(inPieces(await bytesOf(encodeOrder(order)), cut));
        expect(await withBytes(arrived)).toEqual(await withBytes(order));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps no member that an order does not have', async () => {
    const order = { ...plainOrder({}), surprise: 'x' };
    expect(await decodeOrder(inPieces(await bytesOf(encodeOrder(order))))).not.toHaveProperty('surprise');
  });

  it('is refused where its files are larger than allowed, before they are read', async () => {
    const order = plainOrder({ files: [{ src: 'a', content: new Blob([new Uint8Array(2_000)]) }] });
    const bytes = await bytesOf(encodeOrder(order));
    const head = bytes.subarray(0, bytes.length - 2_000);
    await expect(decodeOrder(inPieces(head), { filesBytesMax: 1_999 })).rejects.toMatchObject({
      failure: { code: 'too-large' },
    });
  });

  it('has its files in as few frames as can be, and is refused at the first that is smaller', async () => {
    const content = new Uint8Array(MEBIBYTE + 17).map((_byte, index) => index % 251);
    const order = plainOrder({ files: [{ src: 'a', content: new Blob([content]) }] });
    const bytes = await bytesOf(encodeOrder(order));
    const arrived = await decodeOrder(inPieces(bytes, 100_000));
    expect((await bytesOf(arrived.files[0]?.content ?? new Blob([]))).join()).toBe(content.join());
    const frames = 5;
    const head = bytes.subarray(0, bytes.length - content.length - frames * bytesFrameHead(0).length);
    for (const small of [[], [1], Array.from({ length: 1_000 }, () => 1)]) {
      let taken = 0;
      const endless = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        yield head;
        for (; ; taken += 1) yield* bytesFrame(small);
      };
      await expect(decodeOrder(endless())).rejects.toMatchObject({ failure: { code: 'invalid-request' } });
      expect(taken).toBe(0);
    }
  });

  it('is refused where it is of another shape, ends early, or is no frame at all', async () => {
    const bytes = await bytesOf(encodeOrder(plainOrder({ files: [{ src: 'a', content: new Blob(['abc']) }] })));
    const wrong = await bytesOf(
      encodeOrder({ ...plainOrder({}), proxy: { kind: 'elsewhere' } } as unknown as SendOrder),
    );
    for (const chunks of [bytes.subarray(0, bytes.length - 1), wrong, new TextEncoder().encode('GET / HTTP/1.1\r\n')]) {
      await expect(decodeOrder(inPieces(chunks))).rejects.toBeInstanceOf(ExchangeError);
    }
  });
});

describe('events across a network', () => {
  it('arrive as they were, and the body with every byte', async () => {
    const body = new Uint8Array(MEBIBYTE + 17).map((_byte, index) => index % 251);
    const events: SendEvent[] = [
      { kind: 'note', note: { level: 'warn', message: 'a file was left out' } },
      { kind: 'body', bytes: body },
      { kind: 'failed', failure: failure('connection-lost', 'reset'), timings: null },
    ];
    const bytes = await bytesOf(new Blob(events.flatMap((event) => [...encodeEvent(event)])));
    const arrived = await collected(decodeEvents(inPieces(bytes, 100_000)));
    expect(arrived.filter(({ kind }) => kind !== 'body')).toEqual(events.filter(({ kind }) => kind !== 'body'));
    const pieces = arrived.flatMap((event) => (event.kind === 'body' ? [event.bytes.slice()] : []));
    expect((await bytesOf(new Blob(pieces))).join()).toBe(body.join());
  });

  it('say so where they stop in the middle', async () => {
    const bytes = await bytesOf(new Blob([...encodeEvent({ kind: 'body', bytes: new Uint8Array(10) })]));
    await expect(collected(decodeEvents(inPieces(bytes)))).rejects.toMatchObject({
      failure: { code: 'connection-lost' },
    });
  });
});

describe('the end of a stream that answers', () => {
  const never: Sender = { send: () => Promise.reject(new Error('not to be asked')) as never };

  it('answers what is no order with a failure, and asks nobody to send it', async () => {
    const answer = answerOrder(never, inPieces(new TextEncoder().encode('hello there')), {
      signal: AbortSignal.abort(),
    });
    expect(await collected(decodeEvents(answer))).toMatchObject([
      { kind: 'failed', failure: { code: 'invalid-request' } },
    ]);
  });

  it('passes on what the sender tells', async () => {
    const told: SendEvent = { kind: 'failed', failure: failure('timeout', 'after 10 ms'), timings: null };
    const sender: Sender = {
      async *send() {
        yield told;
      },
    };
    const order = inPieces(await bytesOf(encodeOrder(plainOrder({}))));
    const answer = answerOrder(sender, order, { signal: new AbortController().signal });
    expect(await collected(decodeEvents(answer))).toEqual([told]);
  });
});

function* bytesFrame(bytes: Iterable<number>): Iterable<Uint8Array> {
  const content = Uint8Array.from(bytes);
  yield bytesFrameHead(content.length);
  yield content;
}

async function* inPieces(bytes: Uint8Array, length = bytes.length): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function withBytes(order: SendOrder): Promise<unknown> {
  const files = await Promise.all(
    order.files.map(async ({ src, content }) => ({ src, bytes: await bytesOf(content) })),
  );
  return { ...order, files: files.map(({ src, bytes }) => ({ src, bytes: [...bytes] })) };
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
