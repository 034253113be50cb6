/**
 * In a list that has one row for each key (variables), a new row is the one that other devices mean by its key. While the
 * key is typed the row is that of its first letter; once it is typed it becomes that of the whole key.
 */
import { schemas, textOf } from '@waypost/model';
import { type Content, memberOf, nodeAt, rowIdOfKey, rowsAt, type RowsRule } from '@waypost/protocol';

export interface Settled {
  readonly content: Content;
  /** Ids that are others now. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Rows that are in `saved` exist without this draft: they are who they are, whatever their key becomes. */
export function settleRows(kind: string, content: Content, path: string, saved: Content | null): Settled | null {
  const rule = schemas(kind).rules.find((one): one is RowsRule => one.rule === 'rows' && one.path === path);
  const node = nodeAt(content.data, path.split('.'));
  if (rule?.unique !== true || node?.kind !== 'array') return null;
  const rows = rowsAt(content, path);
  const taken = new Set(rows.map(({ id }) => id));
  const known = new Set(saved === null ? [] : rowsAt(saved, path).map(({ id }) => id));
  const renamed = new Map<string, string>();
  const settled = rows.map((row, at) => {
    const key = textOf(memberOf(node.items[at], rule.key)) ?? '';
    const wanted = key === '' ? null : rowIdOfKey(key);
    if (wanted === null || wanted === row.id || taken.has(wanted) || known.has(row.id)) return row;
    taken.add(wanted);
    renamed.set(row.id, wanted);
    return { ...row, id: wanted };
  });
  return renamed.size === 0 ? null : { content: { ...content, rows: { ...content.rows, [path]: settled } }, renamed };
}
