/**
 * Frames on a stream of bytes: one letter that says what follows (`J`: JSON, `B`: bytes), its length as four bytes, the
 * largest first, and so many bytes. They may be cut anywhere, as a network does.
 */
import { BYTES_FRAME_BYTES_MAX, JSON_FRAME_BYTES_MAX } from './bounds.ts';
import { failure, type Failure } from './failure.ts';

export type Frame =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

const JSON_LETTER = 0x4a;
const BYTES_LETTER = 0x42;
const HEAD_BYTES = 5;

/** What a peer wrote that is no exchange. */
export class ExchangeError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'ExchangeError';
    this.failure = failure;
  }
}

export function jsonFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(value));
  if (text.length > JSON_FRAME_BYTES_MAX) throw new ExchangeError(failure('too-large', `${text.length} bytes`));
  const frame = new Uint8Array(HEAD_BYTES + text.length);
  frame.set(frameHead(JSON_LETTER, text.length));
  frame.set(text, HEAD_BYTES);
  return frame;
}

/** The bytes as frames; none for no bytes. */
export function* bytesFrames(bytes: Uint8Array): Iterable<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += BYTES_FRAME_BYTES_MAX) {
    const piece = bytes.subarray(at, at + BYTES_FRAME_BYTES_MAX);
    const frame = new Uint8Array(HEAD_BYTES + piece.length);
    frame.set(bytesFrameHead(piece.length));
    frame.set(piece, HEAD_BYTES);
    yield frame;
  }
}

/** What stands before so many bytes. */
export function bytesFrameHead(length: number): Uint8Array<ArrayBuffer> {
  return frameHead(BYTES_LETTER, length);
}

function frameHead(letter: number, length: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = letter;
  new DataView(head.buffer).setUint32(1, length);
  return head;
}

/** Throws {@link ExchangeError} for what is no frame, is too large, or ends too early. */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  const buffered = new Buffered();
  for await (const chunk of chunks) {
    buffered.add(chunk);
    for (;;) {
      const frame = takeFrame(buffered);
      if (frame === null) break;
      yield frame;
    }
  }
  if (buffered.length > 0) throw new ExchangeError(failure('connection-lost', 'in the middle of a frame'));
}

function takeFrame(buffered: Buffered): Frame | null {
  const head = buffered.peek(HEAD_BYTES);
  if (head === null) return null;
  const length = new DataView(head.buffer, head.byteOffset).getUint32(1);
  const letter = head[0];
  const max = letter === JSON_LETTER ? JSON_FRAME_BYTES_MAX : letter === BYTES_LETTER ? BYTES_FRAME_BYTES_MAX : -1;
  if (length > max) throw new ExchangeError(failure('invalid-request', 'what came is no frame of an exchange'));
  if (buffered.length < HEAD_BYTES + length) return null;
  buffered.take(HEAD_BYTES);
  const bytes = buffered.take(length);
  return letter === BYTES_LETTER ? { kind: 'bytes', bytes } : { kind: 'json', value: parsed(bytes) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new ExchangeError(failure('invalid-request', 'what came is no JSON'));
  }
}

/** Chunks that wait to be read, copied once at most. */
class Buffered {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Null where so many bytes are not here yet. */
  peek(count: number): Uint8Array | null {
    if (this.#length < count) return null;
    const bytes = this.take(count);
    this.#chunks.unshift(bytes);
    this.#length += count;
    return bytes;
  }

  /** So many bytes must be here. */
  take(count: number): Uint8Array {
    this.#length -= count;
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= count) {
      if (first.length === count) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const taken = new Uint8Array(count);
    let at = 0;
    let used = 0;
    while (at < count) {
      const chunk = this.#chunks[used] ?? new Uint8Array(0);
      const piece = chunk.subarray(0, count - at);
      taken.set(piece, at);
      at += piece.length;
      if (piece.length < chunk.length) this.#chunks[used] = chunk.subarray(piece.length);
      else used += 1;
    }
    this.#chunks.splice(0, used);
    return taken;
  }
}
