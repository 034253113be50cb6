/** Teams of a server: what their members do there, as typed calls. */
import {
  type AccountId,
  NAME_CHARS_MAX,
  type TeamId,
  type WorkspaceInfo,
  workspaceInfoSchema,
} from '@waypost/protocol';
import * as z from 'zod/mini';
import { readAnswer } from './read-answer.ts';
import type { ServerRequest, ServerRequests } from './server-requests.ts';

export type Role = WorkspaceInfo['role'];
export type TeamRole = 'owner' | 'member';

const id = <Id extends string>() =>
  z.pipe(
    z.string().check(z.maxLength(NAME_CHARS_MAX)),
    z.transform((text) => text as Id),
  );
const role = workspaceInfoSchema.shape.role;
const teamRole = z.enum(['owner', 'member']);

const team = z.object({
  id: id<TeamId>(),
  name: z.string(),
  role: teamRole,
  members: z.number(),
  workspaces: z.number(),
});
const member = z.object({
  account: id<AccountId>(),
  email: z.string(),
  role: teamRole,
  workspaceRole: role,
  joinedAt: z.number(),
});
const invitation = z.object({
  id: z.string(),
  workspaceRole: role,
  createdAt: z.number(),
  expiresAt: z.number(),
  usesLeft: z.number(),
});
const details = z.object({
  team,
  members: z.array(member),
  workspaces: z.array(workspaceInfoSchema),
  invitations: z.array(z.extend(invitation, { invitedBy: z.string() })),
});
const preview = z.object({
  team: z.object({ id: id<TeamId>(), name: z.string() }),
  invitedBy: z.string(),
  workspaceRole: role,
  expiresAt: z.number(),
});
const joined = z.object({ team, workspaces: z.array(workspaceInfoSchema), already: z.boolean() });
const invited = z.extend(invitation, { token: z.string() });

export type TeamInfo = z.infer<typeof team>;
export type TeamMember = z.infer<typeof member>;
export type TeamDetails = z.infer<typeof details>;
export type InvitationPreview = z.infer<typeof preview>;
export type Joined = z.infer<typeof joined>;
/** With the token that is shown this once. */
export type Invited = z.infer<typeof invited>;

export interface Inviting {
  readonly role?: Role;
  readonly days?: number;
  readonly uses?: number;
}

/** Every call throws `offline`, `signed-out`, and `not-found` for a team that this account is not in. */
export class TeamCalls {
  readonly #server: ServerRequests;

  constructor(server: ServerRequests) {
    this.#server = server;
  }

  /** By name. */
  async list(): Promise<readonly TeamInfo[]> {
    return readAnswer(z.object({ teams: z.array(team) }), await this.#ask('GET', '/api/teams')).teams;
  }

  async create(name: string): Promise<TeamInfo> {
    return readAnswer(z.object({ team }), await this.#ask('POST', '/api/teams', { name })).team;
  }

  async details(of: TeamId): Promise<TeamDetails> {
    return readAnswer(details, await this.#ask('GET', pathOf(of)));
  }

  /** Throws `forbidden`. */
  async rename(of: TeamId, name: string): Promise<void> {
    await this.#ask('PATCH', pathOf(of), { name });
  }

  /** With all its workspaces, for everybody. Throws `forbidden`. */
  async delete(of: TeamId): Promise<void> {
    await this.#ask('DELETE', pathOf(of));
  }

  /** Throws `forbidden`. */
  async invite(into: TeamId, how: Inviting): Promise<Invited> {
    const answer = await this.#ask('POST', `${pathOf(into)}/invitations`, how);
    return readAnswer(z.object({ invitation: invited }), answer).invitation;
  }

  /** Throws `forbidden`; `not-found` where it has ended. */
  async withdraw(from: TeamId, invitationId: string): Promise<void> {
    await this.#ask('DELETE', `${pathOf(from)}/invitations/${encodeURIComponent(invitationId)}`);
  }

  /** Throws `invitation-ended`, `rate-limited`. */
  async preview(token: string): Promise<InvitationPreview> {
    const answer = await this.#ask('POST', '/api/invitations/preview', { token });
    return readAnswer(z.object({ invitation: preview }), answer).invitation;
  }

  /** Joining twice is joining once. Throws `invitation-ended`, `rate-limited`. */
  async join(token: string): Promise<Joined> {
    return readAnswer(joined, await this.#ask('POST', '/api/invitations/accept', { token }));
  }

  /** Throws `forbidden`; `last-owner`, with the `team` in its details. */
  async setTeamRole(of: TeamId, account: AccountId, to: TeamRole): Promise<void> {
    await this.#ask('PATCH', memberPath(of, account), { role: to });
  }

  /** In all workspaces of the team, and those to come. Throws `forbidden`, also for an owner. */
  async setWorkspaceRole(of: TeamId, account: AccountId, to: Role): Promise<void> {
    await this.#ask('PATCH', memberPath(of, account), { workspaceRole: to });
  }

  /** Out of the team and all its workspaces; oneself: leaving. Throws `forbidden`; `last-owner`, with the `team`. */
  async remove(from: TeamId, account: AccountId): Promise<void> {
    await this.#ask('DELETE', memberPath(from, account));
  }

  async #ask(method: ServerRequest['method'], path: string, body?: unknown): Promise<unknown> {
    return this.#server.json({ method, path, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }
}

function pathOf(of: TeamId): string {
  return `/api/teams/${encodeURIComponent(of)}`;
}

function memberPath(of: TeamId, account: AccountId): string {
  return `${pathOf(of)}/members/${encodeURIComponent(account)}`;
}
