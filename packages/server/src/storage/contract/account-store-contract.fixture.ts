/** What every store of accounts must do, also when many sign in at once. */
import type { AccountId, DeviceId, Epoch, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccountStore,
  type NewAccount,
  SETUP_TOKEN_HASH,
  type SignIn,
  type TokenPair,
} from '../../accounts/account-store.ts';

/** A database with nothing in it, opened for one test. */
export interface AccountStoreUnderTest {
  readonly store: AccountStore;
  /** Another connection to the same database. */
  another(): Promise<AccountStore>;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_700_000_000_000;

export function accountStoreContract(name: string, open: () => Promise<AccountStoreUnderTest>): void {
  describe(`the store of accounts: ${name}`, () => {
    let opened: AccountStoreUnderTest;
    let store: AccountStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(() => opened.close());

    describe('settings', () => {
      it('are set, replaced and removed', async () => {
        expect(await store.setting('key')).toBeNull();
        await store.putSetting('key', 'one');
        await store.putSetting('key', 'two');
        expect(await store.setting('key')).toBe('two');
        await store.putSetting('key', null);
        expect(await store.setting('key')).toBeNull();
      });

      it('that nodes choose at the same time are one', async () => {
        const stores = [store, await opened.another()];
        const chosen = await Promise.all(
          Array.from({ length: 8 }, (_, at) => (stores[at % 2] ?? store).settingOr('server', `value ${at}`)),
        );
        expect(new Set(chosen).size).toBe(1);
        expect(await store.setting('server')).toBe(chosen[0]);
      });
    });

    describe('signing up', () => {
      it('makes the first account administrator, with its workspaces, found by any spelling of its address', async () => {
        expect(await store.hasAccounts()).toBe(false);
        const ada = account('ada', {
          email: ' Ada@Example.org ',
          workspaces: [workspace('home'), workspace('own', 'account')],
        });
        expect(await store.createAccount(ada)).toEqual({ kind: 'created', administrator: true });
        expect(await store.createAccount(account('bob'))).toEqual({ kind: 'created', administrator: false });
        expect(await store.hasAccounts()).toBe(true);
        const row = {
          id: ada.id,
          email: 'ada@example.org',
          passwordHash: ada.passwordHash,
          administrator: true,
          createdAt: NOW,
          sealing: ada.sealing,
        };
        expect(await store.accountByEmail('ADA@example.ORG')).toEqual(row);
        expect(await store.account(ada.id)).toEqual(row);
        expect(await store.accountByEmail('nobody@example.org')).toBeNull();
        expect(await store.workspaces(ada.id)).toEqual([
          { id: 'home', name: 'home', kind: 'personal', role: 'administrator' },
          { id: 'own', name: 'own', kind: 'account', role: 'administrator' },
        ]);
      });

      it('takes an address once, also in a race', async () => {
        const other = await opened.another();
        const results = await Promise.all(
          Array.from({ length: 6 }, (_, at) =>
            (at % 2 === 0 ? store : other).createAccount(
              account(`ada-${at}`, { email: at % 3 === 0 ? 'A@x.org' : 'a@X.org' }),
            ),
          ),
        );
        expect(results.filter(({ kind }) => kind === 'created')).toEqual([{ kind: 'created', administrator: true }]);
        expect(results.filter(({ kind }) => kind === 'exists').length).toBe(5);
      });

      it('has one first account, also in a race, and it needs the set-up token', async () => {
        await store.putSetting(SETUP_TOKEN_HASH, 'right');
        const withToken = (name: string, setupTokenHash: string): NewAccount =>
          account(name, { first: { setupTokenHash } });
        expect(await store.createAccount(withToken('eve', 'wrong'))).toEqual({ kind: 'closed' });
        const other = await opened.another();
        const results = await Promise.all([
          store.createAccount(withToken('ada', 'right')),
          other.createAccount(withToken('bob', 'right')),
        ]);
        expect(results.filter((result) => result.kind === 'created' && result.administrator).length).toBe(1);
        expect(results.filter((result) => result.kind === 'created').length).toBe(2);
        expect(await store.setting(SETUP_TOKEN_HASH)).toBeNull();
      });

      it('refuses what PostgreSQL could not hold', async () => {
        await expect(store.createAccount(account('ada', { email: 'a\u0000@x.org' }))).rejects.toMatchObject({
          code: 'bad-message',
        });
        expect(await store.hasAccounts()).toBe(false);
      });
    });

    describe('signing in', () => {
      beforeEach(() => store.createAccount(account('ada', { workspaces: [workspace('home')] })));

      it('gives an installation the same device for ever, and its place back', async () => {
        const first = await store.signIn(signIn('laptop', { name: 'Laptop' }));
        expect(first).toMatchObject({
          kind: 'signed-in',
          signedOut: [],
          device: { id: 'device-laptop', name: 'Laptop', pending: 0 },
        });
        await store.signOut(ADA, [id('device-laptop')], { erase: true, at: NOW + 1 });
        expect(await store.devices(ADA)).toEqual([]);
        const again = await store.signIn(
          signIn('laptop', { newDevice: id('another'), at: NOW + 2, tokens: pair('second') }),
        );
        expect(again).toMatchObject({
          kind: 'signed-in',
          device: { id: 'device-laptop', createdAt: NOW, lastSeenAt: NOW + 2, signedOutAt: null, erase: false },
        });
      });

      it('never lets more in than the limit, also in a race', async () => {
        const stores = [store, await opened.another()];
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, at) =>
            (stores[at % 2] ?? store).signIn(signIn(`machine-${at}`, { limit: 3, tokens: pair(`t${at}`) })),
          ),
        );
        expect(results.filter(({ kind }) => kind === 'signed-in').length).toBe(3);
        for (const refused of results.filter((result) => result.kind === 'limit')) {
          expect(refused.devices.length).toBe(3);
        }
        expect((await store.devices(ADA)).length).toBe(3);
      });

      it('evicts the one that was named, or the one unseen for longest, and only where there is no place', async () => {
        for (const [at, machine] of ['a', 'b', 'c'].entries()) {
          await store.signIn(signIn(machine, { at: NOW + at, limit: 3, evict: 'oldest', tokens: pair(machine) }));
        }
        expect((await store.devices(ADA)).map((device) => device.id)).toEqual(['device-c', 'device-b', 'device-a']);
        const full = await store.signIn(signIn('d', { limit: 3, at: NOW + 9, tokens: pair('d') }));
        expect(full.kind === 'limit' && full.devices.map((device) => device.id)).toEqual([
          'device-a',
          'device-b',
          'device-c',
        ]);
        const oldest = await store.signIn(signIn('d', { limit: 3, evict: 'oldest', at: NOW + 9, tokens: pair('d') }));
        expect(oldest).toMatchObject({ kind: 'signed-in', signedOut: ['device-a'] });
        const named = await store.signIn(
          signIn('a', { limit: 3, evict: id('device-c'), at: NOW + 10, tokens: pair('a2') }),
        );
        expect(named).toMatchObject({ kind: 'signed-in', signedOut: ['device-c'] });
        const stranger = await store.signIn(
          signIn('e', { limit: 3, evict: id('device-c'), at: NOW + 11, tokens: pair('e') }),
        );
        expect(stranger.kind).toBe('limit');
        const again = await store.signIn(signIn('a', { limit: 3, evict: 'oldest', at: NOW + 12, tokens: pair('a3') }));
        expect(again).toMatchObject({ kind: 'signed-in', signedOut: [] });
      });

      it('gives the places of idle devices away', async () => {
        await store.signIn(signIn('old', { limit: 1, at: NOW, tokens: pair('old') }));
        const later = { limit: 1, at: NOW + 31 * DAY, idleBefore: NOW + DAY, tokens: pair('new') };
        expect(await store.signIn(signIn('new', later))).toMatchObject({
          kind: 'signed-in',
          signedOut: ['device-old'],
        });
      });

      it('knows no limit where there is none', async () => {
        for (let at = 0; at < 5; at += 1) await store.signIn(signIn(`m${at}`, { limit: null, tokens: pair(`m${at}`) }));
        expect((await store.devices(ADA)).length).toBe(5);
      });

      it('is refused when the password was changed or the account deleted after it was checked', async () => {
        const changed = await store.signIn(signIn('laptop', { passwordHash: 'old hash' }));
        expect(changed).toEqual({ kind: 'changed' });
        expect(await store.signIn(signIn('laptop', { account: 'nobody' as AccountId }))).toEqual({ kind: 'changed' });
        expect(await store.device(id('device-laptop'))).toBeNull();
      });
    });

