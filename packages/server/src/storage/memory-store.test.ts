import { syncStoreContract } from './contract/sync-store-contract.ts';
import { MemoryDatabase } from './memory-store.ts';

syncStoreContract('memory', async () => {
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
});
