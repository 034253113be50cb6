/**
 * A device's store in one IndexedDB database, which any number of tabs may have open. A store that was erased carries a mark
 * until its database is gone: a tab that was frozen meanwhile finds it in its next transaction, and writes nothing.
 */
import { WaypostError, type WorkspaceId } from '@waypost/protocol';
import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB, unwrap } from 'idb';
import {
  type Collection,
  type DEVICE,
  nextNumberKey,
  outboxKey,
  type StorageBatch,
  type StorageReceipt,
  type StorageWrite,
  type StoredRecord,
} from '../engine/ports.ts';
import type { Collected, ErasableStorage, SpacedRecord } from '../portable/unsynced-work.ts';
import { goneError, storageError } from './storage-error.ts';
import { onWake } from './wake.ts';

type Space = WorkspaceId | typeof DEVICE;
type Database = IDBPDatabase;
type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<unknown, string[], Mode>;

const VERSION = 1;
const COLLECTIONS = [
  ...['state', 'outbox', 'elements', 'conflicts', 'local', 'log'],
] as const satisfies readonly Collection[] as readonly Collection[];
const PAGES = 'pages';
/** What is said of the store itself. Every writing transaction reads it, so that none can pass an erasure unseen. */
const ABOUT = 'about';
const ERASED = 'erased';
const STORES = [...COLLECTIONS, PAGES, ABOUT];
/** How long erasing waits for tabs that do not let go. Nothing is left in the database by then but the mark. */
const DELETED_WITHIN_MS = 1_000;

export interface IndexedDbStorageOptions {
  /** Of the database. Erasing removes it with all it holds. */
  readonly name: string;
  /** Whether to make the store where there is none; else that is `signed-out`. Yes unless told otherwise. */
  readonly create?: boolean;
}

/** Throws `signed-out` where the store is gone, `database-too-new`, `storage-full`, `storage-failed`. */
export async function openIndexedDbStorage({
  name,
  create = true,
}: IndexedDbStorageOptions): Promise<IndexedDbStorage> {
  let opened: IndexedDbStorage | null = null;
  let isAbsent = false;
  try {
    const db = await openDB(name, VERSION, {
      upgrade(db, oldVersion, _newVersion, transaction) {
        isAbsent = oldVersion === 0;
        if (isAbsent && !create) return transaction.abort();
        for (const store of STORES) db.createObjectStore(store);
      },
      blocking: (_current, next, event) => {
        if (opened !== null) opened.yield(next);
        else (event.target as IDBDatabase).close();
      },
      terminated: () => opened?.lose(),
    });
    opened = new IndexedDbStorage(db, name);
  } catch (error) {
    throw isAbsent && !create ? goneError() : storageError(error);
  }
  if (await opened.isErased()) {
    await opened.close();
    throw goneError();
  }
  return opened;
}

/** Removes a database that may be there. False where a tab does not let go of it yet. */
export async function deleteDatabase(name: string): Promise<boolean> {
  const deleted = deleteDB(name).then(() => true);
  let timer = 0;
  const waited = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), DELETED_WITHIN_MS);
  });
  return Promise.race([deleted, waited]).finally(() => clearTimeout(timer));
}

export class IndexedDbStorage implements ErasableStorage {
  /** Resolves when it ends by the doing of others: erased in another tab, wanted by a newer version, taken by the browser. */
  readonly lost: Promise<WaypostError>;
  readonly #name: string;
  readonly #db: Database;
  readonly #channel: BroadcastChannel;
  readonly #listeners = new Set<() => void>();
  readonly #stopWaking: () => void;
  #lose: (error: WaypostError) => void = () => undefined;
  /** Why nothing works any more; null while open. */
  #ended: WaypostError | null = null;

  constructor(db: Database, name: string) {
    this.#db = db;
    this.#name = name;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    // Told to every other handle, also those in this page, and never to this one.
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', () => this.#tell());
    // While a page was frozen or put aside, it was told nothing.
    this.#stopWaking = onWake(() => this.#tell());
  }