    describe('tokens', () => {
      beforeEach(async () => {
        await store.createAccount(account('ada'));
        await store.signIn(signIn('laptop', { tokens: pair('1') }));
      });

      it('let a device in until they expire, it is signed out, or it signs in again', async () => {
        expect(await store.authenticate('access-1', NOW)).toMatchObject({
          kind: 'active',
          device: { id: 'device-laptop' },
          expiresAt: NOW + 900_000,
        });
        expect(await store.authenticate('access-none', NOW)).toEqual({ kind: 'unknown' });
        expect(await store.authenticate('access-1', NOW + 900_000)).toEqual({ kind: 'expired' });
        await store.signOut(ADA, [id('device-laptop')], { erase: true, at: NOW });
        const signedOut = { kind: 'signed-out', device: { id: 'device-laptop', erase: true } };
        expect(await store.authenticate('access-1', NOW)).toMatchObject(signedOut);
        expect(await store.renew('refresh-1', pair('2'), NOW)).toMatchObject(signedOut);
        await store.signIn(signIn('laptop', { tokens: pair('3') }));
        expect(await store.authenticate('access-1', NOW)).toEqual({ kind: 'unknown' });
        expect(await store.authenticate('access-3', NOW)).toMatchObject({ kind: 'active' });
      });

      it('are renewed, and a lost reply costs nothing', async () => {
        expect(await store.renew('refresh-1', pair('lost'), NOW)).toMatchObject({ kind: 'renewed' });
        expect(await store.renew('refresh-1', pair('2'), NOW)).toMatchObject({ kind: 'renewed' });
        expect(await store.authenticate('access-2', NOW)).toMatchObject({ kind: 'active' });
        // The access token of the pair before lives on until it expires: a second process may hold it.
        expect(await store.authenticate('access-1', NOW)).toMatchObject({ kind: 'active' });
        expect(await store.renew('refresh-2', pair('3'), NOW)).toMatchObject({ kind: 'renewed' });
        expect(await store.renew('refresh-3', pair('4'), NOW)).toMatchObject({ kind: 'renewed' });
        expect((await store.devices(ADA)).length).toBe(1);
      });

      it('that come back after their successor was used sign the device out', async () => {
        await store.renew('refresh-1', pair('2'), NOW);
        await store.authenticate('access-2', NOW);
        expect(await store.renew('refresh-1', pair('thief'), NOW + 5)).toMatchObject({
          kind: 'stolen',
          device: { id: 'device-laptop', signedOutAt: NOW + 5 },
        });
        expect(await store.authenticate('access-2', NOW)).toMatchObject({ kind: 'signed-out' });
        expect(await store.authenticate('access-thief', NOW)).toEqual({ kind: 'unknown' });
      });

      it('of renewals whose replies were all lost do not pile up', async () => {
        for (let at = 0; at < 20; at += 1) await store.renew('refresh-1', pair(`n${at}`, NOW + at), NOW);
        expect(await store.authenticate('access-n0', NOW)).toEqual({ kind: 'unknown' });
        expect(await store.authenticate('access-n19', NOW)).toMatchObject({ kind: 'active' });
      });

      it('expire with idle devices, which then are signed out', async () => {
        expect(await store.renew('refresh-1', pair('2'), NOW + 30 * DAY)).toEqual({ kind: 'expired' });
        await store.deviceSeen(id('device-laptop'), { pending: 4, at: NOW + 10 * DAY });
        await store.deviceSeen(id('device-laptop'), { pending: 5, at: NOW });
        expect(await store.device(id('device-laptop'))).toMatchObject({ pending: 5, lastSeenAt: NOW + 10 * DAY });
        expect(await store.expire(NOW + 9 * DAY, NOW + 20 * DAY)).toEqual([]);
        expect(await store.authenticate('access-1', NOW)).toMatchObject({ kind: 'active' });
        expect(await store.expire(NOW + 11 * DAY, NOW + 41 * DAY)).toEqual(['device-laptop']);
        expect(await store.authenticate('access-1', NOW)).toEqual({ kind: 'unknown' });
        expect(await store.devices(ADA)).toEqual([]);
      });
    });

