import { afterAll, beforeAll, describe } from 'vitest';
import { SqlAccountStore } from './account-store.ts';
import { SqlAdminStore } from './admin-store.ts';
import { accountStoreContract, type AccountStoreUnderTest } from './contract/account-store-contract.fixture.ts';
import { adminStoreContract } from './contract/admin-store-contract.fixture.ts';
import { keyStoreContract, type KeyStores, type KeyStoreUnderTest } from './contract/key-store-contract.fixture.ts';
import { installedPrograms, type PostgresServer, startPostgres } from './contract/postgres-server.fixture.ts';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import type { SyncStoreUnderTest } from './contract/stories.fixture.ts';
import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { type Stores, type TeamStoreUnderTest, teamStoreContract } from './contract/team-store-contract.fixture.ts';
import { migrate } from './migrate.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { SqlKeyStore } from './key-store.ts';
import { SqlTeamStore } from './team-store.ts';

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

    const openDatabases = async (): Promise<readonly [PostgresDatabase, PostgresDatabase]> => {
      const url = await server.createDatabase();
      const databases = [new PostgresDatabase({ url }), new PostgresDatabase({ url })] as const;
      await migrate(databases[0], { at: 1 });
      return databases;
    };
    const closing = (databases: readonly PostgresDatabase[]) => async () => {
      for (const database of databases) await database.close();
    };

    const openAccounts = async (): Promise<AccountStoreUnderTest> => {
      const databases = await openDatabases();
      return {
        store: new SqlAccountStore(databases[0]),
        another: async () => new SqlAccountStore(databases[1]),
        close: closing(databases),
      };
    };

    const openTeams = async (): Promise<TeamStoreUnderTest> => {
      const databases = await openDatabases();
      const [one, other] = databases.map((database) => ({
        accounts: new SqlAccountStore(database),
        teams: new SqlTeamStore(database),
      })) as unknown as readonly [Stores, Stores];
      return { ...one, another: async () => other, close: closing(databases) };
    };

    const openKeys = async (): Promise<KeyStoreUnderTest> => {
      const databases = await openDatabases();
      const [one, other] = databases.map((database) => ({
        accounts: new SqlAccountStore(database),
        keys: new SqlKeyStore(database),
        admin: new SqlAdminStore(database),
      })) as unknown as readonly [KeyStores, KeyStores];
      return { ...one, another: async () => other, close: closing(databases) };
    };

    accountStoreContract(name, openAccounts);
    adminStoreContract(name, async () => {
      const databases = await openDatabases();
      const [database] = databases;
      const stores = { accounts: new SqlAccountStore(database), admin: new SqlAdminStore(database), database };
      return { ...stores, close: closing(databases) };
    });
    keyStoreContract(name, openKeys);
    teamStoreContract(name, openTeams);
    syncStoreContract(name, openStore);
    syncConcurrencyContract(name, openStore);
  });
}
