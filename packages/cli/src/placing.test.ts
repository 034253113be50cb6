import type { ElementSummary } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { placeAt } from './placing.ts';

const workspace = 'w' as WorkspaceId;

function collection(id: string, order: string): ElementSummary {
  return {
    ...{ id: id as ElementId, kind: 'collection', parent: null, order, name: id, detail: '' },
    ...{ revision: 1, trashed: false, state: 'synced' },
  };
}

function namesAfter(
  there: readonly ElementSummary[],
  { before, moving }: { readonly before: string | null; readonly moving: string | null },
): string[] {
  const device = { list: () => there };
  const options = { workspace, kind: 'collection', parent: null };
  const { place, makingRoom } = placeAt(device, {
    ...options,
    before: before as ElementId | null,
    moving: moving as ElementId | null,
  });
  const orders = new Map(there.map(({ id, order }) => [id as string, order]));
  for (const intent of makingRoom) if (intent.do === 'move') orders.set(intent.id, intent.order);
  orders.set(moving ?? 'new', place.order);
  return [...orders].sort(([a, x], [b, y]) => (`${x} ${a}` < `${y} ${b}` ? -1 : 1)).map(([id]) => id);
}

it('puts an element before the one that is named, also among several at the same place [ID6]', () => {
  const there = [collection('a', 'a0'), collection('b', 'a0'), collection('c', 'a0'), collection('d', 'a1')];
  expect(namesAfter(there, { before: 'a', moving: null })).toEqual(['new', 'a', 'b', 'c', 'd']);
  expect(namesAfter(there, { before: 'c', moving: null })).toEqual(['a', 'b', 'new', 'c', 'd']);
  expect(namesAfter(there, { before: null, moving: 'b' })).toEqual(['a', 'c', 'd', 'b']);
  expect(namesAfter(there, { before: 'b', moving: 'd' })).toEqual(['a', 'd', 'b', 'c']);
});
