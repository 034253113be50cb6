/**
 * Messages over a WebSocket of the browser. What goes out, and in which order, is in `outgoing-frames.ts`; what comes in
 * keeps its order here, where inflating happens elsewhere and takes its time.
 */
import { type ClientMessage, decodeServerMessage, INFLATED_BYTES_MAX, WaypostError } from '@waypost/protocol';
import type { CloseReason, Connection, ConnectionHandlers, Transport } from '../engine/ports.ts';
import { closeReason } from '../portable/close-reason.ts';
import { GZIP_TAG, OutgoingFrames } from '../portable/outgoing-frames.ts';
import { CLOSED_HERE } from '../portable/sync-requests.ts';
import { browserCompression } from './compression.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';

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
  readonly #outgoing: OutgoingFrames;
  /** What came and could not be read at once is read one after the other. */
  #reading: Promise<void> = Promise.resolve();
  #unread = 0;
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
    this.#outgoing = new OutgoingFrames({
      gzip: (bytes) => browserCompression.gzip(bytes),
      write: (frame) => socket.send(frame),
      server: (token) => new ServerHttp(url, token),
      received: (answer) => handlers.received(answer),
      failed: (error) => this.#failed(error),
    });
    socket.addEventListener('open', () => this.#opened());
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.#hear(data));
    // An error says nothing, and a close follows it.
    socket.addEventListener('close', ({ code, reason }) => void this.#closed(code, reason));
  }

  send(message: ClientMessage): void {
    this.#outgoing.send(message);
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount + this.#outgoing.queuedBytes;
  }

  close(): void {
    if (!this.#stop()) return;
    this.#socket.close(1000);
    void Promise.resolve().then(() => this.#handlers.closed(CLOSED_HERE));
  }

  #opened(): void {
    if (this.#over) return;
    this.#isOpen = true;
    this.#outgoing.open();
    this.#handlers.opened();
    this.#outgoing.sendEarly();
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
    this.#outgoing.end();
    return true;
  }
}

async function inflated(data: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(data);
  if (bytes[0] !== GZIP_TAG) throw new WaypostError('bad-message', 'The frame has an unknown tag.');
  return new TextDecoder().decode(await browserCompression.gunzip(bytes.subarray(1), INFLATED_BYTES_MAX));
}
