/**
 * An element's data seen as field groups: reading one, writing one, and telling which differ. The data itself stays the
 * foreign format's JSON; a group is only a window on part of it.
 *
 * Names of groups: a member of a container by its path (`request.method`); a composite by its name (`target`); a row
 * `PATH#ROWID`, its place `PATH#ROWID@order`, its long text `PATH#ROWID@text`; and, for the path of an array or a
 * container itself, what stands there where it is not one (`request.header` as a string).
 */
import type { Row, RowTable } from './element.ts';
import {
  canonicalJson,
  EMPTY_ARRAY,
  EMPTY_OBJECT,
  equalJsonText,
  isNull,
  type JsonArray,
  type JsonNode,
  type JsonObject,
  type JsonText,
  memberOf,
  nodeAt,
  parseJson,
  printJson,
  scalar,
  stringOf,
  withMember,
  withoutMember,
} from './json.ts';
import { byOrder, isOrderKey, orderBetween, orderKeys, ordersBetween } from './order-key.ts';
import type { CompositeRule, GroupRule, KindSchema, RowsRule, ValueRule, Way } from './schema.ts';

/** What of an element falls into groups. */
export interface Content {
  readonly data: JsonNode;
  readonly rows: RowTable;
}

/** The rows of an array nobody restructured: ids `1`, `2`, … and evenly spread orders, the same on every device. */
export function impliedRows(count: number): readonly Row[] {
  const known = impliedByCount.get(count);
  if (known !== undefined) return known;
  const rows = ordersBetween(null, null, count).map((order, at) => ({ id: String(at + 1), order }));
  if (impliedByCount.size >= IMPLIED_LISTS_MAX) impliedByCount.clear();
  impliedByCount.set(count, rows);
  return rows;
}

/** They are asked for row by row, and making them takes longer than anything done with them. */
const impliedByCount = new Map<number, readonly Row[]>();
const IMPLIED_LISTS_MAX = 64;

export function rowsAt(content: Content, path: string): readonly Row[] {
  const node = nodeAt(content.data, split(path));
  const count = node?.kind === 'array' ? node.items.length : 0;
  const listed = content.rows[path];
  return listed !== undefined && listed.length === count ? listed : impliedRows(count);
}

/** How a group is judged. Names that the schema does not explain are `ask`. */
export function wayOf(schema: KindSchema, group: string): Way {
  const target = locate(schema, group);
  if (target.at === 'value' || target.at === 'composite') return target.rule.way;
  if (target.at === 'rowOrder') return 'latest';
  return target.at === 'rowText' ? 'text' : 'ask';
}

/** A group's value as text, or null where it is absent. */
export function readGroup(schema: KindSchema, content: Content, group: string): JsonText | null {
  const target = locate(schema, group);
  if (target.at === 'rowOrder') {
    const row = rowsAt(content, target.rule.path).find(({ id }) => id === target.row);
    return row === undefined ? null : JSON.stringify(row.order);
  }
  const node = readNode(content, target);
  return node === undefined ? null : printJson(node);
}

/**
 * The content with a group written, or `blocked` where something else stands in its way (a string where the row's array
 * would be): nothing may be destroyed that the write does not name. Throws JsonSyntaxError on text that is not JSON.
 */
export function writeGroup(
  schema: KindSchema,
  content: Content,
  group: string,
  value: JsonText | null,
): Content | 'blocked' {
  const target = locate(schema, group);
  const node = value === null ? undefined : parseJson(value);
  switch (target.at) {
    case 'composite':
      return withData(content, target.rule.write(content.data, node));
    case 'value':
      return withData(content, setAt(content.data, split(target.rule.path), node));
    case 'member':
      return withData(content, setAt(content.data, [...split(target.container), target.member], node));
    case 'shape':
      return writeShape(content, target, node);
    case 'row':
      return writeRow(content, target.rule, target.row, node);
    case 'rowText':
      return writeRowText(content, target.rule, target.row, node);
    case 'rowOrder':
      return writeRowOrder(content, target.rule, target.row, node);
  }
}

