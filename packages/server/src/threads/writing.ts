/**
 * The thread that writes: accounts and the committer, on the one connection to SQLite that may. A commit is read,
 * judged, written and on disk here, while the main thread goes on talking to devices.
 */
import { workerData } from 'node:worker_threads';
import { collectWhenIdle } from '../idle-collection.ts';
import { backUpBeforeMigration } from '../storage/backup.ts';
import { SqlAdminStore } from '../storage/admin-store.ts';
import { SqliteDatabase } from '../storage/sqlite-database.ts';
import type { Maintenance } from '../sync/maintenance.ts';
import { serveCalls } from './calls.ts';
import { startWriting } from './parts.ts';
import type { WritingData, WritingThread } from './sqlite-threads.ts';

const { port, fromReading, file, life, elementsMax } = workerData as WritingData;
const database = new SqliteDatabase(file);
const served: Record<string, object> = {};
let maintenance: Maintenance | null = null;
const thread: WritingThread = {
  async start() {
    const parts = await startWriting({
      database,
      life,
      elementsMax,
      committed: (news) => tell('commit', news),
      failed: (error) => tell('failed', error),
      backUp: async (version) => {
        await backUpBeforeMigration(file, version);
      },
    });
    maintenance = parts.maintenance;
    const { accountStore, teamStore, keyStore, committer, acknowledger, renewal } = parts;
    const adminStore = new SqlAdminStore(database);
    Object.assign(served, { accountStore, teamStore, keyStore, adminStore, committer, acknowledger, renewal });
    return parts.serverKey;
  },
  async stop() {
    maintenance?.stop();
    await database.close();
    fromReading.close();
  },
};
collectWhenIdle();
const tell = serveCalls(port, Object.assign(served, { thread }));
serveCalls(fromReading, served);
