/**
 * Messages over plain HTTP, for where WebSockets are blocked: pushes are posted one at a time, and one long poll at a
 * time brings everything else. From the engine it looks like a WebSocket.
 */
import { type ClientMessage, type ServerMessage, WaypostError, type WorkspaceInfo } from '@waypost/protocol';
import type { Connection, ConnectionHandlers, Scheduler } from '../engine/ports.ts';
import { type AbortSignal, newAbort } from './abort.ts';
import { Positions } from './positions.ts';
import type { ServerRequests } from './server-requests.ts';
import { CLOSED_HERE, SyncRequests } from './sync-requests.ts';

type Hello = Extract<ClientMessage, { type: 'hello' }>;

/** How long a poll waits for the device to say that it holds what it was just told, before it may be told again. */
const SETTLING_MS = 1_000;

export interface HttpConnectionOptions {
  /** In the name of the device that a token names. */
  readonly server: (token: string) => ServerRequests;
  readonly scheduler: Scheduler;
}

export class HttpConnection implements Connection {
  readonly #options: HttpConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #positions = new Positions();
  #hello: Hello | null = null;
  #requests: SyncRequests | null = null;
  #queue: { readonly message: ClientMessage; readonly bytes: number }[] = [];
  #queuedBytes = 0;
  #sending = false;
  /** The device asked where it stands, and hears that at once, also where nothing is new. */
  #asksWhere = true;
  /** Ends the poll under way, so that the next one begins from new positions. */
  #restart = newAbort();
  #wake: () => void = () => undefined;
  /** The workspaces as last told; null before the welcome. */
  #workspaces: string | null = null;
  #over = false;

  constructor(options: HttpConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    // Not before the caller has the connection.
    options.scheduler.after(0, () => {
      if (!this.#over) handlers.opened();
    });
  }

  send(message: ClientMessage): void {
    if (this.#over) return;
    const isNews = this.#positions.said(message);
    if (message.type === 'hello') {
      this.#hello = message;
      this.#requests = new SyncRequests(this.#options.server(message.token));
      this.#attempt(() => this.#poll());
    } else if (message.type === 'follow') {
      this.#asksWhere = true;
      this.#restart.abort();
    } else if (message.type === 'ping') {
      // It asks whether the server answers; it does not wait behind a large push.
      this.#attempt(() => this.#deliver([message]));
    } else {
      if (isNews) this.#restart.abort();
      if (message.type === 'have') this.#wake();
      const bytes = message.type === 'push' ? JSON.stringify(message).length : 0;
      this.#queue.push({ message, bytes });
      this.#queuedBytes += bytes;
      if (!this.#sending) this.#attempt(() => this.#sendAll());
    }
  }

  bufferedBytes(): number {
    return this.#queuedBytes;
  }

  close(): void {
    if (this.#stop()) void Promise.resolve().then(() => this.#handlers.closed(CLOSED_HERE));
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let next = this.#queue.shift(); next !== undefined && !this.#over; next = this.#queue.shift()) {
      await this.#deliver([next.message]);
      this.#queuedBytes -= next.bytes;
    }
    this.#sending = false;
  }

  async #deliver(messages: readonly ClientMessage[]): Promise<void> {
    for (const answer of (await this.#requests?.send(messages)) ?? []) this.#hear(answer);
  }

  async #poll(): Promise<void> {
    while (!this.#over) {
      this.#restart = newAbort();
      for (const message of await this.#ask(this.#restart.signal)) this.#hear(message);
      if (this.#positions.isSettling) await this.#settling();
    }
  }

  /** Nothing, where the poll was given up for one from newer positions. */
  async #ask(signal: AbortSignal): Promise<readonly ServerMessage[]> {
    if (this.#hello === null || this.#requests === null) return [];
    const wait = !this.#asksWhere;
    try {
      const { all: positions, settledSinceHello } = this.#positions;
      const pending = Math.max(0, this.#hello.pending - settledSinceHello);
      const hello = { ...this.#hello, pending, positions };
      const messages = await this.#requests.poll(hello, { wait, signal });
      // What was asked after this began is answered by the next.
      if (!signal.aborted) this.#asksWhere = false;
      return messages;
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }

  /** Until the device holds the outcomes it was sent: before that, the server would send them again at once. */
  async #settling(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.scheduler.after(SETTLING_MS, resolve);
      this.#wake = () => {
        if (this.#positions.isSettling && !this.#over) return;
        cancel();
        resolve();
      };
      this.#wake();
    });
  }

  #hear(message: ServerMessage): void {
    if (this.#over) return;
    this.#positions.heard(message);
    const told = message.type === 'welcome' ? this.#welcomed(message, message.workspaces) : message;
    if (told?.type === 'workspaces') this.#workspaces = JSON.stringify(told.workspaces);
    if (told !== null) this.#handlers.received(told);
    if (message.type === 'signed-out') this.#end({ code: 'signed-out', message: 'This device was signed out.' });
  }

  /** Every poll begins with a welcome; the engine hears the first, and then only what is new in it. */
  #welcomed(message: ServerMessage, workspaces: WorkspaceInfo[]): ServerMessage | null {
    const before = this.#workspaces;
    this.#workspaces = JSON.stringify(workspaces);
    if (before === null) return message;
    return before === this.#workspaces ? null : { type: 'workspaces', workspaces };
  }

  #attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      // A broken invariant of ours must not pass for a broken network.
      if (!(error instanceof WaypostError)) throw error;
      this.#end(error);
    });
  }

  #end({ code, message }: Pick<WaypostError, 'code' | 'message'>): void {
    if (this.#stop()) this.#handlers.closed({ code, detail: message });
  }

  /** False where it had ended before. */
  #stop(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#queue = [];
    this.#restart.abort();
    this.#wake();
    this.#requests?.close();
    return true;
  }
}
