/** API keys: how scripts read a server without being a device. Made and revoked by devices, never by keys. */
import { WaypostError, type WorkspaceId } from '@waypost/protocol';
import { type Caller, newId } from './accounts.ts';
import type { KeyRow, KeyScope, KeyStore } from './key-store.ts';
import { isToken, newToken, tokenHash } from './tokens.ts';

/** So that programs which look for leaked secrets find a key, and nobody takes it for the token of a device. */
const PREFIX = 'waypost_key_';
/** More than anybody keeps apart; each is a row that outlives whoever made it. */
const KEYS_PER_ACCOUNT_MAX = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** The time a key was last used is written this rarely. */
const USED_EVERY_MS = 5 * 60 * 1_000;

export interface KeysOptions {
  readonly store: KeyStore;
  readonly now: () => number;
}

export interface KeyRequest {
  readonly name: string;
  readonly scope: KeyScope;
  /** Null: all. */
  readonly workspaces: readonly WorkspaceId[] | null;
  readonly days: number;
}

export function isKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

export class Keys {
  readonly #store: KeyStore;
  readonly #now: () => number;

  constructor({ store, now }: KeysOptions) {
    this.#store = store;
    this.#now = now;
  }

  list({ device }: Caller): Promise<readonly KeyRow[]> {
    return this.#store.keys(device.account);
  }

  /** The secret is not to be had again. Throws `no-workspace`, `forbidden` at the limit. */
  async create({ device }: Caller, request: KeyRequest): Promise<{ readonly key: KeyRow; readonly secret: string }> {
    const { days, ...asked } = request;
    const secret = `${PREFIX}${newToken()}`;
    const at = this.#now();
    const key = {
      ...asked,
      id: newId<string>(),
      account: device.account,
      createdAt: at,
      expiresAt: at + days * DAY_MS,
    };
    const result = await this.#store.createKey({ ...key, keyHash: tokenHash(secret), limit: KEYS_PER_ACCOUNT_MAX });
    switch (result.kind) {
      case 'created':
        return { key: { ...key, lastUsedAt: null }, secret };
      case 'no-workspace':
        throw new WaypostError('no-workspace');
      case 'limit':
        throw new WaypostError(
          'forbidden',
          `An account has ${KEYS_PER_ACCOUNT_MAX} API keys at most: revoke one first.`,
        );
      case 'refused':
        throw new WaypostError('signed-out', undefined, { erase: true });
    }
  }

  /** Throws `not-found`. */
  async revoke({ device }: Caller, id: string): Promise<void> {
    if (!(await this.#store.revokeKey(device.account, id)))
      throw new WaypostError('not-found', 'Your account has no API key with this id.');
  }

  /** Throws `bad-key`, without saying which of its reasons it is. */
  async authenticate(secret: string): Promise<KeyRow> {
    const now = this.#now();
    const known = isKey(secret) && isToken(secret.slice(PREFIX.length));
    const key = known ? await this.#store.keyByHash(tokenHash(secret), now) : null;
    if (key === null) throw new WaypostError('bad-key');
    if (key.lastUsedAt === null || now - key.lastUsedAt >= USED_EVERY_MS) await this.#store.keyUsed(key.id, now);
    return key;
  }
}
