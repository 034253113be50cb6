/** One line on a terminal that says how far something is, once it takes longer than a second. */
import { count } from './relative-time.ts';

const SHOWN_AFTER_MS = 1_000;
const DRAWN_EVERY_MS = 100;

export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #startedAt: number;
  #drawnAt = 0;
  #drawn = false;

  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    this.#startedAt = now();
  }

  /** `what` as in "Fetching 300 of 1,204 elements". */
  report(doing: string, done: number, total: number, noun = 'element'): void {
    const now = this.#now();
    if (this.#stream.isTTY !== true || now - this.#startedAt < SHOWN_AFTER_MS || now - this.#drawnAt < DRAWN_EVERY_MS)
      return;
    this.#drawnAt = now;
    this.#drawn = true;
    const of = total > done ? `${done.toLocaleString('en')} of ${count(total, noun)}` : count(done, noun);
    this.#stream.write(`\r\u001B[K${doing} ${of} …`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#drawn) this.#stream.write('\r\u001B[K');
    this.#drawn = false;
  }
}
