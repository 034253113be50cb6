/** Three-way merge of long text, by line. */
import { diff3Merge } from 'node-diff3';
import { type JsonNode, type JsonText, parseJson, printJson, scalar, stringOf } from './json.ts';

/** Above this many lines on any side the merge would hold up everyone else's commits: it is judged as `ask`. */
export const MERGE_LINES_MAX = 20_000;

/**
 * Both sides' lines over what they share, or null where they changed the same lines, or where a side is not text.
 * Text is a JSON string or, as in scripts, an array of strings, one a line; the result has the form of `theirs`.
 */
export function mergeText(base: JsonText | null, mine: JsonText | null, theirs: JsonText | null): JsonText | null {
  if (base === null || mine === null || theirs === null) return null;
  const theirsNode = parseJson(theirs);
  const [a, o, b] = [linesOf(parseJson(mine)), linesOf(parseJson(base)), linesOf(theirsNode)];
  if (a === null || o === null || b === null) return null;
  if (Math.max(a.length, o.length, b.length) > MERGE_LINES_MAX) return null;
  const merged: string[] = [];
  for (const region of diff3Merge(a, o, b, { excludeFalseConflicts: true })) {
    if (region.ok === undefined) return null;
    for (const line of region.ok) merged.push(line);
  }
  if (theirsNode.kind === 'array') return printJson({ kind: 'array', items: merged.map((line) => scalar(line)) });
  return printJson(scalar(merged.join('\n')));
}

function linesOf(node: JsonNode): string[] | null {
  const text = stringOf(node);
  if (text !== undefined) return text.split('\n');
  if (node.kind !== 'array') return null;
  const lines: string[] = [];
  for (const item of node.items) {
    const line = stringOf(item);
    if (line === undefined) return null;
    lines.push(line);
  }
  return lines;
}
