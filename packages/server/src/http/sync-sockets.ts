/**
 * Devices on WebSockets. A frame that arrives becomes a message for the device's conversation, in order; what the
 * conversation delivers becomes frames, in order. Nothing is buffered without bound: a sender whose messages are still
 * being worked on is not read from, and how much waits for a slow reader is the conversation's to watch.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  decodeClientMessage,
  encodeMessage,
  type ErrorCode,
  FRAME_BYTES_MAX,
  HELLO_BYTES_MAX,
  INFLATED_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';
import type { Conversation } from '../sync/conversation.ts';
import type { Live } from '../sync/live.ts';
import type { Frame, Wire } from '../sync/ports.ts';
import { decodeFrame, type EncodedFrame, encodeFrame } from './frames.ts';
import { asWaypostError } from './replies.ts';

/** A device that has something to say says it at once. */
const HELLO_MS = 10_000;
/** Connections that have not said hello. Each may hold a hello's worth of memory. */
const STRANGERS_MAX = 1_000;
/** Bytes of one device's messages that are being worked on; beyond it the device is not read from. */
const INBOUND_BYTES_MAX = 1024 * 1024;
const PING_EVERY_MS = 25_000;
const UNANSWERED_PINGS_MAX = 2;
/** How long a peer may take to close its side. */
const CLOSE_MS = 2_000;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

export interface SyncSocketsOptions {
  readonly live: Pick<Live, 'open'>;
  readonly log: Log;
}

export class SyncSockets {
  readonly #options: SyncSocketsOptions;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<DeviceSocket>();
  readonly #pinging: NodeJS.Timeout;
  #strangers = 0;

