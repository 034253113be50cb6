/**
 * How fast one device may push. Nobody works faster than this by hand or by import; a program that does is slowed down
 * by not being read from, and loses nothing.
 */
import type { ClientMessage } from '@waypost/protocol';

/** Changes. Bursts are what a long offline stretch sends at once. */
const BURST_MAX = 20_000;
const PER_SECOND = 2_000;

export class Pace {
  readonly #now: () => number;
  #emptyAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long to wait before the next message after this one, in milliseconds. */
  delayAfter(message: ClientMessage): number {
    const now = this.#now();
    const changes = message.type === 'push' ? message.changes.length : 1;
    this.#emptyAt = Math.max(this.#emptyAt, now) + (changes * 1_000) / PER_SECOND;
    return Math.max(0, this.#emptyAt - now - (BURST_MAX * 1_000) / PER_SECOND);
  }
}
