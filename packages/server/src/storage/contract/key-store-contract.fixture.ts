/** What every store of API keys must do, also when several are made at once. */
import type { AccountId, Epoch, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../../accounts/account-store.ts';
import type { AdminStore } from '../../administration/admin-store.ts';
import type { KeyStore, NewKey } from '../../accounts/key-store.ts';

/** The stores of one empty database, opened for one test. */
export interface KeyStores {
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly admin: Pick<AdminStore, 'disable' | 'enable'>;
}

export interface KeyStoreUnderTest extends KeyStores {
  /** Another connection to the same database. */
  another(): Promise<KeyStores>;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;
const LATER = NOW + 1_000;
const [ADA, BOB] = ['ada', 'bob'] as unknown as readonly [AccountId, AccountId];
const home = (account: AccountId) => `home of ${account}` as WorkspaceId;

export function keyStoreContract(name: string, open: () => Promise<KeyStoreUnderTest>): void {
  describe(`the store of API keys: ${name}`, () => {
    let opened: KeyStoreUnderTest;
    let accounts: AccountStore;
    let keys: KeyStore;

    beforeEach(async () => {
      opened = await open();
      ({ accounts, keys } = opened);
      for (const id of [ADA, BOB]) {
        await accounts.createAccount({
          ...{ id, email: `${id}@x.org`, passwordHash: 'hash', sealing: { publicKey: '', privateKey: '' }, at: NOW },
          ...{ workspaces: [{ id: home(id), name: 'Home', kind: 'personal', epoch: 'one' as Epoch }], first: 'open' },
        });
      }
    });

    afterEach(() => opened.close());

    const key = (rest: Partial<NewKey> = {}): NewKey => ({
      ...{ id: 'one', account: ADA, name: 'Nightly', scope: 'read', workspaces: [home(ADA)], keyHash: 'hash of one' },
      ...{ createdAt: NOW, expiresAt: LATER, limit: 2 },
      ...rest,
    });

    it('knows a key by its hash until it expires, with what it was made for', async () => {
      expect(await keys.createKey(key())).toEqual({ kind: 'created' });
      const { keyHash: _hash, limit: _limit, ...made } = key();
      expect(await keys.keyByHash('hash of one', LATER - 1)).toEqual({ ...made, lastUsedAt: null });
      expect(await keys.keyByHash('hash of one', LATER)).toBeNull();
      expect(await keys.keyByHash('another', NOW)).toBeNull();
      await keys.keyUsed('one', NOW + 5);
      expect(await keys.keys(ADA)).toEqual([{ ...made, lastUsedAt: NOW + 5 }]);
      expect(await keys.keys(BOB)).toEqual([]);
    });

    it('makes none for a workspace that the account is not in, and none for nobody', async () => {
      expect(await keys.createKey(key({ workspaces: [home(ADA), home(BOB)] }))).toEqual({ kind: 'no-workspace' });
      expect(await keys.createKey(key({ account: 'nobody' as AccountId }))).toEqual({ kind: 'refused' });
      expect(await keys.createKey(key({ workspaces: [home(ADA), home(ADA)] }))).toEqual({ kind: 'created' });
      expect(await keys.createKey(key({ id: 'all', keyHash: 'all', workspaces: null }))).toEqual({ kind: 'created' });
      expect((await keys.keyByHash('all', NOW))?.workspaces).toBeNull();
    });

    it('is revoked by its account only, at once', async () => {
      await keys.createKey(key());
      expect(await keys.revokeKey(BOB, 'one')).toBe(false);
      expect(await keys.keyByHash('hash of one', NOW)).not.toBeNull();
      expect(await keys.revokeKey(ADA, 'one')).toBe(true);
      expect(await keys.revokeKey(ADA, 'one')).toBe(false);
      expect(await keys.keyByHash('hash of one', NOW)).toBeNull();
    });

    it('never holds more than the limit, also when many are made at once; what expired makes room', async () => {
      const stores = [keys, (await opened.another()).keys];
      const making = Array.from({ length: 8 }, (_, n) =>
        (stores[n % 2] as KeyStore).createKey(key({ id: `${n}`, keyHash: `${n}` })),
      );
      const kinds = (await Promise.all(making)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'created').length).toBe(2);
      expect(kinds.filter((kind) => kind === 'limit').length).toBe(6);
      const after = key({ id: 'after', keyHash: 'after', createdAt: LATER, expiresAt: LATER + 1 });
      expect(await keys.createKey(after)).toEqual({ kind: 'created' });
      expect((await keys.keys(ADA)).map(({ id }) => id)).toEqual(['after']);
    });

    it('opens nothing while its account is disabled', async () => {
      const by = { who: 'operator', origin: 'command line', at: NOW };
      await keys.createKey(key());
      await opened.admin.disable('ada@x.org', by);
      expect(await keys.keyByHash('hash of one', NOW)).toBeNull();
      await opened.admin.enable('ada@x.org', by);
      expect(await keys.keyByHash('hash of one', NOW)).not.toBeNull();
    });

    it('leaves none behind an account that is deleted, also when one is made meanwhile', async () => {
      await keys.createKey(key());
      const other = await opened.another();
      const [deleted] = await Promise.all([
        accounts.deleteAccount(ADA, 'hash', NOW),
        other.keys.createKey(key({ id: 'two', keyHash: 'hash of two', workspaces: null })),
      ]);
      expect(deleted.kind).toBe('deleted');
      expect(await keys.keys(ADA)).toEqual([]);
      expect(await keys.keyByHash('hash of one', NOW)).toBeNull();
      expect(await keys.keyByHash('hash of two', NOW)).toBeNull();
    });
  });
}
