/**
 * What teams ask of a database: people who share workspaces, how one joins and how it ends. As in the store of accounts,
 * every method is one transaction, durable when it returns, times come in as arguments, and tokens are known by a hash.
 *
 * Whether the actor may is asked of the gate inside that transaction, with the role that it reads there: `hidden` and
 * `forbidden` are its answers. In force for every commit that has not begun.
 */
import type { AccountId, TeamId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';
import type { NewWorkspace } from './account-store.ts';
import type { Decision, Role, TeamRole } from './authorise.ts';

export type Refused = { readonly kind: Exclude<Decision, 'allowed'> };

export interface TeamInfo {
  readonly id: TeamId;
  readonly name: string;
  /** Of whoever asks. */
  readonly role: TeamRole;
  readonly members: number;
  readonly workspaces: number;
}

export interface TeamMember {
  readonly account: AccountId;
  readonly email: string;
  readonly role: TeamRole;
  /** In workspaces of the team that are made from now on. */
  readonly workspaceRole: Role;
  readonly joinedAt: number;
}

export interface Invitation {
  readonly id: string;
  readonly workspaceRole: Role;
  readonly invitedBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usesLeft: number;
}

export interface TeamDetails {
  readonly kind: 'team';
  readonly team: TeamInfo;
  /** By e-mail. */
  readonly members: readonly TeamMember[];
  /** Those of the team that whoever asks may enter. */
  readonly workspaces: readonly WorkspaceInfo[];
  /** Empty for whoever may not invite. */
  readonly invitations: readonly Invitation[];
}

export interface NewTeam {
  readonly id: TeamId;
  readonly name: string;
  readonly owner: AccountId;
  readonly at: number;
}

export interface NewInvitation {
  readonly id: string;
  readonly team: TeamId;
  readonly actor: AccountId;
  readonly tokenHash: string;
  readonly workspaceRole: Role;
  readonly at: number;
  readonly expiresAt: number;
  readonly uses: number;
}

export interface MembersIn {
  readonly kind: 'members';
  readonly members: readonly { readonly account: AccountId; readonly email: string; readonly role: Role }[];
}

/** `members`: everybody whose list of workspaces changed. */
export interface Changed {
  readonly kind: 'changed';
  readonly members: readonly AccountId[];
}

export interface Erasing {
  readonly kind: 'erased';
  readonly members: readonly AccountId[];
  readonly workspaces: readonly WorkspaceId[];
}

export type JoinResult =
  | {
      readonly kind: 'joined';
      readonly team: TeamInfo;
      readonly workspaces: readonly WorkspaceInfo[];
      /** Whether they were in it before; then nothing was used up. */
      readonly already: boolean;
    }
  | { readonly kind: 'ended' };

/** What an invitation leads to, for whoever holds it. */
export interface InvitationPreview {
  readonly team: { readonly id: TeamId; readonly name: string };
  readonly invitedBy: string;
  readonly workspaceRole: Role;
  readonly expiresAt: number;
}

export interface TeamStore {
  createTeam(team: NewTeam): Promise<void>;
  /** By name, then id. */
  teams(account: AccountId): Promise<TeamInfo[]>;
  team(actor: AccountId, team: TeamId, at: number): Promise<TeamDetails | Refused>;
  renameTeam(actor: AccountId, team: TeamId, name: string): Promise<Changed | Refused>;
  /** With all its workspaces. */
  deleteTeam(actor: AccountId, team: TeamId): Promise<Erasing | Refused>;

  invite(invitation: NewInvitation): Promise<Changed | Refused>;
  withdrawInvitation(actor: AccountId, team: TeamId, invitation: string): Promise<Changed | Refused>;
  invitation(tokenHash: string, at: number): Promise<InvitationPreview | null>;
  /** The account enters the team and, as invited, each of its workspaces. One use less, also in a race. */
  join(account: AccountId, tokenHash: string, at: number): Promise<JoinResult>;

  /** An owner administers all workspaces of the team; who ceases to be one keeps `workspaceRole` in them. */
  setTeamRole(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
    role: TeamRole,
  ): Promise<Changed | Refused | { readonly kind: 'last-owner' }>;
  /** In every workspace of the team, and in those to come. Not for owners, who administer all. */
  setWorkspaceRole(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
    role: Role,
  ): Promise<Changed | Refused | { readonly kind: 'is-owner' }>;
  /** Out of the team and all its workspaces; oneself too. */
  removeMember(
    actor: AccountId,
    team: TeamId,
    member: AccountId,
  ): Promise<Changed | Refused | { readonly kind: 'last-owner' }>;

  /** Every member enters it, in the role that they have for such. */
  createTeamWorkspace(actor: AccountId, team: TeamId, workspace: NewWorkspace): Promise<Changed | Refused>;
  /** Of a member of the team, in one workspace; null takes them out of it. Owners stay administrators. */
  setRoleIn(
    actor: AccountId,
    workspace: WorkspaceId,
    member: AccountId,
    role: Role | null,
  ): Promise<Changed | Refused | { readonly kind: 'is-owner' }>;
  /** By e-mail. */
  membersIn(actor: AccountId, workspace: WorkspaceId): Promise<MembersIn | Refused>;
  /** `private`: an account's private space has no name of its own, and ends with the account. */
  renameWorkspace(
    actor: AccountId,
    workspace: WorkspaceId,
    name: string,
  ): Promise<Changed | Refused | { readonly kind: 'private' }>;
  /** With everything in it. `last`: somebody's only personal one. */
  deleteWorkspace(
    actor: AccountId,
    workspace: WorkspaceId,
  ): Promise<Erasing | Refused | { readonly kind: 'last' | 'private' }>;
}
