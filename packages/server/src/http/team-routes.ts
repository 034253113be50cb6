/** Teams, invitations and the workspaces one has or shares, over HTTP. See docs/internals/http-api.md. */
import type { AccountId, TeamId, WorkspaceId } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { ROLES, TEAM_ROLES } from '../accounts/authorise.ts';
import type { TeamDetails } from '../accounts/team-store.ts';
import type { Teams } from '../accounts/teams.ts';
import type { Workspaces } from '../accounts/workspaces.ts';
import { name, readId } from './account-routes.ts';
import { read } from './bodies.ts';
import { askerOf, callerOf } from './callers.ts';

interface Named {
  Params: { id: string };
}
interface NamedMember {
  Params: { id: string; account: string };
}

const DAYS_MAX = 365;
const USES_MAX = 1_000;
/** Unless said otherwise. */
const DAYS = 7;

const named = z.object({ name });
const newWorkspace = z.object({ name, team: z.optional(z.nullable(z.string())) });
const role = z.enum(ROLES);
const inviting = z.object({
  role: z.optional(role),
  days: z.optional(z.int().check(z.minimum(1), z.maximum(DAYS_MAX))),
  uses: z.optional(z.int().check(z.minimum(1), z.maximum(USES_MAX))),
});
const holding = z.object({ token: z.string() });
const teamRole = z.object({ role: z.optional(z.enum(TEAM_ROLES)), workspaceRole: z.optional(role) });
const roleThere = z.object({ role });

export interface TeamRoutesOptions {
  readonly teams: Teams;
  readonly workspaces: Workspaces;
}

/** For signed-in devices: `app` knows its callers. */
export function teamRoutes(app: FastifyInstance, { teams, workspaces }: TeamRoutesOptions): void {
  app.get('/api/teams', async (request) => ({ teams: await teams.list(callerOf(request)) }));

  app.post('/api/teams', async (request, reply) => {
    const team = await teams.create(callerOf(request), read(named, request.body).name);
    return reply.code(201).send({ team });
  });

  app.get<Named>('/api/teams/:id', async (request) =>
    detailsReply(await teams.details(callerOf(request), teamOf(request.params))),
  );

  app.patch<Named>('/api/teams/:id', async (request, reply) => {
    await teams.rename(callerOf(request), teamOf(request.params), read(named, request.body).name);
    return reply.code(204).send();
  });

  app.delete<Named>('/api/teams/:id', async (request, reply) => {
    await teams.delete(callerOf(request), teamOf(request.params));
    return reply.code(204).send();
  });

  app.post<Named>('/api/teams/:id/invitations', async (request, reply) => {
    const { role: invited = 'editor', days = DAYS, uses = 1 } = read(inviting, request.body);
    const how = { role: invited, days, uses };
    const invitation = await teams.invite(callerOf(request), teamOf(request.params), how);
    return reply.code(201).send({ invitation });
  });

  app.delete<{ Params: { id: string; invitation: string } }>(
    '/api/teams/:id/invitations/:invitation',
    async (request, reply) => {
      await teams.withdraw(callerOf(request), teamOf(request.params), readId(request.params.invitation));
      return reply.code(204).send();
    },
  );

  app.patch<NamedMember>('/api/teams/:id/members/:account', async (request, reply) => {
    const body = read(teamRole, request.body);
    const [caller, team, member] = [callerOf(request), teamOf(request.params), accountOf(request.params)];
    if (body.role !== undefined) await teams.setTeamRole(caller, team, member, body.role);
    if (body.workspaceRole !== undefined) await teams.setWorkspaceRole(caller, team, member, body.workspaceRole);
    return reply.code(204).send();
  });

  app.delete<NamedMember>('/api/teams/:id/members/:account', async (request, reply) => {
    await teams.remove(callerOf(request), teamOf(request.params), accountOf(request.params));
    return reply.code(204).send();
  });

  // The token travels in a body: addresses are written to logs.
  app.post('/api/invitations/preview', async (request) => ({
    invitation: await teams.preview(callerOf(request), read(holding, request.body).token, request.ip),
  }));

  app.post('/api/invitations/accept', async (request) =>
    teams.join(callerOf(request), read(holding, request.body).token, request.ip),
  );

  app.post('/api/workspaces', async (request, reply) => {
    const body = read(newWorkspace, request.body);
    const team = body.team == null ? null : readId<TeamId>(body.team);
    return reply.code(201).send({ workspace: await workspaces.create(callerOf(request), body.name, team) });
  });

  app.patch<Named>('/api/workspaces/:id', { config: { key: 'write' } }, async (request) => {
    const { name: to } = read(named, request.body);
    return { workspace: await workspaces.rename(askerOf(request).account, workspaceOf(request.params), to) };
  });

  app.delete<Named>('/api/workspaces/:id', async (request, reply) => {
    await workspaces.delete(callerOf(request), workspaceOf(request.params));
    return reply.code(204).send();
  });

  app.get<Named>('/api/workspaces/:id/members', async (request) => ({
    members: await workspaces.members(callerOf(request), workspaceOf(request.params)),
  }));

  app.put<NamedMember>('/api/workspaces/:id/members/:account', async (request, reply) => {
    const { role: to } = read(roleThere, request.body);
    const [workspace, member] = [workspaceOf(request.params), accountOf(request.params)];
    await workspaces.setRole(callerOf(request), workspace, member, to);
    return reply.code(204).send();
  });

  app.delete<NamedMember>('/api/workspaces/:id/members/:account', async (request, reply) => {
    const [workspace, member] = [workspaceOf(request.params), accountOf(request.params)];
    await workspaces.setRole(callerOf(request), workspace, member, null);
    return reply.code(204).send();
  });
}

function detailsReply({ team, members, workspaces, invitations }: TeamDetails) {
  return { team, members, workspaces, invitations };
}

function teamOf({ id }: Named['Params']): TeamId {
  return readId<TeamId>(id);
}

function workspaceOf({ id }: Named['Params']): WorkspaceId {
  return readId<WorkspaceId>(id);
}

function accountOf({ account }: NamedMember['Params']): AccountId {
  return readId<AccountId>(account);
}
