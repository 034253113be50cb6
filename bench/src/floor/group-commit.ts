/**
 * The cheapest durable append: whatever arrived while the last fdatasync ran is written and synced together. A lone
 * entry is written at once; there is no timer.
 */
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const syncData = promisify(fdatasync);

/** Bounds one batch, and with it one message: what one device may make the others wait for. */
const batchEntriesMax = 256;

export interface GroupCommitOptions<Entry> {
  readonly file: string;
  readonly encode: (entry: Entry) => string;
  /** Called in order, with what has just become durable. */
  readonly committed: (entries: readonly Entry[]) => void;
}

export class GroupCommit<Entry> {
  readonly #descriptor: number;
  readonly #encode: (entry: Entry) => string;
  readonly #committed: (entries: readonly Entry[]) => void;
  #waiting: Entry[] = [];
  #draining: Promise<void> | null = null;

  constructor({ file, encode, committed }: GroupCommitOptions<Entry>) {
    this.#descriptor = openSync(file, 'a');
    this.#encode = encode;
    this.#committed = committed;
  }

  add(entry: Entry): void {
    this.#waiting.push(entry);
    this.#draining ??= this.#drain();
  }

  /** Appends without waiting for the disk: for what another durable copy exists of. */
  appendUnsynced(text: string): void {
    writeSync(this.#descriptor, text);
  }

  /** Resolves when everything added so far is on disk. */
  async whenIdle(): Promise<void> {
    await this.#draining;
  }

  async close(): Promise<void> {
    await this.whenIdle();
    closeSync(this.#descriptor);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchEntriesMax);
      writeSync(this.#descriptor, batch.map(this.#encode).join(''));
      await syncData(this.#descriptor);
      this.#committed(batch);
    }
    this.#draining = null;
  }
}
