/** Brings a database to the version of this program, at start, all nodes one after another, all or nothing. */
import { WaypostError } from '@waypost/protocol';
import { integerOrNull } from './columns.ts';
import type { Database, Queries } from './database.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

export interface MigrateOptions {
  readonly at: number;
  /** Called before a database that holds something is changed, with the version it has. */
  readonly backUp?: (version: number) => Promise<void>;
  readonly migrations?: readonly Migration[];
}

/** Throws WaypostError `database-too-new` where a newer Waypost has been here. */
export async function migrate(database: Database, options: MigrateOptions): Promise<void> {
  const migrations = options.migrations ?? MIGRATIONS;
  const before = await database.transact((queries) => prepare(queries, database));
  const last = migrations.at(-1)?.number ?? 0;
  if (before > last) throw tooNew(before, last);
  if (before === last) return;
  if (before > 0) await options.backUp?.(before);
  await database.transact(async (queries) => {
    // Another node may have been faster.
    const version = await prepare(queries, database);
    if (version > last) throw tooNew(version, last);
    for (const migration of migrations.filter(({ number }) => number > version)) {
      for (const statement of migration.statements(database.dialect)) await queries.run(statement, []);
      const values = [migration.number, migration.name, options.at];
      await queries.run('INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)', values);
    }
  });
}

/** For a program that works on a database and is not the server. Throws `database-too-new`, `storage-failed`. */
export async function requireCurrent(database: Database): Promise<void> {
  const last = MIGRATIONS.at(-1)?.number ?? 0;
  const version = await database.read(versionOf);
  if (version > last) throw tooNew(version, last);
  if (version < last) {
    throw new WaypostError(
      'storage-failed',
      'The database was written by an older Waypost, or by none: start this server on it once, and it is brought up to date.',
    );
  }
}

async function versionOf(queries: Queries): Promise<number> {
  const [row] = await queries.rows('SELECT max(number) AS version FROM migrations', []);
  return (row === undefined ? null : integerOrNull(row, 'version')) ?? 0;
}

/** Takes the lock of all migrations, where SQLite's write lock is not one already, and reads the version. */
async function prepare(queries: Queries, { dialect }: Database): Promise<number> {
  if (dialect.name === 'postgres') await queries.rows('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
  await queries.run(
    `CREATE TABLE IF NOT EXISTS migrations (
      number BIGINT NOT NULL PRIMARY KEY, name ${dialect.text} NOT NULL, at BIGINT NOT NULL)`,
    [],
  );
  return versionOf(queries);
}

/** Any number that no other program uses in the same database. */
const MIGRATION_LOCK = 0x77_61_79_70;

function tooNew(found: number, known: number): WaypostError {
  return new WaypostError(
    'database-too-new',
    `The database was written by a newer Waypost (version ${found}, and this one knows versions up to ${known}): update this one, or restore the backup made before the update.`,
  );
}
