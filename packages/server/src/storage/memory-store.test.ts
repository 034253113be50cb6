import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import type { SyncStoreUnderTest } from './contract/stories.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { MemoryDatabase } from './memory-store.ts';

const open = async (): Promise<SyncStoreUnderTest> => {
  const database = new MemoryDatabase();
  const store = database.connect();
  return {
    store,
    another: async () => database.connect(),
    addWorkspace: async (id, epoch) => database.addWorkspace(id, epoch),
    setMember: async (workspace, account, role) => database.setMember(workspace, account, role),
    setDevice: async (id, device) => database.setDevice(id, device),
    close: async () => store.close(),
  };
};

syncStoreContract('memory', open);
syncConcurrencyContract('memory', open);
