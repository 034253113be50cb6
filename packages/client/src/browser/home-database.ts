/** The records of a browser's home: who is signed in here, where local work lies, and what is sealed. */
import { type DBSchema, type IDBPDatabase, openDB, type StoreNames } from 'idb';
import type { HomeAccount } from '../portable/home-account.ts';
import { storageError } from './storage-error.ts';
import type { Lease, Leases } from './under-lock.ts';

export const HOME_DATABASE = 'waypost-home';
const VERSION = 1;

export interface HomeRecord {
  /** Random, of no account, and kept whatever else is erased. */
  readonly installation: string;
  readonly current: string | null;
  readonly local: { readonly key: string; readonly workspace: string } | null;
  /** Every store that may be there, named before it is made and until it is gone. */
  readonly stores: readonly string[];
}

export interface AccountRecord extends HomeAccount {
  /** Its store may be gone: whoever finds this looks. */
  readonly erasing?: true;
}

interface HomeSchema extends DBSchema {
  home: { key: string; value: HomeRecord };
  accounts: { key: string; value: AccountRecord };
  sealed: { key: string; value: Uint8Array };
  lease: { key: string; value: Lease };
}

type Stores = readonly ('home' | 'accounts' | 'sealed')[];
const STORES: Stores = ['home', 'accounts', 'sealed'];

export interface HomeState {
  readonly home: HomeRecord;
  readonly accounts: readonly AccountRecord[];
  readonly sealed: readonly string[];
}

/** What one transaction makes of the home. What is not named stays. */
export interface HomeChange {
  readonly home?: Partial<HomeRecord>;
  readonly accounts?: readonly AccountRecord[];
  readonly withoutAccounts?: readonly string[];
  readonly sealed?: readonly (readonly [key: string, box: Uint8Array])[];
  readonly withoutSealed?: readonly string[];
}

export class HomeDatabase implements Leases {
  readonly #db: IDBPDatabase<HomeSchema>;

  private constructor(db: IDBPDatabase<HomeSchema>) {
    this.#db = db;
  }

  static async open(newInstallation: () => string): Promise<HomeDatabase> {
    try {
      const db = await openDB<HomeSchema>(HOME_DATABASE, VERSION, {
        upgrade(made) {
          for (const store of [...STORES, 'lease'] as StoreNames<HomeSchema>[]) made.createObjectStore(store);
        },
        blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
      });
      const opened = new HomeDatabase(db);
      // Of tabs that open it for the first time at once, one names the installation.
      await opened.change(() => ({}), newInstallation);
      return opened;
    } catch (error) {
      throw storageError(error);
    }
  }

  async read(): Promise<HomeState> {
    try {
      const transaction = this.#db.transaction([...STORES], 'readonly');
      const [home, accounts, sealed] = await Promise.all([
        transaction.objectStore('home').get('home'),
        transaction.objectStore('accounts').getAll(),
        transaction.objectStore('sealed').getAllKeys(),
      ]);
      return { home: home ?? emptyHome(''), accounts, sealed };
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Changes the home over what it is, in one transaction. Answers what it was. */
  async change(make: (state: HomeState) => HomeChange, newInstallation?: () => string): Promise<HomeState> {
    try {
      const transaction = this.#db.transaction([...STORES], 'readwrite', { durability: 'strict' });
      const homes = transaction.objectStore('home');
      const accounts = transaction.objectStore('accounts');
      const sealed = transaction.objectStore('sealed');
      const [present, allAccounts, allSealed] = await Promise.all([
        homes.get('home'),
        accounts.getAll(),
        sealed.getAllKeys(),
      ]);
      const home = present ?? emptyHome(newInstallation?.() ?? '');
      const state = { home, accounts: allAccounts, sealed: allSealed };
      const change = make(state);
      const work: Promise<unknown>[] = [transaction.done];
      if (present === undefined || change.home !== undefined) work.push(homes.put({ ...home, ...change.home }, 'home'));
      for (const account of change.accounts ?? []) work.push(accounts.put(account, account.key));
      for (const key of change.withoutAccounts ?? []) work.push(accounts.delete(key));
      for (const [key, box] of change.sealed ?? []) work.push(sealed.put(box, key));
      for (const key of change.withoutSealed ?? []) work.push(sealed.delete(key));
      await Promise.all(work);
      return state;
    } catch (error) {
      throw storageError(error);
    }
  }

  async box(key: string): Promise<Uint8Array | null> {
    try {
      return (await this.#db.get('sealed', key)) ?? null;
    } catch (error) {
      throw storageError(error);
    }
  }

  async swap(next: Lease | null, ifPresent: (present: Lease | null) => boolean): Promise<boolean> {
    try {
      const transaction = this.#db.transaction('lease', 'readwrite');
      const agreed = ifPresent((await transaction.store.get('lease')) ?? null);
      const work: Promise<unknown>[] = [transaction.done];
      if (agreed) work.push(next === null ? transaction.store.delete('lease') : transaction.store.put(next, 'lease'));
      await Promise.all(work);
      return agreed;
    } catch (error) {
      throw storageError(error);
    }
  }

  close(): void {
    this.#db.close();
  }
}

function emptyHome(installation: string): HomeRecord {
  return { installation, current: null, local: null, stores: [] };
}
