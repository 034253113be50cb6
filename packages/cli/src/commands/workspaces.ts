/** `waypost workspaces`, `workspace create|use|rename|delete`. */
import type { Device } from '@waypost/client';
import type { WorkspaceInfo } from '@waypost/protocol';
import { withAccount } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { count } from '../output/relative-time.ts';
import { nameText, quoted } from '../output/text.ts';
import { withSession } from '../session.ts';
import { confirmed, teamNamed, workspacesAre, workspacesBecome } from '../sharing.ts';

function listed(device: Device): { readonly current: string | null; readonly workspaces: readonly object[] } {
  return {
    current: device.current(),
    workspaces: device.workspaces().map(({ id, name, kind, role }) => ({ id, name, kind, role })),
  };
}

export async function workspaces(context: Context): Promise<ExitCode> {
  return withSession(context, async ({ device }) => {
    const { output } = context;
    const current = device.current();
    output.result(listed(device), () => {
      output.table(
        ['', 'ID', 'NAME', 'KIND', 'ROLE'],
        device
          .workspaces()
          .map(({ id, name, kind, role }) => [
            id === current ? output.paint('green', '*') : '',
            shortId(id),
            nameText(name),
            kind === 'account' ? 'private' : kind,
            role,
          ]),
      );
    });
    return EXIT.done;
  });
}

export async function createWorkspace(
  context: Context,
  name: string,
  options: { readonly team?: string },
): Promise<ExitCode> {
  const { id } = await withAccount(context, async (client) => {
    const { team } = options;
    const into = team === undefined ? null : teamNamed(await client.teams.list(), team).id;
    return client.createWorkspace(name, into);
  });
  return withSession(context, async (session) => {
    session.connect();
    const isHere = await workspacesAre(session, (here) => here.has(id), context.flags.timeoutMs);
    context.output.result({ id, ...listed(session.device) }, () => {
      context.output.line(`Created workspace ${quoted(name)} (${id}).`);
      context.output.line(
        isHere ? `\`waypost workspace use ${shortId(id)}\` works in it.` : '`waypost sync` brings it to this device.',
      );
    });
    return EXIT.done;
  });
}

export async function renameWorkspace(context: Context, idText: string, name: string): Promise<ExitCode> {
  const workspace = await workspaceNamed(context, idText);
  await withAccount(context, (client) => client.renameWorkspace(workspace.id, name));
  context.output.result({ id: workspace.id, name }, () => {
    context.output.line(`${quoted(workspace.name)} is called ${quoted(name)} now.`);
  });
  return EXIT.done;
}

export async function deleteWorkspace(context: Context, idText: string): Promise<ExitCode> {
  const { id, name } = await workspaceNamed(context, idText);
  await withAccount(context, async (client) => {
    const others = (await client.membersOf(id)).length - 1;
    const whose = others === 0 ? '' : `, also for ${count(others, 'other person', 'other people')}`;
    await confirmed(context, `Delete ${quoted(name)} for good with everything in it${whose}?`, name);
    await client.deleteWorkspace(id);
  });
  await workspacesBecome(context, (here) => !here.has(id));
  context.output.result({ id, deleted: true }, () => context.output.line(`Deleted ${quoted(name)}.`));
  return EXIT.done;
}

async function workspaceNamed(context: Context, idText: string): Promise<WorkspaceInfo> {
  return withSession(context, async ({ device }) => matching(device.workspaces(), idText, 'workspace'));
}

export async function useWorkspace(context: Context, idText: string): Promise<ExitCode> {
  return withSession(context, async ({ device }) => {
    const workspace = matching(device.workspaces(), idText, 'workspace');
    await device.use(workspace.id);
    context.output.result(listed(device), () => {
      context.output.line(`Working in ${quoted(workspace.name)}.`);
    });
    return EXIT.done;
  });
}
