import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import type { SyncStoreUnderTest } from './contract/stories.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { migrate } from './migrate.ts';
import { SqliteDatabase } from './sqlite-database.ts';

const open = async (): Promise<SyncStoreUnderTest> => {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-sqlite-'));
  const path = join(folder, 'waypost.db');
  const database = new SqliteDatabase(path);
  await migrate(database, { at: 1 });
  return sqlStoreUnderTest(
    database,
    // One writer in one thread: a second one would wait for the first without letting it go on.
    async () => database,
    () => rm(folder, { recursive: true, force: true }),
  );
};

syncStoreContract('SQLite', open);
syncConcurrencyContract('SQLite', open);
