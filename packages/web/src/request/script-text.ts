/** The scripts of an element as text. */
import { readPath } from '@waypost/model';
import { type JsonNode, memberOf, nodeAt, stringOf } from '@waypost/protocol';
import type { Editing } from './editing.ts';

export type Moment = 'prerequest' | 'test';

export function hasScripts(editing: Pick<Editing, 'kind' | 'content'>): boolean {
  return (['prerequest', 'test'] as const).some((moment) => scriptOf(editing, moment).trim() !== '');
}

export function scriptOf({ kind, content }: Pick<Editing, 'kind' | 'content'>, moment: Moment): string {
  return textOfLines(nodeAt(readPath(kind, content, `event[${moment}]`), ['script', 'exec']));
}

/** A list of lines in most files, one text in some. */
function textOfLines(node: JsonNode | undefined): string {
  if (node?.kind === 'array') return node.items.map((line) => stringOf(line) ?? '').join('\n');
  return stringOf(node) ?? stringOf(memberOf(node, 'raw')) ?? '';
}
