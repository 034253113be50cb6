/** The thread of sending-thread.ts: sends what it is told to, and tells what happens. */
import { parentPort, workerData } from 'node:worker_threads';
import { AddressGuard } from './address-guard.ts';
import { createEngine } from './engine.ts';
import { createRelay } from './relay-sender.ts';
import type { FromThread, SendingKind, ToThread } from './sending-thread.ts';

const port = parentPort;
if (port === null) throw new Error('sending.thread.ts runs as a thread of another program.');
const kind = workerData as SendingKind;
const sender = kind.kind === 'relay' ? createRelay(new AddressGuard(kind.allowed)) : createEngine();
const stops = new Map<number, AbortController>();

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') {
    stops.get(message.id)?.abort();
    return;
  }
  void exchange(message);
});

async function exchange({ id, order }: Extract<ToThread, { kind: 'send' }>): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  for await (const event of sender.send(order, stop.signal)) {
    // A copy of its own, which `slice` of a Buffer would not be: the library still reads what it gave.
    const told = event.kind === 'body' ? { ...event, bytes: new Uint8Array(event.bytes) } : event;
    port?.postMessage({ id, event: told } satisfies FromThread, told.kind === 'body' ? [told.bytes.buffer] : []);
  }
  stops.delete(id);
}
