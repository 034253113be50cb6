/**
 * The checksum of a workspace: two 32-bit lanes over (id, revision) of its live and trashed elements, kept
 * incrementally by both sides. Order does not matter, so an element is added, and taken away again, at any time. It
 * finds what sync itself did wrong; content is compared by `check`.
 */
import type { Revision } from './ids.ts';

export interface Sum {
  readonly a: number;
  readonly b: number;
}

export const EMPTY_SUM: Sum = { a: 0, b: 0 };

export function addToSum(sum: Sum, id: string, revision: Revision): Sum {
  return { a: (sum.a + lane(id, revision, 0x811c9dc5)) >>> 0, b: (sum.b + lane(id, revision, 0x9e3779b9)) >>> 0 };
}

export function takeFromSum(sum: Sum, id: string, revision: Revision): Sum {
  return { a: (sum.a - lane(id, revision, 0x811c9dc5)) >>> 0, b: (sum.b - lane(id, revision, 0x9e3779b9)) >>> 0 };
}

export function equalSums(one: Sum, other: Sum): boolean {
  return one.a === other.a && one.b === other.b;
}

function lane(id: string, revision: Revision, seed: number): number {
  let hash = seed;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (revision >>> 0), 0x85ebca6b);
  hash = Math.imul(hash ^ Math.floor(revision / 0x1_0000_0000), 0xc2b2ae35);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}
