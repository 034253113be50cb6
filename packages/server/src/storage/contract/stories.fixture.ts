/** What the contract suites build their stories from. */
import {
  type AccountId,
  type Conflict,
  type ConflictId,
  type DeviceId,
  type ElementId,
  EMPTY_SUM,
  type Epoch,
  type StreamId,
  type WorkspaceId,
} from '@waypost/protocol';
import type {
  HistoryRow,
  Membership,
  StoredElement,
  StoredRow,
  StoredTombstone,
  SyncBatch,
  SyncStore,
  WorkspaceRow,
} from '../../sync/store.ts';

/** A database with nothing in it, opened for one test. */
export interface SyncStoreUnderTest {
  readonly store: SyncStore;
  /** Another connection to the same database, as a second node or thread has it. */
  another(): Promise<SyncStore>;
  addWorkspace(id: WorkspaceId, epoch: Epoch): Promise<void>;
  setMember(workspace: WorkspaceId, account: AccountId, role: Membership['role'] | null): Promise<void>;
  setDevice(id: DeviceId, device: TestDevice): Promise<void>;
  close(): Promise<void>;
}

export interface TestDevice {
  readonly account: AccountId;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
}

export const WORKSPACE = '00000000-0000-4000-8000-0000000000aa' as WorkspaceId;
export const OTHER_WORKSPACE = '00000000-0000-4000-8000-0000000000bb' as WorkspaceId;
export const EPOCH = 'first' as Epoch;
export const ACCOUNT = '00000000-0000-4000-8000-00000000000a' as AccountId;
export const DEVICE = '00000000-0000-4000-8000-00000000000d' as DeviceId;
export const STREAM = '00000000-0000-4000-8000-00000000000e' as StreamId;
const ACTOR = { account: ACCOUNT, device: DEVICE };

export function elementId(number: number): ElementId {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as ElementId;
}

export function conflictId(number: number): ConflictId {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}` as ConflictId;
}

export function element(number: number, rest: Partial<Omit<StoredElement, 'gone' | 'id'>> = {}): StoredElement {
  const revision = rest.revision ?? 1;
  return {
    gone: false,
    id: elementId(number),
    kind: 'request',
    schema: 1,
    parent: null,
    order: 'a0',
    data: `{"name":"request ${number}"}`,
    rows: {},
    origin: null,
    revision,
    created: { revision, author: DEVICE },
    stamps: {},
    shape: revision,
    trashed: null,
    by: ACTOR,
    at: 1000,
    ...rest,
  };
}

export function tombstone(number: number, revision: number): StoredTombstone {
  return { gone: true, id: elementId(number), revision, by: ACTOR, at: 2000 };
}

export function trashed(revision: number, at: number): StoredElement['trashed'] {
  return { revision, by: ACTOR, at };
}

export function conflict(number: number, rest: Partial<Conflict> = {}): Conflict {
  return {
    id: conflictId(number),
    element: elementId(1),
    type: 'edit',
    fields: [{ group: 'name', base: '"a"', mine: '"b\\u0000"', revision: 1 }],
    mine: ACTOR,
    theirs: { account: ACCOUNT, device: 'other' as DeviceId },
    at: 3000,
    revision: 2,
    closed: null,
    ...rest,
  };
}

export function version(number: number, revision: number, rest: Partial<HistoryRow> = {}): HistoryRow {
  return {
    element: elementId(number),
    revision,
    by: ACTOR,
    at: 1000 + revision,
    stream: STREAM,
    n: revision,
    status: 'written',
    values: { name: `"before ${revision}"`, '@created': null },
    ...rest,
  };
}

export function emptyWorkspace(rest: Partial<WorkspaceRow> = {}): WorkspaceRow {
  const none = { restored: 0, head: 0, floor: 0, sum: EMPTY_SUM, elements: 0, tombstones: 0 };
  return { id: WORKSPACE, epoch: EPOCH, ...none, lives: [], recovered: null, ...rest };
}

export function batch(workspace: WorkspaceRow, rest: Partial<SyncBatch> = {}): SyncBatch {
  const nothing = { rows: [], collected: [], streams: [], outcomes: [], conflicts: [], history: [] };
  return { workspace, ...nothing, ...rest };
}

/** Commits rows at the next number, as the committer would; the new head. */
export async function commit(store: SyncStore, rows: (head: number) => readonly StoredRow[]): Promise<number> {
  return store.transact(WORKSPACE, async (transaction) => {
    const workspace = await transaction.workspace();
    if (workspace === null) throw new Error('no workspace');
    const head = workspace.head + 1;
    await transaction.write(batch({ ...workspace, head }, { rows: rows(head) }));
    return head;
  });
}

export function ids(rows: readonly { readonly id: ElementId }[]): number[] {
  return rows.map(({ id }) => Number(id.slice(-12))).sort((one, other) => one - other);
}

/** A promise and the function that settles it. */
export function signal(): { readonly fired: Promise<void>; readonly fire: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { fired: promise, fire: resolve };
}