  constructor(options: SyncSocketsOptions) {
    this.#options = options;
    const server = {
      noServer: true,
      // It would be twelve times the memory of a connection; large frames are compressed once for all instead.
      perMessageDeflate: false,
      maxPayload: FRAME_BYTES_MAX,
      clientTracking: false,
      closeTimeout: CLOSE_MS,
    };
    this.#server = new WebSocketServer(server);
    this.#pinging = setInterval(() => {
      for (const socket of this.#sockets) socket.ping();
    }, PING_EVERY_MS);
    this.#pinging.unref();
  }

  /** Takes over a connection that asked to become a WebSocket. Throws `rate-limited` while too many say nothing. */
  upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    if (this.#strangers >= STRANGERS_MAX) throw new WaypostError('rate-limited');
    this.#server.handleUpgrade(request, raw, head, (webSocket) => {
      this.#strangers += 1;
      const socket = new DeviceSocket(webSocket, raw, this.#options, {
        greeted: () => {
          this.#strangers -= 1;
        },
        closed: () => this.#sockets.delete(socket),
      });
      this.#sockets.add(socket);
    });
  }

  /** Closes every connection, after what was delivered to it. */
  close(): void {
    clearInterval(this.#pinging);
    for (const socket of this.#sockets) socket.close('shutting-down', 'The server is restarting.');
    this.#server.close();
  }

  /** Ends what did not close by itself. */
  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  get size(): number {
    return this.#sockets.size;
  }
}

interface Owner {
  /** Once: the device said hello, or is gone without. */
  greeted(): void;
  closed(): void;
}

/** A frame that waits for those before it, or to be compressed. */
interface Outbound {
  readonly encoded: EncodedFrame | Promise<EncodedFrame>;
  readonly chars: number;
}

class DeviceSocket implements Wire {
  readonly #webSocket: WebSocket;
  readonly #log: Log;
  readonly #owner: Owner;
  readonly #conversation: Conversation;
  #stranger: Stranger | null;
  /** Until the frame before the next one is understood. */
  #inbound: Promise<void> = Promise.resolve();
  /** Of messages that are being worked on: a push, until it is durable. */
  #inboundBytes = 0;
  #outbound: Outbound[] = [];
  #outboundChars = 0;
  #sending = false;
  #whenSent: (() => void) | null = null;
  #closing = false;
  #unansweredPings = 0;

  constructor(webSocket: WebSocket, raw: Duplex, { live, log }: SyncSocketsOptions, owner: Owner) {
    this.#webSocket = webSocket;
    this.#log = log;
    this.#owner = owner;
    this.#conversation = live.open(this);
    this.#stranger = new Stranger(raw, (code, detail) => this.#fail(new WaypostError(code, detail)));
    webSocket.on('message', (bytes: Buffer, binary) => this.#hear(bytes, binary));
    webSocket.on('pong', () => {
      this.#unansweredPings = 0;
    });
    // Whatever it is, it is about one peer's bytes, and the library closes after it.
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => this.#closed());
  }

  deliver(frame: Frame): void {
    // The first word to a device says that it is known, or why not.
    this.#leaveStrangers();
    if (this.#closing) return;
    const encoded = encodeFrame(frame);
    if (!this.#sending && !(encoded instanceof Promise)) {
      this.#write(encoded);
      return;
    }
    const chars = frame.text.length;
    this.#outbound.push({ encoded, chars });
    this.#outboundChars += chars;
    if (!this.#sending) void this.#send();
  }

  bufferedBytes(): number {
    return this.#webSocket.bufferedAmount + this.#outboundChars;
  }

  close(code: ErrorCode, detail: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#leaveStrangers();
    if (!this.#sending) this.#closeNow(code, detail);
    else this.#whenSent = () => this.#closeNow(code, detail);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  ping(): void {
    if (this.#unansweredPings >= UNANSWERED_PINGS_MAX) {
      this.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#webSocket.ping();
  }

  #hear(bytes: Buffer, binary: boolean): void {
    const isFirst = this.#stranger?.isSilent === true;
    if (isFirst) this.#stranger?.spoke();
    this.#inboundBytes += bytes.length;
    this.#pauseOrResume();
    this.#inbound = this.#inbound
      .then(() => this.#understand(bytes, binary, isFirst))
      .catch((error: unknown) => this.#fail(error));
  }

  async #understand(bytes: Buffer, binary: boolean, isFirst: boolean): Promise<void> {
    if (this.#closing) return;
    if (isFirst && bytes.length > HELLO_BYTES_MAX) throw new WaypostError('frame-too-large');
    const message = decodeClientMessage(
      await decodeFrame(bytes, binary, isFirst ? FRAME_BYTES_MAX : INFLATED_BYTES_MAX),
    );
    if (message === 'ignored') {
      this.#worked(bytes.length);
      return;
    }
    // Not waited for: pushes that come while one is being committed go into the next commit together.
    this.#conversation.handle(message).then(
      () => this.#worked(bytes.length),
      (error: unknown) => this.#fail(error),
    );
  }

  #worked(bytes: number): void {
    this.#inboundBytes -= bytes;
    this.#pauseOrResume();
  }

  /** Nothing is read behind a hello that is still being looked at, nor beyond what may be under way. */
  #pauseOrResume(): void {
    const isWaiting = this.#stranger !== null && !this.#stranger.isSilent;
    if (isWaiting || this.#inboundBytes > INBOUND_BYTES_MAX) this.#webSocket.pause();
    else if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let next = this.#outbound.shift(); next !== undefined; next = this.#outbound.shift()) {
      this.#write(await next.encoded);
      this.#outboundChars -= next.chars;
    }
    this.#sending = false;
    this.#whenSent?.();
  }

  #write({ bytes, binary }: EncodedFrame): void {
    // An error here also closes the socket, and closing is heard.
    this.#webSocket.send(bytes, { binary, compress: false }, () => undefined);
  }

  #fail(error: unknown): void {
    if (this.#closing) return;
    const known = asWaypostError(error) ?? new WaypostError('internal');
    if (known.code === 'internal') this.#log.error({ error }, 'a conversation failed');
    const { code, message } = known;
    this.deliver({ text: encodeMessage({ type: 'error', code, message, workspace: null, upTo: null }), urgent: true });
    this.close(code, message);
  }

  #closeNow(code: ErrorCode, detail: string): void {
    this.#webSocket.close(CLOSE_CODES[code] ?? 1011, shortened(detail));
    // Reading goes on so that the peer's answer is heard, but a paused one would not hear it.
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  #closed(): void {
    this.#closing = true;
    this.#outbound = [];
    this.#leaveStrangers();
    this.#owner.closed();
    this.#conversation.closed();
  }

  #leaveStrangers(): void {
    if (this.#stranger === null) return;
    this.#stranger.known();
    this.#stranger = null;
    this.#owner.greeted();
    this.#pauseOrResume();
  }
}

/** A connection before it is known: it has a few seconds and a few bytes. */
class Stranger {
  readonly #raw: Duplex;
  readonly #timer: NodeJS.Timeout;
  readonly #count: (chunk: Buffer) => void;
  #bytes = 0;
  #silent = true;

  constructor(raw: Duplex, refuse: (code: ErrorCode, detail: string) => void) {
    this.#raw = raw;
    this.#timer = setTimeout(() => refuse('bad-message', 'No hello came within ten seconds.'), HELLO_MS);
    // The library bounds frames at what known devices may send. It hears a chunk before this does, so a hello that
    // arrived in it has stopped the count.
    this.#count = (chunk) => {
      this.#bytes += chunk.length;
      if (this.#bytes > 2 * HELLO_BYTES_MAX) refuse('frame-too-large', 'The hello is too large.');
    };
    raw.on('data', this.#count);
  }

  get isSilent(): boolean {
    return this.#silent;
  }

  spoke(): void {
    this.#silent = false;
    this.#raw.off('data', this.#count);
  }

  known(): void {
    this.spoke();
    clearTimeout(this.#timer);
  }
}

/** Close codes by error: those of RFC 6455 where one says it, else our own from 4400. */
const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  'bad-message': 1008,
  'frame-too-large': 1009,
  'shutting-down': 1012,
  'storage-full': 1013,
  'storage-failed': 1013,
  'rate-limited': 1013,
  'signed-out': 4401,
  'sync-off': 4403,
  offline: 4408,
  'protocol-too-old': 4426,
  'protocol-too-new': 4426,
};

function shortened(text: string): string {
  let short = text;
  while (Buffer.byteLength(short) > REASON_BYTES_MAX) short = short.slice(0, -1);
  return short;
}
