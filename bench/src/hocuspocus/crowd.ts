/**
 * Many light devices of Hocuspocus: each has a socket and a state vector and decodes the updates it is sent. The
 * provider is not used because it needs a whole Y.Doc per device: a thousand of this workspace do not fit a machine.
 */
import { once } from 'node:events';

import { WebSocket } from 'ws';
import * as Y from 'yjs';

import type { ClientOptions, Crowd } from '../contender.ts';
import { markOf, type PostmanUrl } from '../workload.ts';
import { decodeMessage, encodeEmptyToken, encodeStateVector, ping, pong } from './wire.ts';

type StateVector = ReadonlyMap<number, number>;

export class HocuspocusCrowd implements Crowd {
  readonly #options: ClientOptions;
  readonly #devices: LightDevice[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async join(count: number): Promise<void> {
    const vector = await currentVector(this.#options);
    const joining = Array.from({ length: count }, () => new LightDevice(this.#options, vector));
    this.#devices.push(...joining);
    await Promise.all(joining.map((device) => device.connect()));
  }

  async leave(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.disconnect()));
  }

  async rejoin(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.connect()));
  }

  close(): Promise<void> {
    return this.leave();
  }
}

class LightDevice {
  readonly #options: ClientOptions;
  readonly #vector: Map<number, number>;
  #socket: WebSocket | null = null;

  constructor(options: ClientOptions, vector: StateVector) {
    this.#options = options;
    this.#vector = new Map(vector);
  }

  get vector(): StateVector {
    return this.#vector;
  }

  /** Resolves when the server has answered the state vector: the device is current. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#options.address.url.replace('http:', 'ws:'), { perMessageDeflate: false });
      this.#socket = socket;
      socket.on('error', reject);
      socket.on('open', () => {
        socket.send(encodeEmptyToken());
        socket.send(encodeStateVector(Y.encodeStateVector(new Map(this.#vector))));
      });
      socket.on('message', (data: Buffer) => {
        if (data.length === 1 && data[0] === ping) return socket.send(Uint8Array.of(pong));
        const message = decodeMessage(data);
        if (message.kind !== 'update') return;
        this.#read(message.update);
        if (message.first) resolve();
      });
    });
  }

  async disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;
  }

  #read(update: Uint8Array): void {
    for (const struct of Y.decodeUpdate(update).structs) {
      const { client, clock } = struct.id;
      this.#vector.set(client, Math.max(this.#vector.get(client) ?? 0, clock + struct.length));
      if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentAny)) continue;
      for (const value of struct.content.arr) {
        const mark = isUrl(value) ? markOf(value.raw) : null;
        if (mark !== null) this.#options.seen(mark);
      }
    }
  }
}

/** Loads the document once, to learn the state vector that new light devices may start from. */
async function currentVector(options: ClientOptions): Promise<StateVector> {
  const probe = new LightDevice({ ...options, seen: () => {} }, new Map());
  await probe.connect();
  await probe.disconnect();
  return probe.vector;
}

function isUrl(value: unknown): value is PostmanUrl {
  return typeof value === 'object' && value !== null && 'raw' in value && typeof value.raw === 'string';
}
