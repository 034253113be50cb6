/**
 * The one gate: what somebody may do with a workspace or a team, by what they are there. Whoever asks reads the standing
 * in the transaction that does the work, so that nothing is done on the word of a role that ended before.
 * docs/internals/permissions.md is this table, written out.
 */
import type { WorkspaceInfo } from '@waypost/protocol';

export type Role = WorkspaceInfo['role'];
/** In a team. Its owners administer all its workspaces. */
export type TeamRole = 'owner' | 'member';

/** From the most to the least that one may. */
export const ROLES: readonly Role[] = ['administrator', 'editor', 'viewer'];
export const TEAM_ROLES: readonly TeamRole[] = ['owner', 'member'];

const ALL = ROLES;
const EDITING: readonly Role[] = ['administrator', 'editor'];
const ADMINISTERING: readonly Role[] = ['administrator'];
const IN_TEAM = TEAM_ROLES;
const OWNING: readonly TeamRole[] = ['owner'];

export const WORKSPACE_RULES = {
  'workspace.read': ALL,
  'workspace.members': ALL,
  'workspace.write': EDITING,
  'workspace.rename': ADMINISTERING,
  'workspace.set-role': ADMINISTERING,
  'workspace.delete': ADMINISTERING,
} as const satisfies Record<string, readonly Role[]>;

export const TEAM_RULES = {
  'team.read': IN_TEAM,
  'team.create-workspace': IN_TEAM,
  'team.leave': IN_TEAM,
  'team.rename': OWNING,
  'team.invite': OWNING,
  'team.set-role': OWNING,
  'team.remove-member': OWNING,
  'team.delete': OWNING,
} as const satisfies Record<string, readonly TeamRole[]>;

export type WorkspaceOperation = keyof typeof WORKSPACE_RULES;
export type TeamOperation = keyof typeof TEAM_RULES;

/** `hidden`: to them it does not exist, and an answer must not tell it apart from what does not. */
export type Decision = 'allowed' | 'forbidden' | 'hidden';

/** `role`: of the asking account in the workspace; null where it is no member. */
export function authoriseInWorkspace(role: Role | null, operation: WorkspaceOperation): Decision {
  return decide(role, WORKSPACE_RULES[operation]);
}

/** `role`: of the asking account in the team; null where it is no member. */
export function authoriseInTeam(role: TeamRole | null, operation: TeamOperation): Decision {
  return decide(role, TEAM_RULES[operation]);
}

function decide<Standing>(standing: Standing | null, allowed: readonly Standing[]): Decision {
  if (standing === null) return 'hidden';
  return allowed.includes(standing) ? 'allowed' : 'forbidden';
}
