/**
 * A table of rows of key and value: typed into at its end, reordered by hand or by keys, switched on and off. Rows are
 * known by their ids, so that one that comes from elsewhere while one types moves nothing from under the keyboard.
 */
import type { Edit } from '@waypost/model';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { holdText } from '../design/pending-text.ts';
import { contentOf } from '../desk/draft.ts';
import { useElement } from '../desk/use-desk.ts';
import type { Editing } from './editing.ts';
import { RowLine, type RowActions } from './row-line.tsx';
import { adding, preparing, reordered, switching, tableRows, writingAll } from './rows.ts';
import { settleRows } from './settle-rows.ts';
import type { Column, Member } from './table-columns.tsx';
import { RowKeys } from './row-keys.ts';

export interface RowsEditorProps {
  readonly editing: Editing;
  readonly path: string;
  /** Of one row: `Header`. */
  readonly rowName: string;
  readonly columns: readonly Column[];
  /** What scrolls around it. */
  readonly scroller: RefObject<HTMLElement | null>;
  /** Path variables come and go with the URL. */
  readonly isFixed?: boolean;
  /** The columns are named above, where the empty line at the end does not say enough. */
  readonly hasTitles?: boolean;
}

const ROW_PX = 33;

export function RowsEditor(props: RowsEditorProps) {
  const { editing, path, rowName, columns, scroller, isFixed = false, hasTitles = false } = props;
  const rows = useMemo(() => tableRows(editing.kind, editing.content, path), [editing.kind, editing.content, path]);
  const saved = useElement(editing.id);
  const keys = useRef<RowKeys>(null);
  keys.current ??= new RowKeys();
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const count = rows.length + (isFixed ? 0 : 1);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
    initialRect: { width: 800, height: 600 },
    getItemKey: (at) => keys.current?.of(rows[at]?.id ?? null, at, rows.length) ?? at,
  });

  const settle = (): void => {
    const settled = settleRows(editing.kind, editing.now(), path, saved == null ? null : contentOf(saved));
    if (settled === null) return;
    for (const [from, to] of settled.renamed) keys.current?.rename(from, to);
    editing.replace(settled.content);
  };
  /** With ids for all rows. */
  const prepared = (): ReturnType<typeof tableRows> => {
    const edits = preparing(editing.kind, editing.now(), path);
    if (edits.length > 0) {
      editing.edit(edits);
      const now = tableRows(editing.kind, editing.now(), path);
      keys.current?.adopt(now.map(({ id }) => id));
      return now;
    }
    return tableRows(editing.kind, editing.now(), path);
  };
  const focusCell = (at: number, member: string): void => {
    const to = Math.max(0, Math.min(at, count - 1));
    const focus = (): boolean => {
      const line = list.current?.querySelector(`[data-at="${to}"]`);
      const cell = line?.querySelector<HTMLInputElement>(`[data-cell="${member}"]`);
      cell?.focus();
      return cell != null;
    };
    // At once, so that what is typed next goes there; one that is not painted yet has to be scrolled to first.
    if (focus()) return;
    virtual.scrollToIndex(to);
    requestAnimationFrame(focus);
  };
  const write = (at: number, member: Member, text: string): void => {
    const now = prepared();
    const row = now[at];
    if (row === undefined) {
      const before = new Set(now.map(({ id }) => id));
      editing.edit(adding(path, member, text));
      const made = tableRows(editing.kind, editing.now(), path).find(({ id }) => !before.has(id));
      if (made?.id != null) keys.current?.fill(made.id);
      return;
    }
    const target = `${path}[#${row.id}].${member}`;
    const edit: Edit =
      member === 'description' && text === '' ? { op: 'unset', path: target } : { op: 'text', path: target, text };
    editing.edit([edit]);
  };
  const move = (from: number, to: number): void => {
    const now = prepared();
    if (from >= now.length || to < 0 || to >= now.length || from === to) return;
    editing.edit(
      writingAll(
        path,
        reordered(now, from, to).map(({ node }) => node),
      ),
    );
  };
  const remove = (at: number): void => {
    const row = prepared()[at];
    if (row?.id == null) return;
    flushSync(() => editing.edit([{ op: 'unset', path: `${path}[#${row.id}]` }]));
    focusCell(at, 'key');
  };
  const actions: RowActions = {
    write,
    settle,
    remove,
    turn: (at, isOn) => {
      const row = prepared()[at];
      if (row !== undefined) editing.edit(switching(path, row, isOn));
    },
    drag: {
      start: (from) => setDragged({ from, to: from }),
      over: (to) => setDragged((now) => (now === null ? null : { ...now, to })),
      drop: () => {
        if (dragged !== null) move(dragged.from, Math.min(dragged.to, rows.length - 1));
        setDragged(null);
      },
      end: () => setDragged(null),
    },
  };
  const latest = useRef(actions);
  latest.current = actions;
  const stable = useMemo(() => stableActions(latest), []);
  useEffect(() => holdText(() => latest.current.settle()), []);

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>): void => {
    if (event.defaultPrevented || event.nativeEvent.isComposing || !(event.target instanceof HTMLInputElement)) return;
    const { target, key, altKey, ctrlKey, metaKey, shiftKey } = event;
    const at = Number(target.closest('[data-at]')?.getAttribute('data-at'));
    const member = target.dataset['cell'] ?? 'key';
    const act = actionOf({ key, altKey, isMod: ctrlKey || metaKey, shiftKey });
    if (act === null || Number.isNaN(at)) return;
    if (act === 'remove' && isFixed) return;
    event.preventDefault();
    if (act === 'up' || act === 'down') focusCell(at + (act === 'up' ? -1 : 1), member);
    else if (act === 'remove') remove(at);
    else if (act === 'next') focusCell(member === 'key' ? at : at + 1, member === 'key' ? 'value' : 'key');
    else {
      const to = at + (act === 'move up' ? -1 : 1);
      // The row has another place in the page by then, and the keyboard goes with it.
      flushSync(() => move(at, to));
      focusCell(to, member);
    }
  };

  return (
    <div className="text-xs">
      {hasTitles ? (
        <div aria-hidden className="flex h-7 items-center border-b border-line text-2xs text-faint">
          <span className="w-14 shrink-0 max-md:w-9" />
          {columns.map(({ title, icon: Icon, hint, className }) => (
            <span key={title} className={`flex min-w-0 items-center gap-1.5 px-2 ${className}`}>
              {Icon === undefined ? null : <Icon size={12} className="shrink-0" />}
              <span className="truncate">
                <span className="font-medium text-muted">{title}</span>
                {hint === undefined ? null : <span className="max-md:hidden"> · {hint}</span>}
              </span>
            </span>
          ))}
          <span className="w-8 shrink-0" />
        </div>
      ) : null}
      <ul
        ref={list}
        aria-label={`${rowName}s`}
        onKeyDown={onKeyDown}
        className="relative border-t border-line"
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <RowLine
            key={String(key)}
            at={index}
            top={start - (list.current?.offsetTop ?? 0)}
            row={rows[index] ?? null}
            rowName={rowName}
            columns={columns}
            actions={stable}
            isFixed={isFixed}
            isDropBefore={dragged !== null && dragged.to === index && dragged.to < dragged.from}
            isDropAfter={dragged !== null && dragged.to === index && dragged.to > dragged.from}
          />
        ))}
      </ul>
    </div>
  );
}

