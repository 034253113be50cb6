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
    return gunzipSync(bytes, { maxOutputLength: inflatedBytesMax });
  } catch (error) {
    throw inflateError(error, inflatedBytesMax);
  }
}

function inflateError(error: unknown, inflatedBytesMax: number): WaypostError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
    return new WaypostError('frame-too-large', `What arrived inflates to more than ${inflatedBytesMax} bytes.`);
  }
  return new WaypostError('bad-message', 'What arrived is not valid gzip.');
}
