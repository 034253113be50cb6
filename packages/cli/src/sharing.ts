/** What commands about teams and workspaces have in common. */
import type { TeamInfo } from '@waypost/client/node';
import type { WorkspaceId } from '@waypost/protocol';
import type { Context } from './context.ts';
import { CommandError } from './failure.ts';
import { matching } from './finding.ts';
import { quoted } from './output/text.ts';
import { type Session, withSession } from './session.ts';

/** A person types the name of what is to go; a script, which has no terminal, knows what it does. */
export async function confirmed(context: Context, question: string, name: string): Promise<void> {
  if (context.output.isJson || !context.terminal.isThere) return;
  const answer = await context.terminal.answer(`${question} Type its name to go on`);
  if (answer.trim() !== name.trim())
    throw new CommandError('not-confirmed', `That is not ${quoted(name)}. Nothing was done.`);
}

/** Waits until this device knows of its workspaces what a command did; the server tells it by itself. */
export async function workspacesBecome(
  context: Context,
  isIt: (here: ReadonlySet<WorkspaceId>) => boolean,
): Promise<boolean> {
  return withSession(context, async (session) => {
    session.connect();
    return workspacesAre(session, isIt, context.flags.timeoutMs);
  });
}

export async function workspacesAre(
  { device }: Session,
  isIt: (here: ReadonlySet<WorkspaceId>) => boolean,
  withinMs: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const holds = (): boolean => isIt(new Set(device.workspaces().map(({ id }) => id)));
  while (!holds() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  return holds();
}

/** The team that an id, its beginning, or its name means. */
export function teamNamed(teams: readonly TeamInfo[], text: string): TeamInfo {
  const byName = teams.filter(({ name }) => name === text);
  const [only] = byName;
  return only !== undefined && byName.length === 1 ? only : matching(teams, text, 'team');
}