    describe('an account', () => {
      beforeEach(async () => {
        await store.createAccount(account('ada', { workspaces: [workspace('home'), workspace('own', 'account')] }));
        await store.createAccount(account('bob', { workspaces: [workspace('bobs')] }));
        for (const machine of ['a', 'b']) await store.signIn(signIn(machine, { tokens: pair(machine) }));
      });

      it('signs the other devices out when its password changes', async () => {
        const change = { account: ADA, from: 'hash', to: 'new', keep: id('device-a'), at: NOW };
        expect(await store.changePassword({ ...change, from: 'other' })).toEqual({ kind: 'refused' });
        expect(await store.changePassword(change)).toEqual({ kind: 'changed', signedOut: ['device-b'] });
        expect((await store.account(ADA))?.passwordHash).toBe('new');
        expect((await store.devices(ADA)).map((device) => device.id)).toEqual(['device-a']);
      });

      it('renames and signs out its own devices only, each once', async () => {
        expect(await store.renameDevice(ADA, id('device-a'), 'Desk')).toBe(true);
        expect(await store.renameDevice('account-bob' as AccountId, id('device-a'), 'Mine')).toBe(false);
        const how = { erase: false, at: NOW };
        expect(await store.signOut('account-bob' as AccountId, [id('device-a')], how)).toEqual([]);
        expect(await store.signOut(ADA, [id('device-a'), id('device-b'), id('none')], how)).toEqual([
          'device-a',
          'device-b',
        ]);
        expect(await store.signOut(ADA, [id('device-a')], how)).toEqual([]);
      });

      it('is deleted with its devices and workspaces, and a receipt', async () => {
        expect(await store.deleteAccount(ADA, 'wrong', NOW)).toEqual({ kind: 'refused' });
        expect(await store.deleteAccount(ADA, 'hash', NOW)).toEqual({
          kind: 'deleted',
          receipt: {
            account: ADA,
            email: 'ada@x.org',
            devices: ['device-a', 'device-b'],
            workspaces: [
              { id: 'home', name: 'home', elements: 0 },
              { id: 'own', name: 'own', elements: 0 },
            ],
            historyVersions: 0,
            at: NOW,
          },
        });
        expect(await store.account(ADA)).toBeNull();
        expect(await store.workspaces(ADA)).toEqual([]);
        expect(await store.authenticate('access-a', NOW)).toEqual({ kind: 'unknown' });
        expect((await store.workspaces('account-bob' as AccountId)).length).toBe(1);
        expect(await store.deleteAccount(ADA, 'hash', NOW)).toEqual({ kind: 'refused' });
        expect((await store.createAccount(account('ada'))).kind).toBe('created');
      });
    });
  });
}

