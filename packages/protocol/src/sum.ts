/**
 * Checksums: two 32-bit lanes each, made alike by both sides. They find what sync itself did wrong, and are no defence
 * against anybody.
 */
import type { Element, RowTable } from './element.ts';
import type { Revision } from './ids.ts';

export interface Sum {
  readonly a: number;
  readonly b: number;
}

/**
 * That of a workspace is over (id, revision) of its live and trashed elements, kept incrementally. Order does not matter,
 * so an element is added, and taken away again, at any time. It does not see content, which `check` compares.
 */
export const EMPTY_SUM: Sum = { a: 0, b: 0 };

export function addToSum(sum: Sum, id: string, revision: Revision): Sum {
  return { a: (sum.a + lane(id, revision, SEEDS.a)) >>> 0, b: (sum.b + lane(id, revision, SEEDS.b)) >>> 0 };
}

export function takeFromSum(sum: Sum, id: string, revision: Revision): Sum {
  return { a: (sum.a - lane(id, revision, SEEDS.a)) >>> 0, b: (sum.b - lane(id, revision, SEEDS.b)) >>> 0 };
}

/** Of one element's content, to the letter: what its changed groups must lead to. */
export function contentSum({ data, rows }: Pick<Element, 'data' | 'rows'>): Sum {
  const text = rowsText(rows);
  return { a: lane(text, data.length, mixed(data, SEEDS.a)), b: lane(text, data.length, mixed(data, SEEDS.b)) };
}

/** Tables of rows as text. The order in which arrays came to be listed says nothing. */
export function rowsText(rows: RowTable): string {
  const paths = Object.keys(rows).sort();
  return paths.length === 0
    ? ''
    : JSON.stringify(paths.map((path) => [path, rows[path]?.map(({ id, order }) => [id, order])]));
}

export function equalSums(one: Sum, other: Sum): boolean {
  return one.a === other.a && one.b === other.b;
}

const SEEDS: Sum = { a: 0x811c9dc5, b: 0x9e3779b9 };

function lane(text: string, number: number, seed: number): number {
  let hash = mixed(text, seed);
  hash = Math.imul(hash ^ (number >>> 0), 0x85ebca6b);
  hash = Math.imul(hash ^ Math.floor(number / 0x1_0000_0000), 0xc2b2ae35);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** FNV-1a over UTF-16 units. */
function mixed(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
