/** The list of workspaces, who is a member of one, and their end. */
import { type AccountId, EMPTY_SUM, type TeamId, WaypostError, type WorkspaceId } from '@waypost/protocol';
import type { NewWorkspace } from '../accounts/account-store.ts';
import type { Role } from '../accounts/authorise.ts';
import { integer, nameText, text } from './columns.ts';
import type { Queries } from './database.ts';
import type { Dialect } from './dialect.ts';
import { OF_A_WORKSPACE } from './tables.ts';

/** A team, or the account whose own it is, has it; nobody is in it yet. */
export async function insertWorkspace(
  queries: Queries,
  workspace: NewWorkspace,
  owner: AccountId | TeamId,
): Promise<void> {
  const { id, name, kind, epoch } = workspace;
  await queries.run(
    `INSERT INTO workspaces (id, name, kind, owner, epoch, restored, head, floor, sum_a, sum_b, elements,
      tombstones, recovered) VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 0, 0, NULL)`,
    [id, nameText(name), kind, owner, epoch, EMPTY_SUM.a, EMPTY_SUM.b],
  );
}

/** Under the workspace's lock. */
export async function enter(queries: Queries, { workspace, account, role }: Entering): Promise<void> {
  await queries.run(
    `INSERT INTO members (workspace, account, role) VALUES (?, ?, ?)
      ON CONFLICT (workspace, account) DO UPDATE SET role = excluded.role`,
    [workspace, account, role],
  );
}

/** Under the workspace's lock. */
export async function expel(queries: Queries, workspace: WorkspaceId, account: AccountId): Promise<void> {
  await queries.run('DELETE FROM members WHERE workspace = ? AND account = ?', [workspace, account]);
}

export interface Entering {
  readonly workspace: WorkspaceId;
  readonly account: AccountId;
  readonly role: Role;
}

export async function membersOf(queries: Queries, workspace: WorkspaceId): Promise<AccountId[]> {
  const rows = await queries.rows('SELECT account FROM members WHERE workspace = ? ORDER BY account', [workspace]);
  return rows.map((row) => text<AccountId>(row, 'account'));
}

/** No commit of the workspace runs until this transaction ends, and none that read the members before is still to come. */
export async function lockWorkspace(queries: Queries, dialect: Dialect, id: WorkspaceId): Promise<boolean> {
  return (await queries.rows(`SELECT id FROM workspaces WHERE id = ?${dialect.forUpdate}`, [id])).length > 0;
}

/** The account cannot be deleted before this transaction ends. */
export async function holdAccount(queries: Queries, dialect: Dialect, account: AccountId): Promise<void> {
  const rows = await queries.rows(`SELECT id FROM accounts WHERE id = ?${dialect.forShare}`, [account]);
  if (rows.length === 0) throw new WaypostError('not-found', 'There is no such account.');
}

export interface Erased {
  readonly elements: number;
  readonly historyVersions: number;
}

/** A workspace with everything in it; null where there is none. */
export async function eraseWorkspace(queries: Queries, dialect: Dialect, id: WorkspaceId): Promise<Erased | null> {
  if (!(await lockWorkspace(queries, dialect, id))) return null;
  const [counts] = await queries.rows(
    `SELECT (SELECT count(*) FROM elements WHERE workspace = ?) AS elements,
      (SELECT count(*) FROM history WHERE workspace = ?) AS versions`,
    [id, id],
  );
  for (const table of OF_A_WORKSPACE) await queries.run(`DELETE FROM ${table} WHERE workspace = ?`, [id]);
  await queries.run('DELETE FROM workspaces WHERE id = ?', [id]);
  if (counts === undefined) throw new Error('a count returned nothing');
  return { elements: integer(counts, 'elements'), historyVersions: integer(counts, 'versions') };
}
