/** A store in a page, as if it were here: so the contract that every store must pass asks the real one. */
import type { Collection, DEVICE, DeviceStorage, StorageBatch, StorageReceipt, StoredRecord } from '@waypost/client';
import type { IndexedDbStorage, IndexedDbStorageOptions } from '@waypost/client/browser';
import type { WorkspaceId } from '@waypost/protocol';
import type { JSHandle, Page } from 'playwright-core';
import { valueOf } from './device-page.ts';

type Space = WorkspaceId | typeof DEVICE;

export class RemoteStorage implements DeviceStorage {
  readonly #handle: JSHandle<IndexedDbStorage>;
  readonly #listeners: Listeners;

  private constructor(handle: JSHandle<IndexedDbStorage>, listeners: Listeners) {
    this.#handle = handle;
    this.#listeners = listeners;
  }

  static async open(page: Page, options: IndexedDbStorageOptions): Promise<RemoteStorage> {
    const opened = await page.evaluateHandle(
      async (asked) => waypost.attempt(() => waypost.openIndexedDbStorage(asked)),
      options,
    );
    valueOf(await opened.evaluate((answer) => ('value' in answer ? { value: null } : answer)));
    const handle = (await opened.getProperty('value')) as JSHandle<IndexedDbStorage>;
    return new RemoteStorage(handle, await Listeners.of(page));
  }

  async scan(collection: Collection, workspace: Space): Promise<readonly StoredRecord[]> {
    return valueOf(
      await this.#handle.evaluate(async (storage, asked) => waypost.attempt(() => storage.scan(...asked)), [
        collection,
        workspace,
      ] as const),
    );
  }

  async get(collection: Collection, workspace: Space, keys: readonly string[]): Promise<readonly StoredRecord[]> {
    return valueOf(
      await this.#handle.evaluate(async (storage, asked) => waypost.attempt(() => storage.get(...asked)), [
        collection,
        workspace,
        keys,
      ] as const),
    );
  }

  async pages(workspace: WorkspaceId, numbers: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    const answer = await this.#handle.evaluate(
      async (storage, [space, asked]) => waypost.attempt(async () => [...(await storage.pages(space, asked))]),
      [workspace, numbers] as const,
    );
    return new Map(valueOf(answer));
  }

  async commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt> {
    return valueOf(
      await this.#handle.evaluate(async (storage, asked) => waypost.attempt(() => storage.commit(...asked)), [
        batch,
        durability,
      ] as const),
    );
  }

  watch(listener: () => void): () => void {
    const { name, stop } = this.#listeners.add(listener);
    const watching = this.#handle.evaluateHandle((storage, told) => {
      const binding = globalThis as unknown as { toldOfCommit(name: string): void };
      return storage.watch(() => binding.toldOfCommit(told));
    }, name);
    return () => {
      stop();
      void watching.then((end) => end.evaluate((unwatch) => unwatch()));
    };
  }

  async erase(): Promise<void> {
    valueOf(await this.#handle.evaluate(async (storage) => waypost.attempt(() => storage.erase())));
  }

  async close(): Promise<void> {
    valueOf(await this.#handle.evaluate(async (storage) => waypost.attempt(() => storage.close())));
  }
}

/** Those whom a page calls. */
class Listeners {
  static readonly #ofPages = new WeakMap<Page, Promise<Listeners>>();
  readonly #listeners = new Map<string, () => void>();
  #count = 0;

  static of(page: Page): Promise<Listeners> {
    const known = Listeners.#ofPages.get(page);
    if (known !== undefined) return known;
    const made = new Listeners();
    const exposed = page
      .exposeFunction('toldOfCommit', (name: string) => made.#listeners.get(name)?.())
      .then(() => made);
    Listeners.#ofPages.set(page, exposed);
    return exposed;
  }

  add(listener: () => void): { readonly name: string; readonly stop: () => void } {
    this.#count += 1;
    const name = String(this.#count);
    this.#listeners.set(name, listener);
    return { name, stop: () => this.#listeners.delete(name) };
  }
}
