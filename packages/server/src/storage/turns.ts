/** A lock: whoever asks runs alone, in the order of asking. Bounded by its callers, who each wait for their turn. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.then(ignore, ignore);
    return result;
  }

  /** Resolves when everything asked for until now has run. */
  idle(): Promise<void> {
    return this.#last;
  }
}

function ignore(): void {}
