/** Where something that is dragged over a row would come to stand. Pure. */
import type { ElementId } from '@waypost/protocol';
import { parentRow, type Row } from './rows.ts';
import { movingProblem, type Standing, type Target } from './structure.ts';

export interface Drop {
  readonly target: Target;
  /** The row that shows it, and how: a line above or below it, or a frame around it. */
  readonly at: number;
  readonly show: 'before' | 'after' | 'inside';
}

export interface Over {
  readonly rows: readonly Row[];
  /** The row below the pointer; beyond the last one: at the end of the tree. */
  readonly at: number;
  /** How far down in the row, from 0 to 1. */
  readonly part: number;
}

/** Null where it may not stand. Between rows first where the pointer is near an edge, inside first in the middle. */
export function dropAt(standing: Standing, ids: readonly ElementId[], over: Over): Drop | null {
  const { rows, at, part } = over;
  const row = rows[at];
  if (row === undefined) return allowed(standing, ids, atTheEnd(rows));
  const isLow = part >= 0.5;
  const between = isLow
    ? after(rows, at)
    : { target: { parent: row.summary.parent, before: row.id }, at, show: 'before' as const };
  const inside: Drop = { target: { parent: row.id, before: null }, at, show: 'inside' };
  const isMiddle = part > 0.3 && part < 0.7;
  const [first, second] = isMiddle ? [inside, between] : [between, inside];
  return allowed(standing, ids, first) ?? allowed(standing, ids, second);
}

/** Below an expanded row is in front of its first child; else behind it. */
function after(rows: readonly Row[], at: number): Drop {
  const row = rows[at] as Row;
  const next = rows[at + 1];
  if (next !== undefined && next.depth > row.depth)
    return { target: { parent: row.id, before: next.id }, at, show: 'after' };
  const follower = rows.findIndex((other, index) => index > at && other.depth <= row.depth);
  const sibling = rows[follower];
  const before = sibling !== undefined && sibling.depth === row.depth ? sibling.id : null;
  return { target: { parent: row.summary.parent, before }, at, show: 'after' };
}

function atTheEnd(rows: readonly Row[]): Drop {
  return { target: { parent: null, before: null }, at: rows.length - 1, show: 'after' };
}

function allowed(standing: Standing, ids: readonly ElementId[], drop: Drop): Drop | null {
  const { parent, before } = drop.target;
  if (before !== null && ids.includes(before)) return null;
  return movingProblem(standing, ids, parent) === null ? drop : null;
}

/** The depth that a line is drawn at. */
export function dropDepth(rows: readonly Row[], { at, show, target }: Drop): number {
  const row = rows[at];
  if (row === undefined) return 0;
  if (show === 'after' && target.parent === row.id) return row.depth + 1;
  if (target.parent === null) return 0;
  return parentRow(rows, at) >= 0 || show === 'before' ? row.depth : 0;
}
