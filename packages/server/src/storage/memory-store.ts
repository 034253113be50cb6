/**
 * The sync store in memory, for the simulation and for tests: a {@link MemoryDatabase} is the disk, each
 * {@link MemorySyncStore} one node's connection to it. Transactions are real: a lock per workspace, nothing visible
 * before the commit, nothing left after a rollback, reads of one moment. It knows no time and no platform, and waits for
 * nothing but its own promises, so that a seed decides everything.
 */
import type { AccountId, ActorNames, DeviceId, Epoch, StreamId, WorkspaceId } from '@waypost/protocol';
import { EMPTY_SUM, WaypostError } from '@waypost/protocol';
import type { Membership, SyncBatch, SyncReader, SyncStore, SyncTransaction, WorkspaceRow } from '../sync/store.ts';
import { MemoryWorkspace } from './memory-workspace.ts';
import { unknownResult } from './storage-errors.ts';
import { Turns } from './turns.ts';

/** What a database holds at one moment. Immutable: the database replaces it, so a copy is only a reference. */
export interface MemoryContent {
  readonly workspaces: ReadonlyMap<WorkspaceId, MemoryWorkspace>;
  readonly members: ReadonlyMap<string, Membership>;
  readonly devices: ReadonlyMap<DeviceId, MemoryDevice>;
}

export interface MemoryDevice {
  readonly account: AccountId;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
}

/**
 * Where a fault may strike. A hook may wait, and may throw: up to `before-commit` nothing is written then; at
 * `after-commit` it is, and the caller learns only that the result is unknown.
 */
export type FaultPoint = 'before-transaction' | 'before-write' | 'before-commit' | 'after-commit' | 'before-read';
export type FaultHook = (point: FaultPoint, workspace: WorkspaceId) => void | Promise<void>;

/** A body that keeps meeting changes of members and devices gives up after this many tries, as the SQL store does. */
const TRIES_MAX = 8;

export class MemoryDatabase {
  #content: MemoryContent = { workspaces: new Map(), members: new Map(), devices: new Map() };
  readonly #locks = new Map<WorkspaceId, Turns>();

  /** One node's connection. */
  connect(faults: FaultHook = () => {}): MemorySyncStore {
    return new MemorySyncStore(this, faults);
  }

  get content(): MemoryContent {
    return this.#content;
  }

  /** A backup put in place of what is there. Close the connections first, as one would stop the servers. */
  restore(content: MemoryContent): void {
    this.#content = content;
  }

  addWorkspace(id: WorkspaceId, epoch: Epoch): void {
    this.putWorkspace(id, new MemoryWorkspace(emptyWorkspace(id, epoch)));
  }

