import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlStoreUnderTest } from './contract/sql-store.ts';
import { syncStoreContract } from './contract/sync-store-contract.ts';
import { migrate } from './migrate.ts';
import { SqliteDatabase } from './sqlite-database.ts';

syncStoreContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-sqlite-'));
  const path = join(folder, 'waypost.db');
  const database = new SqliteDatabase(path);
  await migrate(database, { at: 1 });
  return sqlStoreUnderTest(
    database,
    async () => new SqliteDatabase(path),
    () => rm(folder, { recursive: true, force: true }),
  );
});
