/** The store of accounts over SQL, for both databases. Every method is one transaction. */
import type { AccountId, DeviceId, WorkspaceInfo } from '@waypost/protocol';
import {
  type AccountRow,
  type AccountStore,
  type Authentication,
  type ChangePassword,
  type ChangePasswordResult,
  type CreateAccountResult,
  type DeleteAccountResult,
  type DeviceRow,
  type NewAccount,
  type NewWorkspace,
  normalEmail,
  type RenewResult,
  type ResetPassword,
  type ResetPasswordResult,
  SETUP_TOKEN_HASH,
  type SignIn,
  type SignInResult,
  type TokenPair,
} from '../accounts/account-store.ts';
import { deleteAccount } from './account-deletion.ts';
import { ACCOUNT_COLUMNS, accountOf, workspaceInfoOf } from './account-rows.ts';
import { nameText, text } from './columns.ts';
import type { Database, Queries } from './database.ts';
import { activeDevices, findDevice, lockAccount, signOutDevices } from './devices.ts';
import { accountOfReset, resetPassword, setPassword } from './password-resets.ts';
import { signIn } from './sign-in.ts';
import { authenticate, renew } from './token-pairs.ts';
import { enter, holdAccount, insertWorkspace } from './workspaces.ts';

export class SqlAccountStore implements AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  setting(key: string): Promise<string | null> {
    return this.#database.read((queries) => settingOf(queries, key));
  }

  async putSetting(key: string, value: string | null): Promise<void> {
    await this.#database.transact(async (queries) => {
      if (value === null) await queries.run('DELETE FROM settings WHERE key = ?', [key]);
      else {
        const sql =
          'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
        await queries.run(sql, [key, value]);
      }
    });
  }

  settingOr(key: string, value: string): Promise<string> {
    return this.#database.transact(async (queries) => {
      await queries.run('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING', [key, value]);
      return (await settingOf(queries, key)) ?? value;
    });
  }

  async hasAccounts(): Promise<boolean> {
    return (await this.#database.read((queries) => queries.rows(ANY_ACCOUNT, []))).length > 0;
  }

  async createAccount(account: NewAccount): Promise<CreateAccountResult> {
    const { dialect } = this.#database;
    const email = nameText(normalEmail(account.email));
    return this.#database.transact(async (queries): Promise<CreateAccountResult> => {
      // One after another, so that only one can be the first.
      await queries.rows(`SELECT value FROM settings WHERE key = 'sign-up'${dialect.forUpdate}`, []);
      const taken = await queries.rows('SELECT id FROM accounts WHERE email = ?', [email]);
      if (taken.length > 0) return { kind: 'exists' };
      const administrator = (await queries.rows(ANY_ACCOUNT, [])).length === 0;
      if (administrator && !(await mayBeFirst(queries, account))) return { kind: 'closed' };
      await queries.run(
        `INSERT INTO accounts (id, email, password_hash, administrator, created_at, sealing_public, sealing_private)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[account.id, email, account.passwordHash, administrator ? 1 : 0, account.at],
          ...[account.sealing.publicKey, account.sealing.privateKey],
        ],
      );
      await queries.run('DELETE FROM settings WHERE key = ?', [SETUP_TOKEN_HASH]);
      for (const workspace of account.workspaces) await insertOwn(queries, workspace, account.id);
      return { kind: 'created', administrator };
    });
  }

  async accountByEmail(email: string): Promise<AccountRow | null> {
    return this.#account('email = ?', nameText(normalEmail(email)));
  }

  async account(id: AccountId): Promise<AccountRow | null> {
    return this.#account('id = ?', id);
  }

  changePassword({ account, from, to, keep, at }: ChangePassword): Promise<ChangePasswordResult> {
    const { dialect } = this.#database;
    return this.#database.transact(async (queries): Promise<ChangePasswordResult> => {
      if ((await lockAccount(queries, dialect, account)) !== from) return { kind: 'refused' };
      await setPassword(queries, account, to);
      const devices = (await activeDevices(queries, account)).map(({ id }) => id).filter((id) => id !== keep);
      const signedOut = await signOutDevices(queries, dialect, { account, devices, erase: false, at });
      return { kind: 'changed', signedOut };
    });
  }

  isReset(tokenHash: string, at: number): Promise<boolean> {
    return this.#database.read(async (queries) => (await accountOfReset(queries, tokenHash, at)) !== null);
  }

  resetPassword(reset: ResetPassword): Promise<ResetPasswordResult> {
    const { dialect } = this.#database;
    return this.#database.transact((queries) => resetPassword(queries, dialect, reset));
  }

  deleteAccount(account: AccountId, passwordHash: string, at: number): Promise<DeleteAccountResult> {
    const { dialect } = this.#database;
    return this.#database.transact((queries) => deleteAccount(queries, dialect, { account, passwordHash, at }));
  }

  signIn(request: SignIn): Promise<SignInResult> {
    const { dialect } = this.#database;
    return this.#database.transact((queries) => signIn(queries, dialect, request));
  }

  authenticate(accessHash: string, at: number): Promise<Authentication> {
    return authenticate(this.#database, accessHash, at);
  }

  renew(refreshHash: string, next: TokenPair, at: number): Promise<RenewResult> {
    return renew(this.#database, refreshHash, next, at);
  }

  devices(account: AccountId): Promise<DeviceRow[]> {
    return this.#database.read((queries) => activeDevices(queries, account));
  }

  device(id: DeviceId): Promise<DeviceRow | null> {
    return this.#database.read((queries) => findDevice(queries, id));
  }

  async renameDevice(account: AccountId, device: DeviceId, name: string): Promise<boolean> {
    const sql = 'UPDATE devices SET name = ? WHERE account = ? AND id = ?';
    return this.#changes(sql, [nameText(name), account, device]);
  }

  async deviceSeen(
    device: DeviceId,
    { pending, at }: { readonly pending: number; readonly at: number },
  ): Promise<void> {
    // A clock that was set back must not make a device look idle.
    const sql = `UPDATE devices SET pending = ?, last_seen_at = CASE WHEN last_seen_at < ? THEN ? ELSE last_seen_at END
      WHERE id = ? AND signed_out_at IS NULL`;
    await this.#changes(sql, [pending, at, at, device]);
  }

  signOut(
    account: AccountId,
    devices: readonly DeviceId[],
    { erase, at }: { readonly erase: boolean; readonly at: number },
  ): Promise<DeviceId[]> {
    const { dialect } = this.#database;
    return this.#database.transact(async (queries) => {
      await lockAccount(queries, dialect, account);
      return signOutDevices(queries, dialect, { account, devices, erase, at });
    });
  }

  async expire(idleBefore: number, at: number): Promise<DeviceId[]> {
    await this.#changes('DELETE FROM token_pairs WHERE refresh_expires_at <= ?', [at]);
    const sql =
      'SELECT DISTINCT account FROM devices WHERE signed_out_at IS NULL AND last_seen_at < ? ORDER BY account';
    const accounts = await this.#database.read((queries) => queries.rows(sql, [idleBefore]));
    const expired: DeviceId[] = [];
    // One account at a time, so that its lock is not held for long.
    for (const row of accounts) {
      for (const device of await this.#expireIn(text<AccountId>(row, 'account'), idleBefore, at)) expired.push(device);
    }
    return expired;
  }

  workspaces(account: AccountId): Promise<WorkspaceInfo[]> {
    const sql = `SELECT workspaces.id, workspaces.name, workspaces.kind, members.role
      FROM members JOIN workspaces ON workspaces.id = members.workspace
      WHERE members.account = ? ORDER BY workspaces.name, workspaces.id`;
    return this.#database.read(async (queries) => (await queries.rows(sql, [account])).map(workspaceInfoOf));
  }

  async createWorkspace(workspace: NewWorkspace, owner: AccountId): Promise<void> {
    const { dialect } = this.#database;
    await this.#database.transact(async (queries) => {
      await holdAccount(queries, dialect, owner);
      await insertOwn(queries, workspace, owner);
    });
  }

  async #account(where: 'id = ?' | 'email = ?', value: string): Promise<AccountRow | null> {
    const sql = `SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE ${where}`;
    const [row] = await this.#database.read((queries) => queries.rows(sql, [value]));
    return row === undefined ? null : accountOf(row);
  }

  async #changes(sql: string, parameters: readonly (string | number)[]): Promise<boolean> {
    return (await this.#database.transact((queries) => queries.run(sql, parameters))) > 0;
  }

  #expireIn(account: AccountId, idleBefore: number, at: number): Promise<DeviceId[]> {
    const { dialect } = this.#database;
    return this.#database.transact(async (queries) => {
      await lockAccount(queries, dialect, account);
      const idle = (await activeDevices(queries, account)).filter(({ lastSeenAt }) => lastSeenAt < idleBefore);
      const devices = idle.map(({ id }) => id);
      return signOutDevices(queries, dialect, { account, devices, erase: false, at });
    });
  }
}

async function insertOwn(queries: Queries, workspace: NewWorkspace, owner: AccountId): Promise<void> {
  await insertWorkspace(queries, workspace, owner);
  await enter(queries, { workspace: workspace.id, account: owner, role: 'administrator' });
}

const ANY_ACCOUNT = 'SELECT id FROM accounts LIMIT 1';

async function settingOf(queries: Queries, key: string): Promise<string | null> {
  const [row] = await queries.rows('SELECT value FROM settings WHERE key = ?', [key]);
  return row === undefined ? null : text(row, 'value');
}

async function mayBeFirst(queries: Queries, { first }: NewAccount): Promise<boolean> {
  return first === 'open' || (await settingOf(queries, SETUP_TOKEN_HASH)) === first.setupTokenHash;
}
