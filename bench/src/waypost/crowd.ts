/** Many light devices of Waypost: each has a socket and a cursor and decodes what it is sent, as a device does. */
import { createFetcher, inflate } from '@waypost/client/node';
import {
  decodeServerMessage,
  type Delta,
  encodeMessage,
  INFLATED_BYTES_MAX,
  manifestSchema,
  type Position,
  PROTOCOL_VERSION,
  type WorkspaceId,
} from '@waypost/protocol';
import { WebSocket } from 'ws';

import type { ClientOptions, Crowd } from '../contender.ts';
import { markOf } from '../workload.ts';
import { signInDevice } from './sign-in.ts';

/** A sign-in costs the server 20 ms of hashing; more at once only wait for each other. */
const signInsAtOnce = 4;

export class WaypostCrowd implements Crowd {
  readonly #options: ClientOptions;
  readonly #devices: LightDevice[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async join(count: number): Promise<void> {
    const tokens: string[] = [];
    const signIn = async (): Promise<void> => {
      while (tokens.length < count) {
        const place = tokens.push('') - 1;
        tokens[place] = (await signInDevice(this.#options.address)).token;
      }
    };
    await Promise.all(Array.from({ length: signInsAtOnce }, signIn));
    const head = await this.#head(tokens[0] ?? '');
    const joining = tokens.map((token) => new LightDevice(this.#options, token, head));
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

  /** A cursor from which everything above the snapshot is told. */
  async #head(token: string): Promise<Position> {
    const { url, access } = this.#options.address;
    const fetcher = createFetcher({ url }, token);
    const workspace = access['workspace'] as WorkspaceId;
    const answer: unknown = JSON.parse(
      new TextDecoder().decode(await fetcher.get(`/api/workspaces/${workspace}/snapshot`)),
    );
    fetcher.close();
    const { epoch, life, head } = manifestSchema.parse(answer);
    return { workspace, epoch, life, cursor: head, stream: null, have: 0 };
  }
}

class LightDevice {
  readonly #options: ClientOptions;
  readonly #token: string;
  #position: Position;
  #socket: WebSocket | null = null;

  constructor(options: ClientOptions, token: string, position: Position) {
    this.#options = options;
    this.#token = token;
    this.#position = position;
  }

  /** Resolves once the device is told that there is nothing more. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.#options.address.url.replace('http', 'ws')}/api/sync`, {
        perMessageDeflate: false,
      });
      this.#socket = socket;
      socket.on('error', reject);
      socket.on('open', () => socket.send(this.#hello()));
      socket.on('message', (frame: Buffer, isBinary) => {
        const text = isBinary ? inflate(frame.subarray(1), INFLATED_BYTES_MAX) : frame;
        const message = decodeServerMessage(new TextDecoder().decode(text));
        if (message === 'ignored') return;
        if (message.type === 'reset') reject(new Error(`a light device was reset: ${message.reason}`));
        if (message.type !== 'delta' || message.workspace !== this.#position.workspace) return;
        this.#take(message);
        if (!message.more) resolve();
      });
    });
  }

  async disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await closed;
  }

  #take({ epoch, life, to, elements }: Delta): void {
    this.#position = { ...this.#position, epoch, life, cursor: to };
    for (const element of elements) {
      const mark = 'data' in element ? markOf(element.data) : null;
      if (mark !== null) this.#options.seen(mark);
    }
  }

  #hello(): string {
    return encodeMessage({
      type: 'hello',
      protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
      token: this.#token,
      pending: 0,
      positions: [this.#position],
    });
  }
}
