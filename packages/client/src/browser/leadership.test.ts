import { describe, expect, it } from 'vitest';
import type { LeaderHandlers, Leadership } from '../engine/ports.ts';
import { createLeadership } from './leadership.ts';

const HANDLERS: LeaderHandlers = { lost: () => undefined, nudged: () => undefined };

/** Of one store in one browser: what Node has of Web Locks and channels is what browsers have. */
function leadershipOf(store: string): Leadership {
  return createLeadership({ name: store, now: () => 0, locks: navigator.locks, hiddenMs: () => 0 });
}

describe('leading a store', () => {
  it('is for one tab at a time, and for the next when that lets go', async () => {
    const [one, other] = [leadershipOf('turns'), leadershipOf('turns')];
    expect(await one.take(HANDLERS)).toBe(true);
    expect(await other.take(HANDLERS)).toBe(false);
    await one.release();
    expect(await other.take(HANDLERS)).toBe(true);
    await other.release();
  });

  it('is left to others by a tab that lets go while it is still asking', async () => {
    const [one, other] = [leadershipOf('asking'), leadershipOf('asking')];
    const asking = one.take(HANDLERS);
    await one.release();
    expect(await asking).toBe(false);
    expect(await other.take(HANDLERS)).toBe(true);
    await other.release();
  });

  it('is over for a tab that let go: it asks and says nothing any more', async () => {
    const [one, other] = [leadershipOf('over'), leadershipOf('over')];
    await one.release();
    expect(await other.take(HANDLERS)).toBe(true);
    expect(await one.take(HANDLERS)).toBe(false);
    one.nudge?.();
    await other.release();
  });
});
