/**
 * SQLite in this thread: one connection that writes, one transaction at a time, and a few that read snapshots beside it
 * (write-ahead log). Every commit is on disk before it returns. Connections are opened on first use, so that a thread
 * which only reads never holds one for writing.
 */
import { closeSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { WaypostError } from '@waypost/protocol';
import type { Database, Queries, SqlParameter, SqlRow, SqlValue } from './database.ts';
import { type Dialect, SQLITE, type Table } from './dialect.ts';
import { storageError, unknownResult } from './storage-errors.ts';
import { Turns } from './turns.ts';

/** Of each connection, for pages: what is read passes through once, and the system keeps the file in memory anyway. */
const CACHE_KIB = 1024;
/** How long another process (a backup, the sqlite3 program) may hold the write lock before a commit fails. */
const BUSY_MS = 5_000;
/** Snapshots read at once in one thread; more wait. Each holds a connection with its cache. */
const READERS_MAX = 4;
/** 16 MB of log: a page that many commits write is copied into the database file once. */
const CHECKPOINT_PAGES = 4_000;
/** What the log may keep of the disk after a checkpoint. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;
/** Below this a disk counts as full when SQLite only says that writing failed. */
const SPACE_BYTES_MIN = 128 * 1024;

export interface SqliteOptions {
  /** How long to wait for another process that holds the write lock; the thread stands still meanwhile. */
  readonly busyMs?: number;
}

export class SqliteDatabase implements Database {
  readonly dialect: Dialect = SQLITE;
  readonly path: string;
  readonly #busyMs: number;
  readonly #writing = new Turns();
  #writer: Connection | null = null;
  readonly #idleReaders: Connection[] = [];
  readonly #waitingReaders: (() => void)[] = [];
  #reading = 0;
  #closed = false;

  constructor(path: string, options: SqliteOptions = {}) {
    this.path = path;
    this.#busyMs = options.busyMs ?? BUSY_MS;
  }

  async transact<T>(body: (queries: Queries) => Promise<T>): Promise<T> {
    this.#refuseIfClosed();
    return this.#writing.run(async () => {
      const connection = this.#guard(() => (this.#writer ??= new Connection(this.path, this.#busyMs)));
      this.#guard(() => connection.execute('BEGIN IMMEDIATE'));
      const queries = new SqliteQueries(connection);
      let result: T;
      try {
        result = await body(queries);
        queries.refuseIfFailed();
      } catch (error) {
        this.#rollBack(connection);
        throw this.#explain(error);
      } finally {
        queries.end();
      }
      try {
        connection.execute('COMMIT');
      } catch (error) {
        this.#rollBack(connection);
        throw unknownResult(this.#explain(error), this.#name);
      }
      return result;
    });
  }

  async read<T>(body: (queries: Queries) => Promise<T>): Promise<T> {
    const connection = await this.#takeReader();
    const queries = new SqliteQueries(connection);
    try {
      connection.execute('BEGIN');
      return await body(queries);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      queries.end();
      this.#giveBackReader(connection);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing.idle();
    for (const reader of this.#idleReaders.splice(0)) reader.close();
    for (const wake of this.#waitingReaders.splice(0)) wake();
    // Last, so that the log is folded into the database file.
    this.#writer?.close();
    this.#writer = null;
  }

  async #takeReader(): Promise<Connection> {
    this.#refuseIfClosed();
    if (this.#reading >= READERS_MAX) await new Promise<void>((resolve) => this.#waitingReaders.push(resolve));
    else this.#reading += 1;
    try {
      this.#refuseIfClosed();
      return this.#idleReaders.pop() ?? this.#guard(() => new Connection(this.path, this.#busyMs));
    } catch (error) {
      this.#leaveReading();
      throw error;
    }
  }

  #giveBackReader(connection: Connection): void {
    try {
      if (connection.inTransaction) connection.execute('COMMIT');
      if (this.#closed) connection.close();
      else this.#idleReaders.push(connection);
    } catch {
      connection.close();
    }
    this.#leaveReading();
  }

  /** Passes the place on to who waits longest. */
  #leaveReading(): void {
    const next = this.#waitingReaders.shift();
    if (next === undefined) this.#reading -= 1;
    else next();
  }

  /** A connection that cannot roll back is given up, and its transaction with it. */
  #rollBack(connection: Connection): void {
    try {
      if (connection.inTransaction) connection.execute('ROLLBACK');
    } catch {
      connection.close();
      this.#writer = null;
    }
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new WaypostError('shutting-down');
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    const full = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_IOERR') && this.#isDiskFull();
    return storageError(full ? new WaypostError('storage-full') : error, this.#name);
  }

  #isDiskFull(): boolean {
    try {
      const { bavail, bsize } = statfsSync(dirname(this.path));
      return bavail * bsize < SPACE_BYTES_MIN;
    } catch {
      return false;
    }
  }

  get #name(): string {
    return `The database ${this.path}`;
  }
}

