/**
 * The floor's server process: the workspace in a map, a log file that is synced before anything is acknowledged or
 * broadcast, a log of changes in memory for those who were away, and a gzip snapshot for those who are new.
 */
import { createReadStream, existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';

import { WebSocketServer, type WebSocket } from 'ws';

import { announce } from '../forked-server.ts';
import type { Json } from '../workload.ts';
import { GroupCommit } from './group-commit.ts';
import type { Change, ClientMessage, ServerMessage, Snapshot } from './wire.ts';

/** A snapshot this far behind is made anew; until then the changes since it are sent after it. */
const snapshotChangesBehindMax = 2_000;
const messageBytesMax = 256 * 2 ** 20;

interface Entry {
  readonly device: string;
  readonly number: number;
  readonly change: Change;
}

interface Connection {
  readonly socket: WebSocket;
  device: string;
}

class FloorServer {
  readonly #elements = new Map<string, Record<string, Json>>();
  /** The last durable change of each device, and the last one received: a repeated push is skipped. */
  readonly #acknowledged = new Map<string, number>();
  readonly #received = new Map<string, number>();
  readonly #connections = new Set<Connection>();
  readonly #commit: GroupCommit<Entry>;
  /** The change that made head `#logStart + 1` is the first of `#log`. */
  #logStart = 0;
  #log: Change[] = [];
  #snapshot: { readonly head: number; readonly compressed: Buffer } | null = null;

  constructor(file: string) {
    this.#commit = new GroupCommit<Entry>({
      file,
      encode: (entry) => `${JSON.stringify(entry)}\n`,
      committed: (entries) => this.#publish(entries),
    });
  }

  async recover(file: string): Promise<void> {
    if (!existsSync(file)) return;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const entry = JSON.parse(line) as Entry;
      this.#apply(entry.change);
      this.#received.set(entry.device, entry.number);
      this.#acknowledged.set(entry.device, entry.number);
      this.#logStart += 1;
    }
  }

  connect(socket: WebSocket): void {
    const connection = { socket, device: '' };
    socket.on('message', (data: Buffer) => this.#receive(connection, JSON.parse(data.toString()) as ClientMessage));
    socket.on('close', () => this.#connections.delete(connection));
  }

  async close(): Promise<void> {
    await this.#commit.close();
  }

  get #head(): number {
    return this.#logStart + this.#log.length;
  }

  #receive(connection: Connection, message: ClientMessage): void {
    switch (message.kind) {
      case 'hello':
        return this.#greet(connection, message.device, message.cursor);
      case 'push':
        return this.#accept(connection.device, message.first, message.changes);
    }
  }

  #greet(connection: Connection, device: string, cursor: number | 'head' | null): void {
    connection.device = device;
    this.#connections.add(connection);
    const { socket } = connection;
    send(socket, { kind: 'welcome', head: this.#head, acknowledged: this.#acknowledged.get(device) ?? 0 });
    if (cursor === 'head') return;
    const known = cursor !== null && cursor >= this.#logStart ? cursor : this.#sendSnapshot(socket);
    const changes = this.#log.slice(known - this.#logStart);
    if (changes.length > 0) send(socket, { kind: 'changes', head: this.#head, changes });
  }

  #accept(device: string, first: number, changes: readonly Change[]): void {
    const received = this.#received.get(device) ?? 0;
    for (const [offset, change] of changes.entries()) {
      const number = first + offset;
      if (number <= received) continue;
      this.#received.set(device, number);
      this.#commit.add({ device, number, change });
    }
  }

  #publish(entries: readonly Entry[]): void {
    for (const { device, number, change } of entries) {
      this.#apply(change);
      this.#log.push(change);
      this.#acknowledged.set(device, number);
    }
    const changes = entries.map(({ change }) => change);
    const devices = new Set(entries.map(({ device }) => device));
    const text = Buffer.from(encode({ kind: 'changes', head: this.#head, changes }));
    for (const { socket, device } of this.#connections) {
      // With one writer the sender needs no copy of its own changes. Several writers in one batch get all of it.
      if (!devices.has(device) || devices.size > 1) socket.send(text, { binary: false });
      if (devices.has(device)) this.#acknowledge(socket, device);
    }
  }

  #acknowledge(socket: WebSocket, device: string): void {
    send(socket, { kind: 'acknowledged', upTo: this.#acknowledged.get(device) ?? 0, head: this.#head });
  }

  #apply({ id, set }: Change): void {
    const members = this.#elements.get(id);
    if (members) Object.assign(members, set);
    else this.#elements.set(id, { ...set });
  }

  /** Sends the snapshot and returns the head it stands for. */
  #sendSnapshot(socket: WebSocket): number {
    const usable =
      this.#snapshot && this.#snapshot.head >= Math.max(this.#logStart, this.#head - snapshotChangesBehindMax);
    const snapshot = this.#snapshot && usable ? this.#snapshot : this.#makeSnapshot();
    this.#snapshot = snapshot;
    socket.send(snapshot.compressed);
    return snapshot.head;
  }

  #makeSnapshot(): { readonly head: number; readonly compressed: Buffer } {
    const elements = [...this.#elements].map(([id, members]) => ({ id, members }));
    const snapshot: Snapshot = { head: this.#head, elements };
    return { head: this.#head, compressed: gzipSync(JSON.stringify(snapshot)) };
  }
}

function encode(message: ServerMessage): string {
  return JSON.stringify(message);
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(encode(message));
}

const file = join(process.argv[2] ?? '.', 'log.jsonl');
const floor = new FloorServer(file);
await floor.recover(file);
const listener = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  maxPayload: messageBytesMax,
});
listener.on('connection', (socket) => floor.connect(socket));
listener.on('listening', () => announce((listener.address() as AddressInfo).port, () => floor.close()));
