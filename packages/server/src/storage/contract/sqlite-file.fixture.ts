/** A migrated SQLite database in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../migrate.ts';
import { SqliteDatabase } from '../sqlite-database.ts';

export interface SqliteFile {
  readonly folder: string;
  readonly path: string;
  readonly database: SqliteDatabase;
  /** Closes the database and removes the folder. */
  readonly remove: () => Promise<void>;
}

export async function makeSqliteFile(): Promise<SqliteFile> {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-sqlite-'));
  const path = join(folder, 'waypost.db');
  const database = new SqliteDatabase(path);
  await migrate(database, { at: 1 });
  return {
    folder,
    path,
    database,
    remove: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
