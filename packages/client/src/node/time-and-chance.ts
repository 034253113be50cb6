/** The real clock, random source and timers. */
import { randomFillSync } from 'node:crypto';
import type { Chance, Clock, Scheduler } from '../engine/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };

export const systemChance: Chance = {
  bytes: (count) => randomFillSync(new Uint8Array(count)),
  number: () => (randomFillSync(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
};

export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
