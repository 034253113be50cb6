/**
 * The thread that writes: accounts and the committer, on the one connection to SQLite that may. A commit is read,
 * judged, written and on disk here, while the main thread goes on talking to devices.
 */
import { workerData } from 'node:worker_threads';
import { backUpBeforeMigration } from '../storage/backup.ts';
import { SqliteDatabase } from '../storage/sqlite-database.ts';
import { serveCalls } from './calls.ts';
import { startWriting } from './parts.ts';
import type { WritingData, WritingThread } from './sqlite-threads.ts';

const { port, fromReading, file, life } = workerData as WritingData;
const database = new SqliteDatabase(file);
const served: Record<string, object> = {};
const thread: WritingThread = {
  async start() {
    const parts = await startWriting({
      database,
      life,
      failed: (error) => tell('failed', error),
      backUp: async (version) => {
        await backUpBeforeMigration(file, version);
      },
    });
    parts.committer.onCommit((news) => tell('commit', news));
    const { serverKey, ...objects } = parts;
    Object.assign(served, objects);
    return serverKey;
  },
  async stop() {
    await database.close();
    fromReading.close();
  },
};
const tell = serveCalls(port, Object.assign(served, { thread }));
serveCalls(fromReading, served);