/**
 * As {@link writeGroup}, for somebody who was shown what stands in the way: that gives way. What else has to be written then
 * are the differences between the two contents.
 */
export function forceGroup(schema: KindSchema, content: Content, group: string, value: JsonText | null): Content {
  const target = locate(schema, group);
  let cleared = content;
  for (const clear of [same, ...clearings(target)]) {
    cleared = clear(cleared);
    const written = writeGroup(schema, cleared, group, value);
    if (written !== 'blocked') return written;
  }
  return content;
}

/** The row that a row's long text stands in; null of any other group. */
export function rowOfText(schema: KindSchema, group: string): string | null {
  return locate(schema, group).at === 'rowText' ? group.slice(0, -'@text'.length) : null;
}

/** Every group that has a value. */
export function groupsOf(schema: KindSchema, content: Content): string[] {
  return groupsIn(schema, content, null);
}

/** Those among them of which the other content does not share the very value, as edited data shares what nobody touched. */
function groupsIn(schema: KindSchema, content: Content, other: Content | null): string[] {
  const isShared = (path: string): boolean =>
    other !== null && nodeAt(content.data, split(path)) === nodeAt(other.data, split(path));
  const groups: string[] = [];
  for (const rule of schema.rules) {
    if (rule.rule === 'composite') {
      if (rule.claims.every(isShared)) continue;
      if (rule.read(content.data) !== undefined) groups.push(rule.name);
    } else if (rule.rule === 'value') {
      if (isShared(rule.path)) continue;
      if (nodeAt(content.data, split(rule.path)) !== undefined && !isInsideScalar(content.data, rule.path))
        groups.push(rule.path);
    } else {
      if (isShared(rule.path) && content.rows[rule.path] === other?.rows[rule.path]) continue;
      const node = nodeAt(content.data, split(rule.path));
      if (node !== undefined) groups.push(rule.path);
      for (const row of rowsAt(content, rule.path)) {
        groups.push(`${rule.path}#${row.id}`, `${rule.path}#${row.id}@order`);
        if (rule.text !== null && readRow(content, rule, row.id, 'text') !== undefined)
          groups.push(`${rule.path}#${row.id}@text`);
      }
    }
  }
  const { owned, containers } = indexOf(schema);
  const named = new Set(groups);
  for (const container of ['', ...schema.containers]) {
    const node = nodeAt(content.data, split(container));
    if (node === undefined) continue;
    if (container !== '' && !owned.has(container)) {
      named.add(container);
      groups.push(container);
    }
    const theirs = other === null ? undefined : nodeAt(other.data, split(container));
    if (node.kind !== 'object' || node === theirs) continue;
    for (const { key, value } of node.members) {
      if (memberOf(theirs, key) === value) continue;
      const path = joined(container, escaped(key));
      if (owned.has(path) || containers.has(path) || named.has(path)) continue;
      named.add(path);
      groups.push(path);
    }
  }
  return groups;
}

/** One group that differs between two contents of an element, with both values. */
export interface GroupDifference {
  readonly group: string;
  readonly before: JsonText | null;
  readonly after: JsonText | null;
}

/**
 * The groups to write to turn one content into the other, in an order in which they can be written one by one: what is
 * removed first, then shapes, then values, then rows. Both contents must know their rows ({@link alignRows}).
 */
export function differences(schema: KindSchema, before: Content, after: Content): GroupDifference[] {
  const names = new Set([...groupsIn(schema, before, after), ...groupsIn(schema, after, before)]);
  const found: GroupDifference[] = [];
  for (const group of names) {
    const [was, is] = [readGroup(schema, before, group), readGroup(schema, after, group)];
    if (equalJsonText(was, is)) continue;
    found.push({ group, before: was, after: is });
  }
  // A removed row takes its place with it.
  return found
    .filter(({ group, after: value }) => !(value === null && locate(schema, group).at === 'rowOrder'))
    .map((difference) => ({ difference, rank: rankOf(schema, difference), depth: depthOf(schema, difference) }))
    .sort((a, b) => a.rank - b.rank || a.depth - b.depth)
    .map(({ difference }) => difference);
}

