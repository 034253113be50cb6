import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUpBeforeMigration } from './backup.ts';
import { makeSqliteFile, type SqliteFile } from './contract/sqlite-file.fixture.ts';
import type { SqlRow } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import { SqliteDatabase } from './sqlite-database.ts';

const LAST = MIGRATIONS.length;
const MADE = MIGRATIONS.map(({ number, name }) => ({ number, name, at: 1 }));

const NEXT: Migration = {
  number: LAST + 1,
  name: 'next',
  statements: () => ['ALTER TABLE settings ADD COLUMN note TEXT', `UPDATE settings SET note = 'new'`],
};
const BROKEN: Migration = {
  number: LAST + 2,
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
    expect(await migrations()).toEqual(MADE);
  });

  it('copies a database that holds something before it changes it', async () => {
    let copy = '';
    await migrate(file.database, {
      at: 2,
      migrations: [...MIGRATIONS, NEXT],
      backUp: async (version) => {
        copy = await backUpBeforeMigration(file.path, version);
      },
    });
    expect(await migrations()).toEqual([...MADE, { number: LAST + 1, name: 'next', at: 2 }]);
    const before = new SqliteDatabase(copy);
    await migrate(before, { at: 3 });
    await before.close();
    expect((await readdir(file.folder)).filter((name) => name.includes('version'))).toEqual([
      `waypost.db.version-${LAST}`,
    ]);
  });

  it('changes nothing when one step fails', async () => {
    const failing = migrate(file.database, { at: 2, migrations: [...MIGRATIONS, NEXT, BROKEN] });
    await expect(failing).rejects.toThrow('no such table: nowhere');
    expect(await migrations()).toEqual(MADE);
    await migrate(file.database, { at: 4, migrations: [...MIGRATIONS, NEXT] });
    expect((await migrations()).length).toBe(LAST + 1);
  });

  it('refuses a database of a newer version, and leaves it alone', async () => {
    await migrate(file.database, { at: 2, migrations: [...MIGRATIONS, NEXT] });
    await expect(migrate(file.database, { at: 3 })).rejects.toMatchObject({
      code: 'database-too-new',
      message: expect.stringContaining(
        `by a newer Waypost (version ${LAST + 1}, and this one knows versions up to ${LAST})`,
      ) as string,
    });
    expect((await migrations()).length).toBe(LAST + 1);
  });
});
