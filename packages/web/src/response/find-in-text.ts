/** Finding in a large text: where it stands, of so many at most. */
export interface Found {
  readonly positions: readonly number[];
  /** There are more than these. */
  readonly isCut: boolean;
}

export const FOUND_MAX = 10_000;

export function findInText(text: string, sought: string): Found {
  if (sought === '') return { positions: [], isCut: false };
  const positions: number[] = [];
  // Case is told apart only by who writes capitals.
  const pattern = new RegExp(sought.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), /\p{Lu}/u.test(sought) ? 'gu' : 'giu');
  for (const match of text.matchAll(pattern)) {
    if (positions.length === FOUND_MAX) return { positions, isCut: true };
    positions.push(match.index);
  }
  return { positions, isCut: false };
}
