/** Every cell of docs/internals/permissions.md, asked over the real API by people who have that role. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authoriseInTeam,
  authoriseInWorkspace,
  type Decision,
  ROLES,
  type Role,
  TEAM_ROLES,
  TEAM_RULES,
  type TeamOperation,
  type TeamRole,
  WORKSPACE_RULES,
  type WorkspaceOperation,
} from '../accounts/authorise.ts';
import {
  type Answer,
  deviceOf,
  listIn,
  memberOf,
  newInstallation,
  request,
  signUp,
  textIn,
} from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
let url: string;
let people = 0;

beforeAll(async () => {
  ({ url } = await servers.start());
});
afterAll(() => servers.cleanUp());

interface Person {
  readonly account: string;
  readonly token: string;
}

async function person(): Promise<Person> {
  people += 1;
  const answer = await signUp(url, { email: `asks-${people}@example.com`, installation: newInstallation() });
  return { account: textIn(answer.body, 'account', 'id'), token: deviceOf(answer).token };
}

function ask({ token }: Person, method: string, path: string, body?: unknown): Promise<Answer> {
  return request(`${url}/api/${path}`, method, { token, ...(body !== undefined && { body }) });
}

/** A team with a workspace in it, and one person in each role. */
interface Place {
  readonly team: string;
  readonly workspace: string;
  readonly owner: Person;
  readonly stranger: Person;
  readonly bystander: Person;
  readonly asking: Person;
}

async function join({ owner, team }: Pick<Place, 'owner' | 'team'>, who: Person, role: Role): Promise<void> {
  const { body } = await ask(owner, 'POST', `teams/${team}/invitations`, { role });
  const token = textIn(body, 'invitation', 'token');
  expect((await ask(who, 'POST', 'invitations/accept', { token })).status).toBe(200);
}

/** Fresh for each operation that may destroy it. */
async function place(asking: { readonly role: Role | null; readonly teamRole: TeamRole | null }): Promise<Place> {
  const [owner, bystander, stranger, who] = [await person(), await person(), await person(), await person()];
  const team = textIn((await ask(owner, 'POST', 'teams', { name: 'Crew' })).body, 'team', 'id');
  const made = await ask(owner, 'POST', 'workspaces', { name: 'API', team });
  const workspace = textIn(made.body, 'workspace', 'id');
  await join({ owner, team }, bystander, 'viewer');
  if (asking.teamRole !== null) await join({ owner, team }, who, asking.role ?? 'editor');
  if (asking.teamRole === 'owner') await ask(owner, 'PATCH', `teams/${team}/members/${who.account}`, { role: 'owner' });
  return { team, workspace, owner, stranger, bystander, asking: who };
}

type Asking = (place: Place) => Promise<Answer>;

const IN_WORKSPACE: Record<WorkspaceOperation, Asking> = {
  'workspace.read': ({ asking, workspace }) => ask(asking, 'GET', `workspaces/${workspace}/snapshot`),
  'workspace.members': ({ asking, workspace }) => ask(asking, 'GET', `workspaces/${workspace}/members`),
  'workspace.write': (there) => write(there),
  'workspace.rename': ({ asking, workspace }) => ask(asking, 'PATCH', `workspaces/${workspace}`, { name: 'Web' }),
  'workspace.set-role': ({ asking, workspace, bystander }) =>
    ask(asking, 'PUT', `workspaces/${workspace}/members/${bystander.account}`, { role: 'editor' }),
  'workspace.delete': ({ asking, workspace }) => ask(asking, 'DELETE', `workspaces/${workspace}`),
};

