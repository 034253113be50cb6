/**
 * Messages as WebSocket frames: text, or one tag byte and gzip. A broadcast is compressed once, however many hear it; and
 * so is what many devices are told one by one, as after a restart, when all come back from the same cursor.
 */
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

/** Characters of texts whose compressed form is kept. */
const KEPT_CHARS_MAX = 1024 * 1024;

const encodings = new WeakMap<Frame, EncodedFrame | Promise<EncodedFrame>>();
/** By text, least recently asked for first. */
const kept = new Map<string, Promise<EncodedFrame>>();
let keptChars = 0;

/** At once for what is sent as it is, or was compressed before. */
export function encodeFrame(frame: Frame): EncodedFrame | Promise<EncodedFrame> {
  const known = encodings.get(frame);
  if (known !== undefined) return known;
  const encoded = isShort(frame.text) ? { bytes: Buffer.from(frame.text), binary: false } : compressed(frame);
  encodings.set(frame, encoded);
  return encoded;
}

function isShort(text: string): boolean {
  return text.length <= PLAIN_FRAME_BYTES_MAX && Buffer.byteLength(text) <= PLAIN_FRAME_BYTES_MAX;
}

async function compressed(frame: Frame): Promise<EncodedFrame> {
  const encoded = await compressedOnce(frame.text);
  encodings.set(frame, encoded);
  return encoded;
}

function compressedOnce(text: string): Promise<EncodedFrame> {
  const known = kept.get(text);
  if (known !== undefined) {
    kept.delete(text);
    kept.set(text, known);
    return known;
  }
  const encoding = tagged(text);
  encoding.catch(() => kept.delete(text));
  kept.set(text, encoding);
  keptChars += text.length;
  for (const oldest of kept.keys()) {
    if (keptChars <= KEPT_CHARS_MAX) break;
    kept.delete(oldest);
    keptChars -= oldest.length;
  }
  return encoding;
}

async function tagged(text: string): Promise<EncodedFrame> {
  const body = await compress(text, { level: GZIP_LEVEL });
  const bytes = Buffer.allocUnsafe(body.length + 1);
  bytes[0] = GZIP_TAG;
  body.copy(bytes, 1);
  return { bytes, binary: true };
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
