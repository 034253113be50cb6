/** A device's disk in memory, for tests and the simulation. */
export {
  type DiskFaults,
  type DiskOperation,
  MemoryDisk,
  type MemoryLeadership,
  type MemoryStorage,
} from './memory-disk.ts';
