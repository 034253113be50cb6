/** `waypost team …`: people who share workspaces. */
import {
  type AccountClient,
  invitationLink,
  invitationToken,
  type Role,
  type TeamDetails,
  type TeamInfo,
  type TeamMember,
  type TeamRole,
} from '@waypost/client/node';
import { WaypostError, type WorkspaceId } from '@waypost/protocol';
import { withAccount } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { nameText, quoted } from '../output/text.ts';
import { accountOf, openHome, withSession } from '../session.ts';
import { confirmed, teamNamed, workspacesBecome } from '../sharing.ts';

const ROLES: readonly Role[] = ['administrator', 'editor', 'viewer'];
const TEAM_ROLES: readonly TeamRole[] = ['owner', 'member'];

export async function createTeam(context: Context, name: string): Promise<ExitCode> {
  const team = await withAccount(context, (client) => client.teams.create(name));
  context.output.result({ team }, () => {
    context.output.line(`Made the team ${quoted(team.name)} (${team.id}). You are its owner.`);
    context.output.line(
      `\`waypost workspace create NAME --team ${shortId(team.id)}\` makes a workspace in it, \`waypost team invite ${shortId(team.id)}\` a link to join.`,
    );
  });
  return EXIT.done;
}

export async function listTeams(context: Context): Promise<ExitCode> {
  const teams = await withAccount(context, (client) => client.teams.list());
  const { output } = context;
  output.result({ teams }, () => {
    if (teams.length === 0) output.line('You are in no team: `waypost team create NAME` makes one.');
    else
      output.table(
        ['ID', 'NAME', 'YOU ARE', 'MEMBERS', 'WORKSPACES'],
        teams.map(({ id, name, role, members, workspaces }) => [
          ...[shortId(id), nameText(name), role, String(members), String(workspaces)],
        ]),
      );
  });
  return EXIT.done;
}

export async function renameTeam(context: Context, team: string, name: string): Promise<ExitCode> {
  const { id } = await inTeam(context, team, async (client, { team: found }) => {
    await client.teams.rename(found.id, name);
    return found;
  });
  context.output.result({ team: { id, name } }, () => context.output.line(`The team is called ${quoted(name)} now.`));
  return EXIT.done;
}

export interface InviteOptions {
  readonly role?: string;
  readonly days?: string;
  readonly uses?: string;
}

export async function invite(context: Context, team: string, options: InviteOptions): Promise<ExitCode> {
  const how = {
    role: oneOf(ROLES, options.role ?? 'editor', '--role'),
    days: wholeNumber(options.days ?? '7', '--days'),
    uses: wholeNumber(options.uses ?? '1', '--uses'),
  };
  const { server } = accountOf(await openHome(context));
  return inTeam(context, team, async (client, { team: found }) => {
    const { token, ...invitation } = await client.teams.invite(found.id, how);
    const link = invitationLink(server, token);
    context.output.result({ team: named(found), invitation: { ...invitation, link, token } }, () => {
      const until = new Date(invitation.expiresAt).toISOString().slice(0, 10);
      context.output.line(link);
      context.output.note(
        `Whoever has this link joins ${quoted(found.name)} as ${how.role}: ${count(how.uses, 'person', 'people')}, until ${until}. It is shown this once.`,
      );
    });
    return EXIT.done;
  });
}

export async function withdraw(context: Context, team: string, invitation: string): Promise<ExitCode> {
  return inTeam(context, team, async (client, { team: found, invitations }) => {
    const one = matching(invitations, invitation, 'invitation');
    await client.teams.withdraw(found.id, one.id);
    context.output.result({ team: named(found), invitation: { id: one.id }, withdrawn: true }, () =>
      context.output.line('Nobody joins with that link any more.'),
    );
    return EXIT.done;
  });
}

export async function join(context: Context, link: string): Promise<ExitCode> {
  const token = invitationToken(link);
  if (token === null)
    throw usageError(
      `${quoted(link)} is no invitation: give the whole link that you were sent, or what follows "join=".`,
    );
  const { team, workspaces, already } = await withAccount(context, (client) => client.teams.join(token));
  await workspacesBecome(context, (here) => workspaces.every(({ id }) => here.has(id)));
  context.output.result({ team, workspaces, already }, () => {
    const { output } = context;
    output.line(already ? `You are in ${quoted(team.name)} already.` : `You are in ${quoted(team.name)} now.`);
    for (const { id, name, role } of workspaces) output.line(`  ${shortId(id)}  ${nameText(name)} (${role})`);
  });
  return EXIT.done;
}

export async function members(context: Context, team: string): Promise<ExitCode> {
  return inTeam(context, team, async (_client, details) => {
    const { output } = context;
    const now = Date.now();
    output.result({ ...details }, () => {
      output.table(
        ['ACCOUNT', 'E-MAIL', 'IN THE TEAM', 'IN NEW WORKSPACES', 'JOINED'],
        details.members.map(({ account, email, role, workspaceRole, joinedAt }) => [
          ...[shortId(account), nameText(email), role],
          ...[role === 'owner' ? 'administrator' : workspaceRole, relativeTime(joinedAt, now)],
        ]),
      );
      for (const { id, workspaceRole, usesLeft, expiresAt } of details.invitations) {
        const until = new Date(expiresAt).toISOString().slice(0, 10);
        output.line(
          output.paint(
            'dim',
            `Invitation ${shortId(id)}: ${count(usesLeft, 'more')} as ${workspaceRole}, until ${until}.`,
          ),
        );
      }
    });
    return EXIT.done;
  });
}

