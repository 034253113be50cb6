/**
 * The store of teams over SQL, for both databases. Every method is one transaction; locks are taken in one order: an
 * account, a team, workspaces by id.
 */
import type { AccountId, TeamId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';
import type { NewWorkspace } from '../accounts/account-store.ts';
import { authoriseInWorkspace, type Role, type TeamRole, type WorkspaceOperation } from '../accounts/authorise.ts';
import type {
  Changed,
  Erasing,
  InvitationPreview,
  JoinResult,
  MembersIn,
  NewInvitation,
  NewTeam,
  Refused,
  TeamDetails,
  TeamInfo,
  TeamStore,
} from '../accounts/team-store.ts';
import { nameText, text } from './columns.ts';
import type { Database, Queries } from './database.ts';
import { insertInvitation, join, openInvitations, previewOf } from './invitations.ts';
import {
  accountsInTeam,
  refusedInTeam,
  roleInTeam,
  teamInfos,
  teamMembers,
  workspacesInTeam,
  workspacesOfTeam,
} from './team-rows.ts';
import { enter, eraseWorkspace, expel, holdAccount, insertWorkspace, lockWorkspace, membersOf } from './workspaces.ts';

const HIDDEN: Refused = { kind: 'hidden' };

export class SqlTeamStore implements TeamStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createTeam({ id, name, owner, at }: NewTeam): Promise<void> {
    const { dialect } = this.#database;
    await this.#database.transact(async (queries) => {
      await holdAccount(queries, dialect, owner);
      await queries.run('INSERT INTO teams (id, name, created_at) VALUES (?, ?, ?)', [id, nameText(name), at]);
      await queries.run(
        `INSERT INTO team_members (team, account, role, joined_at, workspace_role)
          VALUES (?, ?, 'owner', ?, 'administrator')`,
        [id, owner, at],
      );
    });
  }

  teams(account: AccountId): Promise<TeamInfo[]> {
    return this.#database.read((queries) => teamInfos(queries, account, null));
  }

  team(actor: AccountId, team: TeamId, at: number): Promise<TeamDetails | Refused> {
    return this.#database.read(async (queries): Promise<TeamDetails | Refused> => {
      const [info] = await teamInfos(queries, actor, team);
      if (info === undefined) return HIDDEN;
      return {
        kind: 'team',
        team: info,
        members: await teamMembers(queries, team),
        workspaces: await workspacesInTeam(queries, team, actor),
        invitations: info.role === 'owner' ? await openInvitations(queries, team, at) : [],
      };
    });
  }

  renameTeam(actor: AccountId, team: TeamId, name: string): Promise<Changed | Refused> {
    return this.#inTeam({ actor, team, operation: 'team.rename' }, async (queries) => {
      await queries.run('UPDATE teams SET name = ? WHERE id = ?', [nameText(name), team]);
      return { kind: 'changed', members: await accountsInTeam(queries, team) };
    });
  }

  deleteTeam(actor: AccountId, team: TeamId): Promise<Erasing | Refused> {
    const { dialect } = this.#database;
    return this.#inTeam({ actor, team, operation: 'team.delete' }, async (queries) => {
      const members = await accountsInTeam(queries, team);
      const workspaces = await workspacesOfTeam(queries, team);
      for (const workspace of workspaces) await eraseWorkspace(queries, dialect, workspace);
      for (const table of ['invitations', 'team_members']) {
        await queries.run(`DELETE FROM ${table} WHERE team = ?`, [team]);
      }
      await queries.run('DELETE FROM teams WHERE id = ?', [team]);
      return { kind: 'erased', members, workspaces };
    });
  }

  invite(invitation: NewInvitation): Promise<Changed | Refused> {
    const { actor, team } = invitation;
    return this.#inTeam({ actor, team, operation: 'team.invite' }, async (queries) => {
      await insertInvitation(queries, invitation);
      return NOBODY;
    });
  }

  withdrawInvitation(actor: AccountId, team: TeamId, invitation: string): Promise<Changed | Refused> {
    return this.#inTeam({ actor, team, operation: 'team.invite' }, async (queries) => {
      const sql = 'DELETE FROM invitations WHERE team = ? AND id = ?';
      return (await queries.run(sql, [team, invitation])) > 0 ? NOBODY : HIDDEN;
    });
  }

  invitation(tokenHash: string, at: number): Promise<InvitationPreview | null> {
    return this.#database.read((queries) => previewOf(queries, tokenHash, at));
  }

  join(account: AccountId, tokenHash: string, at: number): Promise<JoinResult> {
    const { dialect } = this.#database;
    return this.#database.transact((queries) => join(queries, dialect, { account, tokenHash, at }));
  }

  setTeamRole(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
    role: TeamRole,
  ): Promise<Changed | Refused | { readonly kind: 'last-owner' }> {
    return this.#inTeam({ actor, team, operation: 'team.set-role' }, async (queries) => {
      const before = await roleInTeam(queries, team, member);
      if (before === null) return HIDDEN;
      if (before === role) return NOBODY;
      if (before === 'owner' && (await isLastOwner(queries, team))) return { kind: 'last-owner' };
      await queries.run('UPDATE team_members SET role = ? WHERE team = ? AND account = ?', [role, team, member]);
      const workspaceRole = role === 'owner' ? 'administrator' : await workspaceRoleOf(queries, team, member);
      await this.#enterAll(queries, team, member, workspaceRole);
      return { kind: 'changed', members: [member] };
    });
  }

  setWorkspaceRole(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
    role: Role,
  ): Promise<Changed | Refused | { readonly kind: 'is-owner' }> {
    return this.#inTeam({ actor, team, operation: 'team.set-role' }, async (queries) => {
      const teamRole = await roleInTeam(queries, team, member);
      if (teamRole === null) return HIDDEN;
      if (teamRole === 'owner') return { kind: 'is-owner' };
      const sql = 'UPDATE team_members SET workspace_role = ? WHERE team = ? AND account = ?';
      await queries.run(sql, [role, team, member]);
      await this.#enterAll(queries, team, member, role);
      return { kind: 'changed', members: [member] };
    });
  }

  removeMember(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
  ): Promise<Changed | Refused | { readonly kind: 'last-owner' }> {
    const { dialect } = this.#database;
    const operation = actor === member ? 'team.leave' : 'team.remove-member';
    return this.#inTeam({ actor, team, operation }, async (queries) => {
      const before = await roleInTeam(queries, team, member);
      if (before === null) return HIDDEN;
      if (before === 'owner' && (await isLastOwner(queries, team))) return { kind: 'last-owner' };
      await queries.run('DELETE FROM team_members WHERE team = ? AND account = ?', [team, member]);
      // What they invited others with ends with them.
      await queries.run('DELETE FROM invitations WHERE team = ? AND invited_by = ?', [team, member]);
      for (const workspace of await workspacesOfTeam(queries, team)) {
        await lockWorkspace(queries, dialect, workspace);
        await expel(queries, workspace, member);
      }
      return { kind: 'changed', members: [member] };
    });
  }

  createTeamWorkspace(actor: AccountId, team: TeamId, workspace: NewWorkspace): Promise<Changed | Refused> {
    return this.#inTeam({ actor, team, operation: 'team.create-workspace' }, async (queries) => {
      await insertWorkspace(queries, workspace, team);
      const members = await teamMembers(queries, team);
      for (const { account, role, workspaceRole } of members) {
        // Whoever makes it administers it.
        const isFirst = role === 'owner' || account === actor;
        await enter(queries, { workspace: workspace.id, account, role: isFirst ? 'administrator' : workspaceRole });
      }
      return { kind: 'changed', members: members.map(({ account }) => account) };
    });
  }

  setRoleIn(
    actor: AccountId,
    workspace: WorkspaceId,
    member: AccountId,
    role: Role | null,
  ): Promise<Changed | Refused | { readonly kind: 'is-owner' }> {
    return this.#inWorkspace({ actor, workspace, operation: 'workspace.set-role' }, async (queries, { owner }) => {
      const teamRole = await roleInTeam(queries, owner as TeamId, member);
      if (teamRole === null) return HIDDEN;
      if (teamRole === 'owner') return { kind: 'is-owner' };
      if (role === null) await expel(queries, workspace, member);
      else await enter(queries, { workspace, account: member, role });
      return { kind: 'changed', members: [member] };
    });
  }

  membersIn(actor: AccountId, workspace: WorkspaceId): Promise<MembersIn | Refused> {
    return this.#database.read(async (queries): Promise<MembersIn | Refused> => {
      const decision = authoriseInWorkspace(await roleInWorkspace(queries, workspace, actor), 'workspace.members');
      if (decision !== 'allowed') return { kind: decision };
      const rows = await queries.rows(
        `SELECT members.account, accounts.email, members.role FROM members
          JOIN accounts ON accounts.id = members.account WHERE members.workspace = ? ORDER BY accounts.email`,
        [workspace],
      );
      const members = rows.map((row) => ({
        account: text<AccountId>(row, 'account'),
        email: text(row, 'email'),
        role: text<Role>(row, 'role'),
      }));
      return { kind: 'members', members };
    });
  }

  renameWorkspace(
    actor: AccountId,
    workspace: WorkspaceId,
    name: string,
  ): Promise<Changed | Refused | { readonly kind: 'private' }> {
    return this.#inWorkspace({ actor, workspace, operation: 'workspace.rename' }, async (queries, { kind }) => {
      if (kind === 'account') return { kind: 'private' };
      await queries.run('UPDATE workspaces SET name = ? WHERE id = ?', [nameText(name), workspace]);
      return { kind: 'changed', members: await membersOf(queries, workspace) };
    });
  }

  deleteWorkspace(
    actor: AccountId,
    workspace: WorkspaceId,
  ): Promise<Erasing | Refused | { readonly kind: 'last' | 'private' }> {
    const { dialect } = this.#database;
    return this.#inWorkspace({ actor, workspace, operation: 'workspace.delete' }, async (queries, { owner, kind }) => {
      if (kind === 'account') return { kind: 'private' };
      const others = `SELECT id FROM workspaces WHERE owner = ? AND kind = 'personal' AND id <> ?`;
      if (kind === 'personal' && (await queries.rows(others, [owner, workspace])).length === 0) return { kind: 'last' };
      const members = await membersOf(queries, workspace);
      await eraseWorkspace(queries, dialect, workspace);
      return { kind: 'erased', members, workspaces: [workspace] };
    });
  }

  /** Work in a locked team, if the actor may. */
  #inTeam<Result>(
    asked: Parameters<typeof refusedInTeam>[2],
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result | Refused> {
    const { dialect } = this.#database;
    return this.#database.transact(
      async (queries) => (await refusedInTeam(queries, dialect, asked)) ?? (await work(queries)),
    );
  }

  /** Work in a locked workspace, if the actor may. */
  #inWorkspace<Result>(
    asked: { readonly actor: AccountId; readonly workspace: WorkspaceId; readonly operation: WorkspaceOperation },
    work: (queries: Queries, workspace: Owned) => Promise<Result>,
  ): Promise<Result | Refused> {
    const { actor, workspace, operation } = asked;
    const { dialect } = this.#database;
    return this.#database.transact(async (queries) => {
      const [row] = await queries.rows('SELECT owner, kind FROM workspaces WHERE id = ?', [workspace]);
      if (row === undefined) return HIDDEN;
      const owned: Owned = { owner: text(row, 'owner'), kind: text(row, 'kind') };
      // In the order of all locks: whoever changes who is in a workspace has its owner's.
      const owners = owned.kind === 'team' ? 'teams' : 'accounts';
      await queries.rows(`SELECT id FROM ${owners} WHERE id = ?${dialect.forUpdate}`, [owned.owner]);
      await lockWorkspace(queries, dialect, workspace);
      const decision = authoriseInWorkspace(await roleInWorkspace(queries, workspace, actor), operation);
      return decision === 'allowed' ? work(queries, owned) : { kind: decision };
    });
  }

  async #enterAll(queries: Queries, team: TeamId, account: AccountId, role: Role): Promise<void> {
    for (const workspace of await workspacesOfTeam(queries, team)) {
      await lockWorkspace(queries, this.#database.dialect, workspace);
      await enter(queries, { workspace, account, role });
    }
  }
}

/** Whose a workspace is: an account's own, or a team's. */
interface Owned {
  readonly owner: AccountId | TeamId;
  readonly kind: WorkspaceInfo['kind'];
}

const NOBODY: Changed = { kind: 'changed', members: [] };

async function roleInWorkspace(queries: Queries, workspace: WorkspaceId, account: AccountId): Promise<Role | null> {
  const sql = 'SELECT role FROM members WHERE workspace = ? AND account = ?';
  const [row] = await queries.rows(sql, [workspace, account]);
  return row === undefined ? null : text<Role>(row, 'role');
}

async function isLastOwner(queries: Queries, team: TeamId): Promise<boolean> {
  const sql = `SELECT account FROM team_members WHERE team = ? AND role = 'owner'`;
  return (await queries.rows(sql, [team])).length === 1;
}

async function workspaceRoleOf(queries: Queries, team: TeamId, account: AccountId): Promise<Role> {
  const sql = 'SELECT workspace_role FROM team_members WHERE team = ? AND account = ?';
  const [row] = await queries.rows(sql, [team, account]);
  return row === undefined ? 'viewer' : text<Role>(row, 'workspace_role');
}
