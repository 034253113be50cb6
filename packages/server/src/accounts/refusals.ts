/** What the store refused, as errors for the edge; and whom to tell of what it did. */
import { type AccountId, WaypostError, type WorkspaceId } from '@waypost/protocol';
import type { Changed, Erasing, Refused } from './team-store.ts';

export interface Effects {
  /** Called after the list of an account's workspaces changed. */
  readonly workspacesChanged: (account: AccountId) => void;
  /** Called after workspaces were erased: nothing of them may stay anywhere. */
  readonly workspacesErased: (workspaces: readonly WorkspaceId[]) => Promise<void>;
}

type Answer = { readonly kind: string };

/** Throws `not-found` and `forbidden`. */
export function inTeam<Result extends Answer>(result: Result | Refused): Exclude<Result, Refused> {
  if (result.kind === 'hidden')
    throw new WaypostError('not-found', 'There is no such team, member or invitation, or you are not in the team.');
  if (result.kind === 'forbidden') throw new WaypostError('forbidden', 'Only an owner of the team may do this.');
  return result as Exclude<Result, Refused>;
}

type RefusedThere = Refused | { readonly kind: 'is-owner' | 'last' | 'private' };

/** Throws `no-workspace` and `forbidden`. */
export function inWorkspace<Result extends Answer>(result: Result | RefusedThere): Exclude<Result, RefusedThere> {
  switch (result.kind) {
    case 'hidden':
      throw new WaypostError('no-workspace');
    case 'forbidden':
      throw new WaypostError('forbidden');
    case 'is-owner':
      throw new WaypostError('forbidden', 'An owner of the team administers all its workspaces.');
    case 'last':
      throw new WaypostError('forbidden', 'This is your only workspace: create another before you delete it.');
    case 'private':
      throw new WaypostError('forbidden', 'Your private space has no name of its own, and ends with your account.');
    default:
      return result as Exclude<Result, RefusedThere>;
  }
}

/** Tells whom it concerns. */
export async function done(effects: Effects, result: Changed | Erasing): Promise<void> {
  for (const member of result.members) effects.workspacesChanged(member);
  if (result.kind === 'erased') await effects.workspacesErased(result.workspaces);
}
