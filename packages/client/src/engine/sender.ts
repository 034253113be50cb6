/**
 * Which changes to push next, and when not to. Everything is sent in order and again after every reconnection, from where
 * the server says it has settled; `received` only stops the sending.
 */
import { CHANGES_PER_COMMIT, CHANGES_PER_PUSH_MAX, FRAME_BYTES_MAX } from '@waypost/protocol';
import type { OutboxEntry } from './outbox.ts';

/** Bytes of pushes the server has not said it received. */
const IN_FLIGHT_BYTES_MAX = 1024 * 1024;
/** A push stays this far below what a frame may be: JSON around the writes, and one entry that tips it over. */
const PUSH_BYTES_MAX = FRAME_BYTES_MAX / 2;

export interface Link {
  /** Over HTTP: the next push only when the last one was answered. */
  readonly onePushAtATime: boolean;
  readonly bufferedBytes: number;
}

export class Sender {
  /** The next number to send; null until the server said where it is. */
  #next: number | null = null;
  #inFlight: { readonly upTo: number; readonly bytes: number }[] = [];

  get ready(): boolean {
    return this.#next !== null;
  }

  /** The server has settled changes up to here: what comes after it is sent, also what was sent before. */
  begin(settled: number): void {
    this.#next = settled + 1;
    this.#inFlight = [];
  }

  /** The connection is gone, and with it all that was on its way. */
  end(): void {
    this.#next = null;
    this.#inFlight = [];
  }

  received(upTo: number): void {
    this.#inFlight = this.#inFlight.filter((push) => push.upTo > upTo);
  }

  /** Settled is more than received: what is settled is never sent again. */
  settled(upTo: number): void {
    this.received(upTo);
    if (this.#next !== null) this.#next = Math.max(this.#next, upTo + 1);
  }

  /** The entries of the next push; none while there is nothing to send or no room for it. */
  next(entries: readonly OutboxEntry[], link: Link): readonly OutboxEntry[] {
    if (this.#next === null) return [];
    const inFlight = this.#inFlight.reduce((sum, { bytes }) => sum + bytes, 0) + link.bufferedBytes;
    if (inFlight > IN_FLIGHT_BYTES_MAX || (link.onePushAtATime && this.#inFlight.length > 0)) return [];
    // Where each push waits for the one before it, few large ones wait less.
    const countMax = link.onePushAtATime ? CHANGES_PER_PUSH_MAX : CHANGES_PER_COMMIT;
    const batch: OutboxEntry[] = [];
    let bytes = 0;
    for (let at = firstFrom(entries, this.#next); at < entries.length && batch.length < countMax; at += 1) {
      const entry = entries[at] as OutboxEntry;
      if (batch.length > 0 && bytes + entry.bytes > PUSH_BYTES_MAX) break;
      batch.push(entry);
      bytes += entry.bytes;
    }
    return batch;
  }

  sent(batch: readonly OutboxEntry[]): void {
    const last = batch.at(-1);
    if (last === undefined || this.#next === null) return;
    this.#next = last.n + 1;
    this.#inFlight.push({ upTo: last.n, bytes: batch.reduce((sum, { bytes }) => sum + bytes, 0) });
  }
}

/** Entries are in ascending order and may be many. */
function firstFrom(entries: readonly OutboxEntry[], n: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as OutboxEntry).n < n) low = middle + 1;
    else high = middle;
  }
  return low;
}