const RANKS = ['rowText', 'row', 'value', 'member', 'shape', 'composite'] as const;

/** Removals from the leaves up, then what is written from the trunk out. */
function rankOf(schema: KindSchema, difference: GroupDifference): number {
  const { at } = locate(schema, difference.group);
  if (isRemoval(schema, difference)) return at === 'rowOrder' ? 0 : RANKS.indexOf(at);
  const written = { composite: 0, shape: 1, value: 2, member: 2, row: 3, rowText: 4, rowOrder: 5 };
  return RANKS.length + written[at];
}

/** Inner containers are emptied before outer ones, and filled after them. */
function depthOf(schema: KindSchema, difference: GroupDifference): number {
  const depth = difference.group.split('.').length;
  return isRemoval(schema, difference) ? -depth : depth;
}

/** An array of rows, or a container, that gives way to something else goes as one that is removed. */
function isRemoval(schema: KindSchema, { group, before, after }: GroupDifference): boolean {
  if (after === null) return true;
  const target = locate(schema, group);
  if (target.at !== 'shape') return false;
  const form = target.of === 'array' ? '[]' : '{}';
  return before === form && after !== form;
}

/**
 * The rows of edited data, matched with those it was edited from: by key and value, then by key, then by position, so
 * that a row a person changed keeps its identity. New rows get ids from `freshId` (or of their key, where the schema
 * says that equal keys are one row) and orders between their neighbours.
 */
export function alignRows(
  schema: KindSchema,
  before: Content,
  data: JsonNode,
  fresh: { readonly id: () => string; readonly chance: () => number },
): Content {
  let rows: RowTable = Object.fromEntries(
    Object.entries(before.rows).filter(([path]) => !indexOf(schema).rows.has(path)),
  );
  for (const rule of schema.rules) {
    if (rule.rule !== 'rows') continue;
    const path = split(rule.path);
    const [was, is] = [nodeAt(before.data, path), nodeAt(data, path)];
    if (is?.kind !== 'array') continue;
    if (is === was) {
      rows = withRowList(rows, rule.path, rowsAt(before, rule.path));
      continue;
    }
    const beforeItems = was?.kind === 'array' ? was.items : [];
    const aligned = alignedRows(rule, rowsAt(before, rule.path), beforeItems, is.items, fresh);
    rows = withRowList(rows, rule.path, aligned);
  }
  return { data, rows };
}

/** Whether the lists beside the data fit it: same lengths, distinct ids, usable orders. */
export function rowsFit(content: Content): boolean {
  return Object.entries(content.rows).every(([path, list]) => {
    const node = nodeAt(content.data, split(path));
    if (node?.kind !== 'array' || node.items.length !== list.length) return false;
    return new Set(list.map(({ id }) => id)).size === list.length && list.every(({ order }) => isOrderKey(order));
  });
}

type Target =
  | { readonly at: 'value'; readonly rule: ValueRule }
  | { readonly at: 'composite'; readonly rule: CompositeRule }
  | { readonly at: 'row' | 'rowText' | 'rowOrder'; readonly rule: RowsRule; readonly row: string }
  | {
      readonly at: 'shape';
      readonly path: string /** What stands there when its parts are groups. */;
      readonly of: 'array' | 'object';
    }
  | { readonly at: 'member'; readonly container: string; readonly member: string };

