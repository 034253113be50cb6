/** The store of administration over SQL, for both databases. Every method is one transaction. */
import { type AccountId, type DeviceId, WaypostError } from '@waypost/protocol';
import { normalEmail } from '../accounts/account-store.ts';
import type {
  AccountDetails,
  AccountSummary,
  AdminDeletion,
  AdminStore,
  AuditBounds,
  AuditEntry,
  AuditFilter,
  Notice,
  Operator,
  Reset,
} from '../administration/admin-store.ts';
import { deleteAccount } from './account-deletion.ts';
import { accountDetails, accountSummaries } from './account-sizes.ts';
import { readAudit, recordEntry, thinAudit } from './audit.ts';
import { text } from './columns.ts';
import type { Database, Queries } from './database.ts';
import { activeDevices, lockAccount, signOutDevices } from './devices.ts';
import { giveNotice, lastNotice, noticesAfter } from './notices.ts';

export class SqlAdminStore implements AdminStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  accounts(): Promise<AccountSummary[]> {
    return this.#database.read(accountSummaries);
  }

  account(email: string): Promise<AccountDetails> {
    return this.#database.read(async (queries) => {
      const details = await accountDetails(queries, await findAccount(queries, email));
      if (details === null) throw noAccount(email);
      return details;
    });
  }

  disable(email: string, by: Operator): Promise<DeviceId[]> {
    return this.#change(email, by, 'disable account', async (queries, account) => {
      const sql = 'UPDATE accounts SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL';
      await queries.run(sql, [by.at, account]);
      return this.#signOut(queries, { account, devices: null, erase: false, at: by.at });
    });
  }

  async enable(email: string, by: Operator): Promise<void> {
    await this.#change(email, by, 'enable account', (queries, account) =>
      queries.run('UPDATE accounts SET disabled_at = NULL WHERE id = ?', [account]),
    );
  }

  deleteAccount(email: string, by: Operator): Promise<AdminDeletion> {
    const { dialect } = this.#database;
    return this.#change(email, by, 'delete account', async (queries, account) => {
      const result = await deleteAccount(queries, dialect, { account, passwordHash: null, at: by.at });
      // Between its lock and here nobody can have deleted it.
      if (result.kind === 'refused') throw noAccount(email);
      if (result.kind === 'in-teams') return result;
      const { devices, workspaces } = result.receipt;
      await giveNotice(queries, dialect, { kind: 'erased', ids: devices, at: by.at });
      await giveNotice(queries, dialect, { kind: 'forgotten', ids: workspaces.map(({ id }) => id), at: by.at });
      return result;
    });
  }

  signOut(
    email: string,
    { devices, erase }: { readonly devices: readonly DeviceId[] | null; readonly erase: boolean },
    by: Operator,
  ): Promise<DeviceId[]> {
    const what = erase ? 'sign out and erase devices' : 'sign out devices';
    return this.#change(email, by, what, (queries, account) =>
      this.#signOut(queries, { account, devices, erase, at: by.at }),
    );
  }

  async offerReset(email: string, { tokenHash, expiresAt }: Reset, by: Operator): Promise<void> {
    await this.#change(email, by, 'offer a password reset', (queries, account) =>
      queries.run(
        `INSERT INTO password_resets (account, token_hash, expires_at) VALUES (?, ?, ?)
          ON CONFLICT (account) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
        [account, tokenHash, expiresAt],
      ),
    );
  }

  lastNotice(): Promise<number> {
    return lastNotice(this.#database);
  }

  notices(after: number): Promise<Notice[]> {
    return noticesAfter(this.#database, after);
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.#database.transact((queries) => recordEntry(queries, entry));
  }

  audit(filter: AuditFilter): Promise<AuditEntry[]> {
    return readAudit(this.#database, filter);
  }

  async thinAudit(bounds: AuditBounds): Promise<void> {
    await this.#database.transact((queries) => thinAudit(queries, bounds));
  }

  /** Under the account's lock, and on record together with what it did. */
  #change<T>(
    email: string,
    { who, origin, at }: Operator,
    what: string,
    change: (queries: Queries, account: AccountId) => Promise<T>,
  ): Promise<T> {
    const { dialect } = this.#database;
    return this.#database.transact(async (queries) => {
      const account = await findAccount(queries, email);
      if ((await lockAccount(queries, dialect, account)) === null) throw noAccount(email);
      const result = await change(queries, account);
      const refused = typeof result === 'object' && result !== null && 'teams' in result;
      const outcome = refused ? 'in-teams' : 'done';
      await recordEntry(queries, { at, who, what, subject: normalEmail(email), origin, outcome });
      return result;
    });
  }

  async #signOut(
    queries: Queries,
    request: {
      readonly account: AccountId;
      readonly devices: readonly DeviceId[] | null;
      readonly erase: boolean;
      readonly at: number;
    },
  ): Promise<DeviceId[]> {
    const { dialect } = this.#database;
    const { account, erase, at } = request;
    const devices = request.devices ?? (await activeDevices(queries, account)).map(({ id }) => id);
    const signedOut = await signOutDevices(queries, dialect, { account, devices, erase, at });
    await giveNotice(queries, dialect, { kind: erase ? 'erased' : 'signed-out', ids: signedOut, at });
    return signedOut;
  }
}

async function findAccount(queries: Queries, email: string): Promise<AccountId> {
  const [row] = await queries.rows('SELECT id FROM accounts WHERE email = ?', [normalEmail(email)]);
  if (row === undefined) throw noAccount(email);
  return text<AccountId>(row, 'id');
}

function noAccount(email: string): WaypostError {
  return new WaypostError('not-found', `This server has no account with the e-mail ${normalEmail(email)}.`);
}