type Act = 'up' | 'down' | 'move up' | 'move down' | 'remove' | 'next';

function actionOf({
  key,
  altKey,
  isMod,
  shiftKey,
}: {
  readonly key: string;
  readonly altKey: boolean;
  readonly isMod: boolean;
  readonly shiftKey: boolean;
}): Act | null {
  if (key === 'ArrowUp') return altKey ? 'move up' : isMod || shiftKey ? null : 'up';
  if (key === 'ArrowDown') return altKey ? 'move down' : isMod || shiftKey ? null : 'down';
  if (key === 'Enter') return isMod || altKey || shiftKey ? null : 'next';
  return (key === 'Backspace' || key === 'Delete') && isMod && shiftKey ? 'remove' : null;
}

/** The same object for as long as the table is shown, so that lines that did not change are not painted again. */
function stableActions(latest: RefObject<RowActions>): RowActions {
  return {
    write: (...of) => latest.current.write(...of),
    settle: () => latest.current.settle(),
    remove: (at) => latest.current.remove(at),
    turn: (...of) => latest.current.turn(...of),
    drag: {
      start: (at) => latest.current.drag.start(at),
      over: (at) => latest.current.drag.over(at),
      drop: () => latest.current.drag.drop(),
      end: () => latest.current.drag.end(),
    },
  };
}
