/**
 * A device's store in one SQLite file, in a folder of its own. Commits that are asked for in the same turn share one
 * transaction, and so one wait for the disk. Any number of processes may have the file open: each looks, inside every
 * transaction, whether its file is still the one at the path, because SQLite would go on writing to a removed one.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WaypostError, type StreamId, type WorkspaceId } from '@waypost/protocol';
import type Database from 'better-sqlite3';
import {
  type Collection,
  DEVICE,
  nextNumberKey,
  outboxKey,
  type StorageBatch,
  type StorageReceipt,
  type StorageWrite,
  type StoredRecord,
} from '../engine/ports.ts';
import type { Collected, ErasableStorage } from '../portable/unsynced-work.ts';
import { fileIdentity, goneError, openSqliteFile, saying, syncFolder } from './sqlite-file.ts';
import {
  type CollectionStatements,
  prepareStatements,
  SCHEMA,
  SCHEMA_VERSION,
  type Space,
  type Statements,
} from './sqlite-statements.ts';

export const STORE_FILE = 'store.sqlite';
/** What the folder of a store that is being erased ends with, until its files are gone. */
export const ERASING = '.erasing';
/** Checkpoints cost two more waits for the disk: one after 16 MB, not SQLite's 4, keeps them out of most imports. */
const CHECKPOINT_PAGES = 4_000;
/** How long another process's commit may go unnoticed while someone watches. A look costs some microseconds. */
const WATCH_INTERVAL_MS = 20;

export interface SqliteStorageOptions {
  /** Of this store alone: erasing removes it with all it holds. */
  readonly folder: string;
  /** Whether to make the store where there is none; else that is `signed-out`. Yes unless told otherwise. */
  readonly create?: boolean;
  /** The file grows to this and no further, as on a full disk. */
  readonly fileBytesMax?: number;
}

/** Stands as long as the file holds remains of what was to be scrubbed. */
const SCRUB = 'scrub';

interface QueuedCommit {
  readonly batch: StorageBatch;
  readonly durability: 'strict' | 'relaxed';
  resolve(receipt: StorageReceipt): void;
  reject(error: unknown): void;
}

export function openSqliteStorage(options: SqliteStorageOptions): SqliteStorage {
  return new SqliteStorage(options);
}

export class SqliteStorage implements ErasableStorage {
  readonly #folder: string;
  readonly #file: string;
  readonly #db: Database.Database;
  readonly #identity: string;
  readonly #statements: Statements;
  readonly #listeners = new Set<() => void>();
  #queue: QueuedCommit[] = [];
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';
  #watching: NodeJS.Timeout | null = null;
  #seenVersion = 0;
  /** Why nothing works any more; null while open. */
  #ended: WaypostError | null = null;

