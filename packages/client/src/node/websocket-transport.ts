/**
 * Messages over a WebSocket: text frames, or one tag byte and gzip where they are long. What is too large for a frame is
 * posted instead, in its place in the order.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  FRAME_BYTES_MAX,
  INFLATED_BYTES_MAX,
  PLAIN_FRAME_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import { type RawData, WebSocket } from 'ws';
import type { CloseReason, Connection, ConnectionHandlers, Transport } from '../engine/ports.ts';
import { closeReason } from '../portable/close-reason.ts';
import { answerError } from '../portable/server-requests.ts';
import { CLOSED_HERE, SyncRequests } from '../portable/sync-requests.ts';
import { inflate } from './compression.ts';
import { CONNECT_TIMEOUT_MS, createAgent, type ServerAddress } from './proxy.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';
import { timeoutError, unreachableError, wasReached } from './unreachable.ts';

const gzipAsync = promisify(gzip);
const GZIP_TAG = 0x01;
/** How long the server may take to close its side before the connection is cut. */
const CLOSE_MS = 2_000;

/** Throws `bad-message` where the address is none. */
export function createWebSocketTransport(address: ServerAddress): Transport {
  readServerUrl(address.url);
  return { name: 'websocket', connect: (handlers) => new WebSocketConnection(address, handlers) };
}

class WebSocketConnection implements Connection {
  readonly #address: ServerAddress;
  readonly #handlers: ConnectionHandlers;
  readonly #agent: ReturnType<typeof createAgent>;
  readonly #socket: WebSocket;
  /** For what is too large for a frame; made when first needed. */
  #requests: SyncRequests | null = null;
  #token = '';
  /** What could not be sent at once goes one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #queuedBytes = 0;
  #early: ClientMessage[] = [];
  #isOpen = false;
  #over = false;

  constructor(address: ServerAddress, handlers: ConnectionHandlers) {
    this.#address = address;
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
    if (this.#over) return;
    if (message.type === 'hello') this.#token = message.token;
    if (this.#socket.readyState === WebSocket.CONNECTING) {
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
    // What was sent still goes out; the other side's answer is not waited for long, it may be gone.
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
    queueMicrotask(() => this.#handlers.closed(CLOSED_HERE));
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
    const bytes = Buffer.byteLength(text);
    this.#queuedBytes += bytes;
    this.#queue = this.#queue
      .then(() => this.#sendLong(message, text))
      .catch((error: unknown) => this.#fail(unreachableError(error, this.#address)))
      .finally(() => {
        this.#queuedBytes -= bytes;
      });
  }

  async #sendLong(message: ClientMessage, text: string): Promise<void> {
    if (this.#over) return;
    if (isShort(text)) return this.#socket.send(text);
    const body = await gzipAsync(text, { level: 1 });
    if (body.length + 1 <= FRAME_BYTES_MAX) return this.#socket.send(Buffer.concat([Buffer.of(GZIP_TAG), body]));
    this.#requests ??= new SyncRequests(new ServerHttp(this.#address, this.#token));
    for (const answer of await this.#requests.send([message])) if (!this.#over) this.#handlers.received(answer);
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
      if (!(error instanceof WaypostError)) throw error;
      this.#fail(error);
    }
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
    this.#requests?.close();
    return true;
  }
}

function isShort(text: string): boolean {
  return text.length <= PLAIN_FRAME_BYTES_MAX && Buffer.byteLength(text) <= PLAIN_FRAME_BYTES_MAX;
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
