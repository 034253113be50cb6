/** What a person is told when the server signed this device out. */
import { WaypostError } from '@waypost/protocol';
import { type ErasingHome, type ErasureReport, eraseAccount } from './erase.ts';
import type { HomeAccount } from './home-account.ts';

/**
 * Erases what the server closed to this device; what exists only here is sealed for the same account, unless whoever signed
 * it out chose otherwise. Answers with what happened, as an error that says it.
 */
export async function eraseSignedOut(home: ErasingHome, account: HomeAccount, erase: boolean): Promise<WaypostError> {
  const said = 'This device was signed out from elsewhere, and its copy is erased.';
  try {
    const { sealed, discarded } = await eraseAccount(home, account, { kind: erase ? 'discard' : 'seal' });
    if (onlyHere(sealed) > 0)
      return new WaypostError(
        'signed-out',
        `${said} ${onlyHere(sealed)} unsynced changes are sealed here until ${account.account.email} signs in again.`,
      );
    if (onlyHere(discarded) > 0)
      return new WaypostError(
        'signed-out',
        `${said} ${onlyHere(discarded)} unsynced changes went with it, as whoever signed it out chose.`,
      );
  } catch (error) {
    // Another process or tab of this home was first.
    if (!(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
  }
  return new WaypostError('signed-out', `${said} Sign in again to have it back.`);
}

function onlyHere({ changes, refused, local }: ErasureReport['sealed']): number {
  return changes + refused + local;
}
