/** A description as text. */
import { readPath } from '@waypost/model';
import { memberOf, stringOf } from '@waypost/protocol';
import type { Editing } from './editing.ts';

/** A text, or an object that says of what kind its text is. */
export function descriptionOf({ kind, content }: Pick<Editing, 'kind' | 'content'>, path: string): string {
  const node = readPath(kind, content, path);
  return stringOf(node) ?? stringOf(memberOf(node, 'content')) ?? '';
}
