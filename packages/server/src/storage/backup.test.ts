import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RESTORED } from '../accounts/account-store.ts';
import { SqlAccountStore } from './account-store.ts';
import { backUp, restore } from './backup.ts';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import { makeSqliteFile, type SqliteFile } from './contract/sqlite-file.fixture.ts';
import { commit, element, EPOCH, WORKSPACE } from './contract/stories.fixture.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqlSyncStore } from './sync-store.ts';

const NOW = 1_700_000_000_000;

describe('a backup of SQLite', () => {
  let file: SqliteFile;
  let backup: string;
  let store: SqlSyncStore;

  beforeEach(async () => {
    file = await makeSqliteFile();
    backup = join(file.folder, 'backup.db');
    store = new SqlSyncStore(file.database);
    await sqlStoreUnderTest(
      file.database,
      async () => file.database,
      async () => {},
    ).addWorkspace(WORKSPACE, EPOCH);
  });

  afterEach(() => file.remove());

  const add = (): Promise<number> => commit(store, (head) => [element(head, { revision: head })]);

  it('is one moment of a database that is being written to, in one file for its owner', async () => {
    for (let at = 0; at < 5; at += 1) await add();
    const writing = (async () => {
      for (let at = 0; at < 50; at += 1) await add();
    })();
    await backUp({ database: file.path, backup });
    await writing;
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    expect((await readdir(file.folder)).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);
    const copy = new SqliteDatabase(backup);
    await new SqlSyncStore(copy).read(WORKSPACE, async (reader) => {
      const head = (await reader.workspace())?.head ?? 0;
      expect(head).toBeGreaterThanOrEqual(5);
      expect((await reader.changedAbove(0, 1000)).length).toBe(head);
    });
    await copy.close();
  });

  it('takes the place of the database, which stays beside it, and is marked as restored', async () => {
    await add();
    await backUp({ database: file.path, backup });
    await add();
    await file.database.close();
    const kept = await restore({ database: file.path, backup }, NOW);
    expect(await headAndMark(file.path)).toEqual([1, String(NOW)]);
    expect(await headAndMark(kept ?? '')).toEqual([2, null]);
    // The backup itself is as it was, and may be restored again.
    expect(await headAndMark(backup)).toEqual([1, null]);
  });

  it('is restored where there is no database yet', async () => {
    await add();
    await backUp({ database: file.path, backup });
    const folder = join(file.folder, 'new');
    await mkdir(folder);
    const database = join(folder, 'waypost.db');
    expect(await restore({ database, backup }, NOW)).toBeNull();
    expect(await headAndMark(database)).toEqual([1, String(NOW)]);
  });

  it('never replaces a file, and needs a database', async () => {
    await writeFile(backup, 'mine');
    await expect(backUp({ database: file.path, backup })).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await readFile(backup, 'utf8')).toBe('mine');
    const database = join(file.folder, 'none.db');
    await expect(backUp({ database, backup: `${backup}2` })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that is damaged, cut short, foreign, newer or missing is refused, and the database stays', async () => {
    for (let at = 0; at < 30; at += 1) await add();
    await backUp({ database: file.path, backup });
    await file.database.close();
    const bytes = await readFile(backup);
    const cut = await written('cut.db', bytes.subarray(0, bytes.length / 2));
    const holed = await written(
      'holed.db',
      Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(40_000, 7), bytes.subarray(44_096)]),
    );
    const garbage = await written('garbage.db', Buffer.from('hello '.repeat(2000)));
    const empty = await written('empty.db', Buffer.alloc(0));
    for (const damaged of [cut, holed, garbage, empty]) {
      await expect(restore({ database: file.path, backup: damaged }, NOW)).rejects.toMatchObject({
        code: 'storage-failed',
      });
    }
    const newer = new SqliteDatabase(join(file.folder, 'newer.db'));
    await migrate(newer, {
      at: 1,
      migrations: [...MIGRATIONS, { number: MIGRATIONS.length + 1, name: 'new', statements: () => [] }],
    });
    await newer.close();
    await expect(restore({ database: file.path, backup: newer.path }, NOW)).rejects.toMatchObject({
      code: 'database-too-new',
    });
    await expect(restore({ database: file.path, backup: `${backup}x` }, NOW)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect((await readdir(file.folder)).filter((name) => name.includes('restoring'))).toEqual([]);
    expect(await headAndMark(file.path)).toEqual([30, null]);
  });

  async function written(name: string, content: Buffer): Promise<string> {
    const path = join(file.folder, name);
    await writeFile(path, content);
    return path;
  }
});

async function headAndMark(path: string): Promise<[number | undefined, string | null]> {
  const database = new SqliteDatabase(path);
  const head = await new SqlSyncStore(database).read(WORKSPACE, async (reader) => (await reader.workspace())?.head);
  const mark = await new SqlAccountStore(database).setting(RESTORED);
  await database.close();
  return [head, mark];
}