  async scan(collection: Collection, workspace: Space): Promise<readonly StoredRecord[]> {
    return this.#read([collection], async (transaction) => {
      const store = transaction.objectStore(collection);
      const range = everyKeyOf(workspace);
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return keys.map((key, at) => ({ key: keyOf(key), value: values[at] as string }));
    });
  }

  async get(collection: Collection, workspace: Space, keys: readonly string[]): Promise<readonly StoredRecord[]> {
    return this.#read([collection], async (transaction) => {
      const store = transaction.objectStore(collection);
      const asked = [...new Set(keys)];
      const values = await Promise.all(asked.map(async (key) => store.get([workspace, key]) as Promise<unknown>));
      return asked.flatMap((key, at) => (values[at] === undefined ? [] : [{ key, value: values[at] as string }]));
    });
  }

  async pages(workspace: WorkspaceId, numbers: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.#read([PAGES], async (transaction) => {
      const store = transaction.objectStore(PAGES);
      const pages = await Promise.all(
        numbers.map(async (number) => store.get([workspace, number]) as Promise<Uint8Array | undefined>),
      );
      return new Map(numbers.flatMap((number, at) => (pages[at] === undefined ? [] : [[number, pages[at]] as const])));
    });
  }

  async everywhere(collections: readonly Collection[]): Promise<Collected> {
    return this.#read(collections, collect(collections));
  }

  async commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt> {
    const receipt = await this.#write(storesOf(batch), durability, async (transaction) => {
      if (!(await isAsExpected(transaction, batch))) return { kind: 'refused' } as const;
      for (const write of batch.writes) apply(transaction, write);
      return { kind: 'written', numbers: await append(transaction, batch) } as const;
    });
    if (receipt.kind === 'written') this.#say();
    return receipt;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async erase(): Promise<void> {
    await this.eraseIf([], () => true);
  }

  async eraseIf(collections: readonly Collection[], holds: (found: Collected) => boolean): Promise<boolean> {
    const agreed = await this.#write(STORES, 'strict', async (transaction) => {
      if (!holds(await collect(collections)(transaction))) return false;
      for (const name of STORES) unwrap(transaction.objectStore(name)).clear();
      unwrap(transaction.objectStore(ABOUT)).put(true, ERASED);
      return true;
    });
    if (!agreed) return false;
    this.#end(goneError());
    await deleteDatabase(this.#name);
    return true;
  }

  async close(): Promise<void> {
    this.#end(new WaypostError('storage-failed', 'This store was closed: open it again.'));
  }

  async isErased(): Promise<boolean> {
    return this.#read([ABOUT], isMarked);
  }

  /** Another tab deletes the database, or brings it to a later version, and waits for this one. */
  yield(nextVersion: number | null): void {
    const newer = 'Another tab runs a newer Waypost: reload this one.';
    this.#lose(this.#end(nextVersion === null ? goneError() : new WaypostError('database-too-new', newer)));
  }

  /** The browser closed the database by itself: its data were removed, or the disk failed. */
  lose(): void {
    const closed = 'The browser closed the storage of this site: reload the page.';
    this.#lose(this.#end(new WaypostError('storage-failed', closed)));
  }

  async #read<Result>(
    names: readonly string[],
    work: (transaction: Transaction<'readonly'>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#ended !== null) throw this.#ended;
    try {
      return await work(this.#db.transaction([...names], 'readonly'));
    } catch (error) {
      throw this.#ended ?? storageError(error);
    }
  }

  async #write<Result>(
    stores: readonly string[],
    durability: 'strict' | 'relaxed',
    work: (transaction: Transaction<'readwrite'>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#ended !== null) throw this.#ended;
    let transaction: Transaction<'readwrite'> | null = null;
    try {
      transaction = this.#db.transaction([...stores], 'readwrite', { durability });
      const { done } = transaction;
      // What goes wrong is thrown by the request that meets it, or below when all commit.
      done.catch(() => undefined);
      if (await isMarked(transaction)) throw this.#end(goneError());
      const result = await work(transaction);
      unwrap(transaction).commit();
      await done;
      return result;
    } catch (error) {
      // Once a transaction failed, everything in it fails with that it did; why is in the transaction.
      throw this.#ended ?? storageError(abort(transaction) ?? error);
    }
  }

  #say(): void {
    // A store that was closed meanwhile has nobody to tell with; whoever opens it next reads everything.
    if (this.#ended === null) this.#channel.postMessage(null);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #end(error: WaypostError): WaypostError {
    if (this.#ended !== null) return this.#ended;
    this.#ended = error;
    this.#stopWaking();
    this.#channel.close();
    this.#db.close();
    // Those that wait for news are told of an end that they did not ask for.
    if (error.code !== 'storage-failed') this.#tell();
    return error;
  }
}

async function isMarked(transaction: Transaction<'readonly'> | Transaction<'readwrite'>): Promise<boolean> {
  return (await transaction.objectStore(ABOUT).get(ERASED)) !== undefined;
}

function storesOf({ writes, append = [], expect = [] }: StorageBatch): readonly string[] {
  const names = [...writes.map(({ to }) => to), ...expect.map(({ from }) => from)];
  return [...new Set([ABOUT, ...names, ...(append.length > 0 ? ['state', 'outbox'] : [])])];
}

async function isAsExpected(transaction: Transaction<'readwrite'>, { expect = [] }: StorageBatch): Promise<boolean> {
  const found = await Promise.all(
    expect.map(
      async ({ from, workspace, key }) => transaction.objectStore(from).get([workspace, key]) as Promise<unknown>,
    ),
  );
  return expect.every(({ value }, at) => (found[at] ?? null) === value);
}

/** Asks for the write and does not wait: one that fails, fails the transaction. */
function apply(transaction: Transaction<'readwrite'>, write: StorageWrite): void {
  const store = unwrap(transaction.objectStore(write.to));
  if (write.to === 'pages') {
    store.delete(everyKeyOf(write.workspace));
    for (const [number, bytes] of (write.pages ?? []).entries())
      store.put(bytesAlone(bytes), [write.workspace, number]);
    return;
  }
  if ('clear' in write) store.delete(everyKeyOf(write.workspace));
  else if (write.value === null) store.delete([write.workspace, write.key]);
  else store.put(write.value, [write.workspace, write.key]);
}

/** The numbers given, in the order of the batch. */
async function append(transaction: Transaction<'readwrite'>, { append = [] }: StorageBatch): Promise<number[]> {
  const nextKeys = new Map(
    append.map(({ workspace, stream }) => [`${workspace}/${stream}`, [workspace, nextNumberKey(stream)]]),
  );
  const nexts = new Map<string, number>();
  for (const [counter, key] of nextKeys) {
    const value = (await transaction.objectStore('state').get(key)) as string | undefined;
    nexts.set(counter, value === undefined ? 1 : Number(value));
  }
  const [state, outbox] =
    append.length === 0 ? [] : [transaction.objectStore('state'), transaction.objectStore('outbox')];
  const numbers = append.map(({ workspace, stream, value }) => {
    const counter = `${workspace}/${stream}`;
    const n = nexts.get(counter) ?? 1;
    nexts.set(counter, n + 1);
    if (outbox !== undefined) unwrap(outbox).put(value, [workspace, outboxKey(stream, n)]);
    return n;
  });
  for (const [counter, key] of nextKeys) if (state !== undefined) unwrap(state).put(String(nexts.get(counter)), key);
  return numbers;
}

function collect(
  collections: readonly Collection[],
): (transaction: Transaction<'readonly'> | Transaction<'readwrite'>) => Promise<Collected> {
  return async (transaction) => {
    const found = collections.map(async (name) => {
      const store = transaction.objectStore(name);
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      const records = keys.map((key, at): SpacedRecord => {
        const [workspace, ofRecord] = key as [Space, string];
        return { workspace, key: ofRecord, value: values[at] as string };
      });
      return [name, records] as const;
    });
    return new Map(await Promise.all(found));
  };
}

/** Arrays come after strings and numbers, so an empty one ends the keys of a workspace. */
function everyKeyOf(workspace: Space): IDBKeyRange {
  return IDBKeyRange.bound([workspace], [workspace, []]);
}

function keyOf(key: IDBValidKey): string {
  return (key as [Space, string])[1];
}

/** A view of a part of a buffer would be stored with the whole of it. */
function bytesAlone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** Ends what is left of a transaction; why it failed, where it did by itself. */
function abort(transaction: Transaction<'readwrite'> | null): DOMException | null {
  if (transaction === null) return null;
  const { error } = transaction;
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
  return error;
}
