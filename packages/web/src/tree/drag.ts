/** Dragging in the tree: what is carried, where it may be put down, and what follows the pointer. */
import type { ElementId } from '@waypost/protocol';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useBench } from '../desk/use-desk.ts';
import type * as Library from './drag-library.ts';
import { type Drop, dropAt } from './dropping.ts';
import { isBranch, type Row } from './rows.ts';
import { topmost } from './structure.ts';
import { move } from './tree-actions.ts';
import { treeOf } from './tree-state.ts';

const KEY = 'waypost-elements';

export function dragData(ids: readonly ElementId[]): Record<string, unknown> {
  return { [KEY]: ids };
}

/** A closed folder opens when something is held over it this long. */
const OPEN_AFTER_MS = 650;
/** Nearer to an edge than this, the tree scrolls. */
const EDGE = 36;

/**
 * The library for dragging comes after the first paint: nothing is dragged before. Returns how to undo what `use` did, or
 * is going to do.
 */
export function whenLoaded(use: (library: typeof Library) => () => void): () => void {
  let undo: (() => void) | null = null;
  let isOver = false;
  void import('./drag-library.ts').then((library) => {
    if (!isOver) undo = use(library);
  });
  return () => {
    isOver = true;
    undo?.();
  };
}

/** Where what is dragged over the tree would come to stand; null while nothing is, or where it may not. */
export function useTreeDrop(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  rowHeight: number,
): Drop | null {
  const bench = useBench();
  const [drop, setDrop] = useState<Drop | null>(null);
  const seen = useRef({ rows, rowHeight });
  useEffect(() => {
    seen.current = { rows, rowHeight };
  }, [rows, rowHeight]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let held: { readonly id: ElementId; readonly timer: ReturnType<typeof setTimeout> } | null = null;
    const release = (): void => {
      if (held !== null) clearTimeout(held.timer);
      held = null;
    };
    const hold = (row: Row | undefined): void => {
      if (row?.id === held?.id) return;
      release();
      if (row === undefined || row.isExpanded || !isBranch(row.summary.kind)) return;
      held = { id: row.id, timer: setTimeout(() => treeOf(bench).expand([row.id]), OPEN_AFTER_MS) };
    };
    const at = (data: Record<string | symbol, unknown>, clientY: number): Drop | null => {
      const { rows: shown, rowHeight: height } = seen.current;
      const box = element.getBoundingClientRect();
      const y = Math.max(0, clientY - box.top + element.scrollTop);
      hold(shown[Math.floor(y / height)]);
      const ids = topmost(bench.elements, data[KEY] as readonly ElementId[]);
      return dropAt(bench.elements, ids, { rows: shown, at: Math.floor(y / height), part: (y % height) / height });
    };
    const scroll = (clientY: number): void => {
      const box = element.getBoundingClientRect();
      const above = box.top + EDGE - clientY;
      const below = clientY - (box.bottom - EDGE);
      if (above > 0) element.scrollTop -= above / 2;
      else if (below > 0) element.scrollTop += below / 2;
    };
    const over = (data: Record<string | symbol, unknown>, clientY: number): void => {
      scroll(clientY);
      const found = at(data, clientY);
      setDrop((before) => (same(before, found) ? before : found));
    };
    const stop = whenLoaded(({ dropTargetForElements }) =>
      dropTargetForElements({
        element,
        canDrop: ({ source }) => KEY in source.data,
        onDragEnter: ({ source, location }) => over(source.data, location.current.input.clientY),
        onDrag: ({ source, location }) => over(source.data, location.current.input.clientY),
        onDragLeave: () => {
          release();
          setDrop(null);
        },
        onDrop: ({ source, location }) => {
          release();
          setDrop(null);
          const found = at(source.data, location.current.input.clientY);
          release();
          if (found !== null) void move(bench, source.data[KEY] as readonly ElementId[], found.target);
        },
      }),
    );
    return () => {
      release();
      stop();
    };
  }, [bench, scroller]);
  return drop;
}

function same(one: Drop | null, other: Drop | null): boolean {
  return one?.at === other?.at && one?.show === other?.show && one?.target.before === other?.target.before;
}
