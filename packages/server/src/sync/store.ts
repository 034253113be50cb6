/**
 * What the sync core asks of a database. One workspace is the unit of locking; a transaction takes its row lock first,
 * so that commit order is number order. Implemented over SQL (two dialects) and in memory; one contract suite holds all.
 */
import type {
  AccountId,
  Actor,
  ActorNames,
  Conflict,
  ConflictId,
  DeviceId,
  Element,
  ElementId,
  Epoch,
  JsonText,
  Outcome,
  Revision,
  StreamId,
  Sum,
  WorkspaceId,
  WorkspaceInfo,
} from '@waypost/protocol';

export interface WorkspaceRow {
  readonly id: WorkspaceId;
  readonly epoch: Epoch;
  /** The head at which the epoch began: 0, or where a restored backup ended. */
  readonly restored: Revision;
  readonly head: Revision;
  /** The highest revision at which a tombstone was collected: a cursor below it leads nowhere. */
  readonly floor: Revision;
  /** Over live and trashed elements. */
  readonly sum: Sum;
  /** Number of live and trashed elements, and of tombstones. */
  readonly elements: number;
  readonly tombstones: number;
  /** Server runs that issued numbers here, oldest first: `first` is the head before the first number of that run. */
  readonly lives: readonly Life[];
  /** The folder for what lost its parent, once there is one. */
  readonly recovered: ElementId | null;
}

export interface Life {
  readonly life: string;
  readonly first: Revision;
}

/** An element as stored; `shape` is the last revision at which its set of groups changed. */
export interface StoredElement extends Element {
  readonly gone: false;
  readonly shape: Revision;
}

export interface StoredTombstone {
  readonly gone: true;
  readonly id: ElementId;
  readonly revision: Revision;
  readonly by: Actor;
  readonly at: number;
}

export type StoredRow = StoredElement | StoredTombstone;

export interface StreamRow {
  readonly id: StreamId;
  readonly device: DeviceId;
  readonly account: AccountId;
  /** Changes up to this number have their outcome. */
  readonly settled: number;
  /** The device holds outcomes up to this number. */
  readonly have: number;
  /** Elements whose creation was refused in this stream: their dependants are refused with them. */
  readonly refused: readonly ElementId[];
}

/** Outcomes other than plainly applied; a settled number without a row was applied. */
export interface OutcomeRow {
  readonly stream: StreamId;
  readonly n: number;
  readonly outcome: Outcome;
}

/**
 * What one change did to one element. `before` holds the values it replaced, by group, so that the element as it was at
 * a revision is the current one with later rows undone. Unmerged rows hold parked values instead.
 */
export interface HistoryRow {
  readonly element: ElementId;
  readonly revision: Revision;
  readonly by: Actor;
  readonly at: number;
  readonly stream: StreamId;
  readonly n: number;
  readonly status: 'written' | 'unmerged';
  readonly values: Readonly<Record<string, JsonText | null>>;
}

/**
 * Besides groups of the data, history names `@place` (before: `[parent, order]`), `@trash` (before: whether it was there)
 * and this one, for the change that made the element (before: null).
 */
export const HISTORY_CREATED = '@created';

export interface Membership {
  readonly role: WorkspaceInfo['role'];
}

export interface SyncReader {
  workspace(): Promise<WorkspaceRow | null>;
  membership(account: AccountId): Promise<Membership | null>;
  /** Whether the device is signed in. A write committed after a sign-out is impossible. */
  deviceActive(device: DeviceId): Promise<boolean>;
  /** The rows of these ids that exist, tombstones included, in no order. */
  rows(ids: readonly ElementId[]): Promise<StoredRow[]>;
  /** These elements and everything above them, each once. */
  withAncestors(ids: readonly ElementId[]): Promise<StoredRow[]>;
  /** These elements and everything below them, trashed ones included, each once. */
  withDescendants(ids: readonly ElementId[]): Promise<StoredRow[]>;
  /** The children of a parent (null: the top), trashed ones included. */
  children(parent: ElementId | null): Promise<StoredElement[]>;
  /** Rows above a revision, by revision then id, at most `limit`, all of the last revision's rows included. */
  changedAbove(revision: Revision, limit: number): Promise<StoredRow[]>;
  /** Live and trashed elements with an id above the given one, by id, at most `limit`. */
  elementsAfter(id: ElementId | null, limit: number): Promise<StoredElement[]>;
  streams(ids: readonly StreamId[]): Promise<StreamRow[]>;
  outcomesAbove(stream: StreamId, n: number): Promise<OutcomeRow[]>;
  /** Open conflicts on these elements, of any account. */
  openConflicts(elements: readonly ElementId[]): Promise<Conflict[]>;
  conflicts(ids: readonly ConflictId[]): Promise<Conflict[]>;
  /** Conflicts of an account above a revision, closed ones included, by revision. */
  conflictsAbove(account: AccountId, revision: Revision): Promise<Conflict[]>;
  /** An element's history, newest first. */
  history(element: ElementId, limit: number): Promise<HistoryRow[]>;
  names(devices: readonly DeviceId[]): Promise<ActorNames>;
  /** Elements in the trash since before a moment; tombstones by revision, oldest first. */
  trashedBefore(at: number, limit: number): Promise<StoredElement[]>;
  tombstones(limit: number): Promise<StoredTombstone[]>;
}

/** Everything one commit writes, at once. */
export interface SyncBatch {
  readonly workspace: WorkspaceRow;
  readonly rows: readonly StoredRow[];
  /** Tombstones to forget, as the floor rises. */
  readonly collected: readonly ElementId[];
  readonly streams: readonly StreamRow[];
  readonly outcomes: readonly OutcomeRow[];
  readonly conflicts: readonly Conflict[];
  readonly history: readonly HistoryRow[];
}

export interface SyncTransaction extends SyncReader {
  write(batch: SyncBatch): Promise<void>;
}

export interface SyncStore {
  /**
   * Runs under the workspace's row lock and commits durably, or rolls back when the body throws. Throws WaypostError
   * `storage-full` or `storage-failed`; after an error from the commit itself the result is unknown, and the caller
   * must read everything again before answering.
   */
  transact<T>(workspace: WorkspaceId, body: (transaction: SyncTransaction) => Promise<T>): Promise<T>;
  /** One consistent snapshot for all reads of the body. */
  read<T>(workspace: WorkspaceId, body: (reader: SyncReader) => Promise<T>): Promise<T>;
  /** Forgets outcomes that a device holds. Not urgent, not ordered. */
  forgetOutcomes(workspace: WorkspaceId, stream: StreamId, upTo: number): Promise<void>;
  /** Thins history: versions beyond the newest `keep` of an element, or older than `before`; unresolved ones stay. */
  thinHistory(workspace: WorkspaceId, keep: number, before: number): Promise<number>;
  workspaces(): Promise<WorkspaceId[]>;
}
