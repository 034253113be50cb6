/** `waypost mv`, `rm`, `restore`: where an element stands, and whether. */
import type { ElementSummary } from '@waypost/client';
import type { Context } from '../context.ts';
import { CommandError, type ExitCode, usageError } from '../failure.ts';
import { locate, type Located } from '../finding.ts';
import { placeAt, refuseCycle } from '../placing.ts';
import { type Session, withSession } from '../session.ts';
import { edit, type EditOptions, unchanged } from './editing.ts';
import { quoted } from '../output/text.ts';

export interface MoveOptions extends EditOptions {
  readonly parent?: string;
  readonly before?: string;
}

/** How a person names the top of a workspace. */
const TOP = 'top';

export async function move(context: Context, idText: string, options: MoveOptions): Promise<ExitCode> {
  if (options.parent === undefined && options.before === undefined) {
    throw usageError(`Say where to: --parent ID (or --parent ${TOP}), --before ID, or both.`);
  }
  return withSession(context, async (session) => {
    const { device } = session;
    const moved = locate(device, idText);
    const before = options.before === undefined ? null : locate(device, options.before);
    const parent = newParent(session, options, before);
    const { id, workspace, summary } = moved;
    for (const other of [before, parent === null ? null : locate(device, parent.id)]) {
      if (other !== null && other.workspace !== workspace)
        throw new CommandError('invalid', 'An element moves within its workspace: export it here and import it there.');
    }
    refuseCycle(device, workspace, summary, parent);
    const { place, makingRoom } = placeAt(device, {
      workspace,
      kind: summary.kind,
      parent,
      before: before?.id ?? null,
      moving: id,
    });
    const where = parent === null ? 'to the top' : `into ${quoted(parent.name)}`;
    return edit(context, session, options, {
      id,
      workspace,
      intents: [...makingRoom, { do: 'move', id, ...place }],
      done: `Moved ${quoted(summary.name)} ${where}.`,
    });
  });
}

function newParent({ device }: Session, { parent }: MoveOptions, before: Located | null): ElementSummary | null {
  if (parent === TOP) return null;
  if (parent !== undefined) return locate(device, parent).summary;
  const above = before?.summary.parent ?? null;
  return above === null || before === null ? null : device.summary(above, before.workspace);
}

export async function remove(context: Context, idText: string, options: EditOptions): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const { id, workspace, summary } = locate(session.device, idText);
    return edit(context, session, options, {
      id,
      workspace,
      intents: [{ do: 'delete', id }],
      done: `Moved ${quoted(summary.name)} to the trash.`,
    });
  });
}

export async function restore(context: Context, idText: string, options: EditOptions): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const { id, workspace, summary } = locate(session.device, idText, { trashed: true });
    if (!summary.trashed) return unchanged(context, session, { id, workspace });
    return edit(context, session, options, {
      id,
      workspace,
      intents: [{ do: 'restore', id }],
      done: () => `Restored ${quoted(summary.name)} ${placeOf(session, { id, workspace })}.`,
    });
  });
}

/** What was around it may be in the trash still. */
function placeOf({ device }: Session, { id, workspace }: Pick<Located, 'id' | 'workspace'>): string {
  const parent = device.summary(id, workspace)?.parent ?? null;
  const above = parent === null ? null : device.summary(parent, workspace);
  return above === null ? 'at the top' : `in ${quoted(above.name)}`;
}
