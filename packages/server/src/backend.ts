/** What stands on the database, wherever it runs: the rest of the server sees only this. */
import type { AccountStore } from './accounts/account-store.ts';
import type { KeyStore } from './accounts/key-store.ts';
import type { TeamStore } from './accounts/team-store.ts';
import type { AdminStore } from './administration/admin-store.ts';
import type { Acknowledger, CommitNews, Committer, Feed } from './sync/ports.ts';

import type { WorkspaceReads } from './sync/workspace-reads.ts';

export interface Backend {
  readonly accountStore: Pick<AccountStore, keyof AccountStore>;
  readonly teamStore: TeamStore;
  readonly adminStore: Pick<AdminStore, 'lastNotice' | 'notices' | 'record' | 'thinAudit'>;
  readonly keyStore: KeyStore;
  readonly committer: Committer;
  readonly feed: Feed;
  readonly acknowledger: Acknowledger;
  readonly reads: WorkspaceReads;
  /** Calls back after each commit, in the workspace's commit order, before its pushes are answered. Once. */
  onCommit(listener: (news: CommitNews) => void): void;
  /** Brings the database up to date. Throws WaypostError `database-too-new`, `storage-full`, `storage-failed`. */
  start(): Promise<void>;
  /** Finishes what runs, and closes the database. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  /** This server run, as workspaces' numbers will name it. */
  readonly life: string;
  /** Elements of one workspace; null: any number. */
  readonly elementsMax: number | null;
  /** Where chunks of snapshots are kept while the server runs. */
  readonly chunks: string;
  /** Something that nobody waits for failed. */
  readonly failed: (error: unknown) => void;
  /** A part of it ended that should not have: the process cannot go on. */
  readonly ended: (error: unknown) => void;
}
