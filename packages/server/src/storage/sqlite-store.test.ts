import { SqlAccountStore } from './account-store.ts';
import { SqlAdminStore } from './admin-store.ts';
import { accountStoreContract } from './contract/account-store-contract.fixture.ts';
import { adminStoreContract } from './contract/admin-store-contract.fixture.ts';
import { keyStoreContract } from './contract/key-store-contract.fixture.ts';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import { makeSqliteFile } from './contract/sqlite-file.fixture.ts';
import type { SyncStoreUnderTest } from './contract/stories.fixture.ts';
import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { teamStoreContract } from './contract/team-store-contract.fixture.ts';
import { SqlKeyStore } from './key-store.ts';
import { SqlTeamStore } from './team-store.ts';

const open = async (): Promise<SyncStoreUnderTest> => {
  const { database, remove } = await makeSqliteFile();
  // One writer in one thread: a second one would wait for the first without letting it go on.
  return sqlStoreUnderTest(database, async () => database, remove);
};

syncStoreContract('SQLite', open);
syncConcurrencyContract('SQLite', open);
accountStoreContract('SQLite', async () => {
  const { database, remove } = await makeSqliteFile();
  const store = new SqlAccountStore(database);
  return { store, another: async () => store, close: remove };
});
teamStoreContract('SQLite', async () => {
  const { database, remove } = await makeSqliteFile();
  const stores = { accounts: new SqlAccountStore(database), teams: new SqlTeamStore(database) };
  return { ...stores, another: async () => stores, close: remove };
});
adminStoreContract('SQLite', async () => {
  const { database, remove } = await makeSqliteFile();
  const stores = { accounts: new SqlAccountStore(database), admin: new SqlAdminStore(database), database };
  return { ...stores, close: remove };
});
keyStoreContract('SQLite', async () => {
  const { database, remove } = await makeSqliteFile();
  const stores = {
    accounts: new SqlAccountStore(database),
    keys: new SqlKeyStore(database),
    admin: new SqlAdminStore(database),
  };
  return { ...stores, another: async () => stores, close: remove };
});
