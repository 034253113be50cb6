import { describe, expect, it, vi } from 'vitest';
import type { Sender, SendOrder } from '../exchange.ts';
import { ExchangeError } from '../frames.ts';
import { plainOrder } from '../testing/orders.ts';
import { BoundedSender, type DeskBounds, ExchangeDesk, OWN_MACHINE } from './exchange-desk.ts';

const ordered: SendOrder[] = [];
const sender: Sender = {
  async *send(order) {
    ordered.push(order);
    yield { kind: 'note', note: { level: 'info', message: 'sent' } };
  },
};
const desk = (special: Partial<DeskBounds>): ExchangeDesk => new ExchangeDesk(sender, { ...OWN_MACHINE, ...special });

function refusal(take: () => unknown): string | null {
  try {
    take();
    return null;
  } catch (error) {
    return error instanceof ExchangeError ? error.failure.message : String(error);
  }
}

describe('a desk', () => {
  it('has so many places for each person, and so many in all', () => {
    const full = desk({ atOnceMax: 3, atOncePerPersonMax: 2 });
    const first = full.take('ann');
    full.take('ann');
    expect(refusal(() => full.take('ann'))).toMatch(/2 of yours are under way/);
    full.take('bob');
    expect(refusal(() => full.take('cat'))).toMatch(/3 are under way/);
    first.leave();
    first.leave();
    expect(full.size).toBe(2);
    expect(refusal(() => full.take('ann'))).toBe(null);
  });

  it('lets each person begin so many a minute', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const paced = desk({ perMinuteMax: 60 });
      const take = (person: string) => refusal(() => paced.take(person).leave());
      for (let time = 0; time < 60; time += 1) expect(take('ann')).toBe(null);
      expect(take('ann')).toMatch(/60 a minute/);
      expect(take('bob')).toBe(null);
      vi.advanceTimersByTime(1_000);
      expect([take('ann'), take('ann')]).toEqual([null, expect.stringMatching(/60 a minute/)]);
      vi.advanceTimersByTime(60_000);
      expect(take('ann')).toBe(null);
    } finally {
      vi.useRealTimers();
    }
  });
});

it('allows an order less than it asks for, and never more', async () => {
  const bounded = new BoundedSender(sender, { responseBytesMax: 1_000, timeoutMsMax: 500 });
  for (const [asked, allowed] of [
    [
      { responseBytesMax: 2_000, timeoutMs: null },
      { responseBytesMax: 1_000, timeoutMs: 500 },
    ],
    [
      { responseBytesMax: 10, timeoutMs: 10 },
      { responseBytesMax: 10, timeoutMs: 10 },
    ],
  ] as const) {
    for await (const { kind } of bounded.send(plainOrder(asked), new AbortController().signal))
      expect(kind).toBe('note');
    expect(ordered.at(-1)).toMatchObject(allowed);
  }
});
