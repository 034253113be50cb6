/** Passwords, and the one-time tokens that set them. */
import type { AccountId } from '@waypost/protocol';
import type { ResetPassword, ResetPasswordResult } from '../accounts/account-store.ts';
import { text } from './columns.ts';
import type { Queries } from './database.ts';
import { activeDevices, lockAccount, signOutDevices } from './devices.ts';
import type { Dialect } from './dialect.ts';

/** Under the account's lock. A reset that was offered before does not work any more. */
export async function setPassword(queries: Queries, account: AccountId, hash: string): Promise<void> {
  await queries.run('UPDATE accounts SET password_hash = ? WHERE id = ?', [hash, account]);
  await queries.run('DELETE FROM password_resets WHERE account = ?', [account]);
}

/** Whose password the token sets, or null. */
export async function accountOfReset(queries: Queries, tokenHash: string, at: number): Promise<AccountId | null> {
  const sql = 'SELECT account FROM password_resets WHERE token_hash = ? AND expires_at > ?';
  const [row] = await queries.rows(sql, [tokenHash, at]);
  return row === undefined ? null : text<AccountId>(row, 'account');
}

export async function resetPassword(
  queries: Queries,
  dialect: Dialect,
  { tokenHash, to, at }: ResetPassword,
): Promise<ResetPasswordResult> {
  const found = await accountOfReset(queries, tokenHash, at);
  if (found === null) return { kind: 'refused' };
  await lockAccount(queries, dialect, found);
  // Again, now that nobody else can be using it.
  if ((await accountOfReset(queries, tokenHash, at)) === null) return { kind: 'refused' };
  await setPassword(queries, found, to);
  const devices = (await activeDevices(queries, found)).map(({ id }) => id);
  const signedOut = await signOutDevices(queries, dialect, { account: found, devices, erase: false, at });
  const [row] = await queries.rows('SELECT email FROM accounts WHERE id = ?', [found]);
  return row === undefined ? { kind: 'refused' } : { kind: 'reset', email: text(row, 'email'), signedOut };
}
