/** Where a request can be saved: collections with the folders in them, as one list. */
import { mayStand } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import type { Elements } from '../desk/elements.ts';
import { searchWords } from '../design/words.ts';

export interface Place {
  readonly id: ElementId;
  readonly kind: string;
  readonly name: string;
  readonly depth: number;
  /** Names of what it stands in, for whoever searches. */
  readonly within: string;
}

/** Deeper trees exist in no file, and a mistake here should not hang the page. */
const DEPTH_MAX = 64;

export function placesFor(elements: Elements, kind: string): readonly Place[] {
  const places: Place[] = [];
  const visit = (parent: ElementId | null, depth: number, within: string): void => {
    for (const { id, kind: its, name, trashed } of elements.list(parent)) {
      if (trashed || (its !== 'collection' && its !== 'folder')) continue;
      if (mayStand(kind, its)) places.push({ id, kind: its, name, depth, within });
      if (depth < DEPTH_MAX) visit(id, depth + 1, within === '' ? name : `${within} / ${name}`);
    }
  };
  visit(null, 0, '');
  return places;
}

/** Those that fit what is searched, by their own name or that of what they are in. */
export function matchingPlaces(places: readonly Place[], searched: string): readonly Place[] {
  const words = searchWords(searched);
  if (words.length === 0) return places;
  return places.filter(({ name, within }) => {
    const text = `${within} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
