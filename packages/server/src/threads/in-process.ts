/** The PostgreSQL database in the main thread: its driver only waits, so nothing is gained by another. */
import type { Backend, BackendOptions } from '../backend.ts';
import { PostgresDatabase } from '../storage/postgres-database.ts';
import { SqlAccountStore } from '../storage/account-store.ts';
import { SqlKeyStore } from '../storage/key-store.ts';
import { SqlTeamStore } from '../storage/team-store.ts';
import { SqlAdminStore } from '../storage/admin-store.ts';
import type { CommitNews } from '../sync/ports.ts';
import { type ReadingParts, startReading, startWriting, type WritingParts } from './parts.ts';

export function postgresBackend(url: string, { life, elementsMax, chunks, failed }: BackendOptions): Backend {
  const database = new PostgresDatabase({ url, failed });
  let writing: WritingParts | null = null;
  let reading: ReadingParts | null = null;
  let heard: (news: CommitNews) => void = () => undefined;
  const started = <T>(parts: T | null): T => {
    if (parts === null) throw new Error('the database was used before it was started');
    return parts;
  };
  return {
    accountStore: new SqlAccountStore(database),
    teamStore: new SqlTeamStore(database),
    adminStore: new SqlAdminStore(database),
    keyStore: new SqlKeyStore(database),
    committer: {
      push: (workspace, epoch, asked) => started(writing).committer.push(workspace, epoch, asked),
    },
    feed: {
      catchUp: (...asked) => started(reading).feed.catchUp(...asked),
      news: (...asked) => started(reading).feed.news(...asked),
    },
    reads: {
      manifest: (...asked) => started(reading).reads.manifest(...asked),
      chunk: (...asked) => started(reading).reads.chunk(...asked),
      element: (...asked) => started(reading).reads.element(...asked),
      history: (...asked) => started(reading).reads.history(...asked),
      version: (...asked) => started(reading).reads.version(...asked),
      digests: (...asked) => started(reading).reads.digests(...asked),
      forget: (...asked) => started(reading).reads.forget(...asked),
    },
    acknowledger: { note: (...note) => started(writing).acknowledger.note(...note) },
    onCommit(listener) {
      heard = listener;
    },
    async start() {
      writing = await startWriting({ database, life, elementsMax, committed: (news) => heard(news), failed });
      const { serverKey, renewal } = writing;
      reading = await startReading({ database, serverKey, renewal, chunks });
    },
    async stop() {
      writing?.maintenance.stop();
      await database.close();
    },
  };
}
