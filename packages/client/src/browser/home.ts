/**
 * A browser's home: who is signed in here, and where each account's data lies. One database holds that, and for each
 * account, and for work without one, there is a store of its own. Any number of tabs may have it open.
 */
import { uuidOf, WaypostError, type WorkspaceId } from '@waypost/protocol';
import { DEVICE, type Leadership } from '../engine/ports.ts';
import { SESSION, WORKSPACES } from '../engine/records.ts';
import type { SignedIn } from '../portable/account-client.ts';
import type { ErasingHome } from '../portable/erase.ts';
import { type HomeAccount, knownWorkspaces, type LocalWork, localWorkspace } from '../portable/home-account.ts';
import { seal, unseal } from '../portable/seal.ts';
import { restoreWork, type Work, workOf, workText } from '../portable/unsynced-work.ts';
import { hiddenMs } from './hidden.ts';
import { type AccountRecord, HOME_DATABASE, type HomeChange, HomeDatabase, type HomeState } from './home-database.ts';
import { deleteDatabase, type IndexedDbStorage, openIndexedDbStorage } from './indexeddb-storage.ts';
import { createLeadership } from './leadership.ts';
import { browserSealing } from './sealing-tools.ts';
import { browserChance } from './time-and-chance.ts';
import { underLock } from './under-lock.ts';

/** What another tab did. */
export type HomeNews =
  /** Signed in, or put another account in front. */
  | { readonly kind: 'changed' }
  /** Signed out: nothing of the account is left, as the sentence says. */
  | { readonly kind: 'left'; readonly key: string; readonly by: 'person' | 'server'; readonly message: string };

export interface BrowserHomeOptions {
  /** Null where the browser has none; what it has unless told otherwise. */
  readonly locks?: LockManager | null;
}

export class BrowserHome implements ErasingHome {
  /** Random, of no account, and kept whatever else is erased. */
  readonly installation: string;
  readonly #database: HomeDatabase;
  readonly #locks: LockManager | null;
  readonly #channel = new BroadcastChannel(HOME_DATABASE);
  readonly #listeners = new Set<(news: HomeNews) => void>();

  private constructor(database: HomeDatabase, installation: string, locks: LockManager | null) {
    this.#database = database;
    this.installation = installation;
    this.#locks = locks;
    this.#channel.addEventListener('message', ({ data }: MessageEvent<HomeNews>) => this.#tell(data));
  }

