/**
 * Hocuspocus's device: a Y.Doc with the provider, used as an application would: a map of elements, each a map of its
 * fields, one transaction an edit. Nothing is stored on the device: the provider has no store of its own.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

import { now } from '../clock.ts';
import type { ClientOptions, ConnectTimes, Device } from '../contender.ts';
import { type BenchElement, type Edit, markOf, type PostmanUrl } from '../workload.ts';
import { decodeMessage, documentName } from './wire.ts';

/** A whole workspace of 100,000 requests is one message. */
const messageBytesMax = 1024 * 2 ** 20;

/** The plain `ws` socket: faster in Node than the built-in one, and able to take a message of this size. */
class LargeMessageSocket extends WebSocket {
  constructor(url: string) {
    super(url, { perMessageDeflate: false, maxPayload: messageBytesMax });
  }
}

export class HocuspocusDevice implements Device {
  readonly #options: ClientOptions;
  readonly #document = new Y.Doc();
  readonly #elements = this.#document.getMap<Y.Map<unknown>>('elements');
  readonly #socket: HocuspocusProviderWebsocket;
  readonly #provider: HocuspocusProvider;
  /**
   * Messages sent that the server has still to acknowledge. The provider's own count reaches zero with the first
   * acknowledgement after a reconnect, whatever else is under way, and so cannot be used.
   */
  #unacknowledged = 0;
  #whenAcknowledged: (() => void) | null = null;
  #observed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#socket = new HocuspocusProviderWebsocket({
      url: options.address.url.replace('http:', 'ws:'),
      autoConnect: false,
      WebSocketPolyfill: LargeMessageSocket,
    });
    this.#provider = new HocuspocusProvider({
      name: documentName,
      document: this.#document,
      websocketProvider: this.#socket,
      onOutgoingMessage: ({ message }) => this.#noteSent(message.toUint8Array()),
      onMessage: ({ event }) => this.#noteReceived(new Uint8Array(event.data as ArrayBuffer)),
    });
    this.#provider.attach();
  }

  async connect(): Promise<ConnectTimes> {
    const startedAt = now();
    const synced = this.#once('synced');
    void this.#socket.connect();
    await synced;
    const completeAt = now();
    this.#observe();
    return { startedAt, treeUsableAt: null, completeAt };
  }

  async disconnect(): Promise<void> {
    const closed = this.#once('close');
    this.#socket.disconnect();
    await closed;
    this.#unacknowledged = 0;
  }

  async create(elements: readonly BenchElement[]): Promise<void> {
    this.#document.transact(() => {
      for (const { id, kind, parent, position, fields } of elements) {
        this.#elements.set(id, new Y.Map(Object.entries({ kind, parent, position, ...fields })));
      }
    });
  }

  async edit(edits: readonly Edit[]): Promise<void> {
    for (const { id, url } of edits) this.#elements.get(id)?.set('url', url);
  }

  async whenAcknowledged(): Promise<void> {
    if (this.#unacknowledged === 0) return;
    await new Promise<void>((resolve) => (this.#whenAcknowledged = resolve));
  }

  async close(): Promise<void> {
    this.#provider.destroy();
    this.#socket.destroy();
  }

  /** Only after the first sync, so that it is not slowed down by looking for marks. */
  #observe(): void {
    if (this.#observed) return;
    this.#observed = true;
    this.#elements.observeDeep((events, { local }) => {
      if (local) return;
      for (const { target, keys } of events) {
        if (!(target instanceof Y.Map) || !keys.has('url')) continue;
        const mark = markOf((target.get('url') as PostmanUrl).raw);
        if (mark !== null) this.#options.seen(mark);
      }
    });
  }

  #once(event: 'synced' | 'close'): Promise<void> {
    return new Promise((resolve) => {
      const happened = (): void => {
        this.#provider.off(event, happened);
        resolve();
      };
      this.#provider.on(event, happened);
    });
  }

  #noteSent(message: Uint8Array): void {
    // The provider announces its answers before they have content; they are counted when they are asked for.
    if (message.length > 0 && decodeMessage(message).kind === 'update') this.#unacknowledged += 1;
  }

  #noteReceived(message: Uint8Array): void {
    switch (decodeMessage(message).kind) {
      case 'state-vector':
        // Answered by the provider with what the server lacks, which the server acknowledges like any update.
        this.#unacknowledged += 1;
        return;
      case 'acknowledged':
        this.#unacknowledged -= 1;
        if (this.#unacknowledged === 0) this.#whenAcknowledged?.();
        return;
      case 'update':
      case 'other':
        return;
    }
  }
}
