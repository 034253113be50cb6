/** Two people in a team, from the command line: what each may do, and what is left when one goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, PASSWORD } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let anna: Home;
let ben: Home;
let team: string;
let workspace: string;
let collection: string;

const MARKER = 'Kestrel-7731';

beforeAll(async () => {
  server = await stage.server();
  [anna, ben] = [stage.home(), stage.home()];
  await anna.signUp(server.url, 'anna@example.org', 'Desk');
  await ben.signUp(server.url, 'ben@example.org', 'Laptop');
});
afterAll(() => stage.clear());

const named = async (home: Home) => (await home.json('workspaces')).workspaces.map(({ name, role }) => [name, role]);

describe('a team', () => {
  it('is made, with a workspace in it, and joined by a link', async () => {
    const made = await anna.json('team', 'create', 'Harbour');
    expect(made.team).toMatchObject({ name: 'Harbour', role: 'owner' });
    team = made.team.id;
    workspace = (await anna.json('workspace', 'create', 'Ships', '--team', 'Harbour')).id;
    await anna.json('workspace', 'use', workspace);
    const imported = await anna.json('import', stage.file('ships.json', collectionOf(20, MARKER)));
    collection = imported.root[0] ?? '';
    await anna.json('sync');

    expect((await ben.fails(1, 'team', 'join', 'x'.repeat(43))).error.code).toBe('invitation-ended');
    expect((await ben.fails(2, 'team', 'join', 'nothing')).error.code).toBe('usage');
    const { link } = (await anna.json('team', 'invite', 'Harbour', '--role', 'editor')).invitation;
    expect(link.startsWith(`${server.url}/#join=`)).toBe(true);
    const joined = await ben.json('team', 'join', link);
    expect(joined).toMatchObject({
      team: { id: team, role: 'member' },
      workspaces: [{ id: workspace, role: 'editor' }],
    });
    expect((await ben.json('team', 'list')).teams).toMatchObject([{ id: team, name: 'Harbour' }]);
    expect((await anna.json('team', 'members', 'Harbour')).members).toMatchObject([
      { email: 'anna@example.org', role: 'owner' },
      { email: 'ben@example.org', role: 'member', workspaceRole: 'editor' },
    ]);
  });

  it('has its workspace on the devices of both, who see what the other does', async () => {
    await ben.json('workspace', 'use', workspace);
    await ben.json('sync');
    expect((await ben.json('check')).error).toBeUndefined();
    expect(await ben.export(collection)).toBe(await anna.export(collection));
    expect(await ben.json('set', collection, 'name=Vessels')).toMatchObject({ outcome: 'applied' });
    await anna.json('sync');
    expect((await anna.json('get', collection)).data).toMatchObject({ info: { name: 'Vessels' } });
  });

  it('makes an editor a viewer at once: what they save is refused, kept, and said', async () => {
    await anna.json('team', 'role', 'Harbour', 'ben@example.org', 'viewer');
    const refused = await ben.fails(3, 'set', collection, 'name=Boats');
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'read-only' });
    expect((await ben.json('status')).state).not.toBe('synced');
    await anna.json('team', 'role', 'Harbour', 'ben@example.org', 'editor', '--workspace', workspace);
    expect(await named(anna)).toContainEqual(['Ships', 'administrator']);
    await ben.json('sync');
    expect(await named(ben)).toContainEqual(['Ships', 'editor']);
  });

  it('is not left by its last owner, and stands in the way of deleting an account', async () => {
    const last = await anna.fails(1, 'team', 'leave', team);
    expect(last).toMatchObject({ error: { code: 'last-owner' }, team: { id: team, name: 'Harbour' } });
    const kept = await ben.run(['account', 'delete', '--password-stdin', '--json'], `${PASSWORD}\n`);
    expect(kept.code).toBe(1);
    expect(JSON.parse(kept.out)).toMatchObject({ error: { code: 'in-teams' }, teams: [{ id: team, name: 'Harbour' }] });
    expect((await ben.fails(1, 'team', 'delete', team)).error.code).toBe('forbidden');
  });

  it('leaves nothing of its workspaces on the device of who is removed', async () => {
    const cleo = stage.home();
    await cleo.signUp(server.url, 'cleo@example.org', 'Tablet');
    const { link } = (await anna.json('team', 'invite', team)).invitation;
    await cleo.json('team', 'join', link);
    await cleo.json('workspace', 'use', workspace);
    await cleo.json('sync');
    expect((await cleo.json('ls')).elements.map(({ name }) => name)).toEqual(['Vessels']);
    const traces = () => cleo.files().filter(({ bytes }) => bytes.includes('Berth 3') || bytes.includes('Vessels'));
    expect(traces()).not.toEqual([]);
    await anna.json('team', 'remove', 'Harbour', 'cleo@example.org');
    await cleo.json('sync');
    expect(await named(cleo)).toEqual([
      ['My workspace', 'administrator'],
      ['Private', 'administrator'],
    ]);
    expect(traces().map(({ path }) => path)).toEqual([]);
  });

  it('ends for everybody when its owner deletes it', async () => {
    await anna.json('team', 'delete', 'Harbour');
    expect((await anna.json('team', 'list')).teams).toEqual([]);
    expect(await named(anna)).toEqual([
      ['My workspace', 'administrator'],
      ['Private', 'administrator'],
    ]);
    expect((await ben.fails(1, 'team', 'members', team)).error.code).toBe('not-found');
  });
});
