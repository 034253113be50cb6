/** The thread of sending-thread.ts: sends what it is told to, and tells what happens. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SendOrder } from '../exchange.ts';
import { AddressGuard } from './address-guard.ts';
import { createEngine } from './engine.ts';
import { createRelay } from './relay-sender.ts';
import type { FromThread, SendingKind, ToThread } from './sending-thread.ts';

const port = parentPort;
if (port === null) throw new Error('sending.thread.ts runs as a thread of another program.');
const kind = workerData as SendingKind;
const sender = kind.kind === 'relay' ? createRelay(new AddressGuard(kind.allowed)) : createEngine();
const exchanges = new Map<number, Exchange>();

class Exchange {
  readonly #stop = new AbortController();
  readonly #id: number;
  #held: { readonly promise: Promise<void>; readonly go: () => void } | null = null;

  constructor(id: number) {
    this.#id = id;
  }

  async run(order: SendOrder): Promise<void> {
    for await (const event of sender.send(order, this.#stop.signal)) {
      // A copy of its own, which `slice` of a Buffer would not be: the library still reads what it gave.
      const told = event.kind === 'body' ? { ...event, bytes: new Uint8Array(event.bytes) } : event;
      const message: FromThread = { id: this.#id, event: told };
      port?.postMessage(message, told.kind === 'body' ? [told.bytes.buffer] : []);
      await this.#held?.promise;
    }
  }

  stop(): void {
    this.#stop.abort();
    this.go();
  }

  /** Nothing is taken from the sender, which then reads no more from the target. */
  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held ??= { promise, go: resolve };
  }

  go(): void {
    this.#held?.go();
    this.#held = null;
  }
}

port.on('message', (message: ToThread) => {
  if (message.kind !== 'send') {
    exchanges.get(message.id)?.[message.kind]();
    return;
  }
  const exchange = new Exchange(message.id);
  exchanges.set(message.id, exchange);
  void exchange.run(message.order).finally(() => exchanges.delete(message.id));
});
