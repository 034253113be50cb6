/**
 * A sender in a thread of its own, for a process that has more to do than to send: what a large library makes of a strange
 * answer takes none of its time, and takes down at most this thread. It begins with the first request and ends when
 * nothing was sent for a while.
 */
import { Worker } from 'node:worker_threads';
import { bodyBytesOf, Channel } from '../channel.ts';
import type { SendEvent, Sender, SendOrder } from '../exchange.ts';
import { failure } from '../failure.ts';

/** What the thread is to be. */
export type SendingKind =
  | { readonly kind: 'own machine' }
  /** Hosts, addresses and ranges that it may send to although they are not public. */
  | { readonly kind: 'relay'; readonly allowed: readonly string[] };

export type ToThread =
  | { readonly kind: 'send'; readonly id: number; readonly order: SendOrder }
  | { readonly kind: 'stop'; readonly id: number }
  /** Whoever takes in what is told has enough waiting, and has room again. */
  | { readonly kind: 'hold'; readonly id: number }
  | { readonly kind: 'go'; readonly id: number };

export interface FromThread {
  readonly id: number;
  readonly event: SendEvent;
}

/** Its memory is given back after this; the next request then waits half a second longer. */
const IDLE_MS = 5 * 60_000;
/** Of the thread's own objects; bodies are outside of it, and bounded one by one. */
const HEAP_MB_MAX = 512;

export class SendingThread implements Sender {
  readonly #kind: SendingKind;
  readonly #exchanges = new Map<number, Channel<SendEvent>>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #id = 0;

  constructor(kind: SendingKind) {
    this.#kind = kind;
  }

  send(order: SendOrder, signal: AbortSignal): AsyncIterable<SendEvent> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#id += 1;
    const id = this.#id;
    const stop = (): void => worker.postMessage({ kind: 'stop', id } satisfies ToThread);
    const events = new Channel<SendEvent>({
      bytesOf: bodyBytesOf,
      onLeave: () => {
        stop();
        this.#ended(id);
      },
      hold: () => worker.postMessage({ kind: 'hold', id } satisfies ToThread),
      go: () => worker.postMessage({ kind: 'go', id } satisfies ToThread),
    });
    this.#exchanges.set(id, events);
    worker.postMessage({ kind: 'send', id, order } satisfies ToThread);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return events;
  }

  /** Ends what is under way, and the thread. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    // Built files end in .js, sources in .ts.
    const file = new URL(`./sending.thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const worker = new Worker(file, {
      name: 'sending',
      workerData: this.#kind,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
      // What a library prints may hold what was sent.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', ({ id, event }: FromThread) => this.#tell(id, event));
    // The reason is in the words of a library, which may repeat what was sent.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#gone(worker));
    worker.unref();
    return worker;
  }

  #tell(id: number, event: SendEvent): void {
    const events = this.#exchanges.get(id);
    if (event.kind !== 'ended' && event.kind !== 'failed') {
      events?.push(event);
      return;
    }
    events?.end(event);
    this.#ended(id);
  }

  #ended(id: number): void {
    this.#exchanges.delete(id);
    if (this.#exchanges.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#worker?.terminate(), IDLE_MS);
    this.#idle.unref();
  }

  #gone(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const why = failure('sender-failed', 'the part of it that sends has ended, and begins anew');
    for (const events of this.#exchanges.values()) events.end({ kind: 'failed', failure: why, timings: null });
    this.#exchanges.clear();
  }
}
