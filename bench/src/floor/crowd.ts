/** Many light devices of the floor: each has a socket and a cursor and decodes what it is sent. */
import { randomUUID } from 'node:crypto';

import type { WebSocket } from 'ws';

import type { ClientOptions, Crowd } from '../contender.ts';
import { cut, marksIn, openSocket, send } from './connection.ts';

export class FloorCrowd implements Crowd {
  readonly #options: ClientOptions;
  readonly #devices: LightDevice[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async join(count: number): Promise<void> {
    const joining = Array.from({ length: count }, () => new LightDevice(this.#options));
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
  readonly #id = randomUUID();
  #cursor: number | 'head' = 'head';
  #socket: WebSocket | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = openSocket(this.#options.address.url, {
        snapshot: () => reject(new Error('a light device was sent a snapshot')),
        message: (message) => {
          if (message.kind === 'welcome') {
            if (this.#cursor === 'head') this.#cursor = message.head;
            return resolve();
          }
          if (message.kind !== 'changes') return;
          this.#cursor = message.head;
          for (const mark of marksIn(message.changes)) this.#options.seen(mark);
        },
      });
      socket.on('error', reject);
      socket.on('open', () => send(socket, { kind: 'hello', device: this.#id, cursor: this.#cursor }));
      this.#socket = socket;
    });
  }

  async disconnect(): Promise<void> {
    if (this.#socket) await cut(this.#socket);
    this.#socket = null;
  }
}