function locate(schema: KindSchema, group: string): Target {
  const { rows, whole } = indexOf(schema);
  const hash = group.indexOf('#');
  if (hash >= 0) {
    const rule = rows.get(group.slice(0, hash));
    if (rule !== undefined) {
      const rest = group.slice(hash + 1);
      if (rest.endsWith('@order')) return { at: 'rowOrder', rule, row: rest.slice(0, -6) };
      if (rest.endsWith('@text')) return { at: 'rowText', rule, row: rest.slice(0, -5) };
      return { at: 'row', rule, row: rest };
    }
  }
  const target = whole.get(group);
  if (target !== undefined) return target;
  const dot = group.lastIndexOf('.');
  return { at: 'member', container: dot < 0 ? '' : group.slice(0, dot), member: unescaped(group.slice(dot + 1)) };
}

/** A schema by the names it explains. */
interface SchemaIndex {
  readonly rows: ReadonlyMap<string, RowsRule>;
  /** Groups that are one rule's or one container's. */
  readonly whole: ReadonlyMap<string, Target>;
  readonly containers: ReadonlySet<string>;
  /** Paths that a rule owns, so that they are not members of their container too. */
  readonly owned: ReadonlySet<string>;
}

const indexes = new WeakMap<KindSchema, SchemaIndex>();

function indexOf(schema: KindSchema): SchemaIndex {
  const known = indexes.get(schema);
  if (known !== undefined) return known;
  const rows = new Map<string, RowsRule>();
  const whole = new Map<string, Target>(schema.containers.map((path) => [path, { at: 'shape', path, of: 'object' }]));
  for (const rule of schema.rules.toReversed()) {
    if (rule.rule === 'composite') whole.set(rule.name, { at: 'composite', rule });
    else if (rule.rule === 'value') whole.set(rule.path, { at: 'value', rule });
    else whole.set(rule.path, { at: 'shape', path: rule.path, of: 'array' });
    if (rule.rule === 'rows') rows.set(rule.path, rule);
  }
  const paths = (rule: GroupRule): readonly string[] => (rule.rule === 'composite' ? rule.claims : [rule.path]);
  const owned = new Set(schema.rules.flatMap(paths));
  const index = { rows, whole, containers: new Set(schema.containers), owned };
  indexes.set(schema, index);
  return index;
}

function readNode(content: Content, target: Target): JsonNode | undefined {
  switch (target.at) {
    case 'composite':
      return target.rule.read(content.data);
    case 'value':
      return nodeAt(content.data, split(target.rule.path));
    case 'member':
      return memberOf(nodeAt(content.data, split(target.container)), target.member);
    case 'shape': {
      const node = nodeAt(content.data, split(target.path));
      if (node?.kind !== target.of) return node;
      return target.of === 'array' ? EMPTY_ARRAY : EMPTY_OBJECT;
    }
    case 'row':
      return readRow(content, target.rule, target.row, 'rest');
    case 'rowText':
      return readRow(content, target.rule, target.row, 'text');
    case 'rowOrder':
      return undefined;
  }
}

function withData(content: Content, data: JsonNode | 'blocked'): Content | 'blocked' {
  return data === 'blocked' ? 'blocked' : { data, rows: content.rows };
}

/** Sets or removes the value at a path, making the objects on the way where there is nothing or null. */
function setAt(node: JsonNode | undefined, path: readonly string[], value: JsonNode | undefined): JsonNode | 'blocked' {
  const [key, ...rest] = path as [string, ...string[]];
  if (node !== undefined && node.kind !== 'object') {
    if (value === undefined) return node;
    if (!isNull(node)) return 'blocked';
  }
  const object: JsonObject = node?.kind === 'object' ? node : EMPTY_OBJECT;
  if (rest.length === 0) return value === undefined ? withoutMember(object, key) : withMember(object, key, value);
  const inner = memberOf(object, key);
  if (inner === undefined && value === undefined) return object;
  const written = setAt(inner, rest, value);
  return written === 'blocked' ? 'blocked' : withMember(object, key, written);
}

