/** What tests of a browser's home do in a page. */
import type { StorageWrite } from '@waypost/client';
import {
  BrowserHome,
  deleteDatabase,
  eraseAccount,
  type ErasureReport,
  type HomeAccount,
  type IndexedDbStorage,
  type SignedIn,
} from '@waypost/client/browser';
import { type StreamId, WaypostError, type WorkspaceId } from '@waypost/protocol';

let workspace = '' as WorkspaceId;
let stream = '' as StreamId;
let held: IndexedDbStorage | null = null;

async function inHome<Result>(work: (home: BrowserHome) => Promise<Result>): Promise<Result> {
  const home = await BrowserHome.open();
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

async function current(home: BrowserHome): Promise<HomeAccount> {
  const account = await home.current();
  if (account === null) throw new Error('Nobody is signed in.');
  return account;
}

function write(to: 'local' | 'conflicts' | 'elements' | 'state', key: string, value: string | null): StorageWrite {
  return { to, workspace, key, value };
}

const steps = {
  deleteDatabase,

  signIn: (server: string, answer: SignedIn): Promise<number> =>
    inHome(async (home) => (await home.signedIn(server, answer)).restored),

  seen: () =>
    inHome(async (home) => ({
      accounts: (await home.accounts()).map(({ account }) => account.email),
      current: (await home.current())?.account.email ?? null,
    })),

  /** One of each of what there may be. */
  work: (inWorkspace: string, ofStream: string): Promise<void> =>
    inHome(async (home) => {
      workspace = inWorkspace as WorkspaceId;
      stream = ofStream as StreamId;
      const storage = await home.openStore(await current(home));
      const pages = [new TextEncoder().encode('marker-page')];
      await storage.commit(
        {
          writes: [
            write('elements', 'e', 'marker-element'),
            write('local', 'draft/x', 'marker-draft'),
            write('local', 'window/tabs', 'marker-tabs'),
            write('conflicts', 'c', 'marker-conflict'),
            write('state', 'replica', 'marker-replica'),
            write('state', 'refused/x', 'marker-refused'),
            { to: 'pages', workspace, pages },
          ],
          append: [{ workspace, stream, value: 'marker-change' }],
        },
        'strict',
      );
      await storage.close();
    }),

  /** As after everything was sent and settled; where tabs stand stays. */
  settle: (): Promise<void> =>
    inHome(async (home) => {
      const storage = await home.openStore(await current(home));
      const clear = { to: 'outbox', workspace, clear: true } as const;
      await storage.commit(
        { writes: [clear, write('local', 'draft/x', null), write('state', 'refused/x', null)] },
        'strict',
      );
      await storage.close();
    }),

  contents: () =>
    inHome(async (home) => {
      const { key } = await current(home);
      const account = await home.account(key);
      const storage = await home.openStore({ key });
      const space = (await storage.everywhere(['outbox'])).get('outbox')?.[0]?.workspace as WorkspaceId | undefined;
      const values = async (collection: 'outbox' | 'local' | 'conflicts' | 'elements'): Promise<readonly string[]> =>
        space === undefined ? [] : (await storage.scan(collection, space)).map(({ value }) => value);
      const [outbox, local, conflicts, elements] = [
        await values('outbox'),
        await values('local'),
        await values('conflicts'),
        await values('elements'),
      ];
      const next = space === undefined ? [] : await storage.scan('state', space);
      await storage.close();
      const number = Number(next.find((record) => record.key.startsWith('next/'))?.value ?? 0);
      return { token: account?.token, outbox, local, conflicts, elements, next: number };
    }),

  knownWorkspaces: (): Promise<readonly string[]> =>
    inHome(async (home) => {
      const storage = await home.openStore(await current(home));
      const [known] = await storage.get('state', 'device', ['workspaces']);
      await storage.close();
      return (JSON.parse(known?.value ?? '[]') as { name: string }[]).map(({ name }) => name);
    }),

  erase: (kind: 'none' | 'seal' | 'discard'): Promise<ErasureReport> =>
    inHome(async (home) => {
      try {
        return await eraseAccount(home, await current(home), { kind });
      } catch (error) {
        throw error instanceof WaypostError ? new Error(error.code) : error;
      }
    }),

  /** Erases as far as a tab gets that is killed just before, or just after, the store was emptied. */
  breakOff: (isEmptied: boolean): Promise<void> =>
    inHome(async (home) => {
      const account = await current(home);
      const storage = await home.openStore(account);
      const { records } = await readWork(home, account);
      await home.beginErasure(account, records);
      if (isEmptied) await storage.erase();
      else await storage.close();
    }),

  halfSignIn: (): Promise<void> =>
    inHome(async (home) => {
      // The answer breaks the sign-in once the store is made.
      const workspaces = new Proxy([], { get: () => undefined });
      const answer = { account: { id: 'x', email: 'x' }, workspaces, sealing: null } as unknown as SignedIn;
      await home.signedIn('https://x.example', answer).catch(() => undefined);
    }),

  sealedCount: async (): Promise<number> => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('waypost-home');
      request.addEventListener('success', () => resolve(request.result));
    });
    const count = db.transaction('sealed').objectStore('sealed').count();
    await new Promise((resolve) => count.addEventListener('success', resolve));
    db.close();
    return count.result;
  },

  /** How many were at work at once. */
  crowd: async (hasLocks: boolean): Promise<number> => {
    let running = 0;
    let most = 0;
    const homes = await Promise.all(Array.from({ length: 4 }, () => BrowserHome.open(hasLocks ? {} : { locks: null })));
    await Promise.all(
      homes.map((home) =>
        home.locked(async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
        }),
      ),
    );
    for (const home of homes) home.close();
    return most;
  },

  /** Opens the store of who is in front. */
  hold: (): Promise<void> =>
    inHome(async (home) => {
      held = await home.openStore(await current(home));
    }),

  /** How the store that is held ends by the doing of others. */
  lost: async (): Promise<string | undefined> => (await held?.lost)?.code,
};

async function readWork(home: BrowserHome, account: HomeAccount): Promise<{ readonly records: never }> {
  const storage = await home.openStore(account);
  const found = await storage.everywhere(['outbox', 'local']);
  await storage.close();
  const records = [...found].flatMap(([to, all]) => all.map((record) => ({ to, ...record })));
  return { records: records as never };
}

declare global {
  var waypostHome: typeof steps;
}

globalThis.waypostHome = steps;
