/**
 * How many changes wait on a device. It says so itself when it connects; from then on the numbers of what arrives tell,
 * also where some had arrived before without the device knowing.
 */
import type { StreamId } from '@waypost/protocol';
import type { Arrived, Waiting } from '../sync/ports.ts';

export class WaitingChanges {
  readonly #said: number;
  /** By stream: the number up to which the device had outcomes, and the one up to which changes are here. */
  readonly #streams = new Map<StreamId, { readonly have: number; readonly upTo: number }>();

  constructor({ pending, positions }: Waiting) {
    this.#said = pending;
    for (const { stream, have } of positions) if (stream !== null) this.#streams.set(stream, { have, upTo: have });
  }

  get count(): number {
    let count = this.#said;
    for (const { have, upTo } of this.#streams.values()) count -= upTo - have;
    return Math.max(0, count);
  }

  arrived({ stream, from, upTo }: Arrived): void {
    const before = this.#streams.get(stream) ?? { have: from - 1, upTo: from - 1 };
    this.#streams.set(stream, { ...before, upTo: Math.max(before.upTo, upTo) });
  }
}
