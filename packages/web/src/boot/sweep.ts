/**
 * Takes away what the app itself kept for an account that is not in this browser any more: files that were chosen, and
 * drafts that a page left behind. The store of an account is the witness: where it is gone, so is everything else.
 */
import { filesDatabase } from '../desk/chosen-files.ts';
import { leftKey } from '../desk/left-behind.ts';

export async function sweep(): Promise<void> {
  // Older browsers cannot say which there are; in them the next sign-in of the same account finds its files again.
  if (typeof indexedDB.databases !== 'function') return;
  try {
    await takeAway();
  } catch {
    // A browser that refuses now is asked again with the next start.
  }
}

async function takeAway(): Promise<void> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  for (const name of namesOfNobody(names, names, filesDatabase('waypost/'))) indexedDB.deleteDatabase(name);
  for (const key of namesOfNobody(Object.keys(localStorage), names, leftKey('waypost/'))) localStorage.removeItem(key);
}

/** Of those that are named for the account of a store, the ones whose store is not there. `pattern` is the name for none. */
export function namesOfNobody(names: readonly string[], databases: readonly string[], pattern: string): string[] {
  const [before = '', after = ''] = pattern.split('waypost/');
  const start = `${before}waypost/`;
  return names.filter((name) => {
    if (!name.startsWith(start) || !name.endsWith(after)) return false;
    const key = name.slice(start.length).split('/')[0] ?? '';
    return !databases.includes(`waypost-store-${key}`);
  });
}
