/**
 * Events on their way from callbacks to a loop. Whoever pushes is not held up: what waits is bounded by the bound of the
 * response, since nothing else that is pushed is large.
 */
export class Channel<Item> implements AsyncIterable<Item> {
  readonly #waiting: Item[] = [];
  readonly #onLeave: () => void;
  #ended = false;
  #wake: (() => void) | null = null;

  /** `onLeave` is called where the loop is left before the end. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  /** What is pushed after the end is dropped. */
  push(item: Item): void {
    if (this.#ended) return;
    this.#waiting.push(item);
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

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let isDone = false;
    try {
      for (;;) {
        for (const item of this.#waiting.splice(0)) yield item;
        if (this.#waiting.length > 0) continue;
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
      isDone = true;
    } finally {
      if (!isDone) this.#onLeave();
    }
  }
}