  /** Makes it where there is none, and finishes what a killed tab left half done. */
  static async open({ locks = browserLocks() }: BrowserHomeOptions = {}): Promise<BrowserHome> {
    const database = await HomeDatabase.open(newId);
    const state = await database.read();
    const home = new BrowserHome(database, state.home.installation, locks);
    if (hasLeftovers(state)) await home.locked(async () => home.#sweep());
    return home;
  }

  async accounts(): Promise<readonly HomeAccount[]> {
    const { accounts } = await this.#database.read();
    return accounts.map(accountOf).sort((a, b) => (a.account.email < b.account.email ? -1 : 1));
  }

  /** Null where it is here no more. */
  async account(key: string): Promise<HomeAccount | null> {
    const { accounts } = await this.#database.read();
    const found = accounts.find((account) => account.key === key);
    return found === undefined ? null : accountOf(found);
  }

  /** The account that is in front; null for work without one. */
  async current(): Promise<HomeAccount | null> {
    const { home, accounts } = await this.#database.read();
    const found = accounts.find(({ key }) => key === home.current);
    return found === undefined ? null : accountOf(found);
  }

  /** Puts another account in front, or work without one. */
  async use(account: HomeAccount | null): Promise<void> {
    await this.#database.change(() => ({ home: { current: account?.key ?? null } }));
    this.say({ kind: 'changed' });
  }

  /** Of an account whose store is gone, by the browser's doing. What is sealed of it stays. */
  async forget({ key }: HomeAccount): Promise<void> {
    await this.locked(async () => {
      if (!(await this.#isStoreThere(key))) await this.#database.change((state) => without(state, key));
    });
    this.say({ kind: 'changed' });
  }

  /**
   * Keeps what the server answered to a sign-in, makes the account current, and brings back the work it has sealed here.
   * An account that is still here keeps its store and gets the new token.
   */
  async signedIn(
    server: string,
    answer: SignedIn,
  ): Promise<{ readonly account: HomeAccount; readonly restored: number }> {
    const result = await this.locked(async () => {
      const present = await this.#present(server, answer);
      const key = present?.key ?? newId();
      const work = present === null ? await this.#unsealed(answer) : [];
      await (present === null ? this.#makeStore(key, answer, work) : this.#freshen(present));
      const { account, device, token, sealing } = answer;
      const record: AccountRecord = { key, server, account, device, token, sealingKey: sealing.publicKey };
      // From here on the account is here, with its work; before, it is not, and its work is still sealed.
      await this.#database.change(() => ({
        home: { current: key },
        accounts: [record],
        withoutSealed: work.map((one) => one.key),
      }));
      return { account: record, restored: work.reduce((sum, { records }) => sum + records.length, 0) };
    });
    this.say({ kind: 'changed' });
    return result;
  }

  /** A handle on a store. Throws `signed-out` once it was erased. */
  openStore({ key }: { readonly key: string }): Promise<IndexedDbStorage> {
    return openIndexedDbStorage({ name: storeName(key), create: false });
  }

  leadership({ key }: { readonly key: string }): Leadership {
    return createLeadership({ name: storeName(key), locks: this.#locks, now: () => Date.now(), hiddenMs });
  }

  /** Where work without an account lies; its workspace is made at first use and stays. */
  async local(): Promise<LocalWork> {
    const made = { key: newId(), workspace: newId() };
    const before = await this.#database.change(({ home }) =>
      home.local === null ? { home: { local: made, stores: [...home.stores, made.key] } } : {},
    );
    const local = before.home.local ?? made;
    const workspace = local.workspace as WorkspaceId;
    const storage = await openIndexedDbStorage({ name: storeName(local.key) });
    try {
      const [known] = await storage.get('state', DEVICE, [WORKSPACES]);
      // A tab that was killed may have named the store and no more.
      if (known === undefined)
        await storage.commit({ writes: [knownWorkspaces([localWorkspace(workspace)])] }, 'strict');
    } finally {
      await storage.close();
    }
    return { key: local.key, workspace };
  }

  async beginErasure(account: HomeAccount, sealed: Work | null): Promise<void> {
    const box =
      sealed === null
        ? null
        : await seal(workText(account.account.id, sealed), account.sealingKey, await browserSealing());
    await this.#database.change(({ accounts }) => ({
      accounts: accounts.filter(({ key }) => key === account.key).map((one) => ({ ...one, erasing: true })),
      // What an earlier attempt sealed may have been sent meanwhile.
      ...(box === null ? { withoutSealed: [account.key] } : { sealed: [[account.key, box]] }),
    }));
  }

  async cancelErasure({ key }: HomeAccount): Promise<void> {
    await this.#database.change(({ accounts }) => keeping(accounts, key));
  }

  async endErasure({ key }: HomeAccount): Promise<void> {
    await this.#database.change((state) => without(state, key));
    await this.#sweep();
  }

  /** Tells the other tabs. */
  say(news: HomeNews): void {
    this.#channel.postMessage(news);
  }

  async locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return underLock({ name: HOME_DATABASE, locks: this.#locks, leases: this.#database }, work);
  }

  /** Returns how to stop listening. */
  watch(listener: (news: HomeNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#channel.close();
    this.#listeners.clear();
    this.#database.close();
  }

  /** The same account on the same server, if its store is really here. */
  async #present(server: string, { account }: SignedIn): Promise<HomeAccount | null> {
    const { accounts } = await this.#database.read();
    const found = accounts.find((one) => one.server === server && one.account.id === account.id);
    if (found === undefined || (await this.#isStoreThere(found.key))) return found ?? null;
    await this.#database.change((state) => without(state, found.key));
    return null;
  }

  async #makeStore(key: string, { workspaces }: SignedIn, work: readonly { readonly records: Work }[]): Promise<void> {
    // Named before it is there: what a killed sign-in leaves is found by its name.
    await this.#database.change(({ home }) => ({ home: { stores: [...home.stores, key] } }));
    const storage = await openIndexedDbStorage({ name: storeName(key) });
    try {
      for (const { records } of work) await restoreWork(storage, records);
      // Work can begin at once, before the first connection.
      await storage.commit({ writes: [knownWorkspaces(workspaces)] }, 'strict');
    } finally {
      await storage.close();
    }
  }

  /** What an earlier connection said of itself is not so any more. */
  async #freshen(account: HomeAccount): Promise<void> {
    const storage = await this.openStore(account);
    try {
      await storage.commit({ writes: [{ to: 'state', workspace: DEVICE, key: SESSION, value: null }] }, 'strict');
    } finally {
      await storage.close();
    }
  }

  async #unsealed({
    account,
    sealing,
  }: SignedIn): Promise<readonly { readonly key: string; readonly records: Work }[]> {
    const { sealed } = await this.#database.read();
    const tools = await browserSealing();
    const found: { key: string; records: Work }[] = [];
    for (const key of sealed) {
      const box = await this.#database.box(key);
      const text = box === null ? null : await unseal(box, sealing, tools);
      const records = text === null ? null : workOf(account.id, text);
      if (records !== null) found.push({ key, records });
    }
    return found;
  }

  /** In the lock: accounts whose erasing was not finished or not begun, seals that do not count, stores of nobody. */
  async #sweep(): Promise<void> {
    const { accounts } = await this.#database.read();
    for (const { key } of accounts.filter(({ erasing }) => erasing === true)) {
      const isThere = await this.#isStoreThere(key);
      await this.#database.change((state) => (isThere ? keeping(state.accounts, key) : without(state, key)));
    }
    const state = await this.#database.read();
    for (const key of storesOfNobody(state)) {
      // A tab that stands still has it open: nothing but the mark is in it, and the next sweep finds it again.
      if (!(await deleteDatabase(storeName(key)))) continue;
      await this.#database.change(({ home }) => ({ home: { stores: home.stores.filter((one) => one !== key) } }));
    }
  }

  async #isStoreThere(key: string): Promise<boolean> {
    try {
      await (await this.openStore({ key })).close();
      return true;
    } catch (error) {
      if (error instanceof WaypostError && error.code === 'signed-out') return false;
      throw error;
    }
  }

  #tell(news: HomeNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

export function browserLocks(): LockManager | null {
  return 'locks' in navigator ? navigator.locks : null;
}

function newId(): string {
  return uuidOf(browserChance.bytes(16));
}

function storeName(key: string): string {
  return `waypost-store-${key}`;
}

function accountOf({ erasing: _erasing, ...account }: AccountRecord): HomeAccount {
  return account;
}

function hasLeftovers(state: HomeState): boolean {
  return state.accounts.some(({ erasing }) => erasing === true) || storesOfNobody(state).length > 0;
}

function storesOfNobody({ home, accounts }: HomeState): readonly string[] {
  return home.stores.filter((key) => key !== home.local?.key && !accounts.some((account) => account.key === key));
}

/** The account stays, and nothing of it is sealed. */
function keeping(accounts: readonly AccountRecord[], key: string): HomeChange {
  const kept = accounts.filter((account) => account.key === key).map(accountOf);
  return { accounts: kept, withoutSealed: [key] };
}

/** The account is gone; what is sealed of it counts. */
function without({ home }: HomeState, key: string): HomeChange {
  return { home: { current: home.current === key ? null : home.current }, withoutAccounts: [key] };
}
