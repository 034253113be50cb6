/** The end of an account: it, its devices and the workspaces it owns, and a receipt of what went. */
import type { AccountId, DeviceId, TeamId, WorkspaceId } from '@waypost/protocol';
import type { DeleteAccountResult, DeletionReceipt } from '../accounts/account-store.ts';
import { ACCOUNT_COLUMNS, accountOf } from './account-rows.ts';
import { text } from './columns.ts';
import type { Queries, SqlRow } from './database.ts';
import type { Dialect } from './dialect.ts';
import { eraseWorkspace } from './workspaces.ts';

export interface Deletion {
  readonly account: AccountId;
  /** The one that the password was verified against; null: whoever runs the server does it. */
  readonly passwordHash: string | null;
  readonly at: number;
}

export async function deleteAccount(
  queries: Queries,
  dialect: Dialect,
  { account, passwordHash, at }: Deletion,
): Promise<DeleteAccountResult> {
  const [row] = await queries.rows(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE id = ?${dialect.forUpdate}`, [
    account,
  ]);
  if (row === undefined) return { kind: 'refused' };
  const { email, passwordHash: current } = accountOf(row);
  if (passwordHash !== null && current !== passwordHash) return { kind: 'refused' };

  const teams = await queries.rows(
    `SELECT teams.id, teams.name FROM team_members JOIN teams ON teams.id = team_members.team
      WHERE team_members.account = ? ORDER BY teams.name, teams.id`,
    [account],
  );
  if (teams.length > 0) return { kind: 'in-teams', teams: teams.map((team) => namedOf<TeamId>(team)) };

  const { workspaces, historyVersions } = await eraseWorkspacesOf(queries, dialect, account);
  const devices = await queries.rows('SELECT id FROM devices WHERE account = ? ORDER BY id', [account]);
  const ids = devices.map((device) => text<DeviceId>(device, 'id'));
  await queries.run(`DELETE FROM token_pairs WHERE ${dialect.among('device')}`, [ids]);
  await queries.run('DELETE FROM devices WHERE account = ?', [account]);
  await queries.run('DELETE FROM api_keys WHERE account = ?', [account]);
  await queries.run('DELETE FROM members WHERE account = ?', [account]);
  await queries.run('DELETE FROM password_resets WHERE account = ?', [account]);
  await queries.run('DELETE FROM accounts WHERE id = ?', [account]);
  return { kind: 'deleted', receipt: { account, email, devices: ids, workspaces, historyVersions, at } };
}

async function eraseWorkspacesOf(
  queries: Queries,
  dialect: Dialect,
  account: AccountId,
): Promise<Pick<DeletionReceipt, 'workspaces' | 'historyVersions'>> {
  // By id, so that two deletions never wait for each other in a circle.
  const owned = await queries.rows('SELECT id, name FROM workspaces WHERE owner = ? ORDER BY id', [account]);
  const workspaces: DeletionReceipt['workspaces'][number][] = [];
  let historyVersions = 0;
  for (const { id, name } of owned.map((workspace) => namedOf<WorkspaceId>(workspace))) {
    const erased = await eraseWorkspace(queries, dialect, id);
    workspaces.push({ id, name, elements: erased?.elements ?? 0 });
    historyVersions += erased?.historyVersions ?? 0;
  }
  return { workspaces, historyVersions };
}

function namedOf<Id extends string>(row: SqlRow): { readonly id: Id; readonly name: string } {
  return { id: text(row, 'id'), name: text(row, 'name') };
}
