/** The workspaces that somebody has or shares, and who may do what in one. */
import { type AccountId, type TeamId, WaypostError, type WorkspaceId, type WorkspaceInfo } from '@waypost/protocol';
import type { AccountStore } from './account-store.ts';
import { type Caller, newWorkspace } from './accounts.ts';
import type { Role } from './authorise.ts';
import { done, type Effects, inTeam, inWorkspace } from './refusals.ts';
import type { MembersIn, TeamStore } from './team-store.ts';

export interface WorkspacesOptions extends Effects {
  readonly accounts: Pick<AccountStore, 'createWorkspace' | 'workspaces'>;
  readonly store: TeamStore;
}

export class Workspaces {
  readonly #options: WorkspacesOptions;

  constructor(options: WorkspacesOptions) {
    this.#options = options;
  }

  /** A personal one, or with `team` one of that team. Throws `not-found` where the caller is not in it. */
  async create(caller: Caller, name: string, team: TeamId | null): Promise<WorkspaceInfo> {
    const { account } = caller.device;
    const workspace = newWorkspace(name, team === null ? 'personal' : 'team');
    if (team === null) {
      await this.#options.accounts.createWorkspace(workspace, account);
      this.#options.workspacesChanged(account);
    } else {
      const changed = inTeam(await this.#options.store.createTeamWorkspace(account, team, workspace));
      await done(this.#options, changed);
    }
    return { id: workspace.id, name: workspace.name, kind: workspace.kind, role: 'administrator' };
  }

  /** Throws `no-workspace`, `forbidden`. */
  async rename(account: AccountId, id: WorkspaceId, name: string): Promise<WorkspaceInfo> {
    await done(this.#options, inWorkspace(await this.#options.store.renameWorkspace(account, id, name)));
    const renamed = (await this.#options.accounts.workspaces(account)).find((one) => one.id === id);
    if (renamed === undefined) throw new WaypostError('no-workspace');
    return renamed;
  }

  /** With everything in it, for everybody. Throws `no-workspace`, `forbidden`. */
  async delete(caller: Caller, id: WorkspaceId): Promise<void> {
    await done(this.#options, inWorkspace(await this.#options.store.deleteWorkspace(caller.device.account, id)));
  }

  /** Throws `no-workspace`. */
  async members(caller: Caller, id: WorkspaceId): Promise<MembersIn['members']> {
    return inWorkspace(await this.#options.store.membersIn(caller.device.account, id)).members;
  }

  /** Of a member of its team; null takes them out of it. Throws `no-workspace`, `forbidden`. */
  async setRole(caller: Caller, id: WorkspaceId, member: AccountId, role: Role | null): Promise<void> {
    await done(
      this.#options,
      inWorkspace(await this.#options.store.setRoleIn(caller.device.account, id, member, role)),
    );
  }
}
