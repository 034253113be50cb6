/** The browser's clock, random source and timers. */
import type { Chance, Clock, Scheduler } from '../engine/ports.ts';

export const browserClock: Clock = { now: () => Date.now() };

export const browserChance: Chance = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  number: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
};

export const browserScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
