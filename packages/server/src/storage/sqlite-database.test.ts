import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import { makeSqliteFile, type SqliteFile } from './contract/sqlite-file.fixture.ts';
import { plansOfReads } from './contract/plans.fixture.ts';
import { batch, element, elementId, emptyWorkspace, EPOCH, WORKSPACE } from './contract/stories.fixture.ts';
import type { Queries, SqlRow } from './database.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { isResultUnknown } from './storage-errors.ts';
import { SqlSyncStore } from './sync-store.ts';

const KILLS = 5;

describe('the SQLite database', () => {
  let file: SqliteFile;
  let database: SqliteDatabase;

  beforeEach(async () => {
    file = await makeSqliteFile();
    database = file.database;
  });

  afterEach(() => file.remove());

  const put = (key: string): Promise<number> =>
    database.transact((queries) => queries.run('INSERT INTO settings (key, value) VALUES (?, ?)', [key, 'x']));
  /** Besides those that migrations put there to be locked, which hold nothing. */
  const keys = async (): Promise<unknown[]> => {
    const sql = `SELECT key FROM settings WHERE value <> '' ORDER BY key`;
    const rows = await database.read((queries) => queries.rows(sql, []));
    return rows.map((row) => row['key']);
  };

  it('loses nothing that it acknowledged when its process is killed', { timeout: 60_000 }, async () => {
    await sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    ).addWorkspace(WORKSPACE, EPOCH);
    await database.close();
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      acknowledged = await killWriterAfter(file.path, acknowledged + 7 * (kill + 1));
      const reopened = new SqliteDatabase(file.path);
      const store = new SqlSyncStore(reopened);
      const rows = await store.read(WORKSPACE, (reader) => reader.changedAbove(0, 100_000));
      const head = await store.read(WORKSPACE, async (reader) => (await reader.workspace())?.head ?? 0);
      await reopened.close();
      expect(head).toBeGreaterThanOrEqual(acknowledged);
      // Whole commits only: twenty rows for each number.
      const numbers = Array.from({ length: head }, (_, at) => at + 1);
      expect(rows.map(({ revision }) => revision)).toEqual(numbers.flatMap((n) => Array.from({ length: 20 }, () => n)));
      acknowledged = head;
    }
  });

  it('commits nothing after a statement failed, even when the body goes on', async () => {
    const failing = database.transact(async (queries) => {
      await queries.run(`INSERT INTO settings (key, value) VALUES ('a', 'x')`, []);
      await queries.run('INSERT INTO nowhere VALUES (1)', []).catch(() => 0);
    });
    await expect(failing).rejects.toThrow('no such table: nowhere');
    expect(await keys()).toEqual([]);
  });

  it('refuses statements after the end of their transaction', async () => {
    let escaped: Queries | undefined;
    await database.transact(async (queries) => {
      escaped = queries;
    });
    await expect(escaped?.rows('SELECT 1', [])).rejects.toThrow('after its transaction had ended');
  });

  it('lets a broken constraint through as what it is', async () => {
    await put('a');
    await expect(put('a')).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  });

  it('says that the disk is full, keeps what was there, and goes on when there is room again', async () => {
    await put('before');
    const [{ page_count: pages } = { page_count: 0 }] = await database.read((queries) =>
      queries.rows('PRAGMA page_count', []),
    );
    const limit = (count: number): Promise<SqlRow[]> =>
      database.transact((queries) => queries.rows(`PRAGMA max_page_count = ${count}`, []));
    await limit(Number(pages));
    const large = database.transact((queries) =>
      queries.run('INSERT INTO settings (key, value) VALUES (?, ?)', ['large', 'x'.repeat(1_000_000)]),
    );
    await expect(large).rejects.toMatchObject({ code: 'storage-full', retry: true });
    expect(await keys()).toEqual(['before']);
    await limit(1_000_000);
    await put('after');
    expect(await keys()).toEqual(['after', 'before']);
  });

  it('says that another process holds it, and that this was before anything was committed', async () => {
    const patient = new SqliteDatabase(file.path, { busyMs: 20 });
    const other = new Sqlite(file.path);
    other.exec('BEGIN IMMEDIATE');
    const error: unknown = await patient
      .transact((queries) => queries.rows('SELECT 1', []))
      .catch((caught: unknown) => caught);
    other.exec('COMMIT');
    other.close();
    expect(error).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('was busy for too long') as string,
    });
    expect(isResultUnknown(error)).toBe(false);
    expect(await patient.transact((queries) => queries.rows('SELECT 1 AS one', []))).toEqual([{ one: 1 }]);
    await patient.close();
  });

  it('tells a failed commit, of which the result is unknown, from a failed statement', async () => {
    const failing = new SqliteDatabase(file.path);
    const error: unknown = await failing
      .transact(async (queries) => {
        await queries.run('PRAGMA defer_foreign_keys = ON', []);
        await queries.run('CREATE TABLE one (id INTEGER PRIMARY KEY)', []);
        await queries.run('CREATE TABLE two (one INTEGER REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED)', []);
        await queries.run('INSERT INTO two VALUES (1)', []);
      })
      .catch((caught: unknown) => caught);
    await failing.close();
    expect(isResultUnknown(error)).toBe(true);
  });

  it('says in a sentence what is wrong with a file or a folder', async () => {
    const garbage = join(file.folder, 'garbage.db');
    await writeFile(garbage, 'This is not a database. '.repeat(1000));
    const nowhere = join(file.folder, 'missing', 'x.db');
    const folder = join(file.folder, 'folder');
    await mkdir(folder);
    for (const [path, sentence] of [
      [garbage, 'is damaged: restore a backup'],
      [nowhere, 'cannot be opened'],
      [folder, 'cannot be opened'],
    ] as const) {
      const broken = new SqliteDatabase(path);
      const reading = broken.read((queries) => queries.rows('SELECT 1', []));
      await expect(reading).rejects.toMatchObject({
        code: 'storage-failed',
        message: expect.stringContaining(`The database ${path} ${sentence}`) as string,
      });
      await broken.close();
    }
  });

  it('is readable only by its owner, and one file when closed', async () => {
    await put('a');
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file.path}-wal`)).mode & 0o777).toBe(0o600);
    await database.close();
    await expect(stat(`${file.path}-wal`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('finishes what runs when it is closed, and refuses what comes', async () => {
    const running = put('a');
    const closing = database.close();
    await running;
    await closing;
    await expect(put('b')).rejects.toMatchObject({ code: 'shutting-down' });
    await expect(keys()).rejects.toMatchObject({ code: 'shutting-down' });
  });

  it('walks no whole table or workspace for a read of sync', async () => {
    const plans = await database.read((queries) => plansOfReads(queries, 'sqlite'));
    const steps = [...plans.values()].flat();
    expect(plans.size).toBeGreaterThan(18);
    const walks = steps.filter((step) => /^SCAN (?!json_each|above|below|changed)/.test(step));
    expect(walks).toEqual([]);
    // A search by workspace alone is right where its first rows are asked for in the order of the index, and nowhere else.
    const ofWorkspace = steps.filter((step) => step.endsWith('(workspace=?)'));
    expect(ofWorkspace).toEqual(['SEARCH tombstones USING INDEX tombstones_revision (workspace=?)']);
  });

  it('writes an element that only changes in place without touching the index of parents', async () => {
    const store = new SqlSyncStore(database);
    await sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    ).addWorkspace(WORKSPACE, EPOCH);
    const write = (parent: number | null): Promise<void> =>
      store.transact(WORKSPACE, (transaction) =>
        transaction.write(
          batch(emptyWorkspace(), { rows: [element(1, { parent: parent === null ? null : elementId(parent) })] }),
        ),
      );
    for (const parent of [2, 2, null, 3]) {
      await write(parent);
      const [row] = await store.read(WORKSPACE, (reader) => reader.rows([elementId(1)]));
      expect(row?.gone === false && row.parent).toBe(parent === null ? null : elementId(parent));
    }
  });
});

/** Lets the writer run until it acknowledged that number, kills it at once, and returns the last one it acknowledged. */
async function killWriterAfter(path: string, number: number): Promise<number> {
  const script = fileURLToPath(new URL('contract/writer.fixture.ts', import.meta.url));
  const writer = spawn(process.execPath, ['--conditions=waypost-source', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'exit');
  let last = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last >= number) writer.kill('SIGKILL');
  }
  await ended;
  return last;
}
