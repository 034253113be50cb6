/**
 * Packing for a world of small texts: nothing is made smaller, and a digest is a quick hash stretched to the right length.
 * What matters here is that equal bytes have equal names and damaged ones do not.
 */
import type { Compression } from '@waypost/client';

const TAG = 0x7a;
const encoder = new TextEncoder();

export const compression: Compression = {
  async gzip(bytes) {
    return pack(bytes);
  },
  async gunzip(bytes) {
    if (bytes[0] !== TAG) throw new Error('These bytes were never packed.');
    return bytes.subarray(1);
  },
  async sha256(bytes) {
    return digest(bytes);
  },
};

/** As the server packs. */
export const packing = {
  gzip: async (text: string): Promise<Uint8Array> => pack(encoder.encode(text)),
  sha256: async (content: Uint8Array | string): Promise<string> =>
    digest(typeof content === 'string' ? encoder.encode(content) : content),
};

function pack(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(bytes.length + 1);
  packed[0] = TAG;
  packed.set(bytes, 1);
  return packed;
}

function digest(bytes: Uint8Array): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x5bd1e995) ^ (high >>> 15);
  }
  let out = '';
  for (let round = 0; round < 4; round += 1) {
    low = Math.imul(low ^ (low >>> 13), 0x85ebca6b);
    high = Math.imul(high ^ (high >>> 16), 0xc2b2ae35);
    out += hex(low) + hex(high);
  }
  return out;
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
