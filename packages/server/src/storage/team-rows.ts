/** Teams and their members as rows: looked up and locked on the way to whatever changes them. */
import type { AccountId, TeamId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';
import { authoriseInTeam, type Role, type TeamOperation, type TeamRole } from '../accounts/authorise.ts';
import type { Invitation, Refused, TeamInfo, TeamMember } from '../accounts/team-store.ts';
import { workspaceInfoOf } from './account-rows.ts';
import { integer, text } from './columns.ts';
import type { Queries, SqlRow } from './database.ts';
import type { Dialect } from './dialect.ts';

/** Nobody enters, leaves or changes the team before this transaction ends. */
export async function lockTeam(queries: Queries, dialect: Dialect, id: TeamId): Promise<boolean> {
  return (await queries.rows(`SELECT id FROM teams WHERE id = ?${dialect.forUpdate}`, [id])).length > 0;
}

export async function roleInTeam(queries: Queries, team: TeamId, account: AccountId): Promise<TeamRole | null> {
  const sql = 'SELECT role FROM team_members WHERE team = ? AND account = ?';
  const [row] = await queries.rows(sql, [team, account]);
  return row === undefined ? null : text<TeamRole>(row, 'role');
}

/** Locks the team and asks the gate; null where the actor may. */
export async function refusedInTeam(
  queries: Queries,
  dialect: Dialect,
  asked: { readonly actor: AccountId; readonly team: TeamId; readonly operation: TeamOperation },
): Promise<Refused | null> {
  const { actor, team, operation } = asked;
  await lockTeam(queries, dialect, team);
  const decision = authoriseInTeam(await roleInTeam(queries, team, actor), operation);
  return decision === 'allowed' ? null : { kind: decision };
}

/** By id: whoever locks several workspaces locks them in this order. */
export async function workspacesOfTeam(queries: Queries, team: TeamId): Promise<WorkspaceId[]> {
  const rows = await queries.rows('SELECT id FROM workspaces WHERE owner = ? ORDER BY id', [team]);
  return rows.map((row) => text<WorkspaceId>(row, 'id'));
}

export async function accountsInTeam(queries: Queries, team: TeamId): Promise<AccountId[]> {
  const rows = await queries.rows('SELECT account FROM team_members WHERE team = ? ORDER BY account', [team]);
  return rows.map((row) => text<AccountId>(row, 'account'));
}

/** Of one account, all its teams, or one of them. */
export async function teamInfos(queries: Queries, account: AccountId, team: TeamId | null): Promise<TeamInfo[]> {
  const rows = await queries.rows(
    `SELECT teams.id, teams.name, team_members.role,
      (SELECT count(*) FROM team_members AS everybody WHERE everybody.team = teams.id) AS members,
      (SELECT count(*) FROM workspaces WHERE workspaces.owner = teams.id) AS workspaces
      FROM team_members JOIN teams ON teams.id = team_members.team
      WHERE team_members.account = ?${team === null ? '' : ' AND teams.id = ?'} ORDER BY teams.name, teams.id`,
    team === null ? [account] : [account, team],
  );
  return rows.map((row) => ({
    id: text<TeamId>(row, 'id'),
    name: text(row, 'name'),
    role: text<TeamRole>(row, 'role'),
    members: integer(row, 'members'),
    workspaces: integer(row, 'workspaces'),
  }));
}

export async function teamMembers(queries: Queries, team: TeamId): Promise<TeamMember[]> {
  const rows = await queries.rows(
    `SELECT team_members.account, accounts.email, team_members.role, team_members.workspace_role,
      team_members.joined_at FROM team_members JOIN accounts ON accounts.id = team_members.account
      WHERE team_members.team = ? ORDER BY accounts.email`,
    [team],
  );
  return rows.map((row) => ({
    account: text<AccountId>(row, 'account'),
    email: text(row, 'email'),
    role: text<TeamRole>(row, 'role'),
    workspaceRole: text<Role>(row, 'workspace_role'),
    joinedAt: integer(row, 'joined_at'),
  }));
}

export async function workspacesInTeam(queries: Queries, team: TeamId, account: AccountId): Promise<WorkspaceInfo[]> {
  const rows = await queries.rows(
    `SELECT workspaces.id, workspaces.name, workspaces.kind, members.role
      FROM members JOIN workspaces ON workspaces.id = members.workspace
      WHERE members.account = ? AND workspaces.owner = ? ORDER BY workspaces.name, workspaces.id`,
    [account, team],
  );
  return rows.map(workspaceInfoOf);
}

export const invitationOf = (row: SqlRow): Invitation => ({
  id: text(row, 'id'),
  workspaceRole: text<Role>(row, 'workspace_role'),
  invitedBy: text(row, 'email'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
  usesLeft: integer(row, 'uses_left'),
});
