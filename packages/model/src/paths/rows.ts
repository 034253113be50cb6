/** Which entry of a list a path means, and what a new one looks like. */
import {
  type Content,
  type JsonArray,
  type JsonNode,
  memberOf,
  rowsAt,
  type RowsRule,
  scalar,
} from '@waypost/protocol';
import { objectOf, strings, textOf } from '../json-edit.ts';
import { schemas } from '../kinds/schemas.ts';
import { PathError, type Step } from './path.ts';

/** A list whose entries are chosen by key. Without a rule (auth parameters) its entries have no row ids. */
export interface KeyedList {
  readonly path: string;
  readonly key: string;
  readonly rule: RowsRule | null;
}

/** The list at a path of names, or null where the schema and the format know of none. */
export function keyedList(kind: string, path: string): KeyedList | null {
  const rule = schemas(kind).rules.find(
    (candidate): candidate is RowsRule => candidate.rule === 'rows' && candidate.path === path,
  );
  if (rule !== undefined) return { path, key: rule.key, rule };
  return /(^|\.)auth\.[^.]+$/.test(path) ? { path, key: 'key', rule: null } : null;
}

/** The position a step chooses, or null for a new entry. */
export function positionOf(content: Content, node: JsonArray, list: KeyedList | null, step: Step): number | null {
  if (step.by === 'new') return null;
  if (step.by === 'row') return rowPosition(content, list, step.id);
  const key = step.by === 'key' ? step.key : step.name;
  const matching = matchingKey(
    node,
    list?.key ?? 'key',
    key,
    list?.path.endsWith('header') === true || list?.path.endsWith('headers') === true,
  );
  if (matching.length > 1) throw ambiguous(content, list, key, matching);
  const [only] = matching;
  if (only !== undefined) return only;
  return /^\d+$/.test(key) && Number(key) < node.items.length ? Number(key) : null;
}

/** A new entry of a list, before anything else is set in it. */
export function newRow(list: KeyedList | null, step: Step): JsonNode {
  const key = step.by === 'key' ? scalar(step.key) : undefined;
  if (list === null || key === undefined) return objectOf({});
  if (list.rule?.text === 'script.exec') {
    return objectOf({ listen: key, script: objectOf({ type: scalar('text/javascript'), exec: strings([]) }) });
  }
  if (list.rule === null) return objectOf({ key, value: scalar(''), type: scalar('string') });
  const enabled = list.path === 'values' ? scalar(true) : undefined;
  const type = list.path.endsWith('formdata') ? scalar('text') : undefined;
  return objectOf({ key, value: scalar(''), type, enabled });
}

/** `[+]` with a text: `Name: value` for headers, `name=value` for everything else. */
export function rowOfText(list: KeyedList | null, text: string): JsonNode {
  const separator = list?.path.endsWith('header') === true || list?.path.endsWith('headers') === true ? ':' : '=';
  const at = text.indexOf(separator);
  const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  const row = newRow(list, { by: 'key', key: key.trim() });
  return objectOf({ ...members(row), value: scalar(separator === ':' ? value.trim() : value) });
}

function members(row: JsonNode): Record<string, JsonNode> {
  return row.kind === 'object' ? Object.fromEntries(row.members.map(({ key, value }) => [key, value])) : {};
}

function rowPosition(content: Content, list: KeyedList | null, id: string): number {
  const at = list?.rule == null ? -1 : rowsAt(content, list.path).findIndex((row) => row.id === id);
  if (at < 0) throw new PathError('not-there', `There is no row #${id} in ${list?.path ?? 'this list'}.`);
  return at;
}

/** Exactly, or else, as HTTP has it for headers, without regard to case. */
function matchingKey(node: JsonArray, member: string, key: string, isHeader: boolean): number[] {
  const keys = node.items.map((item) => textOf(memberOf(item, member)));
  const exact = keys.flatMap((found, at) => (found === key ? [at] : []));
  if (exact.length > 0 || !isHeader) return exact;
  return keys.flatMap((found, at) => (found?.toLowerCase() === key.toLowerCase() ? [at] : []));
}

function ambiguous(content: Content, list: KeyedList | null, key: string, positions: readonly number[]): PathError {
  const path = list?.path ?? '';
  const rows = list?.rule == null ? [] : rowsAt(content, path);
  const choices = positions.map((at) => (rows[at] === undefined ? `${path}[${at}]` : `${path}[#${rows[at].id}]`));
  return new PathError(
    'ambiguous',
    `"${key}" stands ${positions.length} times in ${path}: choose one as ${choices.join(' or ')}.`,
  );
}
