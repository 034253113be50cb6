/** What every store of administration must do. */
import type { AccountId, DeviceId, Epoch, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../../accounts/account-store.ts';
import type { AdminStore, Operator } from '../../administration/admin-store.ts';
import type { Database } from '../database.ts';

/** A database with nothing in it, opened for one test. */
export interface AdminStoreUnderTest {
  readonly accounts: AccountStore;
  readonly admin: AdminStore;
  readonly database: Database;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;
const HOUR = 60 * 60 * 1_000;
const BY: Operator = { who: 'operator (root)', origin: 'command line', at: NOW + 5 };

export function adminStoreContract(name: string, open: () => Promise<AdminStoreUnderTest>): void {
  describe(`the store of administration: ${name}`, () => {
    let opened: AdminStoreUnderTest;
    let accounts: AccountStore;
    let admin: AdminStore;

    beforeEach(async () => {
      opened = await open();
      ({ accounts, admin } = opened);
      await signUp('ada');
      await signUp('bob');
    });

    afterEach(() => opened.close());

    const signUp = (who: string) =>
      accounts.createAccount({
        id: `account-${who}` as AccountId,
        email: `${who}@x.org`,
        passwordHash: 'hash',
        sealing: { publicKey: 'public', privateKey: 'private' },
        at: NOW,
        workspaces: [
          { id: `home-${who}` as WorkspaceId, name: 'Home', kind: 'personal', epoch: 'epoch' as Epoch },
          { id: `own-${who}` as WorkspaceId, name: 'Private', kind: 'account', epoch: 'epoch' as Epoch },
        ],
        first: 'open',
      });
    const signIn = (who: string, machine: string, passwordHash = 'hash') =>
      accounts.signIn({
        account: `account-${who}` as AccountId,
        passwordHash,
        installation: machine,
        newDevice: machine as DeviceId,
        name: machine,
        deviceKind: 'cli',
        tokens: {
          accessHash: `access-${machine}`,
          accessExpiresAt: NOW + HOUR,
          refreshHash: `refresh-${machine}`,
          refreshExpiresAt: NOW + HOUR,
        },
        limit: 3,
        evict: null,
        idleBefore: 0,
        at: NOW + 1,
      });
    const tokenOf = async (machine: string) => (await accounts.authenticate(`access-${machine}`, NOW + 2)).kind;
    const noticesAfter = async (serial: number) =>
      (await admin.notices(serial)).map(({ kind, ids }) => [kind, ids.toSorted()]);
    const put = (sql: string) => opened.database.transact((queries) => queries.run(sql, []));

    it('lists accounts with what they own and how much it holds', async () => {
      await signIn('ada', 'laptop');
      await put(
        `INSERT INTO elements (workspace, id, kind, schema_version, parent, order_key, data, row_table, origin, revision,
          created_revision, created_author, created_old, stamps, shape, trashed_revision, trashed_account, trashed_device,
          trashed_at, by_account, by_device, at)
          VALUES ('home-ada', 'one', 'note', 1, NULL, 'a', 'é4567890', '{}', NULL, 1, 1, NULL, NULL, '[]', 0, NULL, NULL,
            NULL, NULL, 'account-ada', 'laptop', 1)`,
      );
      await put(
        `INSERT INTO history (workspace, element, revision, by_account, by_device, at, stream, n, status, group_values)
          VALUES ('home-ada', 'one', 1, 'account-ada', 'laptop', 1, 'stream', 1, 'replaced', '12345')`,
      );
      const ada = {
        ...{ id: 'account-ada', email: 'ada@x.org', administrator: true, createdAt: NOW, disabledAt: null },
        ...{ devices: 1, lastSeenAt: NOW + 1, workspaces: 2, elements: 1, bytes: 18 },
      };
      const nothing = { devices: 0, lastSeenAt: null, workspaces: 2, elements: 0, bytes: 0 };
      expect(await admin.accounts()).toEqual([
        ada,
        { ...ada, id: 'account-bob', email: 'bob@x.org', administrator: false, ...nothing },
      ]);
      const details = await admin.account(' ADA@x.org');
      const home = { id: 'home-ada', name: 'Home', kind: 'personal', role: 'administrator' };
      expect(details).toEqual({
        ...ada,
        signedIn: await accounts.devices('account-ada' as AccountId),
        sizes: [
          { ...home, elements: 1, elementBytes: 13, historyVersions: 1, historyBytes: 5 },
          {
            ...{ ...home, id: 'own-ada', name: 'Private', kind: 'account' },
            ...{ elements: 0, elementBytes: 0, historyVersions: 0, historyBytes: 0 },
          },
        ],
      });
      await expect(admin.account('eve@x.org')).rejects.toMatchObject({ code: 'not-found' });
    });

    it('disables an account: its devices are out, none comes in, and running servers are told', async () => {
      await signIn('ada', 'laptop');
      await signIn('bob', 'phone');
      const before = await admin.lastNotice();
      expect(await admin.disable('ada@x.org', BY)).toEqual(['laptop']);
      expect([await tokenOf('laptop'), await tokenOf('phone')]).toEqual(['signed-out', 'active']);
      expect(await signIn('ada', 'laptop')).toEqual({ kind: 'disabled' });
      // Said only to who knows the password.
      expect(await signIn('ada', 'laptop', 'another')).toEqual({ kind: 'changed' });
      expect(await noticesAfter(before)).toEqual([['signed-out', ['laptop']]]);
      expect(await admin.disable('ada@x.org', { ...BY, at: NOW + 6 })).toEqual([]);
      expect((await admin.account('ada@x.org')).disabledAt).toBe(BY.at);
      await admin.enable('ada@x.org', BY);
      expect(await signIn('ada', 'laptop')).toMatchObject({ kind: 'signed-in' });
      expect((await admin.account('ada@x.org')).disabledAt).toBeNull();
    });

    it('signs out one device or all, with and without sealing', async () => {
      for (const machine of ['laptop', 'phone', 'desk']) await signIn('ada', machine);
      const before = await admin.lastNotice();
      const sealing = { devices: ['phone' as DeviceId, 'strange' as DeviceId], erase: false };
      expect(await admin.signOut('ada@x.org', sealing, BY)).toEqual(['phone']);
      expect(await admin.signOut('ada@x.org', sealing, BY)).toEqual([]);
      expect(await admin.signOut('ada@x.org', { devices: null, erase: true }, BY)).toEqual(['desk', 'laptop']);
      expect(await noticesAfter(before)).toEqual([
        ['signed-out', ['phone']],
        ['erased', ['desk', 'laptop']],
      ]);
    });

    it('numbers notices on and on, also when those of other days are forgotten', async () => {
      const out = async (machine: string, at: number) => {
        await signIn('ada', machine);
        await admin.signOut('ada@x.org', { devices: null, erase: false }, { ...BY, at });
        return admin.lastNotice();
      };
      const first = await out('laptop', NOW);
      const second = await out('phone', NOW + 48 * HOUR);
      expect(second).toBeGreaterThan(first);
      expect(await noticesAfter(first - 1)).toEqual([['signed-out', ['phone']]]);
    });

    it('deletes an account without its password, and names its workspaces to running servers', async () => {
      await signIn('bob', 'phone');
      const before = await admin.lastNotice();
      const result = await admin.deleteAccount('bob@x.org', BY);
      expect(result).toMatchObject({ kind: 'deleted', receipt: { email: 'bob@x.org', devices: ['phone'] } });
      expect(await accounts.accountByEmail('bob@x.org')).toBeNull();
      expect(await tokenOf('phone')).toBe('unknown');
      expect(await noticesAfter(before)).toEqual([
        ['erased', ['phone']],
        ['forgotten', ['home-bob', 'own-bob']],
      ]);
      await expect(admin.deleteAccount('bob@x.org', BY)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('deletes no account that is in a team, and says which', async () => {
      await put(`INSERT INTO teams (id, name, created_at) VALUES ('crew', 'Crew', 1)`);
      await put(
        `INSERT INTO team_members (team, account, role, joined_at, workspace_role)
          VALUES ('crew', 'account-bob', 'member', 1, 'editor')`,
      );
      const before = await admin.lastNotice();
      expect(await admin.deleteAccount('bob@x.org', BY)).toEqual({
        kind: 'in-teams',
        teams: [{ id: 'crew', name: 'Crew' }],
      });
      expect(await admin.notices(before)).toEqual([]);
      expect(await admin.audit({ limit: 1, about: null })).toMatchObject([{ outcome: 'in-teams' }]);
    });

    it('lets a password be set once, in time, with the newest token only', async () => {
      await signIn('ada', 'laptop');
      const reset = (tokenHash: string, at: number) => accounts.resetPassword({ tokenHash, to: 'new', at });
      await admin.offerReset('ada@x.org', { tokenHash: 'first', expiresAt: NOW + HOUR }, BY);
      await admin.offerReset('ada@x.org', { tokenHash: 'second', expiresAt: NOW + HOUR }, BY);
      expect(await reset('first', NOW)).toEqual({ kind: 'refused' });
      expect([await accounts.isReset('second', NOW), await accounts.isReset('second', NOW + HOUR)]).toEqual([
        true,
        false,
      ]);
      expect(await reset('second', NOW + HOUR)).toEqual({ kind: 'refused' });
      expect(await reset('second', NOW)).toEqual({ kind: 'reset', email: 'ada@x.org', signedOut: ['laptop'] });
      expect(await reset('second', NOW)).toEqual({ kind: 'refused' });
      expect((await accounts.accountByEmail('ada@x.org'))?.passwordHash).toBe('new');
      expect(await tokenOf('laptop')).toBe('signed-out');
    });

    it('ends a token when the password is changed, and when the account is deleted', async () => {
      await signIn('ada', 'laptop');
      const offer = { tokenHash: 'token', expiresAt: NOW + HOUR };
      await admin.offerReset('ada@x.org', offer, BY);
      const change = {
        account: 'account-ada' as AccountId,
        from: 'hash',
        to: 'new',
        keep: 'laptop' as DeviceId,
        at: NOW,
      };
      expect(await accounts.changePassword(change)).toMatchObject({ kind: 'changed' });
      expect(await accounts.isReset('token', NOW)).toBe(false);
      await admin.offerReset('ada@x.org', offer, BY);
      await admin.deleteAccount('ada@x.org', BY);
      expect(await accounts.isReset('token', NOW)).toBe(false);
    });

    it('keeps on record who did what, newest first, and forgets what is old and what is beyond a number', async () => {
      await admin.disable('bob@x.org', BY);
      const entry = { who: 'ada@x.org', what: 'sign in', subject: null, origin: '10.0.0.1', outcome: 'done' };
      await admin.record({ ...entry, who: 'account-ada', at: NOW + 9 });
      const disabled = { ...BY, what: 'disable account', subject: 'bob@x.org', outcome: 'done' };
      expect(await admin.audit({ limit: 10, about: null })).toEqual([{ ...entry, at: NOW + 9 }, disabled]);
      expect(await admin.audit({ limit: 1, about: null })).toEqual([{ ...entry, at: NOW + 9 }]);
      expect(await admin.audit({ limit: 10, about: 'Bob@x.org' })).toEqual([disabled]);
      expect(await admin.audit({ limit: 10, about: 'ada@x.org' })).toEqual([{ ...entry, at: NOW + 9 }]);
      await admin.thinAudit({ before: NOW, entriesMax: 2 });
      expect(await admin.audit({ limit: 10, about: null })).toHaveLength(2);
      await admin.thinAudit({ before: NOW, entriesMax: 1 });
      expect(await admin.audit({ limit: 10, about: null })).toEqual([{ ...entry, at: NOW + 9 }]);
      await admin.thinAudit({ before: NOW + 10, entriesMax: 1 });
      expect(await admin.audit({ limit: 10, about: null })).toEqual([]);
    });
  });
}
