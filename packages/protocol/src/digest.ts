/**
 * What `check` compares: the content of elements, which the checksum of sync does not see. Both sides hash this text with
 * SHA-256; the digest of a page is the SHA-256 of its elements' hex digests one after the other.
 */
import type { Element } from './element.ts';
import { rowsText } from './sum.ts';

/** Elements in one page of digests. */
export const DIGEST_PAGE_ELEMENTS_MAX = 500;

export function digestText(element: Pick<Element, 'id' | 'revision' | 'parent' | 'order' | 'data' | 'rows'>): string {
  const { id, revision, parent, order, data, rows } = element;
  return `${id}\n${revision}\n${parent ?? ''}\n${order}\n${data}\n${rowsText(rows)}\n`;
}
