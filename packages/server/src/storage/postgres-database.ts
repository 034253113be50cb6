/**
 * PostgreSQL through a pool of connections. Commits run at READ COMMITTED and take the row lock of what they write;
 * snapshots are one REPEATABLE READ transaction. What the database undid because another transaction was in its way runs
 * again, a few times.
 */
import { WaypostError } from '@waypost/protocol';
import pg from 'pg';
import type { Database, Queries, SqlParameter, SqlRow, SqlValue } from './database.ts';
import { type Dialect, POSTGRES, type Table } from './dialect.ts';
import { isConnectionLost, isSerializationFailure, storageError, unknownResult } from './storage-errors.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  /** Told of connections that broke while nobody used them. */
  readonly failed?: (error: Error) => void;
}

/** Work of one node: a commit per workspace at a time, snapshots, accounts. More only queue up inside the database. */
const CONNECTIONS_MAX = 10;
/** Runs of one body before it fails: a deadlock or a lost race is rare, and several in a row mean something is wrong. */
const TRIES_MAX = 5;
/** A node that is stopped in the middle of a transaction must not hold a workspace's lock for longer. */
const IDLE_IN_TRANSACTION_MS = 30_000;
const LOCK_MS = 30_000;
const STATEMENT_MS = 60_000;
/** For a database that accepts and never answers: longer than all the others, which end with a better reason. */
const ANSWER_MS = 90_000;
const CONNECT_MS = 15_000;
/** Values sent in one statement; JSON text of this many characters is what the driver escapes and copies at once. */
const PUT_ROWS_MAX = 2_000;
const PUT_CHARS_MAX = 8 * 1024 * 1024;

const WHERE = 'The PostgreSQL database';
const BIGINT = 20;

export class PostgresDatabase implements Database {
  readonly dialect: Dialect = POSTGRES;
  readonly #pool: pg.Pool;
  /** Connections with the settings of {@link prepareSession}. */
  readonly #prepared = new WeakSet<pg.PoolClient>();
  #closing: Promise<void> | null = null;

  constructor({ url, connectionsMax = CONNECTIONS_MAX, failed = () => {} }: PostgresOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      application_name: 'waypost',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      statement_timeout: STATEMENT_MS,
      lock_timeout: LOCK_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      types: {
        // Heads and times are below 2^53.
        getTypeParser: (oid: number, format?: 'text' | 'binary') =>
          oid === BIGINT ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
      },
    });
    this.#pool.on('error', failed);
    // While it is in use but between two statements, nobody else listens, and an unheard error ends the process.
    this.#pool.on('connect', (client) => client.on('error', failed));
  }

  async transact<T>(body: (queries: Queries) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#transactOnce(body);
      } catch (error) {
        if (tries >= TRIES_MAX || !isSerializationFailure(error)) throw storageError(error, WHERE);
      }
    }
  }

  async read<T>(body: (queries: Queries) => Promise<T>): Promise<T> {
    const client = await this.#begin('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const queries = new PostgresQueries(client);
    let broken: Error | undefined;
    try {
      return await body(queries);
    } catch (error) {
      throw storageError(error, WHERE);
    } finally {
      queries.end();
      broken = await endWith(client, 'ROLLBACK');
      client.release(broken);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #transactOnce<T>(body: (queries: Queries) => Promise<T>): Promise<T> {
    const client = await this.#begin('BEGIN ISOLATION LEVEL READ COMMITTED');
    const queries = new PostgresQueries(client);
    let result: T;
    try {
      result = await body(queries);
      queries.refuseIfFailed();
    } catch (error) {
      client.release(await endWith(client, 'ROLLBACK'));
      // What a body made of the failure of a statement does not say whether it may run again.
      throw queries.failure ?? error;
    } finally {
      queries.end();
    }
    const failure = await endWith(client, 'COMMIT');
    client.release(failure);
    if (failure === undefined) return result;
    throw isSerializationFailure(failure) ? failure : unknownResult(failure, WHERE);
  }

  /** A connection that the database has closed meanwhile is found out here, where nothing is lost by taking another. */
  async #begin(statement: string): Promise<pg.PoolClient> {
    for (let tries = 1; ; tries += 1) {
      if (this.#closing !== null) throw new WaypostError('shutting-down');
      let client: pg.PoolClient | undefined;
      try {
        client = await this.#pool.connect();
        if (!this.#prepared.has(client)) await prepareSession(client);
        this.#prepared.add(client);
        await client.query(statement);
        return client;
      } catch (error) {
        const failure = asError(error);
        client?.release(failure);
        if (client === undefined || tries >= TRIES_MAX || !isConnectionLost(error)) throw storageError(error, WHERE);
      }
    }
  }
}

/**
 * Acknowledged means on disk, whatever the server's default is; stronger settings than `on` stay. Every statement here
 * looks rows up by an index, one after another; guesses about the size of lists and trees must not make the planner read
 * a whole workspace into a hash table instead.
 */
async function prepareSession(client: pg.ClientBase): Promise<void> {
  const setting = `current_setting('synchronous_commit')`;
  await client.query(
    `SELECT set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
      CASE ${setting} WHEN 'off' THEN set_config('synchronous_commit', 'on', false) ELSE ${setting} END`,
  );
}

class PostgresQueries implements Queries {
  #client: pg.PoolClient | null;
  failure: Error | undefined;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async rows(sql: string, parameters: readonly SqlParameter[]): Promise<SqlRow[]> {
    return (await this.#query(sql, parameters)).rows;
  }

  async run(sql: string, parameters: readonly SqlParameter[]): Promise<number> {
    return (await this.#query(sql, parameters)).rowCount ?? 0;
  }

  async put(table: Table, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    for (const some of portions(rows)) {
      const columns = table.columns.map((_, at) => some.map((row) => row[at] ?? null));
      await this.#query(POSTGRES.put(table), columns);
    }
  }

  end(): void {
    this.#client = null;
  }

  /** A transaction one of whose statements failed never commits, even when the body went on. */
  refuseIfFailed(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async #query(
    sql: string,
    values: readonly (SqlParameter | readonly SqlValue[])[],
  ): Promise<pg.QueryResult<Record<string, unknown>>> {
    if (this.#client === null) throw new Error('a statement was run after its transaction had ended');
    try {
      return await this.#client.query<Record<string, unknown>>({ ...prepared(sql), values: [...values] });
    } catch (error) {
      this.failure ??= asError(error);
      throw error;
    }
  }
}

/** Ends a transaction; the error, where the connection must not be used again. A commit says so by being none. */
async function endWith(client: pg.PoolClient, statement: 'COMMIT' | 'ROLLBACK'): Promise<Error | undefined> {
  try {
    const { command } = await client.query(statement);
    return command === statement ? undefined : new Error(`${statement} was answered with ${command}`);
  } catch (error) {
    return asError(error);
  }
}

interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** Statements are fixed texts, so each connection prepares each once, under one name. */
const statements = new Map<string, Prepared>();

function prepared(sql: string): Prepared {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const text = sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
  const statement = { name: `waypost-${statements.size}`, text };
  statements.set(sql, statement);
  return statement;
}

function* portions(rows: readonly (readonly SqlValue[])[]): Generator<readonly (readonly SqlValue[])[]> {
  let start = 0;
  let chars = 0;
  for (const [at, row] of rows.entries()) {
    chars += row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
    if (at + 1 - start < PUT_ROWS_MAX && chars < PUT_CHARS_MAX) continue;
    yield rows.slice(start, at + 1);
    start = at + 1;
    chars = 0;
  }
  if (start < rows.length) yield rows.slice(start);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
