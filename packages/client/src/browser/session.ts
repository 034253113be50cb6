/**
 * A tab's place at work: the account that is in front in this browser, or the work without one, with its device open. It ends
 * when the person signs out, here or in another tab, when the server signs this device out, or when another account is put in
 * front; the page then says what happened and opens another.
 */
import { type AccountId, type Actor, type DeviceId, type Schemas, WaypostError } from '@waypost/protocol';
import type { Device } from '../engine/device.ts';
import { openDevice } from '../engine/open.ts';
import {
  AccountCalls,
  type Credentials,
  type DeletionReceipt,
  type SignedIn,
  signInAt,
  type SignIn,
  signUpAt,
  type SignUp,
} from '../portable/account-client.ts';
import { type ErasureReport, eraseAccount, type Fate } from '../portable/erase.ts';
import type { HomeAccount } from '../portable/home-account.ts';
import { eraseSignedOut } from '../portable/leaving.ts';
import { browserCompression } from './compression.ts';
import { guessDeviceName } from './device-name.ts';
import { type BrowserFetcher, createFetcher } from './fetcher.ts';
import { BrowserHome, type BrowserHomeOptions, type HomeNews } from './home.ts';
import { createHttpTransport } from './http-transport.ts';
import type { IndexedDbStorage } from './indexeddb-storage.ts';
import { ServerHttp } from './server-http.ts';
import { browserChance, browserClock, browserScheduler } from './time-and-chance.ts';
import { onWake } from './wake.ts';
import { createWebSocketTransport } from './websocket-transport.ts';

/** How long signing out waits for what is not sent yet; where there is no connection, for one to come about. */
const LAST_SYNC_MS = 5_000;
const LAST_TRY_MS = 1_500;
/** How long a tab that erased the store of all may take to say why. */
const NEWS_WITHIN_MS = 2_000;
/** What wakes a page comes several times at once: the connection is tried, or asked whether it lives, no more often. */
const WAKE_EVERY_MS = 5_000;

export interface BrowserSessionOptions extends BrowserHomeOptions {
  readonly schemas: Schemas;
}

export type SessionEnd =
  /** Nothing of the account is left here. `message` says what became of what existed only here. */
  | { readonly kind: 'signed-out'; readonly by: 'person' | 'another tab' | 'server'; readonly message: string }
  /** This tab or another signed in, or put another account in front. */
  | { readonly kind: 'switched' }
  /** The browser closed the store, or a newer Waypost in another tab has it: `message` says what to do. */
  | { readonly kind: 'storage-lost'; readonly message: string }
  /** Closed by the page. */
  | { readonly kind: 'closed' };

export interface SignOutReport extends ErasureReport {
  /** False where the server could not be told: the device stays on its list. */
  readonly isTold: boolean;
}

/**
 * Opens the account in front, or the work without one, which says nothing to anybody. Throws `storage-failed`,
 * `storage-full`, `database-too-new`.
 */
