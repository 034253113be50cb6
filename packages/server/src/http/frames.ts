/** Messages as WebSocket frames: text, or one tag byte and gzip. A broadcast is compressed once, however many hear it. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { INFLATED_BYTES_MAX, PLAIN_FRAME_BYTES_MAX, WaypostError } from '@waypost/protocol';
import type { Frame } from '../sync/ports.ts';
import { inflated, textOf } from './bodies.ts';

const GZIP_TAG = 0x01;
/** Half the time of level 3 and a fifth more bytes: everyone who follows waits for it. */
const GZIP_LEVEL = 1;

const compress = promisify(gzip);

export interface EncodedFrame {
  readonly bytes: Buffer;
  readonly binary: boolean;
}

const encodings = new WeakMap<Frame, EncodedFrame | Promise<EncodedFrame>>();

/** At once for what is sent as it is, or was compressed before. */
export function encodeFrame(frame: Frame): EncodedFrame | Promise<EncodedFrame> {
  const known = encodings.get(frame);
  if (known !== undefined) return known;
  const bytes = Buffer.from(frame.text);
  const encoded = bytes.length <= PLAIN_FRAME_BYTES_MAX ? { bytes, binary: false } : compressed(frame, bytes);
  encodings.set(frame, encoded);
  return encoded;
}

async function compressed(frame: Frame, plain: Buffer): Promise<EncodedFrame> {
  const body = await compress(plain, { level: GZIP_LEVEL });
  const bytes = Buffer.allocUnsafe(body.length + 1);
  bytes[0] = GZIP_TAG;
  body.copy(bytes, 1);
  const encoded = { bytes, binary: true };
  encodings.set(frame, encoded);
  return encoded;
}

/** The text of a frame. Throws `bad-message`, and `frame-too-large` for what inflates beyond the maximum. */
export async function decodeFrame(
  bytes: Buffer,
  binary: boolean,
  inflatedBytesMax = INFLATED_BYTES_MAX,
): Promise<string> {
  if (!binary) return textOf(bytes);
  if (bytes[0] !== GZIP_TAG) throw new WaypostError('bad-message', 'The frame has an unknown tag.');
  return textOf(await inflated(bytes.subarray(1), inflatedBytesMax));
}
