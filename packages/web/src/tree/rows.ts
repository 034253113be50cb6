/** The tree as the list of rows that are to be seen, from what stands where and what is expanded. Pure. */
import type { ElementSummary } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { searchWords } from '../design/words.ts';

export interface Row {
  readonly id: ElementId;
  readonly summary: ElementSummary;
  /** 0 at the top. */
  readonly depth: number;
  /** Its place among its siblings, from 1, and how many there are. */
  readonly place: number;
  readonly siblings: number;
  readonly isExpanded: boolean;
}

export type ListOf = (parent: ElementId | null) => readonly ElementSummary[];

/** What the tree shows; environments and what is private have panels of their own. */
const SHOWN: ReadonlySet<string> = new Set(['collection', 'folder', 'request', 'example']);

export function isInTree(kind: string): boolean {
  return SHOWN.has(kind);
}

/** Kinds that others stand below as a matter of course, so that they can be expanded while they are empty. */
export function isBranch(kind: string): boolean {
  return kind === 'collection' || kind === 'folder';
}

export function rowsOf(listOf: ListOf, expanded: ReadonlySet<ElementId>): Row[] {
  const rows: Row[] = [];
  addRows(
    rows,
    listOf(null).filter(({ kind }) => isInTree(kind)),
    { listOf, expanded, depth: 0 },
  );
  return rows;
}

interface Walk {
  readonly listOf: ListOf;
  readonly expanded: ReadonlySet<ElementId>;
  readonly depth: number;
}

function addRows(rows: Row[], list: readonly ElementSummary[], walk: Walk): void {
  const siblings = list.length;
  for (let at = 0; at < siblings; at += 1) {
    const summary = list[at] as ElementSummary;
    const { id } = summary;
    const isExpanded = walk.expanded.has(id);
    rows.push({ id, summary, depth: walk.depth, place: at + 1, siblings, isExpanded });
    if (isExpanded) addRows(rows, walk.listOf(id), { ...walk, depth: walk.depth + 1 });
  }
}

/** What a filter leaves: what it finds, with all that is above it. */
export function filteredRows(listOf: ListOf, finds: (summary: ElementSummary) => boolean): Row[] {
  const rows: Row[] = [];
  const visit = (list: readonly ElementSummary[], depth: number): void => {
    const found: number[] = [];
    for (const summary of list) {
      if (depth === 0 && !isInTree(summary.kind)) continue;
      const at = rows.length;
      const below = listOf(summary.id);
      const isFound = finds(summary);
      // Most of a large tree is neither found nor has anything below it.
      if (!isFound && below.length === 0) continue;
      rows.push({ id: summary.id, summary, depth, place: 0, siblings: 0, isExpanded: false });
      visit(below, depth + 1);
      const hasBelow = rows.length > at + 1;
      if (!hasBelow && !isFound) {
        rows.length = at;
        continue;
      }
      found.push(at);
      rows[at] = { ...(rows[at] as Row), place: found.length, isExpanded: hasBelow };
    }
    for (const at of found) rows[at] = { ...(rows[at] as Row), siblings: found.length };
  };
  visit(listOf(null), 0);
  return rows;
}

/** The words of a filter: all of them have to be in the method, the name or, where it is known, the URL in small letters. */
export function finderOf(
  filter: string,
  urlOf: (id: ElementId) => string | undefined,
): (summary: ElementSummary) => boolean {
  const words = searchWords(filter);
  return ({ id, kind, name, detail }) => {
    const lower = name.toLowerCase();
    const isRequest = kind === 'request';
    return words.every(
      (word) =>
        lower.includes(word) ||
        (isRequest && (detail.toLowerCase().startsWith(word) || urlOf(id)?.includes(word) === true)),
    );
  };
}

export function rowAt(rows: readonly Row[], id: ElementId | null): number {
  return id === null ? -1 : rows.findIndex((row) => row.id === id);
}

/** Where the row's parent is among the rows; -1 at the top. */
export function parentRow(rows: readonly Row[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let above = at - 1; above >= 0; above -= 1) if ((rows[above] as Row).depth < depth) return above;
  return -1;
}

/** The rows from one to another, whichever stands first; from the top where the one is not shown. */
export function idsBetween(rows: readonly Row[], one: ElementId | null, other: ElementId): ElementId[] {
  const [from, to] = [Math.max(0, rowAt(rows, one)), rowAt(rows, other)];
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ id }) => id);
}
