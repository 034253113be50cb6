/**
 * The edge between rows of a database and our types. What was written through the stores is trusted to be of its shape;
 * a column of another type means that somebody else wrote to the tables, and is said.
 */
import { WaypostError } from '@waypost/protocol';
import type { SqlRow } from './database.ts';

/** A text column; `Text` may be a branded id or a closed list that only we write. */
export function text<Text extends string = string>(row: SqlRow, name: string): Text {
  const value = row[name];
  if (typeof value !== 'string') throw unexpected(name, value);
  return value as Text;
}

export function textOrNull<Text extends string = string>(row: SqlRow, name: string): Text | null {
  return row[name] === null ? null : text<Text>(row, name);
}

export function integer(row: SqlRow, name: string): number {
  const value = row[name];
  if (typeof value !== 'number') throw unexpected(name, value);
  return value;
}

export function integerOrNull(row: SqlRow, name: string): number | null {
  return row[name] === null ? null : integer(row, name);
}

export function flag(row: SqlRow, name: string): boolean {
  return integer(row, name) !== 0;
}

/** A column of JSON that only we write. Most hold nothing, and then nothing is parsed. */
export function json<Value>(row: SqlRow, name: string): Value {
  return JSON.parse(text(row, name)) as Value;
}

/**
 * Text that a person or a device chose, as both databases can hold it: PostgreSQL refuses U+0000. Half a surrogate pair
 * has no UTF-8 and would come back as another character, so it becomes one here, where it is seen.
 */
export function nameText(value: string): string {
  if (value.includes('\u0000')) throw new WaypostError('bad-message', 'A name must not contain the character U+0000.');
  return value.toWellFormed();
}

/**
 * JSON text as UTF-8 can hold it: half of a surrogate pair, which some programs leave behind when they cut a string, is
 * written as the escape that means the same.
 */
export function jsonText(value: string): string {
  if (value.isWellFormed()) return value;
  return value.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function unexpected(name: string, value: unknown): WaypostError {
  const found = value === undefined ? 'nothing' : typeof value;
  return new WaypostError('storage-failed', `The database holds ${found} in column "${name}": was it changed by hand?`);
}
