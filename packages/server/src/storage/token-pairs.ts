/**
 * Tokens of a device. A renewal makes a new pair, and the pair it was made from stays good until the new one is used, so
 * that a lost reply signs nobody out. A refresh token that comes after that is in two hands: the device is signed out.
 */
import type { DeviceId } from '@waypost/protocol';
import type { Authentication, DeviceRow, RenewResult, TokenPair } from '../accounts/account-store.ts';
import { PAIR_COLUMNS, DEVICE_COLUMNS, deviceOf, type PairRow, pairOf, type PairState } from './account-rows.ts';
import type { Database, Queries } from './database.ts';
import type { Dialect } from './dialect.ts';
import { lockAccount, signOutDevices } from './devices.ts';

/** Renewals whose replies were all lost: more than these, and the oldest of them are forgotten. */
const NEW_PAIRS_MAX = 8;
/** Spent pairs that are remembered, to tell a stolen token from an unknown one: five days of renewals. */
const SPENT_PAIRS_MAX = 500;

interface Found {
  readonly device: DeviceRow;
  readonly pair: PairRow;
}

/** The first and only pair of a device that signs in. */
export async function beginTokens(queries: Queries, device: DeviceId, tokens: TokenPair): Promise<void> {
  await queries.run('DELETE FROM token_pairs WHERE device = ?', [device]);
  await insertPair(queries, { ...tokens, device, generation: 1, state: 'current' });
}

export async function authenticate(database: Database, accessHash: string, at: number): Promise<Authentication> {
  const found = await database.read((queries) => findPair(queries, 'access_hash', accessHash));
  if (found === null) return { kind: 'unknown' };
  const { device, pair } = found;
  if (device.signedOutAt !== null) return { kind: 'signed-out', device };
  if (at >= pair.accessExpiresAt) return { kind: 'expired' };
  if (pair.state === 'new') await database.transact((queries) => use(queries, database.dialect, accessHash));
  return { kind: 'active', device, expiresAt: pair.accessExpiresAt };
}

export async function renew(
  database: Database,
  refreshHash: string,
  next: TokenPair,
  at: number,
): Promise<RenewResult> {
  const { dialect } = database;
  return database.transact(async (queries): Promise<RenewResult> => {
    const found = await findLocked(queries, dialect, 'refresh_hash', refreshHash);
    if (found === null) return { kind: 'unknown' };
    const { device, pair } = found;
    if (device.signedOutAt !== null) return { kind: 'signed-out', device };
    if (at >= pair.refreshExpiresAt) return { kind: 'expired' };
    if (pair.state === 'spent') {
      await signOutDevices(queries, dialect, { account: device.account, devices: [device.id], erase: false, at });
      return { kind: 'stolen', device: { ...device, signedOutAt: at } };
    }
    await markUsed(queries, found);
    await insertPair(queries, { ...next, device: device.id, generation: pair.generation + 1, state: 'new' });
    await forgetSuperfluous(queries, found);
    return { kind: 'renewed', device };
  });
}

async function use(queries: Queries, dialect: Dialect, accessHash: string): Promise<void> {
  const found = await findLocked(queries, dialect, 'access_hash', accessHash);
  if (found !== null) await markUsed(queries, found);
}

/** Whoever uses a new pair has it: what it replaced, and what else was made in its place, is spent. */
async function markUsed(queries: Queries, { device, pair }: Found): Promise<void> {
  if (pair.state !== 'new') return;
  const others = `UPDATE token_pairs SET state = 'spent' WHERE device = ? AND refresh_hash <> ? AND state <> 'spent'`;
  await queries.run(others, [device.id, pair.refreshHash]);
  await queries.run(`UPDATE token_pairs SET state = 'current' WHERE refresh_hash = ?`, [pair.refreshHash]);
}

async function forgetSuperfluous(queries: Queries, { device, pair }: Found): Promise<void> {
  await queries.run(
    `DELETE FROM token_pairs WHERE refresh_hash IN (
      SELECT refresh_hash FROM token_pairs WHERE device = ? AND state = 'new'
      ORDER BY refresh_expires_at DESC, refresh_hash LIMIT 1000 OFFSET ?)`,
    [device.id, NEW_PAIRS_MAX],
  );
  const old = `DELETE FROM token_pairs WHERE device = ? AND generation < ? AND state = 'spent'`;
  await queries.run(old, [device.id, pair.generation - SPENT_PAIRS_MAX]);
}

type HashColumn = 'access_hash' | 'refresh_hash';

async function findPair(queries: Queries, column: HashColumn, hash: string): Promise<Found | null> {
  const [pair] = await queries.rows(`SELECT ${PAIR_COLUMNS} FROM token_pairs WHERE ${column} = ?`, [hash]);
  if (pair === undefined) return null;
  const [device] = await queries.rows(
    `SELECT ${DEVICE_COLUMNS} FROM devices WHERE id = (SELECT device FROM token_pairs WHERE ${column} = ?)`,
    [hash],
  );
  return device === undefined ? null : { pair: pairOf(pair), device: deviceOf(device) };
}

/** Read again once the account is locked: another renewal may have been on its way. */
async function findLocked(queries: Queries, dialect: Dialect, column: HashColumn, hash: string): Promise<Found | null> {
  const found = await findPair(queries, column, hash);
  if (found === null) return null;
  await lockAccount(queries, dialect, found.device.account);
  return findPair(queries, column, hash);
}

interface NewPair extends TokenPair {
  readonly device: DeviceId;
  readonly generation: number;
  readonly state: PairState;
}

async function insertPair(queries: Queries, pair: NewPair): Promise<void> {
  await queries.run(
    `INSERT INTO token_pairs (refresh_hash, access_hash, device, generation, access_expires_at, refresh_expires_at, state)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[pair.refreshHash, pair.accessHash, pair.device, pair.generation],
      ...[pair.accessExpiresAt, pair.refreshExpiresAt, pair.state],
    ],
  );
}
