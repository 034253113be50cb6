/** `waypost workspaces`, `workspace create`, `workspace use`. */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';
import { withAccount } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { nameText, quoted } from '../output/text.ts';
import { type Session, withSession } from '../session.ts';

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

export async function createWorkspace(context: Context, name: string): Promise<ExitCode> {
  const { id } = await withAccount(context, (client) => client.createWorkspace(name));
  return withSession(context, async (session) => {
    session.connect();
    const isHere = await heardOf(session, id, context.flags.timeoutMs);
    context.output.result({ id, ...listed(session.device) }, () => {
      context.output.line(`Created workspace ${quoted(name)} (${id}).`);
      context.output.line(
        isHere ? `\`waypost workspace use ${shortId(id)}\` works in it.` : '`waypost sync` brings it to this device.',
      );
    });
    return EXIT.done;
  });
}

/** The server tells devices of a new workspace by itself. */
async function heardOf({ device }: Session, workspace: WorkspaceId, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const isHere = (): boolean => device.workspaces().some(({ id }) => id === workspace);
  while (!isHere() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  return isHere();
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
