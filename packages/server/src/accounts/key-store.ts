/**
 * What API keys ask of a database. A key acts for its account and never for more: what its account may do in a workspace
 * is read where the work is done, as for a device. Keys are known to the store by a hash only. Times, ids and hashes are
 * made by the caller; every method is one transaction.
 */
import type { AccountId, WorkspaceId } from '@waypost/protocol';

/** `write` includes `read`. */
export const KEY_SCOPES = ['read', 'write'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export interface KeyRow {
  readonly id: string;
  readonly account: AccountId;
  readonly name: string;
  readonly scope: KeyScope;
  /** Null: every workspace of the account, also those to come. */
  readonly workspaces: readonly WorkspaceId[] | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

export type NewKey = Omit<KeyRow, 'lastUsedAt'> & {
  readonly keyHash: string;
  /** Keys of the account at most, this one included; those that have expired are forgotten first. */
  readonly limit: number;
};

export type CreateKeyResult =
  | { readonly kind: 'created' }
  | { readonly kind: 'limit' }
  /** The account is not a member of one of the workspaces. */
  | { readonly kind: 'no-workspace' }
  /** The account is gone. */
  | { readonly kind: 'refused' };

export interface KeyStore {
  createKey(key: NewKey): Promise<CreateKeyResult>;
  /** Expired ones too. By name, then id. */
  keys(account: AccountId): Promise<KeyRow[]>;
  /** False where the account has no such key. */
  revokeKey(account: AccountId, id: string): Promise<boolean>;
  /** Null where the key is unknown, was revoked or has expired, and while its account is disabled. */
  keyByHash(keyHash: string, at: number): Promise<KeyRow | null>;
  /** Not urgent; call it rarely. */
  keyUsed(id: string, at: number): Promise<void>;
}