  removeWorkspace(id: WorkspaceId): void {
    const workspaces = new Map(this.#content.workspaces);
    workspaces.delete(id);
    this.#content = { ...this.#content, workspaces };
  }

  /** Null removes the member. In force for every commit that is not done yet. */
  setMember(workspace: WorkspaceId, account: AccountId, role: Membership['role'] | null): void {
    const members = new Map(this.#content.members);
    if (role === null) members.delete(memberKey(workspace, account));
    else members.set(memberKey(workspace, account), { role });
    this.#content = { ...this.#content, members };
  }

  setDevice(id: DeviceId, device: MemoryDevice): void {
    this.#content = { ...this.#content, devices: new Map(this.#content.devices).set(id, device) };
  }

  putWorkspace(id: WorkspaceId, workspace: MemoryWorkspace): void {
    this.#content = { ...this.#content, workspaces: new Map(this.#content.workspaces).set(id, workspace) };
  }

  lock(workspace: WorkspaceId): Turns {
    const known = this.#locks.get(workspace);
    if (known !== undefined) return known;
    const turns = new Turns();
    this.#locks.set(workspace, turns);
    return turns;
  }
}

export class MemorySyncStore implements SyncStore {
  readonly #database: MemoryDatabase;
  readonly #faults: FaultHook;
  /** Ends what waits, when the connection is closed. */
  readonly #waiting = new Set<(reason: WaypostError) => void>();
  #closed: WaypostError | null = null;

  constructor(database: MemoryDatabase, faults: FaultHook) {
    this.#database = database;
    this.#faults = faults;
  }

  /** As when the node dies: its transactions end without a commit and give their locks back at once. */
  close(): void {
    this.#closed = new WaypostError('storage-failed', 'The connection to the database was closed.');
    for (const reject of this.#waiting) reject(this.#closed);
    this.#waiting.clear();
  }

  transact<T>(workspace: WorkspaceId, body: (transaction: SyncTransaction) => Promise<T>): Promise<T> {
    return this.#database.lock(workspace).run(async () => {
      await this.#orClosed(this.#faults('before-transaction', workspace));
      for (let tries = 1; ; tries += 1) {
        const transaction = new MemoryTransaction(this.#database, workspace, this.#faults);
        let result: T;
        let committed: boolean;
        try {
          result = await this.#orClosed(body(transaction));
          await this.#orClosed(this.#faults('before-commit', workspace));
          committed = transaction.commit();
        } finally {
          transaction.end();
        }
        if (!committed && tries >= TRIES_MAX) throw new WaypostError('storage-failed');
        if (!committed) continue;
        try {
          await this.#orClosed(this.#faults('after-commit', workspace));
        } catch (error) {
          throw unknownResult(error, 'The database');
        }
        return result;
      }
    });
  }

  async read<T>(workspace: WorkspaceId, body: (reader: SyncReader) => Promise<T>): Promise<T> {
    await this.#orClosed(this.#faults('before-read', workspace));
    return this.#orClosed(body(new MemoryReader(this.#database.content, workspace)));
  }

  async forgetOutcomes(workspace: WorkspaceId, stream: StreamId, upTo: number): Promise<void> {
    await this.#change(workspace, (fork) => fork.forgetOutcomes(stream, upTo));
  }

  async thinHistory(workspace: WorkspaceId, keep: number, before: number): Promise<number> {
    return (await this.#change(workspace, (fork) => fork.thinHistory(keep, before))) ?? 0;
  }

  async workspaces(): Promise<WorkspaceId[]> {
    this.#refuseIfClosed();
    return [...this.#database.content.workspaces.keys()].sort();
  }

  #change<T>(workspace: WorkspaceId, change: (fork: MemoryWorkspace) => T): Promise<T | undefined> {
    return this.#database.lock(workspace).run(async () => {
      this.#refuseIfClosed();
      const fork = this.#database.content.workspaces.get(workspace)?.fork();
      if (fork === undefined) return undefined;
      const result = change(fork);
      this.#database.putWorkspace(workspace, fork);
      return result;
    });
  }

  /** The result of the work, or the error of a connection that was closed meanwhile, whichever is first. */
  async #orClosed<T>(work: T | Promise<T>): Promise<T> {
    this.#refuseIfClosed();
    if (!(work instanceof Promise)) return work;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  #refuseIfClosed(): void {
    if (this.#closed !== null) throw this.#closed;
  }
}

/** All reads of the port, of the content that {@link MemoryReader.content} stands for. */
class MemoryReader implements SyncReader {
  protected readonly id: WorkspaceId;
  readonly #content: MemoryContent;

  constructor(content: MemoryContent, id: WorkspaceId) {
    this.#content = content;
    this.id = id;
  }

  protected get content(): MemoryContent {
    return this.#content;
  }

  protected get current(): MemoryWorkspace | undefined {
    return this.content.workspaces.get(this.id);
  }

  async workspace(): Promise<WorkspaceRow | null> {
    return this.current?.row ?? null;
  }

  async membership(account: AccountId): Promise<Membership | null> {
    return this.content.members.get(memberKey(this.id, account)) ?? null;
  }

  async deviceActive(device: DeviceId): Promise<boolean> {
    return this.content.devices.get(device)?.active ?? false;
  }

  async names(devices: readonly DeviceId[]): Promise<ActorNames> {
    const known = devices.flatMap((id) => {
      const device = this.content.devices.get(id);
      return device === undefined ? [] : [[id, device] as const];
    });
    return Object.fromEntries(known.map(([id, { account, email, name }]) => [id, { account, email, device: name }]));
  }