  constructor({ folder, create = true, fileBytesMax }: SqliteStorageOptions) {
    this.#folder = folder;
    this.#file = join(folder, STORE_FILE);
    const opened = openSqliteFile({ file: this.#file, schema: SCHEMA, version: SCHEMA_VERSION, create });
    this.#db = opened.db;
    this.#identity = opened.identity;
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (fileBytesMax !== undefined) this.#db.pragma(`max_page_count = ${Math.ceil(fileBytesMax / 4096)}`);
    this.#statements = prepareStatements(this.#db);
    if (this.#statements.state.get.get(DEVICE, SCRUB) !== undefined) this.#scrub();
  }

  async scan(collection: Collection, workspace: Space): Promise<readonly StoredRecord[]> {
    return this.#read(() => inKeyOrder(this.#statements[collection].scan.all(workspace)));
  }

  async get(collection: Collection, workspace: Space, keys: readonly string[]): Promise<readonly StoredRecord[]> {
    return this.#read(() => {
      const { get } = this.#statements[collection];
      const found: StoredRecord[] = [];
      for (const key of new Set(keys)) {
        const record = get.get(workspace, key);
        if (record !== undefined) found.push({ key, value: record.value });
      }
      return found;
    });
  }

  async pages(workspace: WorkspaceId, numbers: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.#read(() => {
      const found = new Map<number, Uint8Array>();
      for (const number of numbers) {
        const page = this.#statements.pages.get.get(workspace, number);
        if (page !== undefined)
          found.set(number, new Uint8Array(page.bytes.buffer, page.bytes.byteOffset, page.bytes.byteLength));
      }
      return found;
    });
  }

  async everywhere(collections: readonly Collection[]): Promise<Collected> {
    return this.#read(() => this.#collect(collections));
  }

  async commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt> {
    if (this.#ended !== null) throw this.#ended;
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, durability, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#flush());
    });
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#watching === null && this.#ended === null) {
      this.#seenVersion = this.#version();
      this.#watching = setInterval(() => this.#look(), WATCH_INTERVAL_MS).unref();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stopWatching();
    };
  }

  async erase(): Promise<void> {
    await this.eraseIf([], () => true);
  }

  async eraseIf(collections: readonly Collection[], holds: (found: Collected) => boolean): Promise<boolean> {
    this.#flush();
    if (this.#ended !== null) throw this.#ended;
    this.#begin();
    try {
      const agreed = holds(this.#collect(collections));
      if (agreed) this.#removeFolder();
      return agreed;
    } finally {
      if (this.#ended === null) {
        this.#db.exec('ROLLBACK');
        this.#flush();
      }
    }
  }

  async close(): Promise<void> {
    this.#flush();
    this.#end(new WaypostError('storage-failed', 'This store was closed: open it again.'));
  }

  #collect(collections: readonly Collection[]): Collected {
    return new Map(collections.map((name) => [name, this.#statements[name].everywhere.all()]));
  }

  #flush(): void {
    if (this.#queue.length === 0 || this.#db.inTransaction) return;
    const group = this.#queue;
    this.#queue = [];
    if (this.#ended !== null) {
      for (const queued of group) queued.reject(this.#ended);
      return;
    }
    try {
      this.#commitTogether(group);
    } catch (error) {
      if (group.length === 1 || this.#ended !== null) {
        for (const queued of group) queued.reject(error);
      } else {
        // One that does not fit must not take the others with it.
        for (const queued of group) this.#commitAlone(queued);
      }
    }
  }

  #commitAlone(queued: QueuedCommit): void {
    try {
      this.#commitTogether([queued]);
    } catch (error) {
      queued.reject(error);
    }
  }

  #commitTogether(group: readonly QueuedCommit[]): void {
    const receipts = this.#transaction(group.some((queued) => queued.durability === 'strict') ? 'FULL' : 'NORMAL', () =>
      group.map((queued) => this.#write(queued.batch)),
    );
    if (group.some(({ batch }, at) => batch.scrub === true && receipts[at]?.kind === 'written')) this.#scrub();
    for (const [index, queued] of group.entries()) queued.resolve(receipts[index] as StorageReceipt);
  }

  /** Removed rows stay in free pages and in the log until the file is written anew. What fails is done at the next opening. */
  #scrub(): void {
    try {
      this.#db.exec('VACUUM');
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
      this.#statements.state.remove.run(DEVICE, SCRUB);
    } catch {
      // Another process reads, or the disk is full: the note of it stays.
    }
  }

  #write({ expect = [], writes, append = [], scrub = false }: StorageBatch): StorageReceipt {
    for (const { from, workspace, key, value } of expect) {
      if ((this.#statements[from].get.get(workspace, key)?.value ?? null) !== value) return { kind: 'refused' };
    }
    for (const write of writes) this.#apply(write);
    if (scrub) this.#statements.state.put.run(DEVICE, SCRUB, '1');
    const next = new Map<string, { readonly workspace: WorkspaceId; readonly stream: StreamId; n: number }>();
    const numbers = append.map(({ workspace, stream, value }) => {
      const key = `${workspace}/${stream}`;
      const counter = next.get(key) ?? { workspace, stream, n: this.#nextNumber(workspace, stream) };
      next.set(key, counter);
      this.#statements.outbox.put.run(workspace, outboxKey(stream, counter.n), value);
      return counter.n++;
    });
    for (const { workspace, stream, n } of next.values()) {
      this.#statements.state.put.run(workspace, nextNumberKey(stream), String(n));
    }
    return { kind: 'written', numbers };
  }

  #apply(write: StorageWrite): void {
    if (write.to === 'pages') {
      const { clear, put } = this.#statements.pages;
      clear.run(write.workspace);
      for (const [number, bytes] of (write.pages ?? []).entries()) put.run(write.workspace, number, bytes);
      return;
    }
    const statements: CollectionStatements = this.#statements[write.to];
    if ('clear' in write) statements.clear.run(write.workspace);
    else if (write.value === null) statements.remove.run(write.workspace, write.key);
    else statements.put.run(write.workspace, write.key, write.value);
  }

  #nextNumber(workspace: WorkspaceId, stream: StreamId): number {
    const record = this.#statements.state.get.get(workspace, nextNumberKey(stream));
    return record === undefined ? 1 : Number(record.value);
  }

  #read<Result>(work: () => Result): Result {
    if (this.#ended !== null) throw this.#ended;
    this.#checkStillThere();
    return this.#attempt(work);
  }

  #transaction<Result>(synchronous: 'FULL' | 'NORMAL', work: () => Result): Result {
    return this.#attempt(() => {
      // FULL waits for the disk at every commit; NORMAL leaves that to the operating system. A later FULL commit makes
      // earlier ones durable too: they are in the same file.
      if (this.#synchronous !== synchronous) {
        this.#db.pragma(`synchronous = ${synchronous}`);
        this.#synchronous = synchronous;
      }
      this.#begin();
      try {
        const result = work();
        this.#statements.commit.run();
        return result;
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Takes the write lock; under it, nobody else can erase the store. */
  #begin(): void {
    this.#attempt(() => this.#statements.begin.run());
    this.#checkStillThere();
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return saying(this.#file, work);
    } catch (error) {
      // A removed file answers with errors of many kinds; this is the one that says what happened.
      this.#checkStillThere();
      throw error;
    }
  }

  #checkStillThere(): void {
    if (fileIdentity(this.#file) === this.#identity) return;
    const error = goneError();
    // The bytes of the removed file leave the disk when its last holder lets go.
    this.#end(error);
    throw error;
  }

  #removeFolder(): void {
    // One rename takes the store away whole; what is left after a crash here carries the ending and is swept at the next start.
    const doomed = `${this.#folder}.${randomUUID()}${ERASING}`;
    saying(this.#folder, () => {
      renameSync(this.#folder, doomed);
      syncFolder(dirname(this.#folder));
    });
    this.#end(goneError());
    saying(doomed, () => {
      rmSync(doomed, { recursive: true, force: true });
      syncFolder(dirname(doomed));
    });
  }

  #end(error: WaypostError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#stopWatching();
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#db.close();
    for (const queued of this.#queue) queued.reject(error);
    this.#queue = [];
    if (error.code === 'signed-out') for (const listener of this.#listeners) listener();
  }

  #look(): void {
    try {
      this.#checkStillThere();
    } catch {
      // The listeners were told; what they do next is refused with the reason.
      return;
    }
    const version = this.#version();
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    for (const listener of this.#listeners) listener();
  }

  /** Changes when another connection committed, never by one's own commits. */
  #version(): number {
    return this.#statements.version.get()?.data_version ?? 0;
  }

  #stopWatching(): void {
    if (this.#watching !== null) clearInterval(this.#watching);
    this.#watching = null;
  }
}

/** SQLite orders by UTF-8 bytes, which differ from UTF-16 units beyond U+D7FF. */
function inKeyOrder(records: StoredRecord[]): readonly StoredRecord[] {
  const sorted = records.every((record, index) => index === 0 || (records[index - 1] as StoredRecord).key < record.key);
  return sorted ? records : records.sort((a, b) => (a.key < b.key ? -1 : 1));
}
