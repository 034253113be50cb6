/** Invitations into a team: made, looked at, used up. */
import type { AccountId, TeamId } from '@waypost/protocol';
import type { Role } from '../accounts/authorise.ts';
import type { Invitation, InvitationPreview, JoinResult, NewInvitation } from '../accounts/team-store.ts';
import { integer, text } from './columns.ts';
import type { Queries } from './database.ts';
import type { Dialect } from './dialect.ts';
import { invitationOf, lockTeam, roleInTeam, teamInfos, workspacesInTeam, workspacesOfTeam } from './team-rows.ts';
import { enter, holdAccount, lockWorkspace } from './workspaces.ts';

export async function insertInvitation(queries: Queries, invitation: NewInvitation): Promise<void> {
  const { id, team, tokenHash, workspaceRole, actor, at, expiresAt, uses } = invitation;
  await queries.run(
    `INSERT INTO invitations (id, team, token_hash, workspace_role, invited_by, created_at, expires_at, uses_left)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, team, tokenHash, workspaceRole, actor, at, expiresAt, uses],
  );
}

/** Those that still lead somewhere. */
export async function openInvitations(queries: Queries, team: TeamId, at: number): Promise<Invitation[]> {
  const rows = await queries.rows(
    `SELECT invitations.id, invitations.workspace_role, accounts.email, invitations.created_at,
      invitations.expires_at, invitations.uses_left
      FROM invitations JOIN accounts ON accounts.id = invitations.invited_by
      WHERE invitations.team = ? AND invitations.expires_at > ? AND invitations.uses_left > 0
      ORDER BY invitations.created_at, invitations.id`,
    [team, at],
  );
  return rows.map(invitationOf);
}

export async function previewOf(queries: Queries, tokenHash: string, at: number): Promise<InvitationPreview | null> {
  const [row] = await queries.rows(
    `SELECT teams.id, teams.name, accounts.email, invitations.workspace_role, invitations.expires_at
      FROM invitations JOIN teams ON teams.id = invitations.team JOIN accounts ON accounts.id = invitations.invited_by
      WHERE invitations.token_hash = ? AND invitations.expires_at > ? AND invitations.uses_left > 0`,
    [tokenHash, at],
  );
  if (row === undefined) return null;
  return {
    team: { id: text(row, 'id'), name: text(row, 'name') },
    invitedBy: text(row, 'email'),
    workspaceRole: text<Role>(row, 'workspace_role'),
    expiresAt: integer(row, 'expires_at'),
  };
}

export interface Joining {
  readonly account: AccountId;
  readonly tokenHash: string;
  readonly at: number;
}

export async function join(queries: Queries, dialect: Dialect, joining: Joining): Promise<JoinResult> {
  const { account, tokenHash, at } = joining;
  await holdAccount(queries, dialect, account);
  const found = await previewOf(queries, tokenHash, at);
  if (found === null || !(await lockTeam(queries, dialect, found.team.id))) return { kind: 'ended' };
  const team = found.team.id;
  const already = (await roleInTeam(queries, team, account)) !== null;
  if (!already && !(await takeUse(queries, tokenHash, at))) return { kind: 'ended' };
  if (!already) {
    await queries.run(
      `INSERT INTO team_members (team, account, role, joined_at, workspace_role) VALUES (?, ?, 'member', ?, ?)`,
      [team, account, at, found.workspaceRole],
    );
    for (const workspace of await workspacesOfTeam(queries, team)) {
      await lockWorkspace(queries, dialect, workspace);
      await enter(queries, { workspace, account, role: found.workspaceRole });
    }
  }
  const [info] = await teamInfos(queries, account, team);
  if (info === undefined) throw new Error('the team that was joined is not there');
  return { kind: 'joined', team: info, workspaces: await workspacesInTeam(queries, team, account), already };
}

/** Whether there was one left, under the lock of the team. */
async function takeUse(queries: Queries, tokenHash: string, at: number): Promise<boolean> {
  const taken = await queries.run(
    'UPDATE invitations SET uses_left = uses_left - 1 WHERE token_hash = ? AND expires_at > ? AND uses_left > 0',
    [tokenHash, at],
  );
  await queries.run('DELETE FROM invitations WHERE expires_at <= ? OR uses_left <= 0', [at]);
  return taken > 0;
}
