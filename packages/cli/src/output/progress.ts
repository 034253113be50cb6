/** One line on a terminal that says what is going on and how far it is, once it takes longer than a second. */
import { count } from './relative-time.ts';
import { lineWidth, type Stream } from './stream.ts';
import { cut } from './text.ts';

const SHOWN_AFTER_MS = 1_000;
const DRAWN_EVERY_MS = 100;

export interface Ticks {
  now(): number;
  /** Until what is returned is called. */
  every(ms: number, run: () => void): () => void;
}

/** Of the machine. They keep no process alive. */
export const TICKS: Ticks = {
  now: () => performance.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};

export class Progress {
  readonly #stream: Stream;
  readonly #ticks: Ticks;
  readonly #startedAt: number;
  readonly #stop: () => void;
  #text = '';
  #drawn = '';

  constructor(stream: Stream, ticks: Ticks) {
    this.#stream = stream;
    this.#ticks = ticks;
    this.#startedAt = ticks.now();
    this.#stop = stream.isTTY === true ? ticks.every(DRAWN_EVERY_MS, () => this.#draw()) : () => undefined;
  }

  /** What is going on now, as in "Waiting for the server". */
  say(text: string): void {
    this.#text = text;
  }

  /** How far it is, as in "Fetching 300 of 1,204 elements". */
  report(doing: string, done: number, total: number, noun = 'element'): void {
    const of = total > done ? `${done.toLocaleString('en')} of ${count(total, noun)}` : count(done, noun);
    this.say(`${doing} ${of}`);
  }

  /** Takes the line away. */
  end(): void {
    this.#stop();
    if (this.#drawn !== '') this.#stream.write('\r\u001B[K');
    this.#drawn = '';
  }

  #draw(): void {
    if (this.#text === this.#drawn || this.#ticks.now() - this.#startedAt < SHOWN_AFTER_MS) return;
    this.#drawn = this.#text;
    this.#stream.write(`\r\u001B[K${cut(`${this.#text} …`, lineWidth(this.#stream))}`);
  }
}
