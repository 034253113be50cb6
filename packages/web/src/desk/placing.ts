/** Where an element goes among its siblings. */
import type { Intent } from '@waypost/client';
import { type ElementId, roomAt } from '@waypost/protocol';
import type { Elements } from './elements.ts';

export interface Room {
  readonly order: string;
  /** Siblings that make room: to be moved in the same change. */
  readonly makingRoom: readonly Intent[];
}

/** Behind all others below a parent. */
export function lastPlace(elements: Pick<Elements, 'list'>, parent: ElementId | null): Room {
  return placeBefore(elements, { parent, before: null, moving: new Set() });
}

export interface PlaceBefore {
  readonly parent: ElementId | null;
  /** The sibling to stand before; null: last. */
  readonly before: ElementId | null;
  /** Elements that are being moved are no siblings. */
  readonly moving: ReadonlySet<ElementId>;
}

export function placeBefore(elements: Pick<Elements, 'list'>, { parent, before, moving }: PlaceBefore): Room {
  const siblings = elements.list(parent).filter(({ id }) => !moving.has(id));
  const at = before === null ? siblings.length : siblings.findIndex(({ id }) => id === before);
  const { order, moved } = roomAt(siblings, at < 0 ? siblings.length : at, () => Math.random());
  return { order, makingRoom: moved.map((sibling) => ({ do: 'move', parent, ...sibling })) };
}
