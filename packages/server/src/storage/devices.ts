/** Devices of an account, and how they are signed out. */
import type { AccountId, DeviceId } from '@waypost/protocol';
import type { DeviceRow } from '../accounts/account-store.ts';
import { DEVICE_COLUMNS, deviceOf } from './account-rows.ts';
import { text } from './columns.ts';
import type { Queries } from './database.ts';
import type { Dialect } from './dialect.ts';

export async function findDevice(queries: Queries, id: DeviceId): Promise<DeviceRow | null> {
  const [row] = await queries.rows(`SELECT ${DEVICE_COLUMNS} FROM devices WHERE id = ?`, [id]);
  return row === undefined ? null : deviceOf(row);
}

/** Signed-in devices, most recently seen first. */
export async function activeDevices(queries: Queries, account: AccountId): Promise<DeviceRow[]> {
  const sql = `SELECT ${DEVICE_COLUMNS} FROM devices WHERE account = ? AND signed_out_at IS NULL ORDER BY last_seen_at DESC, created_at DESC, id`;
  return (await queries.rows(sql, [account])).map(deviceOf);
}

/** The account's password hash, and nobody changes its devices or password before this transaction ends. */
export async function lockAccount(queries: Queries, dialect: Dialect, account: AccountId): Promise<string | null> {
  const sql = `SELECT password_hash FROM accounts WHERE id = ?${dialect.forUpdate}`;
  const [row] = await queries.rows(sql, [account]);
  return row === undefined ? null : text(row, 'password_hash');
}

interface SignOut {
  readonly account: AccountId;
  readonly devices: readonly DeviceId[];
  readonly erase: boolean;
  readonly at: number;
}

/** Under the account's lock. Returns those that were signed in until now. Their tokens stay known, to be answered. */
export async function signOutDevices(queries: Queries, dialect: Dialect, request: SignOut): Promise<DeviceId[]> {
  const { account, devices, erase, at } = request;
  if (devices.length === 0) return [];
  const where = `account = ? AND signed_out_at IS NULL AND ${dialect.among('id')}`;
  const rows = await queries.rows(`SELECT id FROM devices WHERE ${where} ORDER BY id`, [account, devices]);
  await queries.run(`UPDATE devices SET signed_out_at = ?, erase = ? WHERE ${where}`, [
    ...[at, erase ? 1 : 0, account],
    devices,
  ]);
  return rows.map((row) => text<DeviceId>(row, 'id'));
}
