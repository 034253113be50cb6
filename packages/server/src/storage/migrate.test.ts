import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUpBeforeMigration } from './backup.ts';
import { makeSqliteFile, type SqliteFile } from './contract/sqlite-file.fixture.ts';
import type { SqlRow } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import { SqliteDatabase } from './sqlite-database.ts';

const SECOND: Migration = {
  number: 2,
  name: 'second',
  statements: () => ['ALTER TABLE settings ADD COLUMN note TEXT', `UPDATE settings SET note = 'new'`],
};
const BROKEN: Migration = {
  number: 3,
  name: 'broken',
  statements: () => ['DROP TABLE settings', 'DROP TABLE nowhere'],
};

describe('migrating', () => {
  let file: SqliteFile;

  beforeEach(async () => {
    file = await makeSqliteFile();
  });

  afterEach(() => file.remove());

  const migrations = (): Promise<SqlRow[]> =>
    file.database.read((queries) => queries.rows('SELECT number, name, at FROM migrations ORDER BY number', []));

  it('makes every table once', async () => {
    await migrate(file.database, { at: 99 });
    expect(await migrations()).toEqual([{ number: 1, name: 'initial', at: 1 }]);
  });

  it('copies a database that holds something before it changes it', async () => {
    let copy = '';
    await migrate(file.database, {
      at: 2,
      migrations: [...MIGRATIONS, SECOND],
      backUp: async (version) => {
        copy = await backUpBeforeMigration(file.path, version);
      },
    });
    expect(await migrations()).toEqual([
      { number: 1, name: 'initial', at: 1 },
      { number: 2, name: 'second', at: 2 },
    ]);
    const before = new SqliteDatabase(copy);
    await migrate(before, { at: 3 });
    await before.close();
    expect((await readdir(file.folder)).filter((name) => name.includes('version'))).toEqual(['waypost.db.version-1']);
  });

  it('changes nothing when one step fails', async () => {
    const failing = migrate(file.database, { at: 2, migrations: [...MIGRATIONS, SECOND, BROKEN] });
    await expect(failing).rejects.toThrow('no such table: nowhere');
    expect(await migrations()).toEqual([{ number: 1, name: 'initial', at: 1 }]);
    await migrate(file.database, { at: 4, migrations: [...MIGRATIONS, SECOND] });
    expect((await migrations()).length).toBe(2);
  });

  it('refuses a database of a newer version, and leaves it alone', async () => {
    await migrate(file.database, { at: 2, migrations: [...MIGRATIONS, SECOND] });
    await expect(migrate(file.database, { at: 3 })).rejects.toMatchObject({
      code: 'database-too-new',
      message: expect.stringContaining('by a newer Waypost (version 2, and this one knows versions up to 1)') as string,
    });
    expect((await migrations()).length).toBe(2);
  });
});