const ADA = 'account-ada' as AccountId;

function id(name: string): DeviceId {
  return name as DeviceId;
}

function account(name: string, rest: Partial<NewAccount> = {}): NewAccount {
  return {
    id: `account-${name}` as AccountId,
    email: `${name}@x.org`,
    passwordHash: 'hash',
    sealing: { publicKey: 'public', privateKey: 'private' },
    at: NOW,
    workspaces: [],
    first: 'open',
    ...rest,
  };
}

function workspace(name: string, kind: 'personal' | 'team' | 'account' = 'personal'): NewAccount['workspaces'][number] {
  return { id: name as WorkspaceId, name, kind, epoch: 'epoch' as Epoch };
}

function signIn(machine: string, rest: Partial<SignIn> = {}): SignIn {
  return {
    account: ADA,
    passwordHash: 'hash',
    installation: `installation-${machine}`,
    newDevice: id(`device-${machine}`),
    name: machine,
    deviceKind: 'cli',
    tokens: pair(machine),
    limit: 3,
    evict: null,
    idleBefore: 0,
    at: NOW,
    ...rest,
  };
}

function pair(name: string, at = NOW): TokenPair {
  return {
    accessHash: `access-${name}`,
    accessExpiresAt: at + 900_000,
    refreshHash: `refresh-${name}`,
    refreshExpiresAt: at + 30 * DAY,
  };
}
