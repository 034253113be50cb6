/**
 * Backups of SQLite: one file, taken while the server runs, and put back with a check. PostgreSQL has pg_dump; that one of
 * its backups was put back, devices prove by what they hold (docs/operating).
 */
import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { WaypostError } from '@waypost/protocol';
import { RESTORED } from '../accounts/account-store.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { storageError } from './storage-errors.ts';

/** More than any database has: the copy is made in one step, of one moment, and no writer can make it begin again. */
const ALL_PAGES = 0x7fff_ffff;

export interface BackupFiles {
  readonly database: string;
  readonly backup: string;
}

/** Refuses to replace a file. The database may be in use; writers go on meanwhile. */
export async function backUp({ database, backup }: BackupFiles): Promise<void> {
  await explaining(database, async () => {
    if (!existsSync(database)) throw new WaypostError('not-found', `There is no database at ${database}.`);
    if (existsSync(backup)) throw new WaypostError('storage-failed', `${backup} exists already: name another file.`);
    const folder = dirname(backup);
    if (!existsSync(folder))
      throw new WaypostError('not-found', `There is no folder ${folder} to write a backup into.`);
    const partial = `${backup}.partial`;
    await cleaningUp(partial, async () => {
      // Hashes of passwords are in it.
      closeSync(openSync(partial, 'w', 0o600));
      const source = new Sqlite(database, { fileMustExist: true });
      try {
        await source.backup(partial, { progress: () => ALL_PAGES });
      } finally {
        source.close();
      }
      // One file, without a log beside it.
      const copy = new Sqlite(partial);
      try {
        copy.pragma('journal_mode = DELETE');
        check(copy, backup);
      } finally {
        copy.close();
      }
      sync(partial);
      renameSync(partial, backup);
    });
    sync(folder);
  });
}

/**
 * Puts a backup in the place of the database, which no server may have open; the old one is kept beside it, under the
 * name that is returned (null: there was none). Every workspace gets a new epoch at the next start.
 */
export async function restore({ database, backup }: BackupFiles, at: number): Promise<string | null> {
  return explaining(backup, async () => {
    if (!existsSync(backup)) throw new WaypostError('not-found', `There is no backup at ${backup}.`);
    const incoming = `${database}.restoring`;
    const kept = await cleaningUp(incoming, async () => {
      await copyFile(backup, incoming);
      const copy = new Sqlite(incoming);
      try {
        check(copy, backup);
        const sql =
          'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
        copy.prepare(sql).run(RESTORED, String(at));
        copy.pragma('journal_mode = DELETE');
      } finally {
        copy.close();
      }
      sync(incoming);
      const keptAs = existsSync(database) ? `${database}.before-restore-${at}` : null;
      if (keptAs !== null) {
        foldLog(database);
        keep(database, keptAs);
      }
      // A log that stayed behind would be played into the restored file.
      for (const log of [`${database}-wal`, `${database}-shm`]) rmSync(log, { force: true });
      renameSync(incoming, database);
      return keptAs;
    });
    sync(dirname(database));
    return kept;
  });
}

/** The copy that is made before a database is migrated. Returns where it is. */
export async function backUpBeforeMigration(database: string, version: number): Promise<string> {
  const backup = `${database}.version-${version}`;
  // One from an earlier try is as good: nothing has been migrated since.
  if (!existsSync(backup)) await backUp({ database, backup });
  return backup;
}

/** Throws unless this is a whole Waypost database that this program understands. */
function check(sqlite: Sqlite.Database, name: string): void {
  const problem = sqlite.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok')
    throw new WaypostError('storage-failed', `${name} is damaged (${String(problem)}): use another backup.`);
  const tables = sqlite.prepare<[], { version: number | null }>('SELECT max(number) AS version FROM migrations');
  const version = tables.get()?.version ?? 0;
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  if (version > known) {
    throw new WaypostError(
      'database-too-new',
      `${name} was made by a newer Waypost (version ${version}): update this one first.`,
    );
  }
}

/** Moves what is only in the log into the file that is kept. */
function foldLog(database: string): void {
  const sqlite = new Sqlite(database);
  try {
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    sqlite.close();
  }
}

/** Under a second name, so that the first always names a database, whenever this is interrupted. */
function keep(database: string, kept: string): void {
  try {
    linkSync(database, kept);
  } catch {
    copyFileSync(database, kept);
  }
}

/** Makes a file that is renamed when it is whole; of one that is not, nothing stays. */
async function cleaningUp<T>(path: string, make: () => Promise<T>): Promise<T> {
  removeDatabase(path);
  try {
    return await make();
  } finally {
    removeDatabase(path);
  }
}

function removeDatabase(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) rmSync(file, { force: true });
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function explaining<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.message.startsWith('no such table')) {
      throw new WaypostError('storage-failed', `${path} is not a Waypost database.`);
    }
    throw storageError(error, path);
  }
}
