/** Messages over a WebSocket of Node. What goes out, and in which order, is in `outgoing-frames.ts`. */
import {
  type ClientMessage,
  decodeServerMessage,
  INFLATED_BYTES_MAX,
  PLAIN_FRAME_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import { type RawData, WebSocket } from 'ws';
import type { CloseReason, Connection, ConnectionHandlers, Transport } from '../engine/ports.ts';
import { closeReason } from '../portable/close-reason.ts';
import { GZIP_TAG, OutgoingFrames } from '../portable/outgoing-frames.ts';
import { answerError } from '../portable/server-requests.ts';
import { CLOSED_HERE } from '../portable/sync-requests.ts';
import { inflate, nodeCompression } from './compression.ts';
import { CONNECT_TIMEOUT_MS, createAgent, type ServerAddress } from './proxy.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';
import { timeoutError, unreachableError, wasReached } from './unreachable.ts';

/** How long the server may take to close its side before the connection is cut. */
const CLOSE_MS = 2_000;

/** Throws `bad-message` where the address is none. */
export function createWebSocketTransport(address: ServerAddress): Transport {
  readServerUrl(address.url);
  return { name: 'websocket', connect: (handlers) => new WebSocketConnection(address, handlers) };
}

class WebSocketConnection implements Connection {
  readonly #handlers: ConnectionHandlers;
  readonly #agent: ReturnType<typeof createAgent>;
  readonly #socket: WebSocket;
  readonly #outgoing: OutgoingFrames;
  #isOpen = false;
  #over = false;

  constructor(address: ServerAddress, handlers: ConnectionHandlers) {
    this.#handlers = handlers;
    this.#agent = createAgent(address);
    const url = new URL('api/sync', readServerUrl(address.url));
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = address;
    const socket = new WebSocket(url, {
      agent: this.#agent,
      perMessageDeflate: false,
      maxPayload: INFLATED_BYTES_MAX,
      handshakeTimeout: connectTimeoutMs,
    });
    this.#socket = socket;
    this.#outgoing = new OutgoingFrames({
      gzip: (bytes) => nodeCompression.gzip(bytes),
      write: (frame) => socket.send(frame),
      server: (token) => new ServerHttp(address, token),
      received: (answer) => handlers.received(answer),
      failed: (error) => this.#failed(error),
    });
    socket.on('open', () => this.#opened());
    socket.on('message', (data, binary) => this.#hear(data, binary));
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk.slice(0, PLAIN_FRAME_BYTES_MAX - body.length);
      });
      response.once('close', () => this.#blocked(answerError(response.statusCode ?? 0, body, address.url)));
    });
    socket.on('error', (error) => {
      const reason = /handshake has timed out/.test(error.message)
        ? timeoutError(address, connectTimeoutMs)
        : unreachableError(error, address);
      if (!this.#isOpen && wasReached(error)) this.#blocked(reason);
      else this.#fail(reason);
    });
    socket.on('close', (code, reason) => this.#ended(closeReason(code, reason.toString(), address.url)));
  }

  send(message: ClientMessage): void {
    this.#outgoing.send(message);
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount + this.#outgoing.queuedBytes;
  }

  close(): void {
    if (!this.#stop()) return;
    // What was sent still goes out; the other side's answer is not waited for long, it may be gone.
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
    queueMicrotask(() => this.#handlers.closed(CLOSED_HERE));
  }

  #opened(): void {
    if (this.#over) return;
    this.#isOpen = true;
    this.#outgoing.open();
    this.#handlers.opened();
    this.#outgoing.sendEarly();
  }

  #hear(data: RawData, binary: boolean): void {
    if (this.#over) return;
    try {
      const bytes = bytesOf(data);
      if (binary && bytes[0] !== GZIP_TAG) throw new WaypostError('bad-message', 'The frame has an unknown tag.');
      const text = binary ? Buffer.from(inflate(bytes.subarray(1), INFLATED_BYTES_MAX)).toString() : bytes.toString();
      const message = decodeServerMessage(text);
      if (message !== 'ignored') this.#handlers.received(message);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A broken invariant of ours must not pass for a broken network. */
  #failed(error: unknown): void {
    if (!(error instanceof WaypostError)) throw error;
    this.#fail(error);
  }

  #fail(error: WaypostError): void {
    this.#ended({ code: error.code, detail: error.message });
  }

  /** Where the server itself refuses, it says so over HTTP too. */
  #blocked({ code, message }: WaypostError): void {
    this.#ended({ code, detail: message, isBlocked: true });
  }

  #ended(reason: CloseReason): void {
    if (!this.#stop()) return;
    this.#socket.terminate();
    this.#handlers.closed(reason);
  }

  /** False where it had ended before. */
  #stop(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#agent.destroy();
    this.#outgoing.end();
    return true;
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