/** A container or an array of rows gives way to something else only when it is empty. */
function writeShape(
  content: Content,
  { path, of }: Extract<Target, { at: 'shape' }>,
  shape: JsonNode | undefined,
): Content | 'blocked' {
  const node = nodeAt(content.data, split(path));
  if (node?.kind === of && sizeOf(node) > 0) return shape?.kind === of ? content : 'blocked';
  return withData({ ...content, rows: withRowList(content.rows, path, []) }, setAt(content.data, split(path), shape));
}

function sizeOf(node: JsonArray | JsonObject): number {
  return node.kind === 'array' ? node.items.length : node.members.length;
}

/** Takes something out of the way. */
type Clearing = (content: Content) => Content;

/** Of a group, the least first. */
function clearings(target: Target): Clearing[] {
  switch (target.at) {
    case 'composite': {
      const deepestFirst = target.rule.claims.map(split).sort((a, b) => b.length - a.length);
      return deepestFirst.map((path) => (content) => withoutPath(content, path));
    }
    case 'value':
      return [(content) => opened(content, split(target.rule.path).slice(0, -1))];
    case 'member':
      return [(content) => opened(content, split(target.container))];
    case 'shape': {
      const path = split(target.path);
      return [(content) => opened(content, path.slice(0, -1)), (content) => withoutPath(content, path)];
    }
    case 'row':
    case 'rowText':
    case 'rowOrder':
      return clearingsOfRow(target);
  }
}

function clearingsOfRow({ at, rule, row }: Extract<Target, { at: 'row' | 'rowText' | 'rowOrder' }>): Clearing[] {
  const path = split(rule.path);
  const withArray: Clearing = (content) => {
    const node = nodeAt(content.data, path);
    return opened(node?.kind === 'array' ? content : withoutPath(content, path), path.slice(0, -1));
  };
  if (at === 'row') {
    const withoutText: Clearing = (content) => orSame(content, writeRowText(content, rule, row, undefined));
    return rule.text === null ? [withArray] : [withoutText, withArray];
  }
  const withRow: Clearing = (content) => {
    const rest = readRow(content, rule, row, 'rest');
    if (rest !== undefined)
      return orSame(content, writeRow(content, rule, row, openedNode(rest, split(rule.text ?? '').slice(0, -1))));
    // Of a row that is gone, no more is known than what its id says.
    const key = row.startsWith('=') ? withMember(EMPTY_OBJECT, rule.key, scalar(row.slice(1))) : EMPTY_OBJECT;
    return orSame(content, writeRow(content, rule, row, key));
  };
  return [withArray, withRow];
}

function same(content: Content): Content {
  return content;
}

function orSame(content: Content, written: Content | 'blocked'): Content {
  return written === 'blocked' ? content : written;
}

function withoutPath(content: Content, path: readonly string[]): Content {
  return orSame(content, withData(content, setAt(content.data, path, undefined)));
}

/** With an object wherever something else stands on the way to a path. */
function opened(content: Content, path: readonly string[]): Content {
  return { ...content, data: openedNode(content.data, path) };
}

function openedNode(node: JsonNode, [key, ...rest]: readonly string[]): JsonNode {
  const object: JsonObject = node.kind === 'object' ? node : EMPTY_OBJECT;
  const inner = key === undefined ? undefined : memberOf(object, key);
  return key === undefined || inner === undefined ? object : withMember(object, key, openedNode(inner, rest));
}

function readRow(content: Content, rule: RowsRule, row: string, part: 'rest' | 'text'): JsonNode | undefined {
  const at = rowsAt(content, rule.path).findIndex(({ id }) => id === row);
  if (at < 0) return undefined;
  const item = (nodeAt(content.data, split(rule.path)) as JsonArray).items[at] as JsonNode;
  if (rule.text === null) return part === 'rest' ? item : undefined;
  const textPath = split(rule.text);
  const text = nodeAt(item, textPath);
  if (part === 'text') return isNull(text) ? undefined : text;
  // `null` keeps the text's place among the members, so that putting both together again gives the same tokens.
  const rest = text === undefined ? item : setAt(item, textPath, scalar(null));
  return rest === 'blocked' ? item : rest;
}

