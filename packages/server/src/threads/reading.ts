/** The thread that reads: catching up, snapshots, history, digests, each on a moment's view of its own. */
import { workerData } from 'node:worker_threads';
import { collectWhenIdle } from '../idle-collection.ts';
import { SqliteDatabase } from '../storage/sqlite-database.ts';
import { Calls, serveCalls, standIn } from './calls.ts';
import { type Renewal, startReading } from './parts.ts';
import type { ReadingData, ReadingThread } from './sqlite-threads.ts';

const { port, toWriting, file, chunks } = workerData as ReadingData;
const database = new SqliteDatabase(file);
const renewal = standIn<Renewal>(new Calls(toWriting), 'renewal', ['renew']);
const served: Record<string, object> = {};
const thread: ReadingThread = {
  async start(serverKey) {
    Object.assign(served, await startReading({ database, serverKey, renewal, chunks }));
  },
  async stop() {
    await database.close();
    toWriting.close();
  },
};
collectWhenIdle();
serveCalls(port, Object.assign(served, { thread }));
