import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type StreamId, WaypostError, type WorkspaceId } from '@waypost/protocol';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeStorage } from '../contract/storage-contract.ts';
import { openSqliteStorage, type SqliteStorageOptions, STORE_FILE } from './sqlite-storage.ts';

const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001' as WorkspaceId;
const STREAM = 'bbbbbbbb-0000-4000-8000-000000000001' as StreamId;

describeStorage('a SQLite file', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'waypost-store-'));
  const folder = join(parent, 'store');
  return {
    open: async () => openSqliteStorage({ folder }),
    openAlmostFull: async () => openSqliteStorage({ folder, fileBytesMax: 1024 * 1024 }),
    exists: async () => readdirSync(parent).length > 0,
    dispose: async () => rmSync(parent, { recursive: true, force: true }),
  };
});

describe('a SQLite store', () => {
  let parent: string;
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'waypost-store-'));
    folder = join(parent, 'store');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(parent, { recursive: true, force: true });
  });

  /** A process that appends to the store, three at a time, and prints every number once it is saved. */
  function startAppender(): { child: ChildProcess; saved: number[]; saves(count: number): Promise<void> } {
    const child = spawn(
      process.execPath,
      ['--conditions=waypost-source', join(import.meta.dirname, 'appender.fixture.ts'), folder, WORKSPACE, STREAM],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    children.push(child);
    const saved: number[] = [];
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => saved.push(Number(line)));
    const saves = (count: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (saved.length >= count) resolve();
        };
        lines.on('line', check);
        check();
      });
    return { child, saved, saves };
  }

  describe('what is to be scrubbed', () => {
    const MARKER = 'Kestrel-7731';
    const element = (value: string | null) => ({ to: 'elements', workspace: WORKSPACE, key: 'one', value }) as const;
    const traces = () => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(MARKER));

    it('is in no file afterwards', async () => {
      const storage = openSqliteStorage({ folder });
      await storage.commit({ writes: [element(MARKER.repeat(5_000))] }, 'strict');
      await storage.commit({ writes: [element(MARKER)] }, 'strict');
      expect(traces()).not.toEqual([]);
      await storage.commit({ writes: [element(null)] }, 'strict');
      expect(traces()).not.toEqual([]);
      await storage.commit({ writes: [element(null)], scrub: true }, 'strict');
      expect(traces()).toEqual([]);
      await storage.commit({ writes: [element('goes on')] }, 'strict');
      expect(await storage.get('elements', WORKSPACE, ['one'])).toEqual([{ key: 'one', value: 'goes on' }]);
      await storage.close();
    });

    it('is gone after the next opening where another process was in the way', async () => {
      const storage = openSqliteStorage({ folder });
      await storage.commit({ writes: [element(MARKER.repeat(5_000))] }, 'strict');
      const reader = new Database(join(folder, STORE_FILE));
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM elements').get();
      await storage.commit({ writes: [element(null)], scrub: true }, 'strict');
      reader.exec('COMMIT');
      reader.close();
      await storage.close();
      await openSqliteStorage({ folder }).close();
      expect(traces()).toEqual([]);
    });
  });

  it('is private to its person: the folder and every file in it', async () => {
    const storage = openSqliteStorage({ folder });
    await storage.commit({ writes: [], append: [{ workspace: WORKSPACE, stream: STREAM, value: 'x' }] }, 'strict');
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
    expect(modes).toEqual([STORE_FILE, `${STORE_FILE}-shm`, `${STORE_FILE}-wal`].map((name) => [name, '600']));
    await storage.close();
  });

  it('holds everything that was called saved when its process is killed, however often', async () => {
    const saved = new Set<number>();
    for (let round = 1; round <= 5; round++) {
      const appender = startAppender();
      await appender.saves(20 * round);
      const exited = new Promise((resolve) => appender.child.once('close', resolve));
      appender.child.kill('SIGKILL');
      await exited;
      for (const number of appender.saved) saved.add(number);
      const storage = openSqliteStorage({ folder });
      const held = new Set((await storage.scan('outbox', WORKSPACE)).map(({ key }) => Number(key.split('/')[1])));
      await storage.close();
      expect([...saved].filter((number) => !held.has(number))).toEqual([]);
      // No number was given twice or left out.
      expect(Math.max(...held)).toBe(held.size);
    }
  });

  it('numbers the changes of several processes at once in one row', async () => {
    const appenders = [startAppender(), startAppender(), startAppender()];
    await Promise.all(appenders.map(async (appender) => appender.saves(100)));
    for (const { child } of appenders) child.kill('SIGKILL');
    const numbers = appenders.flatMap(({ saved }) => saved);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('refuses the changes of another process from the moment it is erased', async () => {
    const appender = startAppender();
    await appender.saves(20);
    const exit = new Promise<number | null>((resolve) => appender.child.once('close', resolve));
    const storage = openSqliteStorage({ folder });
    await storage.erase();
    expect(await exit).toBe(7);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('erases only what still holds: what another process appended meanwhile is seen first', async () => {
    const storage = openSqliteStorage({ folder });
    const other = openSqliteStorage({ folder });
    const ifNothingWaits = async () => storage.eraseIf(['outbox'], (found) => (found.get('outbox') ?? []).length === 0);
    await other.commit({ writes: [], append: [{ workspace: WORKSPACE, stream: STREAM, value: 'x' }] }, 'strict');
    expect(await ifNothingWaits()).toBe(false);
    await storage.commit({ writes: [{ to: 'outbox', workspace: WORKSPACE, clear: true }] }, 'strict');
    expect(await ifNothingWaits()).toBe(true);
    expect(readdirSync(parent)).toEqual([]);
    await other.close();
  });

  it('is not made again by one who only wants to open it', () => {
    expect(failureOf({ folder, create: false }).code).toBe('signed-out');
    expect(existsSync(folder)).toBe(false);
  });

  it('of a newer Waypost is refused and left alone', async () => {
    await openSqliteStorage({ folder }).close();
    const db = new Database(join(folder, STORE_FILE));
    db.pragma('user_version = 99');
    db.close();
    const failure = failureOf({ folder });
    expect(failure.code).toBe('database-too-new');
    expect(failure.message).toContain(STORE_FILE);
  });

  it('that is something else is refused with a sentence, and not written to', async () => {
    await openSqliteStorage({ folder }).close();
    const file = join(folder, STORE_FILE);
    writeFileSync(file, 'not a database, but long enough to be taken for one at first sight: '.repeat(20));
    expect(failureOf({ folder })).toMatchObject({ code: 'storage-failed' });
    expect(failureOf({ folder }).message).toContain('damaged');

    rmSync(file);
    const db = new Database(file);
    db.exec('CREATE TABLE recipes (name TEXT)');
    db.close();
    expect(failureOf({ folder })).toMatchObject({ code: 'storage-failed' });
    expect(failureOf({ folder }).message).toContain('another program');
  });

  it('below something that is no folder says so', () => {
    writeFileSync(folder, '');
    const failure = failureOf({ folder: join(folder, 'below') });
    expect(failure.code).toBe('storage-failed');
    expect(failure.message).toContain('cannot be opened');
  });
});

function failureOf(options: SqliteStorageOptions): WaypostError {
  try {
    openSqliteStorage(options);
  } catch (error) {
    if (error instanceof WaypostError) return error;
    throw error;
  }
  throw new Error('It opened.');
}
