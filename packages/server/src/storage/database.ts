/**
 * The little that the stores ask of an SQL database: statements inside a transaction that commits durably, and reads of
 * one snapshot. Two drivers implement it. Statements are fixed texts with `?` for parameters, prepared once per
 * connection; a list is one parameter, see {@link Dialect.among}.
 */
import type { Dialect, Table } from './dialect.ts';

export type SqlValue = string | number | null;
export type SqlParameter = SqlValue | readonly string[];
/** A row as a driver returns it, to be read through the functions of columns.ts. */
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Queries {
  rows(sql: string, parameters: readonly SqlParameter[]): Promise<SqlRow[]>;
  /** The number of rows changed. */
  run(sql: string, parameters: readonly SqlParameter[]): Promise<number>;
  /** Inserts rows, or replaces those with the same key. No two rows of one call may have the same key. */
  put(table: Table, rows: readonly (readonly SqlValue[])[]): Promise<void>;
}

export interface Database {
  readonly dialect: Dialect;
  /**
   * Commits durably what the body did, or nothing when it throws. The body may run again, from the start, after another
   * transaction was in its way. Throws WaypostError `storage-full` or `storage-failed`; after an error of the commit
   * itself the result is unknown, see {@link isResultUnknown}.
   */
  transact<T>(body: (queries: Queries) => Promise<T>): Promise<T>;
  /** All reads of the body see one moment. */
  read<T>(body: (queries: Queries) => Promise<T>): Promise<T>;
  /** Waits for what runs, and refuses what comes. */
  close(): Promise<void>;
}
