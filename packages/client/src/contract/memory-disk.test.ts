import { MemoryDisk } from '../memory/index.ts';
import { describeStorage } from './storage-contract.ts';

describeStorage('memory', async () => {
  let disk = new MemoryDisk();
  let isThere = false;
  return {
    open: async () => {
      // Where a store was erased, opening makes another one.
      if (!isThere) disk = new MemoryDisk();
      isThere = true;
      const handle = disk.open();
      const erase = handle.erase.bind(handle);
      handle.erase = async () => {
        await erase();
        isThere = false;
      };
      return handle;
    },
    exists: async () => disk.mentions(''),
    dispose: async () => undefined,
  };
});
