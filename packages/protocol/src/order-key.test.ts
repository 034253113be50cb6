import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byOrder,
  isOrderKey,
  ORDER_KEY_CHARS_MAX,
  type Ordered,
  orderBetween,
  orderKeys,
  ordersBetween,
  roomAt,
} from './order-key.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };
const chance = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

describe('order keys', () => {
  it('always leave room for another one between two that differ, wherever it goes [ID4]', () => {
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

/** One device's list of siblings, as it learns of it, and what it did since it last heard of the others. */
class List {
  readonly orders = new Map<string, string>();
  done: Ordered[] = [];

  get siblings(): Ordered[] {
    return [...this.orders].map(([id, order]) => ({ id, order })).sort(byOrder);
  }

  get ids(): string[] {
    return this.siblings.map(({ id }) => id);
  }

  /** Puts something at a place among the others, whether or not it stands somewhere already; answers who made room. */
  put(id: string, place: number, chance: number): readonly Ordered[] {
    const others = this.siblings.filter((sibling) => sibling.id !== id);
    const { order, moved } = roomAt(others, place % (others.length + 1), () => chance);
    for (const one of [...moved, { id, order }]) this.learn(one);
    this.done.push(...moved, { id, order });
    return moved;
  }

  learn({ id, order }: Ordered): void {
    this.orders.set(id, order);
  }
}

describe('room among siblings', () => {
  it('is made on the device that asks for it, whatever keys two devices chose, and both end alike [ID6]', () => {
    const key = fc.constantFrom('a0', 'a0V', 'a1', 'Zz', `a0${'1'.repeat(ORDER_KEY_CHARS_MAX - 3)}`);
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ on: fc.nat(1), id: fc.nat(9), place: fc.nat(9), chance: fc.constantFrom(0, 0.5) }),
      },
      { weight: 1, arbitrary: fc.constant('sync' as const) },
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6 }), fc.array(step, { maxLength: 40 }), (keys, steps) => {
        const lists = [new List(), new List()] as const;
        for (const list of lists) keys.forEach((order, at) => list.learn({ id: String(at), order }));
        for (const one of [...steps, 'sync' as const]) {
          if (one === 'sync') {
            const done = lists.flatMap((list) => list.done.splice(0));
            for (const list of lists) for (const place of done) list.learn(place);
            expect(lists[0].siblings).toEqual(lists[1].siblings);
            continue;
          }
          const list = lists[one.on] as List;
          const id = String(one.id);
          const wanted = list.ids.filter((other) => other !== id);
          wanted.splice(one.place % (wanted.length + 1), 0, id);
          list.put(id, one.place, one.chance);
          expect(list.ids).toEqual(wanted);
          expect([...list.orders.values()].every(isOrderKey)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('is there also beside what no key can be made from, which gets one [ID6]', () => {
    const siblings = ['a0', 'a0 ', 'a1'].map((order, at) => ({ id: String(at), order }));
    for (const place of [0, 1, 2, 3]) {
      const { order, moved } = roomAt(siblings, place, () => 0.5);
      expect(moved.map(({ id }) => id)).toEqual(['1']);
      const orders = ['a0', moved[0]?.order ?? '', 'a1'].toSpliced(place, 0, order);
      expect(orders.every(isOrderKey)).toBe(true);
      expect(orders).toEqual([...orders].sort());
    }
  });

  it('moves nobody where keys differ and are short [ID6]', () => {
    const siblings = ['a0', 'a1', 'a2'].map((order, at) => ({ id: String(at), order }));
    for (const place of [0, 1, 2, 3]) expect(roomAt(siblings, place, () => 0.5).moved).toEqual([]);
    const equal = siblings.map(({ id }) => ({ id, order: 'a5' }));
    for (const place of [0, 3]) expect(roomAt(equal, place, () => 0.5).moved).toEqual([]);
    expect(roomAt(equal, 1, () => 0.5).moved.map(({ id }) => id)).toEqual(['0']);
  });

  it('is there for thousands that are put in one place one by one, with few moves and short keys [ID6]', () => {
    const places: readonly ((count: number) => number)[] = [(count) => count, () => 0, () => 1, (count) => count >> 1];
    for (const place of places) {
      let siblings: Ordered[] = [];
      let moves = 0;
      for (let n = 0; n < 2_000; n += 1) {
        const at = Math.min(place(n), n);
        const { order, moved } = roomAt(siblings, at, () => (n % 61) / 61);
        const orders = new Map(moved.map((one) => [one.id, one.order]));
        siblings = siblings.map(({ id, order: was }) => ({ id, order: orders.get(id) ?? was }));
        siblings.splice(at, 0, { id: String(n), order });
        moves += moved.length;
      }
      expect(siblings.toSorted(byOrder)).toEqual(siblings);
      expect(Math.max(...siblings.map(({ order }) => order.length))).toBeLessThanOrEqual(ORDER_KEY_CHARS_MAX);
      expect(moves).toBeLessThan(3 * siblings.length);
    }
  });

  it('for many at once is spread evenly [ID6]', () => {
    const newcomers = Array.from({ length: 1_000 }, (_, at) => ({ id: `new${at}`, order: null }));
    for (const [before, after] of [
      [['a0'], ['a1']],
      [[], ['a0']],
      [['a0'], []],
    ] as const) {
      const known = (orders: readonly string[]) => orders.map((order) => ({ id: order, order }));
      const keys = orderKeys([...known(before), ...newcomers, ...known(after)], () => 0.5);
      expect(keys).toEqual([...new Set(keys)].sort());
      expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(12);
    }
  });

  it('gives new keys to as few as can be when everything is put in another order [ID6]', () => {
    const orders = fc.array(fc.constantFrom('a0', 'a1', 'a2', 'a3', null), { maxLength: 12 });
    fc.assert(
      fc.property(orders, (given) => {
        const entries = given.map((order, at) => ({ id: String.fromCharCode(97 + at), order }));
        const keys = orderKeys(entries, () => 0.5);
        const placed = entries.map(({ id }, at) => ({ id, order: keys[at] as string }));
        expect(placed.toSorted(byOrder)).toEqual(placed);
        expect(orderKeys(placed, () => 0.5)).toEqual(keys);
      }),
      RUNS,
    );
  });
});
