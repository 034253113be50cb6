/** What a person waits for. */
import { expect } from 'vitest';

/** Reads until it is what is expected of it. On a machine that does other things besides, what follows an action takes a while. */
export const seen = <Value>(read: () => Value) => expect.poll(read, { timeout: 15_000 });
