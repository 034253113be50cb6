/** Rows of the tables of accounts. */
import type { WorkspaceInfo } from '@waypost/protocol';
import type { AccountRow, DeviceRow, TokenPair } from '../accounts/account-store.ts';
import { flag, integer, integerOrNull, text } from './columns.ts';
import type { SqlRow } from './database.ts';

export const ACCOUNT_COLUMNS = 'id, email, password_hash, administrator, created_at, sealing_public, sealing_private';

export const accountOf = (row: SqlRow): AccountRow => ({
  id: text(row, 'id'),
  email: text(row, 'email'),
  passwordHash: text(row, 'password_hash'),
  administrator: flag(row, 'administrator'),
  createdAt: integer(row, 'created_at'),
  sealing: { publicKey: text(row, 'sealing_public'), privateKey: text(row, 'sealing_private') },
});

export const DEVICE_COLUMNS =
  'id, account, installation, name, kind, created_at, last_seen_at, pending, signed_out_at, erase';

export const deviceOf = (row: SqlRow): DeviceRow => ({
  id: text(row, 'id'),
  account: text(row, 'account'),
  installation: text(row, 'installation'),
  name: text(row, 'name'),
  deviceKind: text(row, 'kind'),
  createdAt: integer(row, 'created_at'),
  lastSeenAt: integer(row, 'last_seen_at'),
  pending: integer(row, 'pending'),
  signedOutAt: integerOrNull(row, 'signed_out_at'),
  erase: flag(row, 'erase'),
});

/**
 * `current` has been used; `new` has not, and until it is the pair it was made from stays `current` too; `spent` was
 * replaced by one that has been used.
 */
export type PairState = 'new' | 'current' | 'spent';

export interface PairRow extends TokenPair {
  readonly generation: number;
  readonly state: PairState;
}

export const PAIR_COLUMNS = 'access_hash, access_expires_at, refresh_hash, refresh_expires_at, generation, state';

export const pairOf = (row: SqlRow): PairRow => ({
  accessHash: text(row, 'access_hash'),
  accessExpiresAt: integer(row, 'access_expires_at'),
  refreshHash: text(row, 'refresh_hash'),
  refreshExpiresAt: integer(row, 'refresh_expires_at'),
  generation: integer(row, 'generation'),
  state: text(row, 'state'),
});

export const workspaceInfoOf = (row: SqlRow): WorkspaceInfo => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  kind: text(row, 'kind'),
  role: text(row, 'role'),
});
