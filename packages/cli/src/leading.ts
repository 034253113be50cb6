/**
 * Leadership that waits for leave to begin. A device connects as soon as it leads; a command first has to save what it
 * was asked to save, over what this device had.
 */
import type { LeaderHandlers, Leadership, Scheduler } from '@waypost/client';

/** One-shot commands follow each other closely: who comes next should not wait a second for the one before. */
const TRY_AGAIN_MS = 50;
/** Behind a `sync --watch` that runs for days, looking often is of no use. */
const TRY_AGAIN_MS_MAX = 1_000;

export class GatedLeadership implements Leadership {
  readonly #inner: Leadership;
  readonly #scheduler: Scheduler;
  #state: 'closed' | 'following' | 'leading' | 'abandoned' = 'closed';
  /** Said only once the device has heard of it too: until then it repeats what an earlier process wrote. */
  #isTold = false;
  #open: () => void = () => undefined;
  readonly #gate: Promise<void>;

  constructor(inner: Leadership, scheduler: Scheduler) {
    this.#inner = inner;
    this.#scheduler = scheduler;
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  /** Never again: the device is about to be closed. */
  abandon(): void {
    if (this.#state !== 'leading') this.#state = 'abandoned';
    this.#open();
  }

  /** Null before it was tried. */
  get isHeld(): boolean | null {
    return this.#isTold ? this.#state === 'leading' : null;
  }

  /** Resolves when it leads or was abandoned, however long another process does. */
  async take(handlers?: LeaderHandlers): Promise<boolean> {
    await this.#gate;
    for (let waitMs = TRY_AGAIN_MS; this.#state !== 'abandoned'; waitMs = Math.min(waitMs * 1.5, TRY_AGAIN_MS_MAX)) {
      if (await this.#inner.take(handlers)) {
        // Abandoned in between: `abandon` did not know of it yet.
        if (this.#isAbandoned()) break;
        this.#state = 'leading';
        setImmediate(() => {
          this.#isTold = true;
        });
        return true;
      }
      if (!this.#isAbandoned()) {
        this.#state = 'following';
        this.#isTold = true;
      }
      await new Promise<void>((resolve) => this.#scheduler.after(waitMs, resolve));
    }
    await this.#inner.release();
    return false;
  }

  async release(): Promise<void> {
    await this.#inner.release();
  }

  #isAbandoned(): boolean {
    return this.#state === 'abandoned';
  }
}