function writeRow(content: Content, rule: RowsRule, row: string, value: JsonNode | undefined): Content | 'blocked' {
  const node = nodeAt(content.data, split(rule.path));
  if (node !== undefined && node.kind !== 'array' && !isNull(node)) return value === undefined ? content : 'blocked';
  const rows = rowsAt(content, rule.path);
  const items = node?.kind === 'array' ? node.items : [];
  const at = rows.findIndex(({ id }) => id === row);
  if (value === undefined) {
    if (at < 0) return content;
    if (rule.text !== null && readRow(content, rule, row, 'text') !== undefined) return 'blocked';
    return withRows(content, rule, items.toSpliced(at, 1), rows.toSpliced(at, 1));
  }
  if (at < 0) {
    const order = orderBetween(rows.at(-1)?.order ?? null, null, null);
    return withRows(content, rule, [...items, value], [...rows, { id: row, order }]);
  }
  const text = readRow(content, rule, row, 'text');
  const whole = text === undefined ? value : setAt(value, split(rule.text as string), text);
  return whole === 'blocked' ? 'blocked' : withRows(content, rule, items.with(at, whole), rows);
}

function writeRowText(content: Content, rule: RowsRule, row: string, text: JsonNode | undefined): Content | 'blocked' {
  const rows = rowsAt(content, rule.path);
  const at = rows.findIndex(({ id }) => id === row);
  if (at < 0) return text === undefined ? content : 'blocked';
  const items = (nodeAt(content.data, split(rule.path)) as JsonArray).items;
  const path = split(rule.text as string);
  const keepsPlace = text === undefined && nodeAt(items[at], path) !== undefined;
  const item = setAt(items[at], path, keepsPlace ? scalar(null) : text);
  return item === 'blocked' ? 'blocked' : withRows(content, rule, items.with(at, item), rows);
}

function writeRowOrder(
  content: Content,
  rule: RowsRule,
  row: string,
  value: JsonNode | undefined,
): Content | 'blocked' {
  const rows = rowsAt(content, rule.path);
  const at = rows.findIndex(({ id }) => id === row);
  const order = stringOf(value);
  if (at < 0 || order === undefined || !isOrderKey(order)) return content;
  const items = (nodeAt(content.data, split(rule.path)) as JsonArray).items;
  const moved = rows.with(at, { id: row, order });
  const positions = moved.map((entry, position) => ({ ...entry, position })).sort(byOrder);
  return withRows(
    content,
    rule,
    positions.map(({ position }) => items[position] as JsonNode),
    positions.map(({ id, order: key }) => ({ id, order: key })),
  );
}

function withRows(
  content: Content,
  rule: RowsRule,
  items: readonly JsonNode[],
  rows: readonly Row[],
): Content | 'blocked' {
  const data = setAt(content.data, split(rule.path), { kind: 'array', items });
  if (data === 'blocked') return 'blocked';
  return { data: rule.derive === null ? data : rule.derive(data), rows: withRowList(content.rows, rule.path, rows) };
}

/** Lists say nothing where they are the implied ones: the same table on every device, whatever way it came about. */
function withRowList(table: RowTable, path: string, list: readonly Row[]): RowTable {
  const { [path]: _, ...others } = table;
  const implied = impliedRows(list.length);
  const plain = list.every((row, at) => row.id === implied[at]?.id && row.order === implied[at]?.order);
  return plain ? others : { ...others, [path]: list };
}

