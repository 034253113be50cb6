import type { WorkspaceInfo } from '@waypost/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  deviceOf,
  type Line,
  listIn,
  memberOf,
  newInstallation,
  PASSWORD,
  request,
  signUp,
  talk,
  textIn,
} from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
let url: string;

beforeAll(async () => {
  ({ url } = await servers.start());
});
afterAll(() => servers.cleanUp());

interface Person {
  readonly account: string;
  readonly email: string;
  readonly token: string;
  readonly workspace: string;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
}

let people = 0;

async function person(): Promise<Person> {
  people += 1;
  const email = `member-${people}@example.com`;
  const answer = await signUp(url, { email, installation: newInstallation() });
  const { token, workspace } = deviceOf(answer);
  return {
    ...{ account: textIn(answer.body, 'account', 'id'), email, token, workspace },
    ask: (method, path, body) => request(`${url}/api/${path}`, method, { token, ...(body !== undefined && { body }) }),
  };
}

async function teamOf(owner: Person, name = 'Crew'): Promise<string> {
  const { status, body } = await owner.ask('POST', 'teams', { name });
  expect(status).toBe(201);
  return textIn(body, 'team', 'id');
}

async function joins(owner: Person, team: string, who: Person, role = 'editor'): Promise<void> {
  const { body } = await owner.ask('POST', `teams/${team}/invitations`, { role });
  const token = textIn(body, 'invitation', 'token');
  expect((await who.ask('POST', 'invitations/accept', { token })).status).toBe(200);
}

const codeOf = ({ body }: Answer) => memberOf(body, 'error', 'code');

describe('a team', () => {
  it('is made, joined by invitation, and shares its workspaces', async () => {
    const [ada, bob] = [await person(), await person()];
    const team = await teamOf(ada);
    const made = await ada.ask('POST', 'workspaces', { name: 'API', team });
    expect(made.body).toMatchObject({ workspace: { name: 'API', kind: 'team', role: 'administrator' } });
    const workspace = textIn(made.body, 'workspace', 'id');

    const { status, body } = await ada.ask('POST', `teams/${team}/invitations`, { role: 'viewer', days: 1, uses: 2 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ invitation: { workspaceRole: 'viewer', usesLeft: 2 } });
    const token = textIn(body, 'invitation', 'token');
    expect((await bob.ask('POST', 'invitations/preview', { token })).body).toMatchObject({
      invitation: { team: { id: team, name: 'Crew' }, invitedBy: ada.email, workspaceRole: 'viewer' },
    });
    const joined = await bob.ask('POST', 'invitations/accept', { token });
    expect(joined.body).toMatchObject({
      ...{ team: { id: team, role: 'member', members: 2 }, already: false },
      workspaces: [{ id: workspace, role: 'viewer' }],
    });
    expect((await bob.ask('POST', 'invitations/accept', { token })).body).toMatchObject({ already: true });

    const details = await bob.ask('GET', `teams/${team}`);
    expect(details.body).toMatchObject({
      team: { name: 'Crew', role: 'member', workspaces: 1 },
      members: [
        { email: ada.email, role: 'owner' },
        { email: bob.email, role: 'member' },
      ],
      invitations: [],
    });
    expect(memberOf((await ada.ask('GET', `teams/${team}`)).body, 'invitations', 0, 'usesLeft')).toBe(1);
    expect((await bob.ask('GET', `workspaces/${workspace}/members`)).body).toMatchObject({
      members: [
        { email: ada.email, role: 'administrator' },
        { email: bob.email, role: 'viewer' },
      ],
    });
  });

  it('is nothing to those outside, whatever they ask of it', async () => {
    const [ada, eve] = [await person(), await person()];
    const team = await teamOf(ada);
    const none = '00000000-0000-4000-8000-000000000000';
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'Mine' }],
      ['DELETE', '', undefined],
      ['POST', '/invitations', {}],
      ['PATCH', `/members/${ada.account}`, { role: 'member' }],
      ['DELETE', `/members/${ada.account}`, undefined],
    ] as const) {
      const [real, unreal] = [
        await eve.ask(method, `teams/${team}${path}`, body),
        await eve.ask(method, `teams/${none}${path}`, body),
      ];
      expect([real.status, real.body]).toEqual([404, unreal.body]);
    }
    expect(codeOf(await eve.ask('POST', 'workspaces', { name: 'Mine', team }))).toBe('not-found');
    expect(codeOf(await eve.ask('POST', 'teams', { name: '' }))).toBe('bad-message');
    expect(codeOf(await ada.ask('POST', `teams/${team}/invitations`, { days: 0 }))).toBe('bad-message');
  });

  it('cannot be entered by guessing, and guessing is slowed down', async () => {
    const eve = await person();
    const guess = () => eve.ask('POST', 'invitations/accept', { token: 'A'.repeat(43) });
    const answers: Answer[] = [];
    for (let tries = 0; tries < 12; tries += 1) answers.push(await guess());
    expect(codeOf(answers[0] as Answer)).toBe('invitation-ended');
    expect(codeOf(answers.at(-1) as Answer)).toBe('rate-limited');
  });

  it('has its last owner until another is one, and names itself', async () => {
    const [ada, bob] = [await person(), await person()];
    const team = await teamOf(ada, 'Fleet');
    await joins(ada, team, bob);
    const leave = await ada.ask('DELETE', `teams/${team}/members/${ada.account}`);
    expect([leave.status, codeOf(leave), memberOf(leave.body, 'team')]).toEqual([
      ...[409, 'last-owner', { id: team, name: 'Fleet' }],
    ]);
    expect(codeOf(await bob.ask('PATCH', `teams/${team}/members/${bob.account}`, { role: 'owner' }))).toBe('forbidden');
    const hand = await ada.ask('PATCH', `teams/${team}/members/${bob.account}`, { role: 'owner' });
    expect(hand.status).toBe(204);
    expect((await ada.ask('DELETE', `teams/${team}/members/${ada.account}`)).status).toBe(204);
    expect(listIn((await ada.ask('GET', 'teams')).body, 'teams')).toEqual([]);
  });

  it('stands in the way of deleting an account, by name', async () => {
    const [ada, bob] = [await person(), await person()];
    const team = await teamOf(ada, 'Fleet');
    await joins(ada, team, bob);
    const refused = await bob.ask('DELETE', 'account', { password: PASSWORD });
    expect([codeOf(refused), memberOf(refused.body, 'teams')]).toEqual(['in-teams', [{ id: team, name: 'Fleet' }]]);
    await bob.ask('DELETE', `teams/${team}/members/${bob.account}`);
    expect((await bob.ask('DELETE', 'account', { password: PASSWORD })).status).toBe(200);
  });
});

