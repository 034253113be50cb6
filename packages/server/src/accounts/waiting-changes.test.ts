import type { StreamId } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { WaitingChanges } from './waiting-changes.ts';

const [a, b] = ['a', 'b'] as unknown as [StreamId, StreamId];

it('counts down from what the device said, stream by stream', () => {
  const waiting = new WaitingChanges({
    pending: 5,
    positions: [
      { stream: a, have: 10 },
      { stream: null, have: 0 },
    ],
  });
  waiting.arrived({ stream: a, from: 11, upTo: 12 });
  expect(waiting.count).toBe(3);
  waiting.arrived({ stream: b, from: 1, upTo: 2 });
  expect(waiting.count).toBe(1);
});

it('counts what had arrived before without the device knowing, and nothing twice', () => {
  const waiting = new WaitingChanges({ pending: 334, positions: [{ stream: a, have: 0 }] });
  waiting.arrived({ stream: a, from: 101, upTo: 334 });
  waiting.arrived({ stream: a, from: 101, upTo: 334 });
  expect(waiting.count).toBe(0);
});

it('is never less than nothing', () => {
  const waiting = new WaitingChanges({ pending: 1, positions: [{ stream: a, have: 0 }] });
  waiting.arrived({ stream: a, from: 1, upTo: 7 });
  expect(waiting.count).toBe(0);
});
