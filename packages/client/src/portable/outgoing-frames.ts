/**
 * What a device says over a WebSocket, in order: text frames, or one tag byte and gzip where they are long. What is too
 * large for a frame is posted instead, in its place. Compressing and posting take their time, and what is said meanwhile
 * waits behind them.
 */
import {
  type ClientMessage,
  encodeMessage,
  FRAME_BYTES_MAX,
  PLAIN_FRAME_BYTES_MAX,
  type ServerMessage,
} from '@waypost/protocol';
import type { Compression } from '../engine/ports.ts';
import { byteLength, bytesOf } from '../engine/utf8.ts';
import { SyncRequests } from './sync-requests.ts';
import type { ServerRequests } from './server-requests.ts';

/** The first byte of a frame whose rest is gzip. */
export const GZIP_TAG = 0x01;

export interface FramePorts {
  readonly gzip: Compression['gzip'];
  /** Puts a frame on the socket, which is open. */
  write(frame: string | Uint8Array<ArrayBuffer>): void;
  /** For what is too large for a frame; asked for when first needed. */
  server(token: string): ServerRequests;
  /** What the server says to what was posted. */
  received(answer: ServerMessage): void;
  failed(error: unknown): void;
}

export class OutgoingFrames {
  readonly #ports: FramePorts;
  #requests: SyncRequests | null = null;
  #token = '';
  /** What could not be sent at once goes one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #queuedBytes = 0;
  /** Said before the socket opened. */
  #early: ClientMessage[] = [];
  #state: 'opening' | 'open' | 'ended' = 'opening';

  constructor(ports: FramePorts) {
    this.#ports = ports;
  }

  /** Of what waits here, before compression. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** From here on what is said is sent. */
  open(): void {
    if (this.#state === 'opening') this.#state = 'open';
  }

  /** What was said too early goes out, behind what was said since the socket opened. */
  sendEarly(): void {
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.send(message);
  }

  send(message: ClientMessage): void {
    if (this.#state === 'ended') return;
    if (message.type === 'hello') this.#token = message.token;
    if (this.#state === 'opening') {
      this.#early.push(message);
      return;
    }
    const text = encodeMessage(message);
    // A ping asks whether the connection lives; it does not wait behind a large push.
    if (message.type === 'ping' || (this.#queuedBytes === 0 && isShort(text))) this.#ports.write(text);
    else this.#enqueue(message, text);
  }

  /** What still waits is not sent any more. */
  end(): void {
    this.#state = 'ended';
    this.#requests?.close();
  }

  #enqueue(message: ClientMessage, text: string): void {
    const bytes = byteLength(text);
    this.#queuedBytes += bytes;
    this.#queue = this.#queue
      .then(() => this.#sendInTurn(message, text))
      .catch((error: unknown) => this.#ports.failed(error))
      .finally(() => {
        this.#queuedBytes -= bytes;
      });
  }

  async #sendInTurn(message: ClientMessage, text: string): Promise<void> {
    if (this.#hasEnded()) return;
    if (isShort(text)) return this.#ports.write(text);
    const body = await this.#ports.gzip(bytesOf(text));
    if (this.#hasEnded()) return;
    if (body.length + 1 <= FRAME_BYTES_MAX) return this.#ports.write(tagged(body));
    this.#requests ??= new SyncRequests(this.#ports.server(this.#token));
    for (const answer of await this.#requests.send([message])) if (!this.#hasEnded()) this.#ports.received(answer);
  }

  /** Asked anew after each wait. */
  #hasEnded(): boolean {
    return this.#state === 'ended';
  }
}

function isShort(text: string): boolean {
  return text.length <= PLAIN_FRAME_BYTES_MAX && byteLength(text) <= PLAIN_FRAME_BYTES_MAX;
}

function tagged(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(body.length + 1);
  frame[0] = GZIP_TAG;
  frame.set(body, 1);
  return frame;
}
