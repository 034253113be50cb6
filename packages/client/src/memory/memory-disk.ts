/**
 * A device's disk in memory, shared by any number of tabs or processes, with the seam through which tests and the
 * simulation make it slow, full or broken, end a process, or cut the power.
 */
import { WaypostError, type WorkspaceId } from '@waypost/protocol';
import {
  type Collection,
  type DEVICE,
  type DeviceStorage,
  type LeaderHandlers,
  type Leadership,
  nextNumberKey,
  outboxKey,
  type StorageBatch,
  type StorageReceipt,
  type StorageWrite,
  type StoredRecord,
} from '../engine/ports.ts';

type Space = WorkspaceId | typeof DEVICE;

export interface DiskOperation {
  readonly kind: 'scan' | 'get' | 'pages' | 'commit' | 'erase';
  readonly batch: StorageBatch | null;
  readonly durability: 'strict' | 'relaxed' | null;
}

/** May wait, never return, or throw what a disk throws. */
export interface DiskFaults {
  readonly before?: (operation: DiskOperation) => Promise<void> | void;
  /** After a commit was written, and before its caller learns of it. */
  readonly after?: (operation: DiskOperation) => Promise<void> | void;
}

export class MemoryDisk {
  #tables = new Tables();
  #durable = new Tables();
  #unflushed: StorageBatch[] = [];
  #handles = new Set<MemoryStorage>();
  #leader: MemoryLeadership | null = null;
  #erased = false;

  /** One tab's or process's view of the disk. */
  open(faults: DiskFaults = {}): MemoryStorage {
    const handle = new MemoryStorage(this, faults);
    this.#handles.add(handle);
    return handle;
  }

