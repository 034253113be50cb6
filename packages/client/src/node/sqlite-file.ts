/** One SQLite file of this device: how it is opened, kept private, and how its failures are said. */
import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { WaypostError } from '@waypost/protocol';
import Database from 'better-sqlite3';

/** "Wpst" in the header, so that a file of another program is never taken for ours. */
const APPLICATION_ID = 0x57707374;
/** Another process may hold the file for as long as one large commit takes. */
const BUSY_TIMEOUT_MS = 10_000;

export interface SqliteFileOptions {
  readonly file: string;
  /** The tables, as of {@link SqliteFileOptions.version}. */
  readonly schema: string;
  readonly version: number;
  /** Whether to make the file where there is none. */
  readonly create: boolean;
}

export interface OpenFile {
  readonly db: Database.Database;
  /** Names the very file that is open, which its path no longer does once the store was erased. */
  readonly identity: string;
}

/** Opens the file in WAL mode. Throws `database-too-new`, `storage-full`, `storage-failed`; `signed-out` where it is gone. */
export function openSqliteFile(options: SqliteFileOptions): OpenFile {
  const { file } = options;
  return saying(file, () => {
    const before = prepareFile(options);
    const db = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      readOrMakeSchema(db, options);
      // Another process may have replaced the file between the look at it and the opening.
      if (fileIdentity(file) !== before) throw goneError();
      return { db, identity: before };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Null where there is no file. */
export function fileIdentity(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

export function goneError(): WaypostError {
  return new WaypostError('signed-out', 'The data of this account was removed from this device. Sign in again.');
}

/** Runs work on a file and turns what the disk and SQLite throw into errors with a sentence. */
export function saying<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storageError(file, error);
  }
}

/** Makes a folder that only this person may enter, and makes its existence durable. */
export function makePrivateFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(folder));
}

/**
 * Makes an empty file that only this person may read, where there is none; false where there is one. Made by us and not
 * by SQLite, so that it is private from its first moment; -wal and -shm take its mode. One that is there is never opened:
 * closing it would drop every lock this process has on it.
 */
export function makePrivateFile(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A new, renamed or removed name survives a power cut only once its folder is synced. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder; it keeps names in a journal of its own.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function prepareFile({ file, create }: SqliteFileOptions): string {
  if (create) {
    makePrivateFolder(dirname(file));
    if (makePrivateFile(file)) syncFolder(dirname(file));
  }
  const identity = fileIdentity(file);
  if (identity === null) throw goneError();
  return identity;
}

function readOrMakeSchema(db: Database.Database, { file, schema, version }: SqliteFileOptions): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > version) {
    throw new WaypostError('database-too-new', `${file} was written by a newer Waypost: update this one.`);
  }
  if (found !== 0 && Number(db.pragma('application_id', { simple: true })) !== APPLICATION_ID)
    throw foreignFileError(file);
  db.pragma('journal_mode = WAL');
  if (found === version) return;
  db.pragma('synchronous = FULL');
  db.exec('BEGIN IMMEDIATE');
  try {
    // Two processes may meet here; the second finds the work done.
    if (Number(db.pragma('user_version', { simple: true })) === 0) {
      if (db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) throw foreignFileError(file);
      db.exec(schema);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function foreignFileError(file: string): WaypostError {
  return new WaypostError('storage-failed', `${file} is a database of another program. Move it away and try again.`);
}

const CANNOT_OPEN = /^(SQLITE_CANTOPEN.*|ENOENT|ENOTDIR)$/;

/** SQLite says only that it cannot open a file; why, the system says of its folder. */
function writingProblem(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : '';
  }
}

function storageError(file: string, error: unknown): unknown {
  if (error instanceof WaypostError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const failed = (sentence: string) => new WaypostError('storage-failed', sentence, { file, cause: code });
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_IOERR_SHMSIZE') {
    return new WaypostError(
      'storage-full',
      `The disk that holds ${file} is full: free some space. Nothing that was saved is lost.`,
      { file },
    );
  }
  if (code === 'EROFS' || (CANNOT_OPEN.test(code) && writingProblem(dirname(file)) === 'EROFS')) {
    return failed(`${file} is on a disk that is read-only: make it writable, or use another folder.`);
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EACCES' || code === 'EPERM') {
    return failed(`${file} may not be written: give this user write access to it and to its folder.`);
  }
  if (code === 'EEXIST') return failed(`${file} is a file, and a folder is needed there: name another one.`);
  if (code.startsWith('SQLITE_BUSY'))
    return failed(`Another process keeps ${file} locked: end it or wait, then try again.`);
  if (CANNOT_OPEN.test(code)) {
    return failed(
      `${file} cannot be opened: check that its folder exists, belongs to this user and may be written to.`,
    );
  }
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return failed(
      `${file} is damaged or not a store of Waypost. Move it away; what the server has comes back by signing in.`,
    );
  }
  if (code.startsWith('SQLITE_IOERR'))
    return failed(`The disk that holds ${file} refused to work (${code}). Look at its log, then try again.`);
  return error;
}
