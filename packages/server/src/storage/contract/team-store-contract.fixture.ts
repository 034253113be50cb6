/** What every store of teams must do, also when many join, leave and are removed at once. */
import type { AccountId, Epoch, TeamId, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore, NewWorkspace } from '../../accounts/account-store.ts';
import type { NewInvitation, TeamStore } from '../../accounts/team-store.ts';

/** The stores of one empty database, opened for one test. */
export interface Stores {
  readonly accounts: AccountStore;
  readonly teams: TeamStore;
}

export interface TeamStoreUnderTest extends Stores {
  /** Another connection to the same database. */
  another(): Promise<Stores>;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;
const LATER = NOW + 1_000;
const [ADA, BOB, CLEO] = ['ada', 'bob', 'cleo'] as unknown as readonly [AccountId, AccountId, AccountId];
const TEAM = 'team' as TeamId;
const API = 'api' as WorkspaceId;

export function teamStoreContract(name: string, open: () => Promise<TeamStoreUnderTest>): void {
  describe(`the store of teams: ${name}`, () => {
    let opened: TeamStoreUnderTest;
    let accounts: AccountStore;
    let teams: TeamStore;

    beforeEach(async () => {
      opened = await open();
      ({ accounts, teams } = opened);
      for (const id of [ADA, BOB, CLEO]) {
        await accounts.createAccount({
          ...{ id, email: `${id}@x.org`, passwordHash: 'hash', sealing: { publicKey: '', privateKey: '' }, at: NOW },
          ...{ workspaces: [workspace(`home of ${id}`, 'personal')], first: 'open' },
        });
      }
      await teams.createTeam({ id: TEAM, name: 'Crew', owner: ADA, at: NOW });
    });

    afterEach(() => opened.close());

    const invite = (rest: Partial<NewInvitation> = {}) =>
      teams.invite({
        ...{ id: 'invitation', team: TEAM, actor: ADA, tokenHash: 'token', workspaceRole: 'editor', at: NOW },
        ...{ expiresAt: LATER, uses: 1 },
        ...rest,
      });
    const enter = async (account: AccountId, workspaceRole: 'editor' | 'viewer' = 'editor') => {
      await invite({ id: `for ${account}`, tokenHash: `for ${account}`, workspaceRole });
      expect((await teams.join(account, `for ${account}`, NOW)).kind).toBe('joined');
    };
    const rolesOf = async (account: AccountId) =>
      Object.fromEntries((await accounts.workspaces(account)).map(({ name: of, role }) => [of, role]));

    it('lists the teams of an account, and tells nobody else of them', async () => {
      await enter(BOB);
      expect(await teams.teams(ADA)).toEqual([{ id: TEAM, name: 'Crew', role: 'owner', members: 2, workspaces: 0 }]);
      expect(await teams.teams(CLEO)).toEqual([]);
      expect(await teams.team(CLEO, TEAM, NOW)).toEqual({ kind: 'hidden' });
      expect(await teams.team(BOB, 'none' as TeamId, NOW)).toEqual({ kind: 'hidden' });
      const details = await teams.team(BOB, TEAM, NOW);
      expect(details).toMatchObject({
        team: { role: 'member' },
        members: [
          { account: ADA, email: 'ada@x.org', role: 'owner', workspaceRole: 'administrator', joinedAt: NOW },
          { account: BOB, email: 'bob@x.org', role: 'member', workspaceRole: 'editor' },
        ],
      });
    });

    it('lets everybody of the team into its workspaces, and whoever joins later', async () => {
      await enter(BOB, 'viewer');
      expect(await teams.createTeamWorkspace(CLEO, TEAM, workspace('other'))).toEqual({ kind: 'hidden' });
      const changed = await teams.createTeamWorkspace(ADA, TEAM, workspace('api'));
      expect(changed).toEqual({ kind: 'changed', members: [ADA, BOB] });
      await enter(CLEO);
      expect(await rolesOf(ADA)).toEqual({ api: 'administrator', 'home of ada': 'administrator' });
      expect(await rolesOf(BOB)).toEqual({ api: 'viewer', 'home of bob': 'administrator' });
      expect(await rolesOf(CLEO)).toEqual({ api: 'editor', 'home of cleo': 'administrator' });
      expect(await teams.team(CLEO, TEAM, NOW)).toMatchObject({ workspaces: [{ id: API, role: 'editor' }] });
    });

    it('makes whoever made a workspace its administrator', async () => {
      await enter(BOB, 'viewer');
      await teams.createTeamWorkspace(BOB, TEAM, workspace('api'));
      expect(await rolesOf(BOB)).toMatchObject({ api: 'administrator' });
    });

    describe('an invitation', () => {
      it('is made and withdrawn by owners only, and seen by them only', async () => {
        await enter(BOB);
        expect(await invite({ actor: BOB })).toEqual({ kind: 'forbidden' });
        expect(await invite({ actor: CLEO })).toEqual({ kind: 'hidden' });
        await invite();
        const listed = { id: 'invitation', workspaceRole: 'editor', invitedBy: 'ada@x.org', usesLeft: 1 };
        expect(await teams.team(ADA, TEAM, NOW)).toMatchObject({ invitations: [listed] });
        expect(await teams.team(BOB, TEAM, NOW)).toMatchObject({ invitations: [] });
        expect(await teams.withdrawInvitation(BOB, TEAM, 'invitation')).toEqual({ kind: 'forbidden' });
        expect((await teams.withdrawInvitation(ADA, TEAM, 'invitation')).kind).toBe('changed');
        expect(await teams.withdrawInvitation(ADA, TEAM, 'invitation')).toEqual({ kind: 'hidden' });
        expect(await teams.join(CLEO, 'token', NOW)).toEqual({ kind: 'ended' });
      });

      it('says where it leads until it ends', async () => {
        await invite({ workspaceRole: 'viewer' });
        expect(await teams.invitation('token', NOW)).toEqual({
          ...{ team: { id: TEAM, name: 'Crew' }, invitedBy: 'ada@x.org', workspaceRole: 'viewer', expiresAt: LATER },
        });
        expect(await teams.invitation('another', NOW)).toBeNull();
        expect(await teams.invitation('token', LATER)).toBeNull();
        expect(await teams.join(BOB, 'token', LATER)).toEqual({ kind: 'ended' });
      });

      it('is used as often as it says, also in a race, and not by those who are in already', async () => {
        const other = await opened.another();
        await invite();
        const results = await Promise.all([teams.join(BOB, 'token', NOW), other.teams.join(CLEO, 'token', NOW)]);
        expect(results.map(({ kind }) => kind).toSorted()).toEqual(['ended', 'joined']);
        await invite({ id: 'two', tokenHash: 'two', uses: 2 });
        expect(await teams.join(ADA, 'two', NOW)).toMatchObject({ kind: 'joined', already: true });
        for (const account of [BOB, CLEO]) {
          expect(await teams.join(account, 'two', NOW)).toMatchObject({ kind: 'joined' });
        }
        expect((await teams.teams(CLEO))[0]).toMatchObject({ role: 'member', members: 3 });
        expect(await teams.team(ADA, TEAM, NOW)).toMatchObject({ team: { members: 3, role: 'owner' } });
      });
    });

    describe('a member', () => {
      beforeEach(async () => {
        await enter(BOB, 'viewer');
        await teams.createTeamWorkspace(ADA, TEAM, workspace('api'));
      });

      it('is given roles by owners, in all workspaces or in one', async () => {
        expect(await teams.setWorkspaceRole(BOB, TEAM, BOB, 'editor')).toEqual({ kind: 'forbidden' });
        expect(await teams.setWorkspaceRole(ADA, TEAM, CLEO, 'editor')).toEqual({ kind: 'hidden' });
        expect(await teams.setWorkspaceRole(ADA, TEAM, BOB, 'editor')).toEqual({ kind: 'changed', members: [BOB] });
        await teams.createTeamWorkspace(ADA, TEAM, workspace('web'));
        expect(await rolesOf(BOB)).toMatchObject({ api: 'editor', web: 'editor' });
        expect(await teams.setRoleIn(BOB, API, BOB, 'administrator')).toEqual({ kind: 'forbidden' });
        expect(await teams.setRoleIn(CLEO, API, BOB, 'editor')).toEqual({ kind: 'hidden' });
        expect(await teams.setRoleIn(ADA, API, CLEO, 'editor')).toEqual({ kind: 'hidden' });
        expect(await teams.setRoleIn(ADA, API, ADA, 'viewer')).toEqual({ kind: 'is-owner' });
        await teams.setRoleIn(ADA, API, BOB, 'viewer');
        expect(await rolesOf(BOB)).toMatchObject({ api: 'viewer', web: 'editor' });
        await teams.setRoleIn(ADA, API, BOB, null);
        expect(Object.keys(await rolesOf(BOB)).toSorted()).toEqual(['home of bob', 'web']);
        expect(await teams.membersIn(ADA, API)).toEqual({
          kind: 'members',
          members: [{ account: ADA, email: 'ada@x.org', role: 'administrator' }],
        });
        expect(await teams.membersIn(BOB, API)).toEqual({ kind: 'hidden' });
      });

      it('who becomes owner administers all, and no team is without an owner', async () => {
        expect(await teams.removeMember(ADA, TEAM, ADA)).toEqual({ kind: 'last-owner' });
        expect(await teams.setTeamRole(ADA, TEAM, ADA, 'member')).toEqual({ kind: 'last-owner' });
        expect(await teams.setTeamRole(BOB, TEAM, BOB, 'owner')).toEqual({ kind: 'forbidden' });
        await teams.setTeamRole(ADA, TEAM, BOB, 'owner');
        expect(await rolesOf(BOB)).toMatchObject({ api: 'administrator' });
        expect(await teams.setWorkspaceRole(ADA, TEAM, BOB, 'viewer')).toEqual({ kind: 'is-owner' });
        await teams.setTeamRole(ADA, TEAM, BOB, 'member');
        expect(await rolesOf(BOB)).toMatchObject({ api: 'viewer' });
      });

      it('and another owner who leave at once leave one behind', async () => {
        await teams.setTeamRole(ADA, TEAM, BOB, 'owner');
        const other = await opened.another();
        const results = await Promise.all([
          teams.removeMember(ADA, TEAM, ADA),
          other.teams.removeMember(BOB, TEAM, BOB),
        ]);
        expect(results.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'last-owner']);
      });

      it('who leaves or is removed is out of everything, with the invitations they made', async () => {
        await enter(CLEO);
        await teams.setTeamRole(ADA, TEAM, CLEO, 'owner');
        await invite({ id: 'hers', tokenHash: 'hers', actor: CLEO });
        expect(await teams.removeMember(BOB, TEAM, CLEO)).toEqual({ kind: 'forbidden' });
        expect(await teams.removeMember(ADA, TEAM, CLEO)).toEqual({ kind: 'changed', members: [CLEO] });
        expect(await teams.removeMember(ADA, TEAM, CLEO)).toEqual({ kind: 'hidden' });
        expect(await rolesOf(CLEO)).toEqual({ 'home of cleo': 'administrator' });
        expect(await teams.invitation('hers', NOW)).toBeNull();
        expect((await teams.removeMember(BOB, TEAM, BOB)).kind).toBe('changed');
        expect(await teams.teams(BOB)).toEqual([]);
      });

      it('cannot delete their account before they leave', async () => {
        const teamsInTheWay = [{ id: TEAM, name: 'Crew' }];
        expect(await accounts.deleteAccount(BOB, 'hash', NOW)).toEqual({ kind: 'in-teams', teams: teamsInTheWay });
        await teams.removeMember(BOB, TEAM, BOB);
        expect((await accounts.deleteAccount(BOB, 'hash', NOW)).kind).toBe('deleted');
        expect(await rolesOf(ADA)).toMatchObject({ api: 'administrator' });
      });
    });

    describe('a workspace', () => {
      beforeEach(async () => {
        await enter(BOB);
        await teams.createTeamWorkspace(ADA, TEAM, workspace('api'));
      });

      it('is renamed and deleted by its administrators', async () => {
        expect(await teams.renameWorkspace(BOB, API, 'Web')).toEqual({ kind: 'forbidden' });
        expect(await teams.renameWorkspace(CLEO, API, 'Web')).toEqual({ kind: 'hidden' });
        expect(await teams.renameWorkspace(ADA, API, 'Web')).toEqual({ kind: 'changed', members: [ADA, BOB] });
        expect(await teams.deleteWorkspace(BOB, API)).toEqual({ kind: 'forbidden' });
        expect(await teams.deleteWorkspace(ADA, API)).toEqual({
          ...{ kind: 'erased', members: [ADA, BOB], workspaces: [API] },
        });
        expect(await teams.deleteWorkspace(ADA, API)).toEqual({ kind: 'hidden' });
        expect(await rolesOf(BOB)).toEqual({ 'home of bob': 'administrator' });
      });

      it('that is the only one of an account, or its private space, stays', async () => {
        expect(await teams.deleteWorkspace(ADA, 'home of ada' as WorkspaceId)).toEqual({ kind: 'last' });
        await accounts.createWorkspace(workspace('second', 'personal'), ADA);
        expect((await teams.deleteWorkspace(ADA, 'home of ada' as WorkspaceId)).kind).toBe('erased');
        await accounts.createWorkspace(workspace('own', 'account'), ADA);
        expect(await teams.deleteWorkspace(ADA, 'own' as WorkspaceId)).toEqual({ kind: 'private' });
        expect(await teams.renameWorkspace(ADA, 'own' as WorkspaceId, 'Mine')).toEqual({ kind: 'private' });
      });

      it('goes with its team', async () => {
        expect(await teams.deleteTeam(BOB, TEAM)).toEqual({ kind: 'forbidden' });
        expect(await teams.renameTeam(ADA, TEAM, 'Fleet')).toEqual({ kind: 'changed', members: [ADA, BOB] });
        expect(await teams.deleteTeam(ADA, TEAM)).toEqual({ kind: 'erased', members: [ADA, BOB], workspaces: [API] });
        expect(await teams.teams(ADA)).toEqual([]);
        expect(await rolesOf(BOB)).toEqual({ 'home of bob': 'administrator' });
      });
    });
  });
}

function workspace(name: string, kind: NewWorkspace['kind'] = 'team'): NewWorkspace {
  return { id: name as WorkspaceId, name, kind, epoch: 'epoch' as Epoch };
}
