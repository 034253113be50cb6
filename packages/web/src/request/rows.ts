/** Rows of key and value (headers, parameters, form fields, variables) as a table and as text, and the edits that change them. */
import { type Edit, isEnabled, itemsOf, objectOf, parseQuery, readPath, splitUrl, textOf } from '@waypost/model';
import {
  type Content,
  type JsonNode,
  memberOf,
  nodeAt,
  printJson,
  rowsAt,
  scalar,
  stringOf,
  withMember,
  withoutMember,
} from '@waypost/protocol';

export interface TableRow {
  /** Null of a parameter that only the text of the URL has so far: it gets one when it is edited. */
  readonly id: string | null;
  readonly key: string;
  readonly value: string;
  readonly description: string;
  readonly isOn: boolean;
  /** `secret` of a variable, `file` of a form field. */
  readonly type: string;
  /** The files of a form field. */
  readonly files: readonly string[];
  readonly node: JsonNode;
}

export function tableRows(kind: string, content: Content, path: string): readonly TableRow[] {
  const node = nodeAt(content.data, path.split('.'));
  const ids = rowsAt(content, path);
  if (node?.kind === 'array') return node.items.map((item, at) => tableRow(item, ids[at]?.id ?? null));
  return path.endsWith('.url.query') ? rowsOfText(kind, content, path) : [];
}

function rowsOfText(kind: string, content: Content, path: string): TableRow[] {
  const raw = rawUrl(kind, content, path.replace(/\.query$/, ''));
  return parseQuery(splitUrl(raw).query).map(({ key, value }) =>
    tableRow(objectOf({ key: scalar(key), value: scalar(value) }), null),
  );
}

export function rawUrl(kind: string, content: Content, urlPath: string): string {
  return stringOf(readPath(kind, content, `${urlPath}.raw`)) ?? '';
}

function tableRow(node: JsonNode, id: string | null): TableRow {
  const description = memberOf(node, 'description');
  const src = memberOf(node, 'src');
  return {
    id,
    key: textOf(memberOf(node, 'key')) ?? textOf(memberOf(node, 'id')) ?? '',
    value: textOf(memberOf(node, 'value')) ?? '',
    description: textOf(description?.kind === 'object' ? memberOf(description, 'content') : description) ?? '',
    isOn: isEnabled(node),
    type: textOf(memberOf(node, 'type')) ?? '',
    files: (src?.kind === 'array' ? src.items : src === undefined ? [] : [src]).flatMap((one) => textOf(one) ?? []),
    node,
  };
}

/** Before a row of a URL can be edited: a URL that is a plain text becomes an object, a query in its text becomes rows. */
export function preparing(kind: string, content: Content, path: string): Edit[] {
  const urlPath = /^(.*\.url)\.(?:query|variable)$/.exec(path)?.[1];
  if (urlPath === undefined) return [];
  const raw = rawUrl(kind, content, urlPath);
  const isText = nodeAt(content.data, urlPath.split('.'))?.kind !== 'object';
  const edits: Edit[] = isText ? [{ op: 'json', path: urlPath, json: JSON.stringify({ raw }) }] : [];
  const hasRows = nodeAt(content.data, `${urlPath}.query`.split('.'))?.kind === 'array';
  const { query } = splitUrl(raw);
  return hasRows || query === null ? edits : [...edits, { op: 'text', path: `${urlPath}.query`, text: query }];
}

export function switching(path: string, row: TableRow, isOn: boolean): Edit[] {
  const at = `${path}[#${row.id}]`;
  const hasEnabled = path === 'values' || memberOf(row.node, 'enabled') !== undefined;
  const hasDisabled = memberOf(row.node, 'disabled') !== undefined;
  return [
    ...(hasEnabled ? [{ op: 'json', path: `${at}.enabled`, json: String(isOn) } as const] : []),
    ...(hasEnabled && !hasDisabled
      ? []
      : isOn
        ? [{ op: 'unset', path: `${at}.disabled` } as const]
        : [{ op: 'json', path: `${at}.disabled`, json: 'true' } as const]),
  ];
}