function alignedRows(
  rule: RowsRule,
  rows: readonly Row[],
  before: readonly JsonNode[],
  after: readonly JsonNode[],
  fresh: { readonly id: () => string; readonly chance: () => number },
): Row[] {
  const ids: (string | undefined)[] = after.map(() => undefined);
  const free = new Set(rows.map((_, at) => at));
  const claim = (isAt: number, wasAt: number): void => {
    ids[isAt] = (rows[wasAt] as Row).id;
    free.delete(wasAt);
  };
  const [was, is] = [before.map(canonicalJson), after.map(canonicalJson)];
  // Same place first among equals, so that duplicate keys do not trade identities.
  is.forEach((value, at) => {
    if (value === was[at]) claim(at, at);
  });
  const claimEqual = (wasNames: readonly (string | undefined)[], isNames: readonly (string | undefined)[]): void => {
    const places = new Map<string, number[]>();
    for (const at of free) {
      const name = wasNames[at];
      if (name !== undefined) places.set(name, [...(places.get(name) ?? []), at]);
    }
    isNames.forEach((name, at) => {
      const wasAt = ids[at] === undefined && name !== undefined ? places.get(name)?.shift() : undefined;
      if (wasAt !== undefined) claim(at, wasAt);
    });
  };
  claimEqual(was, is);
  const keys = (items: readonly JsonNode[]): (string | undefined)[] => items.map((item) => keyOf(rule, item));
  claimEqual(keys(before), keys(after));
  if (before.length === after.length) {
    after.forEach((_, at) => {
      if (ids[at] === undefined && free.has(at)) claim(at, at);
    });
  }

  const taken = new Set(rows.map(({ id }) => id));
  const named = ids.map((id, at) => {
    if (id !== undefined) return id;
    const key = keyOf(rule, after[at] as JsonNode);
    const own = (rule.unique && key !== undefined ? rowIdOfKey(key) : null) ?? fresh.id();
    const unused = taken.has(own) ? fresh.id() : own;
    taken.add(unused);
    return unused;
  });
  const known = new Map(rows.map(({ id, order }) => [id, order]));
  const orders = orderKeys(
    named.map((id) => ({ id, order: known.get(id) ?? null })),
    fresh.chance,
  );
  return named.map((id, at) => ({ id, order: orders[at] as string }));
}

/** Names of groups are bounded; two devices that add a row of a longer key both keep theirs. */
const ROW_KEY_CHARS_MAX = 256;

/**
 * The id of a new row in a list that has one row for each key; null of a key that is too long for one. What ends a row's id
 * in the name of a group must not stand in it.
 */
export function rowIdOfKey(key: string): string | null {
  return key.length <= ROW_KEY_CHARS_MAX ? `=${key.replaceAll('~', '~0').replaceAll('@', '~3')}` : null;
}

function keyOf(rule: RowsRule, row: JsonNode): string | undefined {
  const key = memberOf(row, rule.key);
  return key === undefined ? undefined : (stringOf(key) ?? printJson(key));
}

function isInsideScalar(data: JsonNode, path: string): boolean {
  const parent = split(path).slice(0, -1);
  return parent.length > 0 && nodeAt(data, parent)?.kind !== 'object';
}

function split(path: string): readonly string[] {
  const known = splitPaths.get(path);
  if (known !== undefined) return known;
  const names = path === '' ? [] : path.split('.');
  if (splitPaths.size >= SPLIT_PATHS_MAX) splitPaths.clear();
  splitPaths.set(path, names);
  return names;
}

/** Most are those of schemas, asked for again and again; what a stranger sends may be anything. */
const splitPaths = new Map<string, readonly string[]>();
const SPLIT_PATHS_MAX = 4_096;

function joined(container: string, member: string): string {
  return container === '' ? member : `${container}.${member}`;
}

function escaped(member: string): string {
  if (member === '__proto__') return '~4';
  return member.replaceAll('~', '~0').replaceAll('.', '~1').replaceAll('#', '~2').replaceAll('@', '~3');
}

function unescaped(member: string): string {
  if (member === '~4') return '__proto__';
  return member.replaceAll('~3', '@').replaceAll('~2', '#').replaceAll('~1', '.').replaceAll('~0', '~');
}