export async function setRole(
  context: Context,
  team: string,
  member: string,
  roleText: string,
  options: { readonly workspace?: string },
): Promise<ExitCode> {
  const role = oneOf([...TEAM_ROLES, ...ROLES], roleText, 'the role');
  return inTeam(context, team, async (client, details) => {
    const who = memberOf(details, member);
    const changed = { team: named(details.team), account: who.account, email: who.email, role };
    if (role === 'owner' || role === 'member') {
      if (options.workspace !== undefined)
        throw usageError('Owner and member are roles in the team, not in a workspace.');
      await client.teams.setTeamRole(details.team.id, who.account, role);
    } else if (options.workspace === undefined) {
      await client.teams.setWorkspaceRole(details.team.id, who.account, role);
    } else {
      const workspace = matching(details.workspaces, options.workspace, 'workspace');
      await client.setRoleIn(workspace.id, who.account, role);
    }
    context.output.result(changed, () => {
      const where = options.workspace === undefined ? quoted(details.team.name) : 'that workspace';
      context.output.line(`${who.email} is ${role} in ${where} now, at once on every device.`);
    });
    return EXIT.done;
  });
}

export async function remove(context: Context, team: string, member: string): Promise<ExitCode> {
  return inTeam(context, team, async (client, details) => {
    const who = memberOf(details, member);
    if (who.account === accountOf(await openHome(context)).account.id)
      throw usageError('That is you: `waypost team leave` leaves the team.');
    await client.teams.remove(details.team.id, who.account);
    context.output.result({ team: named(details.team), account: who.account, removed: true }, () =>
      context.output.line(
        `${who.email} is out of ${quoted(details.team.name)}. Their devices erase its workspaces at once, or when they next reach the server.`,
      ),
    );
    return EXIT.done;
  });
}

export async function leave(context: Context, team: string): Promise<ExitCode> {
  const me = accountOf(await openHome(context)).account.id;
  return inTeam(context, team, async (client, { team: found, workspaces }) => {
    const names = workspaces.map(({ name }) => quoted(name)).join(', ');
    const loss = workspaces.length === 0 ? '' : ` You lose ${names}: they stay with the team, and leave this device.`;
    await confirmed(context, `Leave ${quoted(found.name)}?${loss}`, found.name);
    await client.teams.remove(found.id, me);
    await gone(context, workspaces);
    const lost = workspaces.map(({ id, name }) => ({ id, name }));
    context.output.result({ team: named(found), left: true, workspaces: lost }, () =>
      context.output.line(`You left ${quoted(found.name)}.${loss}`),
    );
    return EXIT.done;
  });
}

export async function deleteTeam(context: Context, team: string): Promise<ExitCode> {
  return inTeam(context, team, async (client, { team: found, workspaces, members: people }) => {
    const what = `${count(workspaces.length, 'workspace')} for ${count(people.length, 'person', 'people')}`;
    await confirmed(context, `Delete ${quoted(found.name)} for good, with ${what}?`, found.name);
    await client.teams.delete(found.id);
    await gone(context, workspaces);
    context.output.result({ team: named(found), deleted: true, workspaces: workspaces.length }, () =>
      context.output.line(`Deleted ${quoted(found.name)}, with ${what}.`),
    );
    return EXIT.done;
  });
}

async function gone(context: Context, workspaces: readonly { readonly id: WorkspaceId }[]): Promise<void> {
  await workspacesBecome(context, (here) => workspaces.every(({ id }) => !here.has(id)));
  const kept = await withSession(context, async ({ device }) =>
    device.workspaces().filter(({ id }) => workspaces.some((one) => one.id === id)),
  );
  for (const { name } of kept)
    context.output.note(
      `${quoted(name)} has work that the server never received: it stays on this device until you decide (\`waypost status\`).`,
    );
}

/** Work in the team that an id, its beginning, or its name means. */
async function inTeam<Result>(
  context: Context,
  text: string,
  work: (client: AccountClient, details: TeamDetails) => Promise<Result>,
): Promise<Result> {
  return withAccount(context, async (client) => {
    const found = teamNamed(await client.teams.list(), text);
    return work(client, await client.teams.details(found.id));
  });
}

function memberOf({ members: people, team }: TeamDetails, text: string): TeamMember {
  const email = text.trim().toLowerCase();
  const found =
    people.find((one) => one.email === email) ??
    people.find(({ account }) => text.length >= 4 && account.startsWith(email));
  if (found !== undefined) return found;
  throw new WaypostError(
    'not-found',
    `There is no ${quoted(text)} in ${quoted(team.name)}: \`waypost team members ${shortId(team.id)}\` lists them.`,
  );
}

function named({ id, name }: TeamInfo): { readonly id: string; readonly name: string } {
  return { id, name };
}

function oneOf<Choice extends string>(choices: readonly Choice[], text: string, what: string): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw usageError(`${quoted(text)} cannot be ${what}: choose ${choices.join(', ')}.`);
}

function wholeNumber(text: string, flag: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw usageError(`${flag} is a whole number, not ${quoted(text)}.`);
  return Number(text);
}