export async function openBrowserSession(options: BrowserSessionOptions): Promise<BrowserSession> {
  const home = await BrowserHome.open(options);
  try {
    const account = await home.current();
    if (account === null) return await openLocal(home, options);
    try {
      return await openSynced(home, account, options);
    } catch (error) {
      if (!(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
      // Its store is gone, by the browser's doing.
      await home.forget(account);
      return await openLocal(home, options);
    }
  } catch (error) {
    home.close();
    throw error;
  }
}

async function openSynced(
  home: BrowserHome,
  account: HomeAccount,
  { schemas }: BrowserSessionOptions,
): Promise<BrowserSession> {
  const { key, server } = account;
  const storage = await home.openStore(account);
  const fetcher = createFetcher(server, account.token);
  const me = { account: account.account.id, device: account.device.id };
  const device = await opened(storage, {
    ...{ schemas, me, fetcher },
    leadership: home.leadership(account),
    transports: [createWebSocketTransport(server), createHttpTransport(server)],
    // Another tab may have signed in anew.
    token: async () => {
      const present = await home.account(key);
      if (present === null) throw new WaypostError('signed-out');
      return present.token;
    },
  });
  const calls = new AccountCalls(new ServerHttp(server, account.token));
  return new BrowserSession({ home, account, key, me, device, storage, fetcher, calls });
}

async function openLocal(home: BrowserHome, { schemas }: BrowserSessionOptions): Promise<BrowserSession> {
  const { key } = await home.local();
  const storage = await home.openStore({ key });
  // Names nobody: this work has no account, and what is local to an installation was written by it.
  const me: Actor = { account: home.installation as AccountId, device: home.installation as DeviceId };
  const nobody = async (): Promise<never> => {
    throw new WaypostError('sync-off', 'Work stays on this device, and there is no server to ask: sign in first.');
  };
  const fetcher = { get: nobody, post: nobody, close: () => undefined };
  const leadership = home.leadership({ key });
  const device = await opened(storage, { schemas, me, fetcher, leadership, transports: [], token: nobody });
  return new BrowserSession({ home, account: null, key, me, device, storage, fetcher, calls: null });
}

type OwnPorts = Pick<
  Parameters<typeof openDevice>[0],
  'schemas' | 'me' | 'leadership' | 'transports' | 'fetcher' | 'token'
>;

async function opened(storage: IndexedDbStorage, ports: OwnPorts): Promise<Device> {
  try {
    return await openDevice({
      ...{ storage, clock: browserClock, chance: browserChance, scheduler: browserScheduler },
      compression: browserCompression,
      ...ports,
    });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

interface SessionParts {
  readonly home: BrowserHome;
  readonly account: HomeAccount | null;
  readonly key: string;
  readonly me: Actor;
  readonly device: Device;
  readonly storage: IndexedDbStorage;
  readonly fetcher: BrowserFetcher;
  readonly calls: AccountCalls | null;
}

export class BrowserSession {
  readonly home: BrowserHome;
  /** Null without an account: work stays on this device. */
  readonly account: HomeAccount | null;
  /** Names the store among the tabs of this browser. */
  readonly key: string;
  readonly me: Actor;
  readonly device: Device;
  /** What the server tells over plain HTTP, history for one. Throws `sync-off` without an account. */
  readonly fetcher: BrowserFetcher;
  /** Resolves once, when this session is of no use any more. */
  readonly ended: Promise<SessionEnd>;
  readonly #storage: IndexedDbStorage;
  readonly #calls: AccountCalls | null;
  readonly #stops: readonly (() => void)[];
  /** What the store, the home and the server say from now on is this tab's own doing. */
  #isEnding = false;
  #isOver = false;
  #resolveEnd: (end: SessionEnd) => void = () => undefined;
  #flush: () => Promise<void> = async () => undefined;
  #wokeAt = Number.NEGATIVE_INFINITY;

  constructor({ home, account, key, me, device, storage, fetcher, calls }: SessionParts) {
    this.home = home;
    this.account = account;
    this.key = key;
    this.me = me;
    this.device = device;
    this.fetcher = fetcher;
    this.#storage = storage;
    this.#calls = calls;
    this.ended = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
    this.#stops = [
      home.watch((news) => void this.#heard(news)),
      onWake(() => this.#woke()),
      device.subscribe((event) => {
        if (event.event === 'signed-out') void this.#signedOutByServer(event.erase);
        else if (event.event === 'status' && event.status.phase === 'signed-out') void this.#signedOutByServer(false);
      }),
    ];
    void storage.lost.then((error) => this.#lostStorage(error));
  }

  /** Before anything is erased, `flush` puts on disk what was typed a moment ago. */
  flushWith(flush: () => Promise<void>): void {
    this.#flush = flush;
  }

  /** Asks the server. Throws `sync-off` without an account; where it says that this device is signed out, the session ends. */
  async ask<Result>(work: (calls: AccountCalls) => Promise<Result>): Promise<Result> {
    if (this.#calls === null) throw new WaypostError('sync-off', 'Nobody is signed in here.');
    try {
      return await work(this.#calls);
    } catch (error) {
      if (error instanceof WaypostError && error.code === 'signed-out')
        void this.#signedOutByServer(error.details['erase'] === true);
      throw error;
    }
  }

  /**
   * Signs out. What waits is sent first, unless it is to be discarded; what still exists only here has the fate that is
   * named. Throws `unsynced`, with the count and the choices in its details, and nothing has happened.
   */
  async signOut(fate: Fate): Promise<SignOutReport> {
    const { account, device } = this;
    if (account === null || this.#calls === null) throw new WaypostError('sync-off', 'Nobody is signed in here.');
    await this.#flush();
    const { pending, state } = device.status();
    if (fate.kind !== 'discard' && pending > 0) {
      device.retry();
      await device.whenSynced(state === 'online' ? LAST_SYNC_MS : LAST_TRY_MS);
    }
    const message = `${account.account.email} is signed out, and nothing of it is left in this browser.`;
    const report = await this.#erase(account, { fate, message });
    const isTold = await told(this.#calls);
    await this.#leave({ kind: 'signed-out', by: 'person', message });
    return { ...report, isTold };
  }

  /** Deletes the account on the server, for good, and everything of it here. Throws `bad-credentials`, `in-teams`. */
  async deleteAccount(password: string): Promise<DeletionReceipt> {
    const { account } = this;
    if (account === null) throw new WaypostError('sync-off', 'Nobody is signed in here.');
    // The server tells every device of the account to erase it, this one too.
    this.#isEnding = true;
    const receipt = await this.#unlessFailed(() => this.ask((calls) => calls.deleteAccount(password)));
    // Work of this device has nowhere to go any more.
    const message = `${account.account.email} is deleted, and nothing of it is left in this browser.`;
    await this.#erase(account, { fate: { kind: 'discard' }, message });
    await this.#leave({ kind: 'signed-out', by: 'person', message });
    return receipt;
  }

  /** Signs in, and puts the account in front; this session ends. Throws `device-limit`, with the devices in its details. */
  async signIn(server: string, request: Entering & Pick<SignIn, 'evict'>): Promise<HomeAccount> {
    return this.#enter(server, signInAt(new ServerHttp(server, null), { ...request, ...this.#credentials(request) }));
  }

  /** Makes an account and signs in. Throws `account-exists`, `sign-up-closed`, `weak-password`. */
  async signUp(server: string, request: Entering & Pick<SignUp, 'setupToken'>): Promise<HomeAccount> {
    return this.#enter(server, signUpAt(new ServerHttp(server, null), { ...request, ...this.#credentials(request) }));
  }

  /** Puts another account of this browser in front, or work without one (null); this session ends. */
  async use(account: HomeAccount | null): Promise<void> {
    await this.#flush();
    this.#isEnding = true;
    await this.home.use(account);
    await this.#leave({ kind: 'switched' });
  }

  /** The page lets go of it; nothing is erased. */
  async close(): Promise<void> {
    await this.#flush();
    await this.#leave({ kind: 'closed' });
  }

  async #enter(server: string, entering: Promise<SignedIn>): Promise<HomeAccount> {
    // Where this signs in anew, the server ends the sign-in that was.
    this.#isEnding = true;
    const { account } = await this.#unlessFailed(async () => {
      const answer = await entering;
      await this.#flush();
      return this.home.signedIn(server, answer);
    });
    // What is kept for an account is not for the browser to throw away when the disk is nearly full.
    if ('storage' in navigator) void navigator.storage.persist().catch(() => undefined);
    await this.#leave({ kind: 'switched' });
    return account;
  }

  #credentials({ email, password, deviceName }: Entering): Credentials {
    const device = { name: deviceName ?? guessDeviceName(navigator.userAgent), kind: 'browser' };
    return { email, password, installation: this.home.installation, device };
  }

  async #signedOutByServer(erase: boolean): Promise<void> {
    const { account } = this;
    if (account === null || this.#isEnding) return;
    this.#isEnding = true;
    const present = await this.home.account(this.key);
    // Another tab signed in anew: it is the old sign-in that ended.
    if (present !== null && present.token !== account.token) return this.#leave({ kind: 'switched' });
    await this.#flush().catch(() => undefined);
    try {
      const { message } = await eraseSignedOut(this.home, account, erase);
      this.home.say({ kind: 'left', key: this.key, by: 'server', message });
      await this.#leave({ kind: 'signed-out', by: 'server', message });
    } catch (error) {
      if (!(error instanceof WaypostError)) throw error;
      // The next opening finds it signed out again, and tries again.
      await this.#leave({ kind: 'storage-lost', message: error.message });
    }
  }

  /** While this runs, the store of this tab goes as those of others do, and nobody is to take that for news. */
  async #erase(
    account: HomeAccount,
    { fate, message }: { readonly fate: Fate; readonly message: string },
  ): Promise<ErasureReport> {
    this.#isEnding = true;
    const report = await this.#unlessFailed(() => eraseAccount(this.home, account, fate));
    this.home.say({ kind: 'left', key: this.key, by: 'person', message });
    return report;
  }

  /** Where what was to end this session fails, it goes on, and hears of what it passed over meanwhile. */
  async #unlessFailed<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.#isEnding = false;
      if (this.device.status().phase === 'signed-out') void this.#signedOutByServer(false);
      throw error;
    }
  }

  async #heard(news: HomeNews): Promise<void> {
    if (this.#isEnding) return;
    if (news.kind === 'changed') return this.#lookAtHome();
    if (news.key !== this.key) return;
    const by = news.by === 'server' ? 'server' : 'another tab';
    await this.#leave({ kind: 'signed-out', by, message: news.message });
  }

  async #lookAtHome(): Promise<void> {
    const [present, current] = await Promise.all([this.home.account(this.key), this.home.current()]);
    if (this.#isEnding) return;
    if (this.account !== null && present === null) {
      const message = `${this.account.account.email} was signed out in another tab, and nothing of it is left here.`;
      await this.#leave({ kind: 'signed-out', by: 'another tab', message });
    } else if (current?.key !== this.account?.key || present?.token !== this.account?.token) {
      this.#isEnding = true;
      await this.#flush().catch(() => undefined);
      await this.#leave({ kind: 'switched' });
    }
  }

  async #lostStorage({ code, message }: WaypostError): Promise<void> {
    if (this.#isEnding) return;
    if (code === 'signed-out') {
      // Erased by another tab, which says why in a moment, unless it ends before.
      await new Promise<void>((resolve) => void browserScheduler.after(NEWS_WITHIN_MS, resolve));
      if (this.#isEnding) return;
      // Where the home is gone, too, it tells nothing.
      await this.#lookAtHome().catch(() => undefined);
      if (this.#isEnding) return;
    }
    this.#isEnding = true;
    await this.#leave({ kind: 'storage-lost', message });
  }

  #woke(): void {
    const now = browserClock.now();
    if (now - this.#wokeAt < WAKE_EVERY_MS && now >= this.#wokeAt) return;
    this.#wokeAt = now;
    this.device.retry();
  }

  async #leave(end: SessionEnd): Promise<void> {
    if (this.#isOver) return;
    this.#isEnding = true;
    this.#isOver = true;
    for (const stop of this.#stops) stop();
    try {
      await this.device.close();
    } catch (error) {
      // A store that was erased under this tab cannot be closed in order, and need not be.
      if (!(error instanceof WaypostError)) throw error;
    } finally {
      await this.#storage.close();
      this.fetcher.close();
      this.#calls?.close();
      this.home.close();
      this.#resolveEnd(end);
    }
  }
}

/** Who enters. The device is called after the browser and the system where its person names it otherwise. */
export interface Entering {
  readonly email: string;
  readonly password: string;
  readonly deviceName?: string;
}

/** Whether the server knows by now. It may be away, or may have signed this device out itself. */
async function told(calls: AccountCalls): Promise<boolean> {
  try {
    await calls.signOut();
    return true;
  } catch (error) {
    if (!(error instanceof WaypostError)) throw error;
    return error.code === 'signed-out';
  }
}
