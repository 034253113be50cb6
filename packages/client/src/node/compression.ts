/** gzip and SHA-256 of Node. Larger work happens off the main thread. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip } from 'node:zlib';
import { WaypostError } from '@waypost/protocol';
import type { Compression } from '../engine/ports.ts';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
/** Fast: on these texts level 6 takes four times as long for a fifth fewer bytes. */
const LEVEL = 1;
/** Below this, handing the work to another thread costs more than the work. */
const SMALL_BYTES = 64 * 1024;

const ROOM_BYTES_MIN = 1024;
/** Twice what a frame of a delta holds. */
const ROOM_BYTES_MAX = 512 * 1024;

export const nodeCompression: Compression = {
  async gunzip(bytes, inflatedBytesMax) {
    if (bytes.byteLength <= SMALL_BYTES) return inflate(bytes, inflatedBytesMax);
    try {
      return await gunzipAsync(bytes, { maxOutputLength: inflatedBytesMax });
    } catch (error) {
      throw inflateError(error, inflatedBytesMax);
    }
  },
  gzip: (bytes) => gzipAsync(bytes, { level: LEVEL }),
  async sha256(bytes) {
    return createHash('sha256').update(bytes).digest('hex');
  },
};

/** Throws `frame-too-large` beyond the bound, `bad-message` where it is no gzip. */
export function inflate(bytes: Uint8Array, inflatedBytesMax: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: inflatedBytesMax, chunkSize: roomFor(bytes) });
  } catch (error) {
    throw inflateError(error, inflatedBytesMax);
  }
}

/** What gzip says at its end of the length of its content, so that most is inflated in one piece, without trusting it. */
function roomFor(bytes: Uint8Array): number {
  if (bytes.length < 4) return ROOM_BYTES_MIN;
  const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  // One more: a piece that is filled to the brim asks for another.
  return Math.min(Math.max(length + 1, ROOM_BYTES_MIN), ROOM_BYTES_MAX);
}

function inflateError(error: unknown, inflatedBytesMax: number): WaypostError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
    return new WaypostError('frame-too-large', `What arrived inflates to more than ${inflatedBytesMax} bytes.`);
  }
  return new WaypostError('bad-message', 'What arrived is not valid gzip.');
}
