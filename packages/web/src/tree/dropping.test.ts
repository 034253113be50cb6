import type { ElementId } from '@waypost/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench } from '../desk/bench.ts';
import { openTestBench, plant } from '../desk/bench.fixture.ts';
import { dropAt, dropDepth } from './dropping.ts';
import { type Row, rowsOf } from './rows.ts';
import { SELECTING, treeCommand, typedAhead } from './tree-keys.ts';

describe('what is dragged', () => {
  let bench: Bench;
  let close: () => Promise<void>;
  let ids: Map<string, ElementId>;
  let rows: readonly Row[];

  beforeAll(async () => {
    ({ bench, close } = await openTestBench());
    ids = await plant(bench, { 'Shop/': { 'Orders/': { List: {}, Get: {} }, Ping: {} }, 'Empty/': {} });
    const expanded = new Set(['Shop', 'Orders'].map((name) => ids.get(name) as ElementId));
    rows = rowsOf((parent) => bench.elements.list(parent), expanded);
  });
  afterAll(() => close());

  const drop = (dragged: string, over: string, part: number): string | null => {
    const at = rows.findIndex(({ summary }) => summary.name === over);
    const found = dropAt(bench.elements, [ids.get(dragged) as ElementId], {
      rows,
      at: at < 0 ? rows.length : at,
      part,
    });
    if (found === null) return null;
    const name = (id: ElementId | null): string => (id === null ? '-' : (bench.elements.summary(id)?.name ?? ''));
    const { parent, before } = found.target;
    return `${found.show} ${rows[found.at]?.summary.name}: in ${name(parent)} before ${name(before)}, depth ${dropDepth(rows, found)}`;
  };

  it('goes before, into or behind a row', () => {
    expect(drop('Ping', 'List', 0.1)).toBe('before List: in Orders before List, depth 2');
    expect(drop('Ping', 'Get', 0.9)).toBe('after Get: in Orders before -, depth 2');
    expect(drop('Ping', 'Empty', 0.5)).toBe('inside Empty: in Empty before -, depth 0');
    expect(drop('Ping', 'Orders', 0.9)).toBe('after Orders: in Orders before List, depth 2');
    expect(drop('List', 'Ping', 0.9)).toBe('after Ping: in Shop before -, depth 1');
  });

  it('goes to the end of the tree below the last row', () => {
    expect(drop('Ping', 'nothing', 0)).toBe('after Empty: in - before -, depth 0');
  });

  it('falls back to where it may stand, and nowhere else', () => {
    expect(drop('Ping', 'Get', 0.5)).toBe('after Get: in Orders before -, depth 2');
    expect(drop('Orders', 'List', 0.5)).toBeNull();
    expect(drop('Shop', 'Empty', 0.5)).toBe('after Empty: in - before -, depth 0');
  });
});

describe('a key in the tree', () => {
  const stroke = (key: string, held: { isMod?: boolean; isShift?: boolean; isAlt?: boolean } = {}) =>
    treeCommand({ key, isMod: false, isShift: false, isAlt: false, ...held });

  it('means what it means elsewhere', () => {
    expect([stroke('ArrowDown'), stroke('F2'), stroke('Delete'), stroke('Enter')]).toEqual([
      'down',
      'rename',
      'delete',
      'open',
    ]);
    expect([stroke('D', { isMod: true }), stroke('ArrowUp', { isAlt: true })]).toEqual(['duplicate', 'move-up']);
    expect([
      stroke('F10', { isShift: true }),
      stroke('Delete', { isShift: true }),
      stroke('k', { isMod: true }),
    ]).toEqual(['menu', null, null]);
    expect(SELECTING.has(stroke('ArrowDown', { isShift: true }) ?? 'open')).toBe(true);
  });

  it('that is a character finds the next name that begins with it', () => {
    const names = ['Get order', 'List orders', 'Get user'];
    expect(typedAhead(names, 1, 'get')).toBe(2);
    expect(typedAhead(names, 0, 'l')).toBe(1);
    expect(typedAhead(names, 0, 'x')).toBe(-1);
  });
});
