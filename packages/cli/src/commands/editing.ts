/** What the editing commands share: save first, then send, then say what became of it. */
import type { Intent } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import type { Context } from '../context.ts';
import type { ExitCode } from '../failure.ts';
import type { Session } from '../session.ts';
import { exitOf, settle, settledText } from '../settle.ts';

export interface EditOptions {
  readonly offline?: boolean;
}

export interface Edited {
  readonly id: ElementId;
  readonly workspace: WorkspaceId;
  readonly intents: readonly Intent[];
  /** For people: what was done, as in `Renamed "Berth 1".`; a function where that is known only afterwards. */
  readonly done: string | (() => string);
}

/** Saves a change durably, waits for its outcome unless offline, and prints it. */
export async function edit(
  context: Context,
  session: Session,
  options: EditOptions,
  edited: Edited,
): Promise<ExitCode> {
  const { device } = session;
  const { id, workspace } = edited;
  const receipt = await device.change(edited.intents, workspace);
  const settled = await settle(context, session, receipt, options);
  // Where another process settled it, the device knows of the outcome only that it came with one of the last deltas.
  const revision = device.summary(id, workspace)?.revision ?? settled.revision;
  context.output.result({ id, ...settled, revision }, () => {
    const done = typeof edited.done === 'string' ? edited.done : edited.done();
    context.output.line(`${done} ${settledText(context, session, settled)}`);
  });
  return exitOf(settled.outcome);
}

/** Nothing has to be written: it is so already. */
export function unchanged(
  context: Context,
  session: Session,
  { id, workspace }: { readonly id: ElementId; readonly workspace: WorkspaceId },
): ExitCode {
  const { device } = session;
  const revision = device.summary(id, workspace)?.revision ?? null;
  const { pending } = device.status();
  context.output.result({ id, outcome: 'noop', code: null, revision, pending }, () => {
    context.output.line('Nothing to do: it is so already.');
  });
  return exitOf('noop');
}
