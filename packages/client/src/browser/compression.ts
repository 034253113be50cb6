/** gzip and SHA-256 of the browser, off the main thread where the browser has them there. */
import { WaypostError } from '@waypost/protocol';
import type { Compression } from '../engine/ports.ts';

export const browserCompression: Compression = {
  async gunzip(bytes, inflatedBytesMax) {
    try {
      return await through(new DecompressionStream('gzip'), bytes, inflatedBytesMax);
    } catch (error) {
      if (error instanceof WaypostError) throw error;
      throw new WaypostError('bad-message', 'What arrived is not valid gzip.');
    }
  },
  gzip: (bytes) => through(new CompressionStream('gzip'), bytes, Number.POSITIVE_INFINITY),
  async sha256(bytes) {
    if (hasWebCrypto()) {
      return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
    }
    const { sha256 } = await import('./crypto-without-platform.ts');
    return hexOf(sha256(bytes));
  },
};

/** Browsers have it for pages of https and of this machine only. */
export function hasWebCrypto(): boolean {
  return isSecureContext;
}

async function through(
  { readable, writable }: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  bytesMax: number,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // What is wrong with the bytes is thrown where they are read.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => undefined);
  return readBounded(readable, bytesMax);
}

/** Throws `frame-too-large` beyond the bound. */
export async function readBounded(readable: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of readable) {
    length += chunk.byteLength;
    // Leaving the loop ends the stream.
    if (length > bytesMax)
      throw new WaypostError('frame-too-large', `What arrived has more than ${bytesMax} bytes once it is inflated.`);
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