  rows: SyncReader['rows'] = async (ids) => this.current?.rows(ids) ?? [];
  withAncestors: SyncReader['withAncestors'] = async (ids) => this.current?.withAncestors(ids) ?? [];
  withDescendants: SyncReader['withDescendants'] = async (ids) => this.current?.withDescendants(ids) ?? [];
  children: SyncReader['children'] = async (parent) => this.current?.children(parent) ?? [];
  changedAbove: SyncReader['changedAbove'] = async (revision, limit) =>
    this.current?.changedAbove(revision, limit) ?? [];
  elementsAfter: SyncReader['elementsAfter'] = async (id, limit) => this.current?.elementsAfter(id, limit) ?? [];
  streams: SyncReader['streams'] = async (ids) => this.current?.streams(ids) ?? [];
  outcomesAbove: SyncReader['outcomesAbove'] = async (stream, n) => this.current?.outcomesAbove(stream, n) ?? [];
  openConflicts: SyncReader['openConflicts'] = async (elements) => this.current?.openConflicts(elements) ?? [];
  conflicts: SyncReader['conflicts'] = async (ids) => this.current?.conflicts(ids) ?? [];
  conflictsAbove: SyncReader['conflictsAbove'] = async (account, revision) =>
    this.current?.conflictsAbove(account, revision) ?? [];
  history: SyncReader['history'] = async (element, limit) => this.current?.history(element, limit) ?? [];
  trashedBefore: SyncReader['trashedBefore'] = async (at, limit) => this.current?.trashedBefore(at, limit) ?? [];
  tombstones: SyncReader['tombstones'] = async (limit) => this.current?.tombstones(limit) ?? [];
}

class MemoryTransaction extends MemoryReader implements SyncTransaction {
  readonly #database: MemoryDatabase;
  readonly #faults: FaultHook;
  readonly #start: MemoryWorkspace | undefined;
  #fork: MemoryWorkspace | undefined;
  #ended = false;
  /** Answers about members and devices, which must still hold at the commit. */
  readonly #answers: (() => boolean)[] = [];

  constructor(database: MemoryDatabase, id: WorkspaceId, faults: FaultHook) {
    super(database.content, id);
    this.#database = database;
    this.#faults = faults;
    this.#start = database.content.workspaces.get(id);
  }

  protected override get content(): MemoryContent {
    return this.#database.content;
  }

  protected override get current(): MemoryWorkspace | undefined {
    if (this.#ended) throw new Error('a transaction was used after it had ended');
    return this.#fork ?? this.#start;
  }

  override async membership(account: AccountId): Promise<Membership | null> {
    const answer = await super.membership(account);
    const key = memberKey(this.id, account);
    this.#answers.push(() => this.content.members.get(key)?.role === answer?.role);
    return answer;
  }

  override async deviceActive(device: DeviceId): Promise<boolean> {
    const answer = await super.deviceActive(device);
    this.#answers.push(() => (this.content.devices.get(device)?.active ?? false) === answer);
    return answer;
  }

  async write(batch: SyncBatch): Promise<void> {
    await this.#faults('before-write', this.id);
    if (this.current === undefined || batch.workspace.id !== this.id) {
      throw new Error(`a commit of workspace ${this.id} has no row to write to`);
    }
    this.#fork ??= this.current.fork();
    this.#fork.write(batch);
  }

  end(): void {
    this.#ended = true;
  }

  /** False where the world has changed so that the body must run again. */
  commit(): boolean {
    if (this.#fork === undefined) return true;
    if (this.content.workspaces.get(this.id) !== this.#start) return false;
    if (!this.#answers.every((holds) => holds())) return false;
    this.#database.putWorkspace(this.id, this.#fork);
    return true;
  }
}

function memberKey(workspace: WorkspaceId, account: AccountId): string {
  return `${workspace} ${account}`;
}

function emptyWorkspace(id: WorkspaceId, epoch: Epoch): WorkspaceRow {
  const none = { restored: 0, head: 0, floor: 0, sum: EMPTY_SUM, elements: 0, tombstones: 0 };
  return { id, epoch, ...none, lives: [], recovered: null };
}