const IN_TEAM: Record<TeamOperation, Asking> = {
  'team.read': ({ asking, team }) => ask(asking, 'GET', `teams/${team}`),
  'team.create-workspace': ({ asking, team }) => ask(asking, 'POST', 'workspaces', { name: 'Web', team }),
  'team.leave': ({ asking, team }) => ask(asking, 'DELETE', `teams/${team}/members/${asking.account}`),
  'team.rename': ({ asking, team }) => ask(asking, 'PATCH', `teams/${team}`, { name: 'Fleet' }),
  'team.invite': ({ asking, team }) => ask(asking, 'POST', `teams/${team}/invitations`, {}),
  'team.set-role': ({ asking, team, bystander }) =>
    ask(asking, 'PATCH', `teams/${team}/members/${bystander.account}`, { workspaceRole: 'editor' }),
  'team.remove-member': ({ asking, team, bystander }) =>
    ask(asking, 'DELETE', `teams/${team}/members/${bystander.account}`),
  'team.delete': ({ asking, team }) => ask(asking, 'DELETE', `teams/${team}`),
};

/** A push is answered by what became of it: `received` in its turn, an outcome later; refused at once for strangers. */
async function write({ asking, workspace }: Place): Promise<Answer> {
  const polled = await ask(asking, 'POST', 'sync/poll?wait=0', helloFor(asking, workspace));
  const reset = listIn(polled.body).find((message) => memberOf(message, 'type') === 'reset');
  const epoch = memberOf(reset, 'epoch') ?? 'none';
  const [stream, element] = [crypto.randomUUID(), crypto.randomUUID()];
  const create = { op: 'create', id: element, kind: 'collection', schema: 1, parent: null, order: 'a0' };
  const changes = [{ n: 1, writes: [{ ...create, data: '{"info":{"name":"One"}}', rows: {}, origin: null }] }];
  const pushed = await ask(asking, 'POST', 'sync/send', [{ type: 'push', workspace, epoch, stream, changes }]);
  const refusal = listIn(pushed.body).find((message) => memberOf(message, 'type') === 'error');
  if (refusal !== undefined) return { ...pushed, status: 404, body: { error: refusal } };
  const after = await ask(asking, 'POST', 'sync/poll?wait=0', helloFor(asking, workspace, { stream, epoch }));
  const settled = listIn(after.body).map((message) => memberOf(message, 'own', 'settled'));
  const told = settled.find((one) => memberOf(one, 'upTo') === 1);
  // Nothing is said of what was applied as it was.
  if (told !== undefined && listIn(told, 'outcomes').length === 0) return { ...after, status: 200 };
  if (memberOf(told, 'outcomes', 0, 'outcome', 'code') === 'read-only') return { ...after, status: 403 };
  throw new Error(`something else became of the change: ${JSON.stringify(after.body)}`);
}

function helloFor(
  { token }: Person,
  workspace: string,
  position: { readonly stream?: string; readonly epoch?: unknown } = {},
) {
  const { stream = null, epoch = null } = position;
  const at = { workspace, epoch, life: null, cursor: 0, stream, have: 0 };
  return { type: 'hello', protocol: { min: 1, max: 1 }, token, pending: 0, positions: [at] };
}

function decisionOf({ status }: Answer): Decision {
  if (status === 404) return 'hidden';
  return status === 403 ? 'forbidden' : 'allowed';
}

describe('in a workspace', () => {
  for (const operation of Object.keys(WORKSPACE_RULES) as WorkspaceOperation[]) {
    it(operation, async () => {
      for (const role of [...ROLES, null]) {
        const there = await place({ role, teamRole: role === null ? null : 'member' });
        const answer = await IN_WORKSPACE[operation](there);
        const expected = authoriseInWorkspace(role, operation);
        expect([role, decisionOf(answer)], JSON.stringify(answer.body)).toEqual([role, expected]);
      }
    });
  }
});

describe('in a team', () => {
  for (const operation of Object.keys(TEAM_RULES) as TeamOperation[]) {
    it(operation, async () => {
      for (const teamRole of [...TEAM_ROLES, null]) {
        const there = await place({ role: 'editor', teamRole });
        const answer = await IN_TEAM[operation](there);
        const expected = authoriseInTeam(teamRole, operation);
        expect([teamRole, decisionOf(answer)], JSON.stringify(answer.body)).toEqual([teamRole, expected]);
      }
    });
  }
});
