import type { Intent } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../desk/bench.ts';
import { openTestBench, outlineOf, plant, settled } from '../desk/bench.fixture.ts';
import { copying, freeName } from './copying.ts';
import { filteredRows, finderOf, rowsOf } from './rows.ts';
import {
  deleting,
  moving,
  movingProblem,
  placeNear,
  type Reversible,
  sorting,
  stepping,
  topmost,
} from './structure.ts';

const SHOP = {
  'Shop/': { 'Orders/': { 'List orders': { '=Two orders': {} }, 'Get order': {} }, 'Users/': {}, Ping: {} },
};

describe('the tree', () => {
  let bench: Bench;
  let close: () => Promise<void>;
  let ids: Map<string, ElementId>;
  const id = (name: string): ElementId => ids.get(name) as ElementId;
  const does = async (intents: readonly Intent[]): Promise<void> => {
    await bench.device.change(intents, bench.workspace);
    await settled();
  };
  const both = async ({ intents, undo }: Reversible): Promise<unknown[]> => {
    await does(intents);
    const done = outlineOf(bench);
    await does(undo);
    return [done, outlineOf(bench)];
  };

  beforeEach(async () => {
    ({ bench, close } = await openTestBench());
    ids = await plant(bench, SHOP);
  });
  afterEach(() => close());

  it('shows what is expanded, each with its place among its siblings', () => {
    const rows = rowsOf((parent) => bench.elements.list(parent), new Set([id('Shop'), id('Orders')]));
    expect(rows.map(({ summary, depth, place, siblings }) => [summary.name, depth, place, siblings])).toEqual([
      ['Shop', 0, 1, 1],
      ['Orders', 1, 1, 3],
      ['List orders', 2, 1, 2],
      ['Get order', 2, 2, 2],
      ['Users', 1, 2, 3],
      ['Ping', 1, 3, 3],
    ]);
  });

  it('takes lists that nothing touched as they were: a change costs what changed, however large the tree is', async () => {
    const { elements } = bench;
    const [orders, users, top] = [elements.list(id('Orders')), elements.list(id('Users')), elements.list(null)];
    await does(deleting([id('Get order')]).intents);
    expect(elements.list(id('Orders')).map(({ name }) => name)).toEqual(['List orders']);
    expect([elements.list(id('Users')), elements.list(null)]).toEqual([users, top]);
    expect(elements.list(id('Users'))).toBe(users);
    await does(deleting([id('Orders')]).intents);
    expect(elements.list(id('Orders'))).toEqual([]);
    await does([
      { do: 'restore', id: id('Orders') },
      { do: 'restore', id: id('Get order') },
    ]);
    expect(elements.list(id('Orders'))).toEqual(orders);
  });

  it('filtered shows what is found with what is above it, by name, method or URL', () => {
    const names = (filter: string, urls: Record<string, string> = {}): string[] => {
      const urlOf = (one: ElementId): string | undefined => urls[bench.elements.summary(one)?.name ?? ''];
      return filteredRows((parent) => bench.elements.list(parent), finderOf(filter, urlOf)).map(
        ({ summary }) => summary.name,
      );
    };
    expect(names('get ord')).toEqual(['Shop', 'Orders', 'List orders', 'Get order']);
    expect(names('two')).toEqual(['Shop', 'Orders', 'List orders', 'Two orders']);
    expect(names('health')).toEqual([]);
    expect(names('health', { Ping: 'https://x/health' })).toEqual(['Shop', 'Ping']);
  });

  it('moves several elements as one change, which can be undone', async () => {
    const target = { parent: id('Users'), before: null };
    const [done, undone] = await both(moving(bench.elements, [id('Get order'), id('Ping')], target));
    expect(done).toEqual({
      Shop: { Orders: { 'List orders': { 'Two orders': {} } }, Users: { 'Get order': {}, Ping: {} } },
    });
    expect(undone).toEqual(outlineOf(bench));
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})).toEqual(['Orders', 'Users', 'Ping']);
  });

  it('steps one place at a time, and not past the end', async () => {
    expect(stepping(bench.elements, [id('Ping')], 1)).toBeNull();
    await does(stepping(bench.elements, [id('Users'), id('Ping')], -1)?.intents ?? []);
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})).toEqual(['Users', 'Ping', 'Orders']);
    await does(stepping(bench.elements, [id('Users')], 1)?.intents ?? []);
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})).toEqual(['Ping', 'Users', 'Orders']);
  });

  it('sorts by name, folders first, by moving as few as need be', async () => {
    await does(moving(bench.elements, [id('Ping')], { parent: id('Shop'), before: id('Orders') }).intents);
    const { intents } = sorting(bench.elements, id('Shop'));
    expect(intents).toHaveLength(1);
    await does(intents);
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})).toEqual(['Orders', 'Users', 'Ping']);
  });

  it('refuses to put a folder into itself, or anything where it cannot stand', () => {
    expect(movingProblem(bench.elements, [id('Shop')], id('Orders'))).toBe('“Shop” cannot be moved into itself.');
    expect(movingProblem(bench.elements, [id('Ping')], id('List orders'))).toMatch(/cannot stand below a request/);
    expect(movingProblem(bench.elements, [id('Ping')], id('Users'))).toBeNull();
    expect(movingProblem(bench.elements, [id('Ping')], null)).toBeNull();
  });

  it('takes of a selection what carries the rest along, in the order of the tree', () => {
    const chosen = [id('Ping'), id('Two orders'), id('Orders'), id('List orders')];
    expect(topmost(bench.elements, chosen)).toEqual([id('Orders'), id('Ping')]);
  });

  it('puts what is pasted into an element where it may stand there, else behind it', () => {
    expect(placeNear(bench.elements, id('Users'), ['request'])).toEqual({ parent: id('Users'), before: null });
    expect(placeNear(bench.elements, id('List orders'), ['request'])).toEqual({
      parent: id('Orders'),
      before: id('Get order'),
    });
    expect(placeNear(bench.elements, id('List orders'), ['collection'])).toEqual({ parent: null, before: null });
    expect(placeNear(bench.elements, null, ['example'])).toBeNull();
  });

  it('copies an element with all below it, under a name of its own', async () => {
    const { intents, roots } = await copying({
      from: bench.elements,
      to: bench.elements,
      ids: [id('Orders')],
      target: { parent: id('Shop'), before: id('Users') },
    });
    await does(intents);
    expect(outlineOf(bench)['Shop']).toEqual({
      Orders: { 'List orders': { 'Two orders': {} }, 'Get order': {} },
      'Orders copy': { 'List orders': { 'Two orders': {} }, 'Get order': {} },
      Users: {},
      Ping: {},
    });
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})[1]).toBe('Orders copy');
    await does(deleting(roots).intents);
    expect(Object.keys(outlineOf(bench)['Shop'] ?? {})).toEqual(['Orders', 'Users', 'Ping']);
  });

  it('deletes into the trash, from where it comes back', async () => {
    const [done, undone] = await both(deleting([id('Orders'), id('Ping')]));
    expect(done).toEqual({ Shop: { Users: {} } });
    expect(Object.keys((undone as ReturnType<typeof outlineOf>)['Shop'] ?? {})).toEqual(['Orders', 'Users', 'Ping']);
  });
});

describe('the name of a copy', () => {
  it('is the first that nobody has', () => {
    expect(freeName('a', new Set())).toBe('a');
    expect(freeName('a', new Set(['a']))).toBe('a copy');
    expect(freeName('a copy', new Set(['a copy', 'a copy 2']))).toBe('a copy 3');
  });
});
