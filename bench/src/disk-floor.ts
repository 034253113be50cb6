/** How often a second this disk can make a small append durable: what every durable save pays at least. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { now } from './clock.ts';

const appendBytes = 400;
const durationMs = 1_000;

export function measureSyncsPerSecond(folder: string): number {
  const descriptor = openSync(join(folder, 'disk-floor'), 'a');
  const record = 'x'.repeat(appendBytes);
  const startedAt = now();
  let count = 0;
  while (now() - startedAt < durationMs) {
    writeSync(descriptor, record);
    fdatasyncSync(descriptor);
    count += 1;
  }
  closeSync(descriptor);
  return (count * 1000) / (now() - startedAt);
}
