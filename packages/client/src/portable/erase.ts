/**
 * The one road on which an account's data leaves this device, whatever the reason: signing out, being signed out, an
 * expired or deleted account. It never destroys what exists only here unless that was asked for by name.
 */
import { WaypostError } from '@waypost/protocol';
import type { HomeAccount } from './home-account.ts';
import {
  type Collected,
  countWork,
  type ErasableStorage,
  isOnlyHere,
  isSameWork,
  OF_WORK,
  type Work,
  type WorkCount,
  workIn,
} from './unsynced-work.ts';

/** The place where accounts lie: a folder, or a browser. */
export interface ErasingHome {
  /** Runs work that no other process or tab of this home may interleave with. */
  locked<Result>(work: () => Promise<Result>): Promise<Result>;
  openStore(account: HomeAccount): ErasableStorage | Promise<ErasableStorage>;
  /** The store of the account may be gone at any moment. What is sealed counts once it is; null: nothing is, any more. */
  beginErasure(account: HomeAccount, sealed: Work | null): Promise<void>;
  /** The account stays after all. */
  cancelErasure(account: HomeAccount): Promise<void>;
  /** Its store is gone, and so is the rest of it. */
  endErasure(account: HomeAccount): Promise<void>;
}

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
 * Erases an account: nothing of it is left when this resolves, and every tab or process that has its store open is told.
 * Killed at any moment, it leaves the account whole or gone. Send what can be sent before, and tell the server after.
 */
export async function eraseAccount(home: ErasingHome, account: HomeAccount, fate: Fate): Promise<ErasureReport> {
  return home.locked(async () => {
    const storage = await home.openStore(account);
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const report = await attemptErasure(home, account, storage, fate);
        if (report !== null) return report;
      }
    } finally {
      await storage.close();
    }
    await home.cancelErasure(account);
    throw new WaypostError('unsynced', 'Another process keeps saving work of this account: end it, then sign out.');
  });
}

/** Null where work was saved while the fate of what was there was decided. */
async function attemptErasure(
  home: ErasingHome,
  account: HomeAccount,
  storage: ErasableStorage,
  fate: Fate,
): Promise<ErasureReport | null> {
  const work = workIn(await storage.everywhere(OF_WORK));
  const count = countWork(work);
  await moveToSafety(count, fate);
  await home.beginErasure(account, fate.kind === 'seal' && isOnlyHere(count) ? work : null);
  const holds = fate.kind === 'discard' ? () => true : (found: Collected) => isSameWork(workIn(found), work);
  if (!(await storage.eraseIf(OF_WORK, holds))) return null;
  await home.endErasure(account);
  const became = (kind: Fate['kind']) => (fate.kind === kind ? count : NOTHING);
  return { exported: became('export'), sealed: became('seal'), discarded: became('discard') };
}

async function moveToSafety(count: WorkCount, fate: Fate): Promise<void> {
  switch (fate.kind) {
    case 'none':
      if (isOnlyHere(count)) throw new WaypostError('unsynced', undefined, { pending: count, choices: CHOICES });
      return;
    case 'export':
      await fate.write();
      return;
    case 'seal':
    case 'discard':
      return;
  }
}
