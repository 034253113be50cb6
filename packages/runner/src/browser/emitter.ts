/** The two ends of the sandbox's bridge: what it tells is emitted here, and `dispatch` tells it something. */
type Listener = (...args: readonly unknown[]) => void;

export class Emitter {
  /** Set by the bridge once the sandbox is there. */
  _dispatch: ((...args: readonly unknown[]) => void) | null = null;
  /** Set by the bridge, which needs somebody to tell that it is done. */
  _disconnect: ((done: () => void) => void) | null = null;
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  once(event: string, listener: Listener): void {
    const first: Listener = (...args) => {
      this.#listeners.get(event)?.delete(first);
      listener(...args);
    };
    this.on(event, first);
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, ...args: readonly unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }

  dispatch(...args: readonly unknown[]): void {
    this._dispatch?.(...args);
  }
}
