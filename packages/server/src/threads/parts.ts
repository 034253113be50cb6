/**
 * The two halves of what stands on the database, put together: in two threads of their own for SQLite, in the main thread
 * for PostgreSQL, whose driver only waits.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Position, WorkspaceId } from '@waypost/protocol';
import { type AccountStore, RESTORED, SERVER_KEY } from '../accounts/account-store.ts';
import { chance, clock, macOf, scheduler } from '../platform.ts';
import { SqlAccountStore } from '../storage/account-store.ts';
import type { Database } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { SqlSyncStore } from '../storage/sync-store.ts';
import { Acknowledgements } from '../sync/acknowledgements.ts';
import { GroupCommitter } from '../sync/committer.ts';
import { createFeed } from '../sync/feed.ts';
import type { Acknowledger, Feed } from '../sync/ports.ts';
import { newEpoch, nextEpoch, renewEpoch } from '../sync/rollback.ts';
import { recovered, schemas } from './kinds.ts';

/** Begins a new epoch where a position proves that the database was rolled back. */
export interface Renewal {
  renew(workspace: WorkspaceId, position: Position): Promise<void>;
}

export interface WritingParts {
  readonly serverKey: string;
  readonly accountStore: AccountStore;
  readonly committer: GroupCommitter;
  readonly renewal: Renewal;
  readonly acknowledger: Acknowledger;
}

export interface WritingOptions {
  readonly database: Database;
  /** This server run, as workspaces' numbers will name it. */
  readonly life: string;
  /** A part that nobody waits for failed. */
  readonly failed: (error: unknown) => void;
  /** Called before a database that holds something is migrated. */
  readonly backUp?: (version: number) => Promise<void>;
}

/** Brings the database up to date first. Throws `database-too-new`, `storage-full`, `storage-failed`. */
export async function startWriting(options: WritingOptions): Promise<WritingParts> {
  const { database, life } = options;
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
  return {
    serverKey,
    accountStore,
    committer: new GroupCommitter({ store, schemas, recovered, life, now, mac, newId: randomUUID }),
    acknowledger: new Acknowledgements({ store, scheduler, failed: options.failed }),
    renewal: { renew: (workspace, position) => renewEpoch({ store, mac, chance, life }, workspace, position) },
  };
}

export interface ReadingParts {
  readonly feed: Feed;
}

export interface ReadingOptions {
  readonly database: Database;
  readonly serverKey: string;
  readonly renewal: Renewal;
}

export function startReading({ database, serverKey, renewal }: ReadingOptions): ReadingParts {
  const store = new SqlSyncStore(database);
  const mac = macOf(serverKey);
  return {
    feed: createFeed({ store, schemas, mac, renew: (workspace, position) => renewal.renew(workspace, position) }),
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
