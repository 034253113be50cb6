import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byOrder, isOrderKey, ORDER_KEY_CHARS_MAX, orderBetween, ordersBetween } from './order-key.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };
const chance = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

describe('order keys', () => {
  it('always leave room for another one between two, wherever it goes [ID4]', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), chance), { maxLength: 60 }), (inserts) => {
        const keys: string[] = [];
        for (const [where, drawn] of inserts) {
          const at = where % (keys.length + 1);
          keys.splice(at, 0, orderBetween(keys[at - 1] ?? null, keys[at] ?? null, drawn));
        }
        expect(keys).toEqual([...new Set(keys)].sort());
        expect(keys.every(isOrderKey)).toBe(true);
      }),
      RUNS,
    );
  });

  it('seldom are the same when two devices insert in one gap', () => {
    const drawn = Array.from({ length: 1000 }, (_, at) => orderBetween('a0', 'a1', at / 1000));
    expect(new Set(drawn).size).toBe(1000);
    expect(drawn.every((key) => key > 'a0' && key < 'a1')).toBe(true);
  });

  it('are evenly spread over new siblings, and short', () => {
    const keys = ordersBetween(null, null, 10_000);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(6);
    expect([
      ordersBetween('a0', 'a1', 0),
      ordersBetween('a0', 'a1', 3).every((key) => key > 'a0' && key < 'a1'),
    ]).toEqual([[], true]);
  });

  it('are told from text that no key can be made from', () => {
    expect(['a0', 'Zz', 'a0V', 'b00'].map(isOrderKey)).toEqual([true, true, true, true]);
    expect(['', 'a', 'a00', '!', 'a0 ', '"a0"', 'a'.repeat(5 * ORDER_KEY_CHARS_MAX)].map(isOrderKey)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('put siblings in one order on every device, by id where keys are equal [ID4]', () => {
    const places = fc.array(
      fc.record({ id: fc.constantFrom('1', '2', '10', 'x'), order: fc.constantFrom('a0', 'a1', 'Zz') }),
    );
    fc.assert(
      fc.property(places, (siblings) => {
        expect(siblings.toSorted(byOrder)).toEqual(siblings.toReversed().sort(byOrder));
        expect(siblings.toSorted(byOrder).map(({ order }) => order)).toEqual(siblings.map(({ order }) => order).sort());
      }),
      RUNS,
    );
  });
});
