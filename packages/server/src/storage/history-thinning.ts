/**
 * Forgets old versions of elements. Only ever the oldest ones, without gaps: a version is rebuilt by undoing the later
 * ones from the current state. Parked values that nobody has decided on stay.
 */
import type { WorkspaceId } from '@waypost/protocol';
import { text } from './columns.ts';
import type { Database } from './database.ts';

export interface Thinning {
  readonly workspace: WorkspaceId;
  /** Versions of one element that stay. */
  readonly keep: number;
  /** Versions older than this go, if all before them are as old. */
  readonly before: number;
}

/** Rows removed in one transaction: commits of people wait for it. */
const ROWS_PER_TRANSACTION = 500;

/** The number of versions removed. */
export async function thinHistory(database: Database, { workspace, keep, before }: Thinning): Promise<number> {
  const rows = await database.read((queries) =>
    queries.rows(
      `SELECT CAST(serial AS TEXT) AS serial FROM (
        SELECT serial, status, element,
          row_number() OVER (PARTITION BY element ORDER BY revision DESC, serial DESC) AS place,
          max(at) OVER (PARTITION BY element ORDER BY revision, serial) AS newest_so_far
        FROM history WHERE workspace = ?
      ) AS versions
      WHERE (place > ? OR newest_so_far < ?) AND NOT (status = 'unmerged' AND EXISTS (
        SELECT 1 FROM conflicts
        WHERE conflicts.workspace = ? AND conflicts.element = versions.element AND conflicts.closed IS NULL))`,
      [workspace, keep, before, workspace],
    ),
  );
  const serials = rows.map((row) => text(row, 'serial'));
  let removed = 0;
  for (let at = 0; at < serials.length; at += ROWS_PER_TRANSACTION) {
    const some = serials.slice(at, at + ROWS_PER_TRANSACTION);
    const sql = `DELETE FROM history WHERE ${database.dialect.amongNumbers('serial')}`;
    removed += await database.transact((queries) => queries.run(sql, [some]));
  }
  return removed;
}