class Connection {
  readonly #sqlite: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement<SqlValue[], SqlRow>>();

  constructor(path: string, busyMs: number) {
    // Passwords' hashes are in it: nobody else on the machine may read it. The log takes over these permissions.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    this.#sqlite = new Sqlite(path, { timeout: busyMs });
    this.#sqlite.pragma('journal_mode = WAL');
    this.#sqlite.pragma('synchronous = FULL');
    this.#sqlite.pragma(`cache_size = -${CACHE_KIB}`);
    this.#sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.#sqlite.pragma(`journal_size_limit = ${LOG_BYTES_MAX}`);
  }

  get inTransaction(): boolean {
    return this.#sqlite.inTransaction;
  }

  execute(sql: 'BEGIN' | 'BEGIN IMMEDIATE' | 'COMMIT' | 'ROLLBACK'): void {
    this.statement(sql).run();
  }

  statement(sql: string): Sqlite.Statement<SqlValue[], SqlRow> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#sqlite.prepare<SqlValue[], SqlRow>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#sqlite.close();
  }
}

class SqliteQueries implements Queries {
  #connection: Connection | null;
  #failure: Error | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async rows(sql: string, parameters: readonly SqlParameter[]): Promise<SqlRow[]> {
    return this.#attempt((connection) => connection.statement(sql).all(...parameters.map(bound)));
  }

  async run(sql: string, parameters: readonly SqlParameter[]): Promise<number> {
    return this.#attempt((connection) => connection.statement(sql).run(...parameters.map(bound)).changes);
  }

  async put(table: Table, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    if (rows.length === 0) return;
    this.#attempt((connection) => {
      const statement = connection.statement(putStatement(table));
      for (const row of rows) statement.run(...row);
      if (table.seldom !== undefined) writeSeldom(connection, table, table.seldom, rows);
    });
  }

  end(): void {
    this.#connection = null;
  }

  /** A transaction one of whose statements failed never commits, even when the body went on. */
  refuseIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #attempt<T>(action: (connection: Connection) => T): T {
    if (this.#connection === null) throw new Error('a statement was run after its transaction had ended');
    try {
      return action(this.#connection);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
}

function bound(parameter: SqlParameter): SqlValue {
  return typeof parameter === 'object' && parameter !== null ? JSON.stringify(parameter) : parameter;
}

/** The index entry of every column that a statement names is rewritten: so name it only where it changed. */
function writeSeldom(
  connection: Connection,
  table: Table,
  seldom: string,
  rows: readonly (readonly SqlValue[])[],
): void {
  const key = table.key ?? [];
  const at = (column: string): number => table.columns.findIndex(([name]) => name === column);
  const keyAt = key.map(at);
  const seldomAt = at(seldom);
  const where = [...key.map((column) => `${column} = ?`), `${seldom} IS NOT ?`].join(' AND ');
  const statement = connection.statement(`UPDATE ${table.name} SET ${seldom} = ? WHERE ${where}`);
  for (const row of rows) {
    const value = row[seldomAt] ?? null;
    statement.run(value, ...keyAt.map((index) => row[index] ?? null), value);
  }
}

const putStatements = new Map<Table, string>();

function putStatement(table: Table): string {
  const known = putStatements.get(table);
  if (known !== undefined) return known;
  const sql = SQLITE.put(table);
  putStatements.set(table, sql);
  return sql;
}
