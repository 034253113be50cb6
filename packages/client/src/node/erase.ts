/**
 * The one road on which an account's data leaves this device, whatever the reason: signing out, being signed out, an
 * expired or deleted account. It never destroys what exists only here unless that was asked for by name.
 */
import { WaypostError } from '@waypost/protocol';
import type { Home, HomeAccount } from './home.ts';
import type { SqliteStorage } from './sqlite-storage.ts';
import { countWork, isOnlyHere, isSameWork, readWork, type Work, type WorkCount } from './unsynced-work.ts';

/** What becomes of work that the server does not have. */
export type Fate =
  /** There must be none: else `unsynced`, with what there is and the choices in the details. */
  | { readonly kind: 'none' }
  /** It is written elsewhere by `write` first, which may run again when more was saved meanwhile. */
  | { readonly kind: 'export'; readonly write: () => Promise<void> }
  /** It stays on this device, closed to everyone but this account. */
  | { readonly kind: 'seal' }
  | { readonly kind: 'discard' };

export interface ErasureReport {
  /** What existed only here, by what became of it. */
  readonly exported: WorkCount;
  readonly sealed: WorkCount;
  readonly discarded: WorkCount;
}

export const CHOICES = ['export', 'seal', 'discard'] as const;

/** Other processes of the home may go on saving; each time they do, what they saved is looked at anew. */
const ATTEMPTS_MAX = 20;
const NOTHING: WorkCount = { changes: 0, refused: 0, local: 0, conflicts: 0 };

/**
 * Erases an account: its files are gone when this resolves, and every process that has its store open is told. Killed at
 * any moment, it leaves the account whole or gone. Send what can be sent before, and tell the server after.
 */
export async function eraseAccount(home: Home, account: HomeAccount, fate: Fate): Promise<ErasureReport> {
  return home.locked(async () => {
    const storage = home.openStore(account);
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const report = await attemptErasure(home, account, storage, fate);
        if (report !== null) return report;
      }
    } finally {
      await storage.close();
    }
    home.unwrittenSeal(account);
    throw new WaypostError('unsynced', 'Another process keeps saving work of this account: end it, then sign out.');
  });
}

/** Null where work was saved while the fate of what was there was decided. */
async function attemptErasure(
  home: Home,
  account: HomeAccount,
  storage: SqliteStorage,
  fate: Fate,
): Promise<ErasureReport | null> {
  const work = await readWork(storage);
  const count = countWork(work);
  await moveToSafety(home, account, work, fate);
  const holds = async () => fate.kind === 'discard' || isSameWork(await readWork(storage), work);
  if (!(await storage.eraseIf(holds))) return null;
  const became = (kind: Fate['kind']) => (fate.kind === kind ? count : NOTHING);
  return { exported: became('export'), sealed: became('seal'), discarded: became('discard') };
}

async function moveToSafety(home: Home, account: HomeAccount, work: Work, fate: Fate): Promise<void> {
  const count = countWork(work);
  switch (fate.kind) {
    case 'none':
      if (isOnlyHere(count)) throw new WaypostError('unsynced', undefined, { pending: count, choices: CHOICES });
      return;
    case 'export':
      await fate.write();
      return;
    case 'seal':
      if (isOnlyHere(count)) await home.seal(account, work);
      return;
    case 'discard':
      return;
  }
}
