/**
 * Files that were chosen in this browser for requests. The request says only their names, and only those sync: what is in
 * them stays on this device, in a database of its own for each account and workspace.
 */
import type { ElementId } from '@waypost/protocol';

const STORE = 'files';

export class ChosenFiles {
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #database: Promise<IDBDatabase> | null = null;

  /** `channel` names the workspace among all of this browser. */
  constructor(channel: string) {
    this.#name = filesDatabase(channel);
  }

  /** Keeps a file for a request under the name that the request gives it. */
  async put(id: ElementId, src: string, file: File): Promise<void> {
    await this.#do('readwrite', (store) => store.put(file, [id, src]));
    for (const listener of this.#listeners) listener();
  }

  /** Null where it was chosen on another device. */
  async get(id: ElementId, src: string): Promise<File | null> {
    const found: unknown = await this.#do('readonly', (store) => store.get([id, src]));
    return found instanceof File ? found : null;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
    this.#database = null;
  }

  async #open(): Promise<IDBDatabase> {
    const database = await opened(this.#name);
    // It is being erased.
    database.addEventListener('versionchange', () => {
      database.close();
      this.#database = null;
    });
    return database;
  }

  async #do<Result>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
    this.#database ??= this.#open();
    const database = await this.#database;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(asError(transaction.error)));
    });
  }
}

/** Erasing what an account left here takes this away too. */
export function filesDatabase(channel: string): string {
  return `${channel}/files`;
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(asError(request.error)));
  });
}

function asError(error: DOMException | null): Error {
  return error ?? new Error('The browser did not say why.');
}
