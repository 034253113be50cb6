/** The tables that are written in bulk, column by column. The migrations make them; here is the order of their values. */
import type { Column, Table } from './dialect.ts';

/** Key columns that are numbers. */
const NUMBERED = new Set(['n', 'position']);

export const LIVES: Table = table('lives', 'workspace position', [['life'], ['first_number', 'bigint']]);

export const ELEMENTS: Table = {
  ...table('elements', 'workspace id', [
    ['kind'],
    ['schema_version', 'bigint'],
    ['parent'],
    ['order_key'],
    ['data'],
    ['row_table'],
    ['origin'],
    ['revision', 'bigint'],
    ['created_revision', 'bigint'],
    ['created_author'],
    ['created_old', 'bigint'],
    ['stamps'],
    ['shape', 'bigint'],
    ['trashed_revision', 'bigint'],
    ['trashed_account'],
    ['trashed_device'],
    ['trashed_at', 'bigint'],
    ['by_account'],
    ['by_device'],
    ['at', 'bigint'],
  ]),
  seldom: 'parent',
};

export const TOMBSTONES: Table = table('tombstones', 'workspace id', [
  ['revision', 'bigint'],
  ['by_account'],
  ['by_device'],
  ['at', 'bigint'],
]);

export const STREAMS: Table = table('streams', 'workspace id', [
  ['device'],
  ['account'],
  ['settled', 'bigint'],
  ['have', 'bigint'],
  ['refused'],
]);

export const OUTCOMES: Table = table('outcomes', 'workspace stream n', [['outcome']]);

export const CONFLICTS: Table = table('conflicts', 'workspace id', [
  ['element'],
  ['type'],
  ['fields'],
  ['account'],
  ['device'],
  ['theirs_account'],
  ['theirs_device'],
  ['at', 'bigint'],
  ['revision', 'bigint'],
  ['closed'],
]);

export const HISTORY: Table = {
  ...table('history', 'workspace element', [
    ['revision', 'bigint'],
    ['by_account'],
    ['by_device'],
    ['at', 'bigint'],
    ['stream'],
    ['n', 'bigint'],
    ['status'],
    ['group_values'],
  ]),
  key: null,
};

/**
 * The columns of a table for a SELECT, by name: a newer version that adds one while this one still runs must not change
 * what its prepared statements return.
 */
export function columnsOf({ name, columns }: Table): string {
  return columns.map(([column]) => `${name}.${column}`).join(', ');
}

/** Every table with a column `workspace`: what goes with one. */
export const OF_A_WORKSPACE = [
  ...[LIVES, ELEMENTS, TOMBSTONES, STREAMS, OUTCOMES, CONFLICTS, HISTORY].map(({ name }) => name),
  'members',
];

/** Columns are text unless said otherwise. */
type ColumnOfTable = readonly [name: string, type?: 'bigint'];

function table(name: string, key: string, rest: readonly ColumnOfTable[]): Table {
  const keyColumns = key.split(' ');
  const columns: Column[] = keyColumns.map((column) => [column, NUMBERED.has(column) ? 'bigint' : 'text']);
  return {
    name,
    key: keyColumns,
    columns: [...columns, ...rest.map(([column, type]): Column => [column, type ?? 'text'])],
  };
}
