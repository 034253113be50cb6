/**
 * Messages over a WebSocket of the browser: text frames, or one tag byte and gzip where they are long. What is too large for
 * a frame is posted instead. Both ways keep their order: inflating and compressing happen elsewhere and take their time.
 */
import {
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  FRAME_BYTES_MAX,
  INFLATED_BYTES_MAX,
  PLAIN_FRAME_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import type { CloseReason, Connection, ConnectionHandlers, Transport } from '../engine/ports.ts';
import { byteLength } from '../engine/utf8.ts';
import { closeReason } from '../portable/close-reason.ts';
import { CLOSED_HERE, SyncRequests } from '../portable/sync-requests.ts';
import { browserCompression } from './compression.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';

const GZIP_TAG = 0x01;
/** How long somebody may take to say that they are there at all. */
const PROBE_MS = 2_000;

/** Throws `bad-message` where the address is none. */
export function createWebSocketTransport(url: string): Transport {
  readServerUrl(url);
  return { name: 'websocket', connect: (handlers) => new WebSocketConnection(url, handlers) };
}

class WebSocketConnection implements Connection {
  readonly #url: string;
  readonly #handlers: ConnectionHandlers;
  readonly #socket: WebSocket;
  /** For what is too large for a frame; made when first needed. */
  #requests: SyncRequests | null = null;
  #token = '';
  /** What could not be sent at once goes one after the other. */
  #sending: Promise<void> = Promise.resolve();
  #queuedBytes = 0;
  /** What came and could not be read at once is read one after the other. */
  #reading: Promise<void> = Promise.resolve();
  #unread = 0;
  #early: ClientMessage[] = [];
  #isOpen = false;
  #over = false;

  constructor(url: string, handlers: ConnectionHandlers) {
    this.#url = url;
    this.#handlers = handlers;
    const address = new URL('api/sync', readServerUrl(url));
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened());
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.#hear(data));
    // An error says nothing, and a close follows it.
    socket.addEventListener('close', ({ code, reason }) => void this.#closed(code, reason));
  }

  send(message: ClientMessage): void {
    if (this.#over) return;
    if (message.type === 'hello') this.#token = message.token;
    if (!this.#isOpen) {
      this.#early.push(message);
      return;
    }
    const text = encodeMessage(message);
    // A ping asks whether the connection lives; it does not wait behind a large push.
    if (message.type === 'ping' || (this.#queuedBytes === 0 && isShort(text))) this.#socket.send(text);
    else this.#enqueue(message, text);
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount + this.#queuedBytes;
  }

  close(): void {
    if (!this.#stop()) return;
    this.#socket.close(1000);
    void Promise.resolve().then(() => this.#handlers.closed(CLOSED_HERE));
  }

  #opened(): void {
    if (this.#over) return;
    this.#isOpen = true;
    this.#handlers.opened();
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.send(message);
  }

  #enqueue(message: ClientMessage, text: string): void {
    const bytes = byteLength(text);
    this.#queuedBytes += bytes;
    this.#sending = this.#sending
      .then(() => this.#sendLong(message, text))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#queuedBytes -= bytes;
      });
  }

  async #sendLong(message: ClientMessage, text: string): Promise<void> {
    if (this.#over) return;
    if (isShort(text)) return this.#socket.send(text);
    const body = await browserCompression.gzip(new TextEncoder().encode(text));
    if (this.#over) return;
    if (body.length + 1 <= FRAME_BYTES_MAX) return this.#socket.send(tagged(body));
    this.#requests ??= new SyncRequests(new ServerHttp(this.#url, this.#token));
    for (const answer of await this.#requests.send([message])) if (!this.#over) this.#handlers.received(answer);
  }

  #hear(data: string | ArrayBuffer): void {
    if (this.#over) return;
    if (typeof data === 'string' && this.#unread === 0) {
      this.#attempt(() => this.#read(data));
      return;
    }
    this.#unread += 1;
    this.#reading = this.#reading
      .then(async () => this.#read(typeof data === 'string' ? data : await inflated(data)))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#unread -= 1;
      });
  }

  #read(text: string): void {
    if (this.#over) return;
    const message = decodeServerMessage(text);
    if (message !== 'ignored') this.#handlers.received(message);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A broken invariant of ours must not pass for a broken network. */
  #failed(error: unknown): void {
    if (!(error instanceof WaypostError)) throw error;
    this.#ended({ code: error.code, detail: error.message });
  }

  /** What came before the end is heard before it. */
  async #closed(code: number, reason: string): Promise<void> {
    await this.#reading;
    if (this.#over) return;
    if (this.#isOpen) this.#ended(closeReason(code, reason, this.#url));
    else this.#ended(await this.#whyNotOpened());
  }

  /** A browser does not say why a socket did not open. Whether somebody answers there tells a proxy from an outage. */
  async #whyNotOpened(): Promise<CloseReason> {
    const server = new ServerHttp(this.#url, null);
    try {
      await server.request({ method: 'GET', path: '/healthz', silenceMs: PROBE_MS });
      return { code: 'offline', detail: `${this.#url} answers, but lets no WebSocket through.`, isBlocked: true };
    } catch (error) {
      if (!(error instanceof WaypostError)) throw error;
      const wasReached = error.details['cause'] === undefined;
      return { code: error.code, detail: error.message, ...(wasReached && { isBlocked: true }) };
    } finally {
      server.close();
    }
  }

  #ended(reason: CloseReason): void {
    if (!this.#stop()) return;
    this.#socket.close();
    this.#handlers.closed(reason);
  }

  /** False where it had ended before. */
  #stop(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#requests?.close();
    return true;
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

async function inflated(data: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(data);
  if (bytes[0] !== GZIP_TAG) throw new WaypostError('bad-message', 'The frame has an unknown tag.');
  return new TextDecoder().decode(await browserCompression.gunzip(bytes.subarray(1), INFLATED_BYTES_MAX));
}
