/** What changes the tree, as intents of one change with those that undo it. Pure: reads what stands where, and writes nothing. */
import type { ElementSummary, Intent } from '@waypost/client';
import { isKind, mayStand, standingProblem } from '@waypost/model';
import { type ElementId, orderKeys, type Placed, TREE_DEPTH_MAX } from '@waypost/protocol';
import type { ListOf } from './rows.ts';

export interface Reversible {
  readonly intents: readonly Intent[];
  readonly undo: readonly Intent[];
}

/** What of the elements at hand these functions read. */
export interface Standing {
  list: ListOf;
  summary(id: ElementId): ElementSummary | null;
  ancestors(id: ElementId): readonly ElementSummary[];
}

export interface Target {
  readonly parent: ElementId | null;
  /** The sibling to stand before; null: last. */
  readonly before: ElementId | null;
}

/** Of a selection what carries the rest along, in the order of the tree. */
export function topmost(standing: Standing, ids: Iterable<ElementId>): ElementId[] {
  const chosen = new Set(ids);
  const top = [...chosen].filter((id) => !standing.ancestors(id).some((above) => chosen.has(above.id)));
  return inTreeOrder(standing, top);
}

function inTreeOrder(standing: Standing, ids: readonly ElementId[]): ElementId[] {
  const ways = new Map(ids.map((id) => [id, wayTo(standing, id)]));
  return ids.toSorted((a, b) => compareWays(ways.get(a) ?? [], ways.get(b) ?? []));
}

/** Its place among its siblings, and that of all above it, from the top. */
function wayTo(standing: Standing, id: ElementId): number[] {
  return [id, ...standing.ancestors(id).map((above) => above.id)]
    .map((one) => standing.list(standing.summary(one)?.parent ?? null).findIndex((sibling) => sibling.id === one))
    .reverse();
}

function compareWays(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Why elements may not come to stand below a parent, in a sentence; null where they may. */
export function movingProblem(standing: Standing, ids: readonly ElementId[], parent: ElementId | null): string | null {
  const above = parent === null ? [] : [parent, ...standing.ancestors(parent).map(({ id }) => id)];
  const parentKind = parent === null ? null : (standing.summary(parent)?.kind ?? null);
  for (const id of ids) {
    const moved = standing.summary(id);
    if (moved === null) continue;
    if (above.includes(id)) return `“${moved.name}” cannot be moved into itself.`;
    const problem = standingProblem(moved.kind, parentKind);
    if (problem !== null) return problem;
  }
  const deepest = Math.max(0, ...ids.map((id) => heightOf(standing, id)));
  if (above.length + deepest > TREE_DEPTH_MAX) return `Folders can be nested ${TREE_DEPTH_MAX} levels deep at most.`;
  return null;
}

function heightOf(standing: Standing, id: ElementId): number {
  return 1 + standing.list(id).reduce((most, child) => Math.max(most, heightOf(standing, child.id)), 0);
}

/** Moves elements, in the order given, to a place. Siblings give way where the place has become tight. */
export function moving(standing: Standing, ids: readonly ElementId[], { parent, before }: Target): Reversible {
  const moved = new Set(ids);
  const siblings = standing.list(parent).filter(({ id }) => !moved.has(id));
  const found = siblings.findIndex(({ id }) => id === before);
  const at = before === null || found < 0 ? siblings.length : found;
  return ordered(standing, parent, [
    ...siblings.slice(0, at),
    ...ids.map((id) => ({ id, order: null })),
    ...siblings.slice(at),
  ]);
}

/** One step up or down among its siblings; null where there is none. Several move together if they stand together. */
export function stepping(standing: Standing, ids: readonly ElementId[], by: -1 | 1): Reversible | null {
  const parents = new Set(ids.map((id) => standing.summary(id)?.parent ?? null));
  const [parent] = parents;
  if (parent === undefined || parents.size > 1) return null;
  const siblings = standing.list(parent);
  const places = ids.map((id) => siblings.findIndex((sibling) => sibling.id === id)).toSorted((a, b) => a - b);
  const [first, last] = [places[0] as number, places.at(-1) as number];
  const beyond = siblings[by < 0 ? first - 1 : last + 1];
  if (beyond === undefined) return null;
  const inOrder = places.map((at) => (siblings[at] as ElementSummary).id);
  return moving(standing, inOrder, { parent, before: by < 0 ? beyond.id : (siblings[last + 2]?.id ?? null) });
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What is below an element, by name: folders first. */
export function sorting(standing: Standing, parent: ElementId | null): Reversible {
  const list = standing.list(parent);
  const sorted = list.toSorted(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || collator.compare(a.name, b.name),
  );
  return ordered(standing, parent, sorted);
}

/** The children of a parent in a new order, as moves of those that need another key. */
function ordered(
  standing: Standing,
  parent: ElementId | null,
  wanted: readonly (Placed & { readonly id: ElementId })[],
): Reversible {
  const keys = orderKeys(wanted, () => Math.random());
  const intents: Intent[] = [];
  const undo: Intent[] = [];
  wanted.forEach(({ id }, at) => {
    const before = standing.summary(id);
    const order = keys[at] as string;
    if (before === null || (before.parent === parent && before.order === order)) return;
    intents.push({ do: 'move', id, parent, order });
    undo.push({ do: 'move', id, parent: before.parent, order: before.order });
  });
  return { intents, undo };
}

export function deleting(ids: readonly ElementId[]): Reversible {
  return { intents: ids.map((id) => ({ do: 'delete', id })), undo: ids.map((id) => ({ do: 'restore', id })) };
}

/** Where something of these kinds stands that is pasted or made at an element: in it where it may, else behind it. */
export function placeNear(standing: Standing, at: ElementId | null, kinds: readonly string[]): Target | null {
  const summary = at === null ? null : standing.summary(at);
  if (summary === null) return fits(kinds, null) ? { parent: null, before: null } : null;
  if (fits(kinds, summary.kind)) return { parent: summary.id, before: null };
  for (const one of [summary, ...standing.ancestors(summary.id)]) {
    const parentKind = one.parent === null ? null : (standing.summary(one.parent)?.kind ?? null);
    if (!fits(kinds, parentKind)) continue;
    return placeBehind(standing, one);
  }
  return null;
}

export function placeBehind(standing: Standing, { id, parent }: Pick<ElementSummary, 'id' | 'parent'>): Target {
  const siblings = standing.list(parent);
  const next = siblings[siblings.findIndex((sibling) => sibling.id === id) + 1];
  return { parent, before: next?.id ?? null };
}

function fits(kinds: readonly string[], parentKind: string | null): boolean {
  return kinds.every((kind) => isKind(kind) && mayStand(kind, parentKind));
}