  leadership(): MemoryLeadership {
    return new MemoryLeadership({
      take: (who) => {
        this.#leader ??= who;
        return this.#leader === who;
      },
      steal: (who) => {
        const before = this.#leader;
        this.#leader = who;
        if (before !== null && before !== who) before.lost();
      },
      release: (who) => {
        if (this.#leader === who) this.#leader = null;
      },
    });
  }

  /**
   * Everything since the last strict commit may be lost; `kept` of those commits happened to reach the disk. All
   * processes end.
   */
  cutPower(kept = 0): void {
    for (const batch of this.#unflushed.slice(0, kept)) this.#durable.write(batch);
    this.#unflushed = [];
    this.#tables = this.#durable.copy();
    for (const handle of this.#handles) handle.kill();
    this.#leader = null;
  }

  /** Whether any record or page mentions a text, for checks of what must not be there. */
  mentions(text: string): boolean {
    return this.#tables.mentions(text);
  }

  get tables(): Tables {
    if (this.#erased) throw new WaypostError('signed-out', 'This store was erased.');
    return this.#tables;
  }

  write(batch: StorageBatch, durability: 'strict' | 'relaxed', writer: MemoryStorage): StorageReceipt {
    const receipt = this.tables.write(batch);
    if (receipt.kind === 'refused') return receipt;
    this.#unflushed.push(batch);
    if (durability === 'strict') {
      for (const unflushed of this.#unflushed) this.#durable.write(unflushed);
      this.#unflushed = [];
    }
    this.#tellOthers(writer);
    return receipt;
  }

  erase(writer: MemoryStorage): void {
    this.#tables = new Tables();
    this.#durable = new Tables();
    this.#unflushed = [];
    this.#erased = true;
    this.#tellOthers(writer);
  }

  closed(handle: MemoryStorage): void {
    this.#handles.delete(handle);
  }

  #tellOthers(writer: MemoryStorage): void {
    for (const handle of this.#handles) if (handle !== writer) handle.told();
  }
}

export class MemoryStorage implements DeviceStorage {
  readonly #disk: MemoryDisk;
  readonly #faults: DiskFaults;
  readonly #listeners = new Set<() => void>();
  #ended: 'open' | 'closed' | 'killed' = 'open';
  #telling = false;

  constructor(disk: MemoryDisk, faults: DiskFaults) {
    this.#disk = disk;
    this.#faults = faults;
  }

  async scan(collection: Collection, workspace: Space): Promise<readonly StoredRecord[]> {
    await this.#begin({ kind: 'scan', batch: null, durability: null });
    const records = [...this.#disk.tables.collection(collection, workspace)].map(([key, value]) => ({ key, value }));
    return records.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async get(collection: Collection, workspace: Space, keys: readonly string[]): Promise<readonly StoredRecord[]> {
    await this.#begin({ kind: 'get', batch: null, durability: null });
    const records = this.#disk.tables.collection(collection, workspace);
    return [...new Set(keys)].flatMap((key) => {
      const value = records.get(key);
      return value === undefined ? [] : [{ key, value }];
    });
  }

  async pages(workspace: WorkspaceId, numbers: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    await this.#begin({ kind: 'pages', batch: null, durability: null });
    const pages = this.#disk.tables.pages(workspace);
    return new Map(
      numbers.flatMap((number) => (pages[number] === undefined ? [] : [[number, pages[number]] as const])),
    );
  }

  async commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt> {
    await this.#begin({ kind: 'commit', batch, durability });
    const receipt = this.#disk.write(batch, durability, this);
    await this.#faults.after?.({ kind: 'commit', batch, durability });
    await this.#alive();
    return receipt;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async erase(): Promise<void> {
    await this.#begin({ kind: 'erase', batch: null, durability: null });
    this.#disk.erase(this);
    this.#ended = 'closed';
  }

  async close(): Promise<void> {
    if (this.#ended === 'open') this.#ended = 'closed';
    this.#listeners.clear();
    this.#disk.closed(this);
  }

  /** The process ends here: nothing it waits for ever returns, and nothing it does reaches the disk. */
  kill(): void {
    this.#ended = 'killed';
    this.#listeners.clear();
    this.#disk.closed(this);
  }

  /** Somebody else committed. Told in a later turn, as a real disk would. */
  told(): void {
    if (this.#telling || this.#ended !== 'open') return;
    this.#telling = true;
    void Promise.resolve().then(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }

  async #begin(operation: DiskOperation): Promise<void> {
    await this.#alive();
    await this.#faults.before?.(operation);
    await this.#alive();
  }

  async #alive(): Promise<void> {
    if (this.#ended === 'killed') await new Promise<never>(() => {});
    if (this.#ended === 'closed') throw new WaypostError('storage-failed', 'This store was closed: open it again.');
  }
}

interface Lock {
  readonly take: (who: MemoryLeadership) => boolean;
  readonly steal: (who: MemoryLeadership) => void;
  readonly release: (who: MemoryLeadership) => void;
}

export class MemoryLeadership implements Leadership {
  readonly #lock: Lock;
  #handlers: LeaderHandlers | undefined;

  constructor(lock: Lock) {
    this.#lock = lock;
  }

  async take(handlers?: LeaderHandlers): Promise<boolean> {
    this.#handlers = handlers;
    return this.#lock.take(this);
  }

  /** As where whoever leads stands still: the next `take` finds it taken. */
  steal(): void {
    this.#lock.steal(this);
  }

  lost(): void {
    this.#handlers?.lost();
  }

  async release(): Promise<void> {
    this.#lock.release(this);
  }
}

class Tables {
  readonly #collections = new Map<string, Map<string, string>>();
  readonly #pages = new Map<string, readonly Uint8Array[]>();

  collection(collection: Collection, workspace: Space): Map<string, string> {
    const name = `${collection}/${workspace}`;
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, string>();
    this.#collections.set(name, made);
    return made;
  }

  pages(workspace: WorkspaceId): readonly Uint8Array[] {
    return this.#pages.get(workspace) ?? [];
  }

  write({ writes, append = [], expect = [] }: StorageBatch): StorageReceipt {
    for (const { from, workspace, key, value } of expect) {
      if ((this.collection(from, workspace).get(key) ?? null) !== value) return { kind: 'refused' };
    }
    for (const write of writes) this.#apply(write);
    const numbers = append.map(({ workspace, stream, value }) => {
      const state = this.collection('state', workspace);
      const n = Number(state.get(nextNumberKey(stream)) ?? '1');
      state.set(nextNumberKey(stream), String(n + 1));
      this.collection('outbox', workspace).set(outboxKey(stream, n), value);
      return n;
    });
    return { kind: 'written', numbers };
  }

  copy(): Tables {
    const copy = new Tables();
    for (const [name, records] of this.#collections) copy.#collections.set(name, new Map(records));
    for (const [workspace, pages] of this.#pages) copy.#pages.set(workspace, pages);
    return copy;
  }

  mentions(text: string): boolean {
    return [...this.#collections.values()].some((records) =>
      [...records.values()].some((value) => value.includes(text)),
    );
  }

  #apply(write: StorageWrite): void {
    if (write.to === 'pages') {
      if (write.pages === null) this.#pages.delete(write.workspace);
      else this.#pages.set(write.workspace, write.pages);
      return;
    }
    const records = this.collection(write.to, write.workspace);
    if ('clear' in write) records.clear();
    else if (write.value === null) records.delete(write.key);
    else records.set(write.key, write.value);
  }
}
