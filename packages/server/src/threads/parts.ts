/**
 * The two halves of what stands on the database, put together: in two threads of their own for SQLite, in the main thread
 * for PostgreSQL, whose driver only waits.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Position, WorkspaceId } from '@waypost/protocol';
import { type AccountStore, RESTORED, SERVER_KEY } from '../accounts/account-store.ts';
import type { KeyStore } from '../accounts/key-store.ts';
import type { TeamStore } from '../accounts/team-store.ts';
import { chance, clock, macOf, packing, scheduler } from '../platform.ts';
import { SqlAccountStore } from '../storage/account-store.ts';
import type { Database } from '../storage/database.ts';
import { SqlKeyStore } from '../storage/key-store.ts';
import { migrate } from '../storage/migrate.ts';
import { SqlTeamStore } from '../storage/team-store.ts';
import { SqlSyncStore } from '../storage/sync-store.ts';
import { Acknowledgements } from '../sync/acknowledgements.ts';
import { GroupCommitter } from '../sync/committer.ts';
import { createFeed } from '../sync/feed.ts';
import { Maintenance, type MaintenancePorts } from '../sync/maintenance.ts';
import type { Acknowledger, CommitNews, Feed } from '../sync/ports.ts';
import { newEpoch, nextEpoch, renewEpoch } from '../sync/rollback.ts';
import { createReads, type WorkspaceReads } from '../sync/workspace-reads.ts';
import { ChunkFolder } from './chunk-folder.ts';
import { recovered, schemas } from './kinds.ts';

/** Begins a new epoch where a position proves that the database was rolled back. */
export interface Renewal {
  renew(workspace: WorkspaceId, position: Position): Promise<void>;
}

export interface WritingParts {
  readonly serverKey: string;
  readonly accountStore: AccountStore;
  readonly teamStore: TeamStore;
  readonly keyStore: KeyStore;
  readonly committer: GroupCommitter;
  readonly renewal: Renewal;
  readonly acknowledger: Acknowledger;
  /** To be stopped before the database is closed. */
  readonly maintenance: Maintenance;
}

export interface WritingOptions {
  readonly database: Database;
  /** This server run, as workspaces' numbers will name it. */
  readonly life: string;
  /** Elements of one workspace; null: any number. */
  readonly elementsMax: number | null;
  /** Called after each commit, in the workspace's commit order, before its pushes are answered. */
  readonly committed: (news: CommitNews) => void;
  /** A part that nobody waits for failed, or has something to say to the operator. */
  readonly failed: (error: unknown) => void;
  /** Called before a database that holds something is migrated. */
  readonly backUp?: (version: number) => Promise<void>;
}

const CLOCK_MARK = 'clock-mark';

/** Brings the database up to date first. Throws `database-too-new`, `storage-full`, `storage-failed`. */
export async function startWriting(options: WritingOptions): Promise<WritingParts> {
  const { database, life, committed, failed } = options;
  const elementsMax = options.elementsMax ?? undefined;
  const now = () => clock.now();
  await migrate(database, { at: now(), ...(options.backUp && { backUp: options.backUp }) });
  const accountStore = new SqlAccountStore(database);
  const store = new SqlSyncStore(database);
  const serverKey = await accountStore.settingOr(SERVER_KEY, randomBytes(32).toString('base64url'));
  if ((await accountStore.setting(RESTORED)) !== null) {
    for (const workspace of await store.workspaces()) await beginEpoch(store, workspace, life);
    await accountStore.putSetting(RESTORED, null);
  }
  const mac = macOf(serverKey);
  const committer = new GroupCommitter({
    ...{ store, schemas, recovered, elementsMax, life, now, mac, newId: randomUUID },
  });
  committer.onCommit(committed);
  const maintenance = new Maintenance({
    ...{ store, schemas, mac, clock, scheduler, life, committed, failed },
    mark: clockMark(accountStore),
    alarm: (sentence) => failed(new Error(sentence)),
  });
  maintenance.start();
  return {
    serverKey,
    accountStore,
    teamStore: new SqlTeamStore(database),
    keyStore: new SqlKeyStore(database),
    committer,
    acknowledger: new Acknowledgements({ store, scheduler, failed }),
    renewal: { renew: (workspace, position) => renewEpoch({ store, mac, chance, life }, workspace, position) },
    maintenance,
  };
}

/** What is remembered of the clock, as a setting. */
function clockMark(settings: Pick<AccountStore, 'setting' | 'putSetting'>): MaintenancePorts['mark'] {
  return {
    async read() {
      const [at = Number.NaN, steadySince = Number.NaN] = ((await settings.setting(CLOCK_MARK)) ?? '')
        .split(' ')
        .map(Number);
      return Number.isFinite(at + steadySince) ? { at, steadySince } : null;
    },
    write: ({ at, steadySince }) => settings.putSetting(CLOCK_MARK, `${at} ${steadySince}`),
  };
}

export interface ReadingParts {
  readonly feed: Feed;
  readonly reads: WorkspaceReads;
}

export interface ReadingOptions {
  readonly database: Database;
  readonly serverKey: string;
  readonly renewal: Renewal;
  /** A folder for chunks of snapshots. */
  readonly chunks: string;
}

export async function startReading({ database, serverKey, renewal, chunks }: ReadingOptions): Promise<ReadingParts> {
  const store = new SqlSyncStore(database);
  const mac = macOf(serverKey);
  const folder = new ChunkFolder(chunks);
  await folder.clear();
  return {
    feed: createFeed({ store, schemas, mac, renew: (workspace, position) => renewal.renew(workspace, position) }),
    reads: createReads({ store, schemas, mac, packing, chunks: folder }),
  };
}

/** After a restored backup: what devices hold beyond its head was issued in another epoch. */
async function beginEpoch(store: SqlSyncStore, workspace: WorkspaceId, life: string): Promise<void> {
  await store.transact(workspace, async (transaction) => {
    const row = await transaction.workspace();
    if (row === null) return;
    const epoch = nextEpoch(row.epoch, newEpoch(chance), row.head);
    const lives = [...row.lives, { life, first: row.head }];
    const nothing = { rows: [], collected: [], streams: [], outcomes: [], conflicts: [], history: [] };
    await transaction.write({ workspace: { ...row, epoch, restored: row.head, lives }, ...nothing });
  });
}