describe('what happens in a team', () => {
  it('reaches open connections at once: joining, roles, new names, removal, the end', async () => {
    const [ada, bob] = [await person(), await person()];
    const team = await teamOf(ada);
    const line = await talk(url, bob.token);
    await joins(ada, team, bob);
    const made = await ada.ask('POST', 'workspaces', { name: 'API', team });
    const workspace = textIn(made.body, 'workspace', 'id');
    const told = (about: object) => toldOf(line, (list) => matches(list, workspace, about));
    await told({ name: 'API', role: 'editor' });
    await ada.ask('PATCH', `teams/${team}/members/${bob.account}`, { workspaceRole: 'viewer' });
    await told({ role: 'viewer' });
    await ada.ask('PATCH', `workspaces/${workspace}`, { name: 'Interfaces' });
    await told({ name: 'Interfaces' });
    await ada.ask('DELETE', `teams/${team}/members/${bob.account}`);
    await toldOf(line, (list) => list.every(({ id }) => id !== workspace));
    expect(codeOf(await bob.ask('GET', `workspaces/${workspace}/snapshot`))).toBe('no-workspace');
    line.socket.close();
  });

  it('ends with everything in it', async () => {
    const [ada, bob] = [await person(), await person()];
    const team = await teamOf(ada);
    await joins(ada, team, bob);
    const made = await bob.ask('POST', 'workspaces', { name: 'API', team });
    const workspace = textIn(made.body, 'workspace', 'id');
    expect(codeOf(await bob.ask('DELETE', `teams/${team}`))).toBe('forbidden');
    expect((await ada.ask('DELETE', `teams/${team}`)).status).toBe(204);
    for (const who of [ada, bob]) {
      expect(codeOf(await who.ask('GET', `workspaces/${workspace}/snapshot`))).toBe('no-workspace');
      expect(listIn((await who.ask('GET', 'teams')).body, 'teams')).toEqual([]);
    }
  });

  it('leaves a person their only workspace and their private space', async () => {
    const ada = await person();
    expect(codeOf(await ada.ask('DELETE', `workspaces/${ada.workspace}`))).toBe('forbidden');
    const second = textIn((await ada.ask('POST', 'workspaces', { name: 'Second' })).body, 'workspace', 'id');
    expect((await ada.ask('DELETE', `workspaces/${ada.workspace}`)).status).toBe(204);
    expect(codeOf(await ada.ask('GET', `workspaces/${ada.workspace}/snapshot`))).toBe('no-workspace');
    expect(codeOf(await ada.ask('DELETE', `workspaces/${second}`))).toBe('forbidden');
  });
});

/** Waits for a list of workspaces as it should be. */
async function toldOf(line: Line, isIt: (workspaces: readonly WorkspaceInfo[]) => boolean): Promise<void> {
  while (!isIt((await line.hear('workspaces')).workspaces));
}

function matches(workspaces: readonly WorkspaceInfo[], id: string, about: object): boolean {
  const found = workspaces.find((one) => one.id === id);
  return found !== undefined && Object.entries(about).every(([key, value]) => memberOf(found, key) === value);
}
