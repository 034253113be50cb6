/** Teams: who is in one, how one enters and how it ends. What is true at once is checked inside the store. */
import { type AccountId, type TeamId, WaypostError, type WorkspaceInfo } from '@waypost/protocol';
import type { AttemptLimit } from './attempt-limit.ts';
import { type Caller, newId } from './accounts.ts';
import type { Role, TeamRole } from './authorise.ts';
import { done, type Effects, inTeam } from './refusals.ts';
import type { Invitation, InvitationPreview, TeamDetails, TeamInfo, TeamStore } from './team-store.ts';
import { isToken, newToken, tokenHash } from './tokens.ts';

export interface TeamsOptions extends Effects {
  readonly store: TeamStore;
  /** Counts guesses at invitations. */
  readonly attempts: AttemptLimit;
  readonly now: () => number;
}

export interface Inviting {
  readonly role: Role;
  readonly days: number;
  readonly uses: number;
}

export interface Invited extends Omit<Invitation, 'invitedBy'> {
  /** Shown this once; the store knows only its hash. */
  readonly token: string;
}

export interface Joined {
  readonly team: TeamInfo;
  readonly workspaces: readonly WorkspaceInfo[];
  readonly already: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

export class Teams {
  readonly #options: TeamsOptions;
  readonly #store: TeamStore;

  constructor(options: TeamsOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  list({ device }: Caller): Promise<readonly TeamInfo[]> {
    return this.#store.teams(device.account);
  }

  async create({ device }: Caller, name: string): Promise<TeamInfo> {
    const team = { id: newId<TeamId>(), name, owner: device.account, at: this.#options.now() };
    await this.#store.createTeam(team);
    return { id: team.id, name, role: 'owner', members: 1, workspaces: 0 };
  }

  /** Throws `not-found`, as everything here does where the caller is not in the team. */
  async details({ device }: Caller, team: TeamId): Promise<TeamDetails> {
    return inTeam(await this.#store.team(device.account, team, this.#options.now()));
  }

  /** Throws `forbidden`. */
  async rename({ device }: Caller, team: TeamId, name: string): Promise<void> {
    await done(this.#options, inTeam(await this.#store.renameTeam(device.account, team, name)));
  }

  /** With all its workspaces, for everybody. Throws `forbidden`. */
  async delete({ device }: Caller, team: TeamId): Promise<void> {
    await done(this.#options, inTeam(await this.#store.deleteTeam(device.account, team)));
  }

  /** Throws `forbidden`. */
  async invite({ device }: Caller, team: TeamId, { role, days, uses }: Inviting): Promise<Invited> {
    const at = this.#options.now();
    const token = newToken();
    const [id, expiresAt] = [newId<string>(), at + days * DAY_MS];
    const { account: actor } = device;
    inTeam(
      await this.#store.invite({
        ...{ id, team, actor, tokenHash: tokenHash(token), workspaceRole: role },
        ...{ at, expiresAt, uses },
      }),
    );
    return { id, token, workspaceRole: role, createdAt: at, expiresAt, usesLeft: uses };
  }

  /** Throws `forbidden`; `not-found` where it has ended already. */
  async withdraw({ device }: Caller, team: TeamId, invitation: string): Promise<void> {
    inTeam(await this.#store.withdrawInvitation(device.account, team, invitation));
  }

  /** Throws `invitation-ended`, `rate-limited`. */
  async preview({ device }: Caller, token: string, address: string): Promise<InvitationPreview> {
    return this.#invitation(device.account, address, async () => {
      if (!isToken(token)) return null;
      return this.#store.invitation(tokenHash(token), this.#options.now());
    });
  }

  /** Joining twice is joining once. Throws `invitation-ended`, `rate-limited`. */
  async join({ device }: Caller, token: string, address: string): Promise<Joined> {
    const joined = await this.#invitation(device.account, address, async () => {
      if (!isToken(token)) return null;
      const result = await this.#store.join(device.account, tokenHash(token), this.#options.now());
      return result.kind === 'joined' ? result : null;
    });
    if (!joined.already) this.#options.workspacesChanged(device.account);
    const { team, workspaces, already } = joined;
    return { team, workspaces, already };
  }

  /** Throws `forbidden`, `last-owner` with the team. */
  async setTeamRole({ device }: Caller, team: TeamId, member: AccountId, role: TeamRole): Promise<void> {
    const result = inTeam(await this.#store.setTeamRole(device.account, team, member, role));
    if (result.kind === 'last-owner') throw await this.#lastOwner(device.account, team);
    await done(this.#options, result);
  }

  /** In all workspaces of the team, and those to come. Throws `forbidden`, also for an owner, who administers all. */
  async setWorkspaceRole({ device }: Caller, team: TeamId, member: AccountId, role: Role): Promise<void> {
    const result = inTeam(await this.#store.setWorkspaceRole(device.account, team, member, role));
    if (result.kind === 'is-owner')
      throw new WaypostError('forbidden', 'An owner of the team administers all its workspaces.');
    await done(this.#options, result);
  }

  /** Throws `forbidden`, `last-owner` with the team. Removing oneself is leaving. */
  async remove({ device }: Caller, team: TeamId, member: AccountId): Promise<void> {
    const result = inTeam(await this.#store.removeMember(device.account, team, member));
    if (result.kind === 'last-owner') throw await this.#lastOwner(device.account, team);
    await done(this.#options, result);
  }

  async #lastOwner(account: AccountId, id: TeamId): Promise<WaypostError> {
    const team = (await this.#store.teams(account)).find((one) => one.id === id);
    return new WaypostError('last-owner', undefined, { team: { id, name: team?.name ?? '' } });
  }

  async #invitation<Found>(account: AccountId, address: string, find: () => Promise<Found | null>): Promise<Found> {
    this.#options.attempts.check(address, account);
    const found = await find();
    if (found === null) {
      this.#options.attempts.failed(address, account);
      throw new WaypostError('invitation-ended');
    }
    return found;
  }
}
