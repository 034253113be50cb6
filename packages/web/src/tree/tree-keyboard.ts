/** The keyboard in the tree: moving, choosing, and everything the menu has. */
import type { ElementId } from '@waypost/protocol';
import { type KeyboardEvent, useRef } from 'react';
import type { Bench } from '../desk/bench.ts';
import { useBench } from '../desk/use-desk.ts';
import { idsBetween, isBranch, parentRow, rowAt, type Row } from './rows.ts';
import { copy, duplicate, paste, remove, step } from './tree-actions.ts';
import { SELECTING, type TreeCommand, treeCommand, typedAhead, TYPING_MS } from './tree-keys.ts';
import { treeOf, type TreeState } from './tree-state.ts';

export interface TreeKeysOptions {
  readonly rows: readonly Row[];
  readonly scrollTo: (at: number) => void;
  readonly openMenu: (id: ElementId) => void;
  /** Rows in sight. */
  readonly page: number;
}

export function useTreeKeys(options: TreeKeysOptions): (event: KeyboardEvent) => void {
  const bench = useBench();
  const typed = useRef({ text: '', at: 0 });
  return (event) => {
    const { rows, scrollTo } = options;
    const tree = treeOf(bench);
    const at = rowAt(rows, tree.look.active);
    const isMod = event.ctrlKey || event.metaKey;
    const command = treeCommand({ key: event.key, isMod, isShift: event.shiftKey, isAlt: event.altKey });
    if (command === null) {
      if (isMod || event.altKey || event.key.length !== 1) return;
      typed.current = {
        text: (event.timeStamp - typed.current.at < TYPING_MS ? typed.current.text : '') + event.key,
        at: event.timeStamp,
      };
      const from = typed.current.text.length === 1 ? at + 1 : Math.max(at, 0);
      const found = typedAhead(
        rows.map(({ summary }) => summary.name),
        from,
        typed.current.text,
      );
      if (found >= 0) go(tree, { ...options, to: found, extend: false });
      event.preventDefault();
      return;
    }
    event.preventDefault();
    const to = targetOf(command, { rows, at, page: options.page });
    if (to !== null) {
      if (to >= 0 && to < rows.length) go(tree, { ...options, to, extend: event.shiftKey && SELECTING.has(command) });
      return;
    }
    const row = rows[at];
    if (row !== undefined) run(command, { bench, tree, row, ...options });
    else if (command === 'paste') void paste(bench, null);
    if (command === 'move-up' || command === 'move-down') scrollTo(at);
  };
}

function go(
  tree: TreeState,
  {
    rows,
    scrollTo,
    to,
    extend,
  }: Pick<TreeKeysOptions, 'rows' | 'scrollTo'> & { readonly to: number; readonly extend: boolean },
): void {
  const row = rows[to] as Row;
  if (extend) tree.selectTo(row.id, idsBetween(rows, tree.look.anchor, row.id));
  else tree.select(row.id);
  scrollTo(to);
}

/** The row a moving key leads to; null where it is no moving key. */
function targetOf(
  command: TreeCommand,
  { rows, at, page }: { readonly rows: readonly Row[]; readonly at: number; readonly page: number },
): number | null {
  const row = rows[at];
  const clamp = (to: number): number => Math.max(0, Math.min(rows.length - 1, to));
  switch (command) {
    case 'up':
      return clamp(at - 1);
    case 'down':
      return clamp(at + 1);
    case 'first':
      return 0;
    case 'last':
      return rows.length - 1;
    case 'page-up':
      return clamp(at - page);
    case 'page-down':
      return clamp(at + page);
    case 'open-or-in':
      return row?.isExpanded === true && (rows[at + 1]?.depth ?? 0) > row.depth ? at + 1 : null;
    case 'close-or-out':
      return row === undefined || row.isExpanded ? null : parentRow(rows, at);
    default:
      return null;
  }
}

interface RunOptions extends TreeKeysOptions {
  readonly bench: Bench;
  readonly tree: TreeState;
  readonly row: Row;
}

function run(command: TreeCommand, { bench, tree, row, rows, openMenu }: RunOptions): void {
  const { id, summary } = row;
  const chosen = tree.chosen(id);
  switch (command) {
    case 'open-or-in':
      if (isBranch(summary.kind) || bench.elements.list(id).length > 0) tree.expand([id]);
      return;
    case 'close-or-out':
      tree.expand([id], false);
      return;
    case 'expand-siblings':
      tree.expand(bench.elements.list(summary.parent).map((sibling) => sibling.id));
      return;
    case 'open':
      bench.tabs.openElement(id);
      return;
    case 'rename':
      tree.rename(id);
      return;
    case 'delete':
      focusBeside(tree, rows, chosen);
      void remove(bench, chosen);
      return;
    case 'duplicate':
      void duplicate(bench, chosen);
      return;
    case 'copy':
    case 'cut':
      copy(bench, chosen, command === 'cut');
      return;
    case 'paste':
      void paste(bench, id);
      return;
    case 'select-all':
      tree.selectTo(
        id,
        rows.map((one) => one.id),
      );
      return;
    case 'toggle':
      tree.toggle(id);
      return;
    case 'move-up':
    case 'move-down':
      void step(bench, chosen, command === 'move-up' ? -1 : 1);
      return;
    case 'menu':
      openMenu(id);
      return;
    case 'escape':
      tree.select(id);
      return;
    default:
  }
}

/** The keyboard goes on beside what is deleted. */
function focusBeside(tree: TreeState, rows: readonly Row[], gone: readonly ElementId[]): void {
  const places = gone.map((id) => rowAt(rows, id)).filter((at) => at >= 0);
  const last = Math.max(...places);
  const depth = rows[last]?.depth ?? 0;
  const below = rows.findIndex((row, at) => at > last && row.depth <= depth);
  const beside = below >= 0 ? below : Math.min(...places) - 1;
  const row = rows[beside];
  tree.select(row === undefined || gone.includes(row.id) ? null : row.id);
}
