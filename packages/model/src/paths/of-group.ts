/** Field groups by the PATH a person would type: what watching, history and conflicts name. */
import {
  type Content,
  equalJson,
  type JsonNode,
  type JsonText,
  memberOf,
  nodeAt,
  parseJson,
  printJson,
  rowsAt,
  type RowsRule,
  stringOf,
} from '@waypost/protocol';
import { schemas } from '../kinds/schemas.ts';

/** One path of a group. `valueOf` finds what stands there in a value of the group; a path may be one of several. */
export interface GroupPath {
  readonly path: string;
  readonly valueOf: (value: JsonText | null) => JsonNode | undefined;
}

/**
 * The paths of a group, those that differ among the given values of it; all where nothing is known. `content` is an element's
 * as it stands, for the keys of rows.
 */
export function pathsOfGroup(
  kind: string,
  group: string,
  values: readonly (JsonText | null)[] = [],
  content: Content | null = null,
): readonly GroupPath[] {
  const composite = schemas(kind).rules.find((rule) => rule.rule === 'composite' && rule.name === group);
  if (composite !== undefined) return targetPaths(requestMember(kind), values);
  const row = rowOf(kind, group);
  if (row !== null) return [{ path: rowPath(row, values, content), valueOf: whole }];
  return [{ path: memberPath(group), valueOf: whole }];
}

/** The groups of these that a path means; `request` means all that lies in it. */
export function groupsAtPath(
  kind: string,
  path: string,
  groups: readonly { readonly group: string; readonly values: readonly (JsonText | null)[] }[],
  content: Content | null,
): readonly string[] {
  const wanted = path.replace(/\.script\.exec$/, '');
  const means = ({ group, values }: (typeof groups)[number]): boolean => {
    if (group === path) return true;
    const paths = pathsOfGroup(kind, group, values, content).map((one) => one.path);
    const row = rowOf(kind, group);
    if (row !== null) paths.push(`${row.rule.path}[#${row.id}]`);
    return paths.some(
      (one) =>
        one === path ||
        one.replace(/\.script\.exec$/, '') === wanted ||
        one.startsWith(`${path}.`) ||
        one.startsWith(`${path}[`),
    );
  };
  return groups.filter(means).map(({ group }) => group);
}

function whole(value: JsonText | null): JsonNode | undefined {
  return value === null ? undefined : parseJson(value);
}

function requestMember(kind: string): string {
  return kind === 'example' ? 'originalRequest' : 'request';
}

/** Method and URL travel together; people set them apart. */
function targetPaths(prefix: string, values: readonly (JsonText | null)[]): readonly GroupPath[] {
  const candidates: readonly GroupPath[] = [
    { path: `${prefix}.method`, valueOf: (value) => memberOf(whole(value), 'method') },
    { path: `${prefix}.url.raw`, valueOf: (value) => urlOf(whole(value)) },
  ];
  const paths = candidates.filter(
    ({ valueOf }) =>
      values.length < 2 || values.some((value) => !equalJson(valueOf(value), valueOf(values[0] ?? null))),
  );
  // Parts that differ under one text, or a request that is no object.
  return paths.length > 0 ? paths : [{ path: prefix, valueOf: whole }];
}

function urlOf(target: JsonNode | undefined): JsonNode | undefined {
  const url = memberOf(target, 'url') ?? memberOf(target, 'request');
  return url?.kind === 'object' ? (memberOf(url, 'raw') ?? url) : url;
}

interface GroupRow {
  readonly rule: RowsRule;
  readonly id: string;
  readonly part: 'row' | 'text' | 'order';
}

function rowOf(kind: string, group: string): GroupRow | null {
  const hash = group.indexOf('#');
  if (hash < 0) return null;
  const path = group.slice(0, hash);
  const rule = schemas(kind).rules.find((one): one is RowsRule => one.rule === 'rows' && one.path === path);
  if (rule === undefined) return null;
  const rest = group.slice(hash + 1);
  if (rest.endsWith('@order')) return { rule, id: rest.slice(0, -'@order'.length), part: 'order' };
  if (rest.endsWith('@text')) return { rule, id: rest.slice(0, -'@text'.length), part: 'text' };
  return { rule, id: rest, part: 'row' };
}

function rowPath(row: GroupRow, values: readonly (JsonText | null)[], content: Content | null): string {
  const { rule, id, part } = row;
  // Where rows stand among each other is a matter of the list.
  if (part === 'order') return rule.path;
  const key = rowKey(row, values, content);
  const chosen =
    key === null ? `#${id}` : /[\]"\\]/.test(key) || key === '+' || key.startsWith('#') ? JSON.stringify(key) : key;
  const end = part === 'text' && rule.text !== null ? `.${rule.text}` : '';
  return `${rule.path}[${chosen}]${end}`;
}

/** Null where no key tells this row from the others. */
function rowKey(
  { rule, id, part }: GroupRow,
  values: readonly (JsonText | null)[],
  content: Content | null,
): string | null {
  const keyOf = (item: JsonNode | undefined): string | null => {
    const key = stringOf(memberOf(item, rule.key));
    return key === undefined || key === '' ? null : key;
  };
  const list = content === null ? undefined : nodeAt(content.data, rule.path.split('.'));
  const items = list?.kind === 'array' ? list.items : [];
  const at = content === null ? -1 : rowsAt(content, rule.path).findIndex((row) => row.id === id);
  const ofValues = part === 'row' ? values.flatMap((value) => keyOf(whole(value)) ?? []) : [];
  const key = keyOf(items[at]) ?? ofValues[0] ?? keyOfId(id);
  const namesakes = items.filter((item, other) => other !== at && keyOf(item) === key).length;
  return namesakes === 0 ? key : null;
}

/** Ids of rows that are their key: as `rowIdOfKey` of the protocol writes them. */
function keyOfId(id: string): string | null {
  return id.startsWith('=') ? id.slice(1).replaceAll('~3', '@').replaceAll('~0', '~') : null;
}

/** `info.description`; a member whose own name has a dot is quoted. */
function memberPath(group: string): string {
  const names = group.split('.').map(unescaped);
  return names
    .map((name, at) => (/[.[\]]/.test(name) ? `[${JSON.stringify(name)}]` : at === 0 ? name : `.${name}`))
    .join('');
}

/** As groups.ts of the protocol writes them. */
function unescaped(member: string): string {
  if (member === '~4') return '__proto__';
  return member.replaceAll('~3', '@').replaceAll('~2', '#').replaceAll('~1', '.').replaceAll('~0', '~');
}

/** A value as a person reads it on one line. */
export function valueText(node: JsonNode | undefined): string {
  if (node === undefined) return '';
  return stringOf(node) ?? printJson(node);
}
