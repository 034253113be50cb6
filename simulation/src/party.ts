/**
 * One process: a tab, a command, a node of the server. It reaches the world only through what it is given here, so that
 * killing it at any await is: nothing it waits for ever comes. A frozen one receives everything later, at once.
 */
import type { Random } from './random.ts';
import type { World } from './world.ts';

export class Party {
  readonly name: string;
  readonly world: World;
  readonly random: Random;
  readonly #onDeath: (() => void)[] = [];
  #alive = true;
  #held: (() => void)[] | null = null;
  #clockOffset: number;
  #stuckAt: number | null = null;
  #callsLeft = Number.POSITIVE_INFINITY;

  constructor(world: World, name: string, random: Random, clockOffset: number) {
    this.world = world;
    this.name = name;
    this.random = random;
    this.#clockOffset = clockOffset;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.#held !== null;
  }

  readonly clock = {
    now: (): number => this.#stuckAt ?? Math.floor(EPOCH_MS + this.world.now + this.#clockOffset),
  };

  readonly chance = {
    bytes: (count: number): Uint8Array => this.random.bytes(count),
    number: (): number => this.random.number(),
  };

  readonly scheduler = {
    after: (delayMs: number, run: () => void): (() => void) => this.world.after(delayMs, () => this.deliver(run)),
  };

  /** Something reaches the process from outside: at once, when it thaws, or never. */
  deliver(run: () => void): void {
    if (!this.#alive) return;
    if (this.#held === null) run();
    else this.#held.push(run);
  }

  /** What the process waits for. Once it is dead nothing it waits for ever comes. */
  wait<Result>(delayMs: number, work: () => Result): Promise<Result> {
    this.#countCall();
    if (!this.#alive) return never();
    return new Promise((resolve, reject) => {
      this.scheduler.after(delayMs, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** As {@link wait}, for work that needs no time of its own. */
  at<Result>(work: () => Result): Promise<Result> {
    this.#countCall();
    if (!this.#alive) return never();
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Passes on what another promise brings, while the process lives. */
  follow<Result>(promise: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      promise.then(
        (result) => this.deliver(() => resolve(result)),
        (error: unknown) => this.deliver(() => reject(error)),
      );
    });
  }

  /** Ends at the so-manieth call from now to anything outside itself. */
  killAtCall(count: number): void {
    this.#callsLeft = count;
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#held = null;
    this.world.trace(this.name, 'killed');
    for (const run of this.#onDeath) run();
  }

  onDeath(run: () => void): void {
    this.#onDeath.push(run);
  }

  freeze(): void {
    if (this.#alive) this.#held ??= [];
  }

  thaw(): void {
    const held = this.#held;
    this.#held = null;
    for (const run of held ?? []) this.deliver(run);
  }

  jumpClock(byMs: number): void {
    this.#clockOffset += byMs;
  }

  stickClock(): void {
    this.#stuckAt = this.clock.now();
  }

  healClock(): void {
    this.#stuckAt = null;
    this.#clockOffset = 0;
  }

  #countCall(): void {
    this.#callsLeft -= 1;
    if (this.#callsLeft === 0) this.kill();
  }
}

/** What clocks show when a run begins: some moment in 2026. */
const EPOCH_MS = 1_780_000_000_000;

function never<Result>(): Promise<Result> {
  return new Promise(() => undefined);
}
