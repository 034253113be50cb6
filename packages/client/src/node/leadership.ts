/**
 * Who leads among the processes of one store: whoever holds an exclusive lock of the operating system on a small file.
 * The lock dies with its process, however that ends, so a killed leader is succeeded at once. SQLite takes the lock,
 * because Node has no call for it.
 */
import { WaypostError } from '@waypost/protocol';
import Database from 'better-sqlite3';
import type { Leadership } from '../engine/ports.ts';
import { makePrivateFile, saying } from './sqlite-file.ts';

/** Leadership of whatever `file` stands for. Its folder must exist. Never read the file: closing it would drop the lock. */
export function createLeadership(file: string): Leadership {
  let held: Lock | null = null;
  return {
    async take() {
      held ??= tryLock(file);
      return held !== null;
    },
    async release() {
      held?.release();
      held = null;
    },
  };
}

export interface Lock {
  release(): void;
}

/** Null where another holder, in this process or another, has it. */
export function tryLock(file: string): Lock | null {
  return saying(file, () => {
    makePrivateFile(file);
    const db = new Database(file, { fileMustExist: true, timeout: 0 });
    try {
      // Nothing is ever written, so no journal is wanted beside the file.
      db.pragma('journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
      throw error;
    }
    return { release: () => void db.close() };
  });
}

/** Runs work while no other process runs work under the same lock. Waits at most `withinMs` for its turn. */
export async function underLock<Result>(file: string, withinMs: number, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + withinMs;
  let lock = tryLock(file);
  while (lock === null) {
    if (Date.now() > deadline) {
      throw new WaypostError(
        'storage-failed',
        `Another Waypost process has been holding ${file} for too long: end it, then try again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
