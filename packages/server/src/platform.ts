/** What the sync core asks of the world, from Node. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Chance, Clock, Mac, Packing, Scheduler } from './sync/ports.ts';

const compress = promisify(gzip);

export const clock: Clock = { now: Date.now };

export const chance: Chance = { bytes: (count) => randomBytes(count) };

export const scheduler: Scheduler = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export const packing: Packing = {
  gzip: (text) => compress(text),
  sha256: async (content) => createHash('sha256').update(content).digest('hex'),
};

export function macOf(serverKey: string): Mac {
  return (text) => createHmac('sha256', serverKey).update(text).digest('base64url');
}
