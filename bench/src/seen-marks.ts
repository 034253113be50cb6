/** When the devices of one process saw which edits. */
import type { MarkRange } from './workload.ts';

interface Waiting {
  readonly marks: MarkRange;
  readonly observers: number;
  /** How many sightings in the range are still to come. */
  missing: number;
  readonly resolve: (times: readonly (readonly number[])[]) => void;
}

export class SeenMarks {
  readonly #times = new Map<number, number[]>();
  #waiting: Waiting | null = null;

  record(mark: number, at: number): void {
    const times = this.#times.get(mark) ?? [];
    this.#times.set(mark, times);
    times.push(at);
    const waiting = this.#waiting;
    if (!waiting || !isWithin(mark, waiting.marks) || times.length > waiting.observers) return;
    waiting.missing -= 1;
    if (waiting.missing === 0) this.#finish(waiting);
  }

  /** One wait at a time: the bench runs its workloads one after another. */
  whenSeen(marks: MarkRange, observers: number): Promise<readonly (readonly number[])[]> {
    if (this.#waiting) throw new Error('this process already waits for marks');
    return new Promise((resolve) => {
      const seen = this.#timesOf(marks).reduce((sum, times) => sum + Math.min(times.length, observers), 0);
      const waiting = { marks, observers, missing: marks.count * observers - seen, resolve };
      this.#waiting = waiting;
      if (waiting.missing === 0) this.#finish(waiting);
    });
  }

  #finish(waiting: Waiting): void {
    this.#waiting = null;
    waiting.resolve(this.#timesOf(waiting.marks).map((times) => times.slice(0, waiting.observers)));
  }

  #timesOf({ from, count }: MarkRange): number[][] {
    return Array.from({ length: count }, (_, offset) => this.#times.get(from + offset) ?? []);
  }
}

function isWithin(mark: number, { from, count }: MarkRange): boolean {
  return mark >= from && mark < from + count;
}
