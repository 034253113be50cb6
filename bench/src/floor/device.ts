/** The floor's device: the workspace in a map, and a file that is synced before anything is sent. */
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

import type { WebSocket } from 'ws';

import { now } from '../clock.ts';
import type { ClientOptions, ConnectTimes, Device } from '../contender.ts';
import type { BenchElement, Edit, Json } from '../workload.ts';
import { cut, marksIn, openSocket, send } from './connection.ts';
import { GroupCommit } from './group-commit.ts';
import type { Change, ServerMessage, Snapshot } from './wire.ts';

const syncData = promisify(fdatasync);

export class FloorDevice implements Device {
  readonly #options: ClientOptions;
  readonly #id = randomUUID();
  readonly #elements = new Map<string, Record<string, Json>>();
  readonly #commit: GroupCommit<Change>;
  /** Durable here, not yet acknowledged; the first has number `#acknowledged + 1`. */
  #outbox: Change[] = [];
  #acknowledged = 0;
  /** Made here, durable or about to be. */
  #made = 0;
  #cursor: number | null = null;
  #storingSnapshot = false;
  #socket: WebSocket | null = null;
  #whenCurrent: (() => void) | null = null;
  #welcomeHead: number | null = null;
  #whenAcknowledged: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#commit = new GroupCommit<Change>({
      file: join(options.folder, 'log.jsonl'),
      encode: (change) => `${JSON.stringify(change)}\n`,
      committed: (changes) => this.#push(changes),
    });
  }

  async connect(): Promise<ConnectTimes> {
    const startedAt = now();
    const current = new Promise<void>((resolve) => (this.#whenCurrent = resolve));
    const socket = openSocket(this.#options.address.url, {
      message: (message, text) => this.#receive(message, text),
      snapshot: (compressed) => void this.#load(compressed),
    });
    socket.on('open', () => send(socket, { kind: 'hello', device: this.#id, cursor: this.#cursor }));
    this.#socket = socket;
    await current;
    return { startedAt, treeUsableAt: null, completeAt: now() };
  }

  async disconnect(): Promise<void> {
    if (this.#socket) await cut(this.#socket);
    this.#socket = null;
    this.#welcomeHead = null;
  }

  async create(elements: readonly BenchElement[]): Promise<void> {
    for (const { id, kind, parent, position, fields } of elements) {
      this.#make({ id, set: { kind, parent, position, ...fields } });
    }
    await this.#commit.whenIdle();
  }

  async edit(edits: readonly Edit[]): Promise<void> {
    for (const { id, url } of edits) this.#make({ id, set: { url } });
    await this.#commit.whenIdle();
  }

  async whenAcknowledged(): Promise<void> {
    if (this.#acknowledged === this.#made) return;
    await new Promise<void>((resolve) => (this.#whenAcknowledged = resolve));
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.#commit.close();
  }

  #make(change: Change): void {
    this.#made += 1;
    this.#apply(change);
    this.#commit.add(change);
  }

  #push(changes: readonly Change[]): void {
    const first = this.#acknowledged + this.#outbox.length + 1;
    this.#outbox.push(...changes);
    if (this.#welcomeHead !== null && this.#socket) send(this.#socket, { kind: 'push', first, changes });
  }

  #receive(message: ServerMessage, text: string): void {
    switch (message.kind) {
      case 'welcome':
        this.#settle(message.acknowledged);
        this.#welcomeHead = message.head;
        if (this.#outbox.length > 0 && this.#socket) {
          send(this.#socket, { kind: 'push', first: this.#acknowledged + 1, changes: this.#outbox });
        }
        return this.#noteCurrent();
      case 'acknowledged':
        this.#cursor = message.head;
        return this.#settle(message.upTo);
      case 'changes':
        for (const change of message.changes) this.#apply(change);
        this.#commit.appendUnsynced(`${text}\n`);
        this.#cursor = message.head;
        for (const mark of marksIn(message.changes)) this.#options.seen(mark);
        return this.#noteCurrent();
    }
  }

  async #load(compressed: Buffer): Promise<void> {
    this.#storingSnapshot = true;
    const snapshot = JSON.parse(gunzipSync(compressed).toString()) as Snapshot;
    for (const { id, members } of snapshot.elements) this.#elements.set(id, members);
    const descriptor = openSync(join(this.#options.folder, 'snapshot.json.gz'), 'w');
    writeSync(descriptor, compressed);
    await syncData(descriptor);
    closeSync(descriptor);
    this.#storingSnapshot = false;
    this.#cursor = Math.max(this.#cursor ?? 0, snapshot.head);
    this.#noteCurrent();
  }

  #apply({ id, set }: Change): void {
    const members = this.#elements.get(id);
    if (members) Object.assign(members, set);
    else this.#elements.set(id, { ...set });
  }

  #settle(upTo: number): void {
    this.#outbox.splice(0, upTo - this.#acknowledged);
    this.#acknowledged = upTo;
    if (this.#acknowledged !== this.#made) return;
    this.#whenAcknowledged?.();
    this.#whenAcknowledged = null;
  }

  #noteCurrent(): void {
    if (this.#storingSnapshot || this.#cursor === null || this.#welcomeHead === null) return;
    if (this.#cursor < this.#welcomeHead) return;
    this.#whenCurrent?.();
    this.#whenCurrent = null;
  }
}