/** A new row at the end; `member` is the cell that was typed into. */
export function adding(path: string, member: 'key' | 'value' | 'description', text: string): Edit[] {
  const type = path.endsWith('formdata') || path === 'values' ? { type: path === 'values' ? 'default' : 'text' } : {};
  const enabled = path === 'values' ? { enabled: true } : {};
  const row = { key: '', value: '', ...type, ...enabled, [member]: text };
  return [{ op: 'json', path: `${path}[+]`, json: JSON.stringify(row) }];
}

/** The rows in another order. They keep what they are. */
export function reordered(rows: readonly TableRow[], from: number, to: number): readonly TableRow[] {
  const moved = rows[from];
  return moved === undefined ? rows : rows.toSpliced(from, 1).toSpliced(to, 0, moved);
}

export function writingAll(path: string, nodes: readonly JsonNode[]): Edit[] {
  return [{ op: 'json', path, json: printJson({ kind: 'array', items: nodes }) }];
}

const OFF = '// ';

/** A row on a line: `key: value`, with `// ` before one that is switched off. */
export function textOfRows(rows: readonly TableRow[]): string {
  return rows.map(lineOf).join('\n');
}

function lineOf({ key, value, isOn, files }: TableRow): string {
  const content = files.length > 0 ? `@${files.join(', ')}` : value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${isOn ? '' : OFF}${key}: ${content}`;
}

/** What the lines say, with everything that does not stand in them taken from the rows they were before. */
export function rowsOfLines(path: string, text: string, before: readonly TableRow[]): readonly JsonNode[] {
  const free = [...before];
  const take = (matches: (row: TableRow) => boolean): TableRow | undefined => {
    const at = free.findIndex(matches);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const same = lines.map((line) => take((row) => lineOf(row) === line));
  return lines.map((line, at) => {
    const unchanged = same[at];
    if (unchanged !== undefined) return unchanged.node;
    const { key, value, isOn } = parseLine(line);
    const fits = (row: TableRow): boolean => row.key === key && row.files.length === 0;
    const known = take((row) => fits(row) && row.value === value) ?? take(fits);
    return rowNode(path, known?.node, { key, value, isOn });
  });
}

function parseLine(line: string): { key: string; value: string; isOn: boolean } {
  const isOff = /^\s*\/\//.test(line);
  const rest = isOff ? line.replace(/^\s*\/\/\s?/, '') : line;
  const colon = separatorIn(rest);
  const value = colon < 0 ? '' : rest.slice(colon + 1).replace(/^ /, '');
  return {
    key: (colon < 0 ? rest : rest.slice(0, colon)).trim(),
    value: value.replaceAll(/\\(\\|n)/g, (_, sign: string) => (sign === 'n' ? '\n' : '\\')),
    isOn: !isOff,
  };
}

/** The colon after the key, or the `=` where people paste parameters. Not one inside of a variable. */
function separatorIn(line: string): number {
  const masked = line.replaceAll(/\{\{[^{}]*\}\}/g, (found) => ' '.repeat(found.length));
  const colon = masked.indexOf(':', 1);
  const equals = masked.indexOf('=');
  return colon >= 0 && (equals < 0 || colon < equals || masked[colon + 1] === ' ')
    ? colon
    : equals >= 0
      ? equals
      : colon;
}

function rowNode(
  path: string,
  known: JsonNode | undefined,
  { key, value, isOn }: { readonly key: string; readonly value: string; readonly isOn: boolean },
): JsonNode {
  const isVariables = path === 'values';
  const fresh = objectOf({
    key: scalar(key),
    value: scalar(value),
    type: path.endsWith('formdata') ? scalar('text') : isVariables ? scalar('default') : undefined,
    enabled: isVariables ? scalar(true) : undefined,
  });
  const row =
    known?.kind === 'object' ? withMember(withMember(known, 'key', scalar(key)), 'value', scalar(value)) : fresh;
  if (row.kind !== 'object' || isEnabled(row) === isOn) return row;
  if (memberOf(row, 'enabled') !== undefined)
    return withMember(withoutMember(row, 'disabled'), 'enabled', scalar(isOn));
  return isOn ? withoutMember(row, 'disabled') : withMember(row, 'disabled', scalar(true));
}

/** How many rows are sent: for the counts on the tabs. */
export function countOn(content: Content, path: string): number {
  return itemsOf(nodeAt(content.data, path.split('.'))).filter(isEnabled).length;
}
