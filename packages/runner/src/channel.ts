/**
 * Events on their way from callbacks to a loop. Whoever pushes is not held up by it, but is told when too much waits and when
 * there is room again: it then stops reading from wherever its events come.
 */
import { WAITING_BYTES_MAX } from './bounds.ts';

export interface ChannelOptions<Item> {
  /** Called where the loop is left before the end. */
  readonly onLeave: () => void;
  /** What an item weighs; what is small weighs nothing. */
  readonly bytesOf: (item: Item) => number;
  /** Too much waits, and there is room again; by turns. */
  readonly hold?: () => void;
  readonly go?: () => void;
}

export class Channel<Item> implements AsyncIterable<Item> {
  readonly #waiting: Item[] = [];
  readonly #options: ChannelOptions<Item>;
  #waitingBytes = 0;
  #isHeld = false;
  #ended = false;
  #wake: (() => void) | null = null;
  #onRoom: (() => void)[] = [];

  constructor(options: ChannelOptions<Item>) {
    this.#options = options;
  }

  /** What is pushed after the end is dropped. */
  push(item: Item): void {
    if (this.#ended) return;
    this.#waiting.push(item);
    this.#waitingBytes += this.#options.bytesOf(item);
    if (!this.#isHeld && this.#waitingBytes >= WAITING_BYTES_MAX) {
      this.#isHeld = true;
      this.#options.hold?.();
    }
    this.#wake?.();
  }

  end(last: Item): void {
    this.push(last);
    this.#ended = true;
    this.#wake?.();
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** Resolves at once where there is room, and otherwise when there is, or nobody takes anything any more. */
  async room(): Promise<void> {
    if (!this.#isHeld) return;
    await new Promise<void>((resolve) => this.#onRoom.push(resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let isDone = false;
    try {
      for (;;) {
        const item = this.#waiting.shift();
        if (item !== undefined) {
          this.#took(item);
          yield item;
          continue;
        }
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
      isDone = true;
    } finally {
      if (!isDone) {
        this.#options.onLeave();
        this.#letGo();
      }
    }
  }

  /** At half of it, so that it is not held again by the next piece. */
  #took(item: Item): void {
    this.#waitingBytes -= this.#options.bytesOf(item);
    if (this.#isHeld && this.#waitingBytes <= WAITING_BYTES_MAX / 2) this.#letGo();
  }

  #letGo(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#options.go?.();
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }
}

/** Of what a sender tells, bodies are all that is large. */
export function bodyBytesOf(event: { readonly kind: string }): number {
  return event.kind === 'body' && 'bytes' in event && event.bytes instanceof Uint8Array ? event.bytes.length : 0;
}
