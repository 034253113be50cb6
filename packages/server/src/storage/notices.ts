/** What a process beside the servers did, for those that have devices connected. */
import type { Notice } from '../administration/admin-store.ts';
import { integer, json, text } from './columns.ts';
import type { Database, Queries } from './database.ts';
import type { Dialect } from './dialect.ts';

/** A server that did not look for this long has no device connected any more. */
const KEPT_MS = 24 * 60 * 60 * 1_000;

/** To be the last thing that a transaction locks, as several may write notices. */
export async function giveNotice(
  queries: Queries,
  dialect: Dialect,
  { kind, ids, at }: Omit<Notice, 'serial'> & { readonly at: number },
): Promise<void> {
  if (ids.length === 0) return;
  await queries.rows(`SELECT value FROM settings WHERE key = 'notices'${dialect.forUpdate}`, []);
  await queries.run('INSERT INTO notices (at, kind, ids) VALUES (?, ?, ?)', [at, kind, JSON.stringify(ids)]);
  // Only now: SQLite numbers from one again where no row is left.
  await queries.run('DELETE FROM notices WHERE at < ?', [at - KEPT_MS]);
}

export async function lastNotice(database: Database): Promise<number> {
  const sql = 'SELECT serial FROM notices ORDER BY serial DESC LIMIT 1';
  const [row] = await database.read((queries) => queries.rows(sql, []));
  return row === undefined ? 0 : integer(row, 'serial');
}

export async function noticesAfter(database: Database, serial: number): Promise<Notice[]> {
  const sql = 'SELECT serial, kind, ids FROM notices WHERE serial > ? ORDER BY serial';
  const rows = await database.read((queries) => queries.rows(sql, [serial]));
  return rows.map((row) => ({
    serial: integer(row, 'serial'),
    kind: text<Notice['kind']>(row, 'kind'),
    ids: json<readonly string[]>(row, 'ids'),
  }));
}
