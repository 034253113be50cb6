import { afterAll, beforeAll, describe } from 'vitest';
import { installedPrograms, type PostgresServer, startPostgres } from './contract/postgres-server.fixture.ts';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import type { SyncStoreUnderTest } from './contract/stories.fixture.ts';
import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { migrate } from './migrate.ts';
import { PostgresDatabase } from './postgres-database.ts';

for (const { name, folder } of installedPrograms()) {
  describe(name, () => {
    let server: PostgresServer;

    beforeAll(async () => {
      server = await startPostgres(folder);
    });

    afterAll(() => server.stop());

    const openStore = async (): Promise<SyncStoreUnderTest> => {
      const url = await server.createDatabase();
      const database = new PostgresDatabase({ url });
      await migrate(database, { at: 1 });
      return sqlStoreUnderTest(
        database,
        async () => new PostgresDatabase({ url }),
        async () => {},
      );
    };

    syncStoreContract(name, openStore);
    syncConcurrencyContract(name, openStore);
  });
}
