/** The tree: only the rows in sight are there, whatever stands above and below them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ElementId } from '@waypost/protocol';
import { type MouseEvent as Click, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { RightMenu } from '../design/menu.tsx';
import type { Bench } from '../desk/bench.ts';
import { useBench, useDesk, useDirty, useTabs } from '../desk/use-desk.ts';
import { useNarrow } from '../frame/narrow.ts';
import { clipboard } from './clipboard.ts';
import { useTreeDrop } from './drag.ts';
import { type Drop, dropDepth } from './dropping.ts';
import { idsBetween, isBranch, rowAt, type Row } from './rows.ts';
import { topmost } from './structure.ts';
import { add, rename } from './tree-actions.ts';
import { useTreeKeys } from './tree-keyboard.ts';
import { menuEntries } from './tree-menu.ts';
import { INDENT, type RowAct, type RowActions, rowId, TreeRow } from './tree-row.tsx';
import { treeOf, type TreeState } from './tree-state.ts';

const ROW_HEIGHT = 28;
const ROW_HEIGHT_NARROW = 40;

export function TreeView({ rows, isFiltered }: { readonly rows: readonly Row[]; readonly isFiltered: boolean }) {
  const bench = useBench();
  const tree = treeOf(bench);
  const rowHeight = useNarrow() ? ROW_HEIGHT_NARROW : ROW_HEIGHT;
  const isSynced = useDesk().seat.account !== null;
  const look = useStore(tree.store);
  const clip = useStore(clipboard, (now) => now.clip);
  const dirty = useDirty();
  const front = useTabs((open) => open.front);
  const scroller = useRef<HTMLDivElement>(null);
  const [menuFor, setMenuFor] = useState<ElementId | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: (at) => rows[at]?.id ?? at,
  });
  const drop = useTreeDrop(scroller, rows, rowHeight);
  const revealed = useRef(look.reveal);
  useEffect(() => {
    if (look.reveal === null || look.reveal === revealed.current) return;
    const at = rowAt(rows, look.reveal.id);
    if (at < 0) return;
    revealed.current = look.reveal;
    virtual.scrollToIndex(at, { align: 'auto' });
  }, [look.reveal, rows, virtual]);
  useEffect(() => virtual.measure(), [rowHeight, virtual]);

  const does = useMemo<RowActions>(
    () => ({
      renamed: (id, name) => {
        tree.rename(null);
        if (name !== null) void rename(bench, id, name);
        scroller.current?.focus();
      },
      dragged: (id) => topmost(bench.elements, tree.chosen(id)),
    }),
    [bench, tree],
  );
  const keys = useTreeKeys({
    rows,
    scrollTo: (at) => virtual.scrollToIndex(at, { align: 'auto' }),
    openMenu: (id) => {
      const row = document.getElementById(rowId(id));
      if (row !== null) openMenu(row);
    },
    page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1),
  });
  const active = rowAt(rows, look.active) >= 0 ? look.active : null;
  return (
    <RightMenu entries={menuEntries(bench, menuFor)}>
      <div
        ref={scroller}
        role="tree"
        aria-label="Collections"
        aria-multiselectable
        tabIndex={0}
        {...(active === null ? {} : { 'aria-activedescendant': rowId(active) })}
        onKeyDown={keys}
        onClick={(event) => clicked(event, { bench, tree, rows })}
        onDoubleClick={({ target }) => {
          const id = idAt(target);
          if (id !== null && actAt(target) === null) bench.tabs.openElement(id);
        }}
        onFocus={() => (active === null && rows[0] !== undefined ? tree.select(rows[0].id) : undefined)}
        onContextMenu={({ target }) => {
          const id = idAt(target);
          setMenuFor(id);
          if (id !== null && !tree.look.selected.has(id)) tree.select(id);
        }}
        className="group/tree h-full overflow-y-auto overscroll-contain py-1 outline-none"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { id, summary } = row;
            return (
              <TreeRow
                key={id}
                row={row}
                top={start}
                height={rowHeight}
                hasBelow={row.isExpanded || bench.elements.list(id).length > 0}
                isSelected={look.selected.has(id)}
                isActive={id === active}
                isFront={id === front}
                isDirty={dirty.has(id)}
                isCut={clip !== null && clip.isCut && clip.ids.includes(id)}
                isRenaming={id === look.renaming}
                canDrag={!isFiltered && id !== look.renaming}
                mark={isSynced && summary.state !== 'synced' ? summary.state : null}
                does={does}
              />
            );
          })}
          {drop === null ? null : <DropMark rows={rows} drop={drop} rowHeight={rowHeight} />}
        </div>
      </div>
    </RightMenu>
  );
}

function DropMark({
  rows,
  drop,
  rowHeight,
}: {
  readonly rows: readonly Row[];
  readonly drop: Drop;
  readonly rowHeight: number;
}) {
  const left = 8 + dropDepth(rows, drop) * INDENT;
  if (drop.show === 'inside')
    return (
      <div
        aria-hidden
        className="pointer-events-none absolute right-1 left-1 rounded-md border-2 border-accent"
        style={{ top: drop.at * rowHeight, height: rowHeight }}
      />
    );
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute right-2 h-0.5 rounded bg-accent"
      style={{ top: (drop.at + (drop.show === 'after' ? 1 : 0)) * rowHeight - 1, left }}
    />
  );
}

interface Clicked {
  readonly bench: Bench;
  readonly tree: TreeState;
  readonly rows: readonly Row[];
}

function clicked({ target, ...held }: Click, { bench, tree, rows }: Clicked): void {
  const id = idAt(target);
  if (id === null) return;
  switch (actAt(target)) {
    case 'toggle':
      tree.expand([id], !tree.look.expanded.has(id));
      return;
    case 'add':
      void add(bench, 'request', id);
      return;
    case 'menu':
      openMenu((target as Element).closest('[data-act]') as Element);
      return;
    case 'name':
      return;
    case null:
      if (held.shiftKey) tree.selectTo(id, idsBetween(rows, tree.look.anchor, id));
      else if (held.ctrlKey || held.metaKey) tree.toggle(id);
      else {
        tree.select(id);
        if (isBranch(bench.elements.summary(id)?.kind ?? '')) tree.expand([id], !tree.look.expanded.has(id));
        else bench.tabs.openElement(id, { preview: true });
      }
  }
}

/** The row's own menu, as if the right button had been pressed there. */
function openMenu(at: Element): void {
  const box = at.getBoundingClientRect();
  const place = { clientX: box.left + Math.min(24, box.width), clientY: box.bottom - 4 };
  at.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...place }));
}

function idAt(target: EventTarget): ElementId | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
  return (row?.dataset['id'] ?? null) as ElementId | null;
}

function actAt(target: EventTarget): RowAct | null {
  const part = target instanceof Element ? target.closest<HTMLElement>('[data-act]') : null;
  return (part?.dataset['act'] ?? null) as RowAct | null;
}
