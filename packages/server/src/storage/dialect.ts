/** Where the SQL of SQLite and of PostgreSQL differs. All other statements are one text for both. */

export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** The type of text columns: compared by code unit in both, never by the rules of a language. */
  readonly text: string;
  /** A column that numbers rows as they are inserted. */
  readonly serial: string;
  /** After a SELECT: nobody else changes these rows before this transaction ends. SQLite has one writer anyway. */
  readonly forUpdate: string;
  readonly forShare: string;
  /** A query of the texts in a list, which is one parameter of any length. */
  readonly list: string;
  /** The condition that a column is one of such a list. */
  among(column: string): string;
  /** The same for a column of numbers, which the list holds as text. */
  amongNumbers(column: string): string;
  /** The statement behind `put`, for one row in SQLite, for arrays of column values in PostgreSQL. */
  put(table: Table): string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Null: rows are only ever added. */
  readonly key: readonly string[] | null;
  /** A column of an index that seldom changes: SQLite writes it only where it did, for a third less log. */
  readonly seldom?: string;
}

export type Column = readonly [name: string, type: 'text' | 'bigint'];

export const SQLITE: Dialect = {
  name: 'sqlite',
  text: 'TEXT',
  serial: 'INTEGER PRIMARY KEY',
  forUpdate: '',
  forShare: '',
  list: 'SELECT value FROM json_each(?)',
  among: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  amongNumbers: (column) => `${column} IN (SELECT CAST(value AS INTEGER) FROM json_each(?))`,
  put: (table) => {
    const places = table.columns.map(() => '?').join(', ');
    return `INSERT INTO ${table.name} (${names(table)}) VALUES (${places})${onConflict(table, table.seldom)}`;
  },
};

export const POSTGRES: Dialect = {
  name: 'postgres',
  text: 'TEXT COLLATE "C"',
  serial: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  forUpdate: ' FOR UPDATE',
  forShare: ' FOR SHARE',
  list: 'SELECT unnest(?::text[]) COLLATE "C"',
  among: (column) => `${column} = ANY(?::text[])`,
  amongNumbers: (column) => `${column} = ANY(?::bigint[])`,
  put: (table) => {
    const arrays = table.columns.map(([, type]) => `?::${type}[]`).join(', ');
    return `INSERT INTO ${table.name} (${names(table)}) SELECT * FROM unnest(${arrays})${onConflict(table)}`;
  },
};

function names(table: Table): string {
  return table.columns.map(([name]) => name).join(', ');
}

function onConflict(table: Table, except?: string): string {
  const key = table.key;
  if (key === null) return '';
  const rest = table.columns.map(([name]) => name).filter((name) => !key.includes(name) && name !== except);
  return ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}
