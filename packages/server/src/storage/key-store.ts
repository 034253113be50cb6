/** The store of API keys over SQL, for both databases. */
import type { AccountId, WorkspaceId } from '@waypost/protocol';
import type { CreateKeyResult, KeyRow, KeyScope, KeyStore, NewKey } from '../accounts/key-store.ts';
import { integer, integerOrNull, json, nameText, text } from './columns.ts';
import type { Database, SqlRow } from './database.ts';
import { lockAccount } from './devices.ts';

const COLUMNS = 'id, account, name, scope, workspaces, created_at, expires_at, last_used_at';

export class SqlKeyStore implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  createKey(key: NewKey): Promise<CreateKeyResult> {
    const { dialect } = this.#database;
    const { id, account, name, keyHash, scope, workspaces, createdAt, expiresAt, limit } = key;
    return this.#database.transact(async (queries): Promise<CreateKeyResult> => {
      if ((await lockAccount(queries, dialect, account)) === null) return { kind: 'refused' };
      if (workspaces !== null) {
        const among = `SELECT workspace FROM members WHERE account = ? AND ${dialect.among('workspace')}`;
        const found = await queries.rows(among, [account, workspaces]);
        if (found.length < new Set(workspaces).size) return { kind: 'no-workspace' };
      }
      await queries.run('DELETE FROM api_keys WHERE account = ? AND expires_at <= ?', [account, createdAt]);
      const held = await queries.rows('SELECT id FROM api_keys WHERE account = ?', [account]);
      if (held.length >= limit) return { kind: 'limit' };
      await queries.run(
        `INSERT INTO api_keys (id, account, name, key_hash, scope, workspaces, created_at, expires_at, last_used_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
        [id, account, nameText(name), keyHash, scope, JSON.stringify(workspaces), createdAt, expiresAt],
      );
      return { kind: 'created' };
    });
  }

  keys(account: AccountId): Promise<KeyRow[]> {
    const sql = `SELECT ${COLUMNS} FROM api_keys WHERE account = ? ORDER BY name, id`;
    return this.#database.read(async (queries) => (await queries.rows(sql, [account])).map(keyOf));
  }

  async revokeKey(account: AccountId, id: string): Promise<boolean> {
    const sql = 'DELETE FROM api_keys WHERE account = ? AND id = ?';
    return (await this.#database.transact((queries) => queries.run(sql, [account, id]))) > 0;
  }

  async keyByHash(keyHash: string, at: number): Promise<KeyRow | null> {
    const sql = `SELECT ${COLUMNS} FROM api_keys WHERE key_hash = ? AND expires_at > ?
      AND EXISTS (SELECT id FROM accounts WHERE accounts.id = api_keys.account AND accounts.disabled_at IS NULL)`;
    const [row] = await this.#database.read((queries) => queries.rows(sql, [keyHash, at]));
    return row === undefined ? null : keyOf(row);
  }

  async keyUsed(id: string, at: number): Promise<void> {
    const sql = 'UPDATE api_keys SET last_used_at = ? WHERE id = ?';
    await this.#database.transact((queries) => queries.run(sql, [at, id]));
  }
}

const keyOf = (row: SqlRow): KeyRow => ({
  id: text(row, 'id'),
  account: text(row, 'account'),
  name: text(row, 'name'),
  scope: text<KeyScope>(row, 'scope'),
  workspaces: json<readonly WorkspaceId[] | null>(row, 'workspaces'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
  lastUsedAt: integerOrNull(row, 'last_used_at'),
});
