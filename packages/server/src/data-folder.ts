/**
 * The folder in which one server keeps everything: made on first use, readable by its owner only, and held by one server at
 * a time. What holds it is a lock of the operating system on `server.lock`, which ends with the process however it
 * dies; `server.pid` is for people and scripts, and a stale one means nothing.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

/** The server cannot start; the message is one sentence that says why and what to do. */
export class StartError extends Error {}

export interface DataFolder {
  readonly path: string;
  /** The SQLite database, where one is used. */
  readonly database: string;
  /** Tells who serves from here. To be called once requests are about to be answered. */
  writePid(): void;
  /** The folder is another's to take. */
  release(): void;
}

export function databaseFile(folder: string): string {
  return join(folder, 'waypost.db');
}

/** Throws {@link StartError}. */
export function openDataFolder(path: string): DataFolder {
  prepare(path);
  const pidFile = join(path, 'server.pid');
  const lock = takeLock(path, pidFile);
  return {
    path,
    database: databaseFile(path),
    writePid: () => {
      rmSync(pidFile, { force: true });
      writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o644 });
    },
    release: () => {
      // Only a pid file that is still our own: the folder may have been swapped under us.
      if (readPid(pidFile) === process.pid) rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function prepare(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const probe = join(path, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'it does not exist and cannot be made' : reasonOf(error);
    throw new StartError(`The data folder ${path} cannot be used: ${reason}. Name another with --data.`);
  }
}

/** An exclusive transaction on an empty database is the portable lock that dies with its process. */
function takeLock(path: string, pidFile: string): Sqlite.Database {
  let lock: Sqlite.Database;
  try {
    lock = new Sqlite(join(path, 'server.lock'), { timeout: 0 });
  } catch (error) {
    throw new StartError(`The data folder ${path} cannot be used: ${reasonOf(error)}.`);
  }
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (codeOf(error) !== 'SQLITE_BUSY')
      throw new StartError(`The data folder ${path} cannot be locked: ${reasonOf(error)}.`);
    const pid = readPid(pidFile);
    const holder = pid === null ? 'another Waypost server' : `another Waypost server (process ${pid})`;
    throw new StartError(
      `The data folder ${path} is in use by ${holder}: stop that one, or name another folder with --data.`,
    );
  }
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'its disk is read-only',
  SQLITE_READONLY: 'it is read-only',
  SQLITE_CANTOPEN: 'this user may not write there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
  ENOSPC: 'its disk is full',
  SQLITE_FULL: 'its disk is full',
  EDQUOT: 'the disk quota is used up',
};

/** Why a file or folder cannot be used, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code === null ? undefined : REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
