import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frames.ts';

describe('frames', () => {
  it('are plain text up to four kilobytes [WR1]', async () => {
    const frame = { text: `"${'ä'.repeat(2_000)}"`, urgent: true };
    const encoded = encodeFrame(frame);
    expect(encoded).toEqual({ bytes: Buffer.from(frame.text), binary: false });
    expect(await decodeFrame(Buffer.from(frame.text), false)).toBe(frame.text);
  });

  it('are compressed once for everyone beyond that, and then at hand', async () => {
    const frame = { text: JSON.stringify('ä'.repeat(4_000)), urgent: true };
    const first = encodeFrame(frame);
    expect(encodeFrame(frame)).toBe(first);
    const { bytes, binary } = await first;
    expect([bytes[0], binary]).toEqual([1, true]);
    expect(await decodeFrame(bytes, true)).toBe(frame.text);
    expect(encodeFrame(frame)).not.toBeInstanceOf(Promise);
  });

  it('are compressed once for devices that are told the same one by one', async () => {
    const text = JSON.stringify('ä'.repeat(5_000));
    const one = await encodeFrame({ text, urgent: true });
    const other = await encodeFrame({ text, urgent: false });
    expect(other.bytes).toBe(one.bytes);
    // What many large ones have pushed out is compressed again, to the same.
    for (let at = 0; at < 8; at += 1)
      await encodeFrame({ text: JSON.stringify(`${at}`.repeat(250_000)), urgent: true });
    const again = await encodeFrame({ text, urgent: true });
    expect(again.bytes).not.toBe(one.bytes);
    expect(again).toEqual(one);
  });

  it('do not inflate beyond the maximum [WR1]', async () => {
    const bomb = Buffer.concat([Buffer.of(1), gzipSync(Buffer.alloc(100_000))]);
    await expect(decodeFrame(bomb, true, 10_000)).rejects.toMatchObject({ code: 'frame-too-large' });
  });

  it('are refused when they are damaged', async () => {
    const cut = Buffer.concat([Buffer.of(1), gzipSync('hello there').subarray(0, 15)]);
    await expect(decodeFrame(cut, true)).rejects.toMatchObject({ code: 'bad-message' });
    await expect(decodeFrame(Buffer.of(2, 3), true)).rejects.toMatchObject({ code: 'bad-message' });
    await expect(decodeFrame(Buffer.of(), true)).rejects.toMatchObject({ code: 'bad-message' });
    await expect(decodeFrame(Buffer.of(0xff, 0xfe), false)).rejects.toMatchObject({ code: 'bad-message' });
  });
});
