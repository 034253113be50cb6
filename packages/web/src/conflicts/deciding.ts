/** Decides conflicts that the server reported, says what became of them, and offers to undo it. */
import type { ConflictView, Decision, Device, Intent } from '@waypost/client';
import { WaypostError, type WorkspaceId } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import { count, messageOf } from '../design/words.ts';
import { doneText } from './question.ts';
import { undoOf } from './undoing.ts';

/** `outdated`: somebody went on working on it since it was shown; nothing was done. */
export type Decided = 'done' | 'outdated' | 'failed';

export async function decide(device: Device, conflict: ConflictView, decision: Decision): Promise<Decided> {
  try {
    const { created } = await device.resolve(conflict, decision, conflict.workspace);
    const undo = undoOf(conflict, decision, created);
    notify({
      text: doneText(conflict, decision),
      detail:
        decision.kind === 'theirs' ? 'Yours is kept in the history.' : 'What stood before is kept in the history.',
      ...(undo.length === 0 ? {} : { action: undoAction(device, [{ workspace: conflict.workspace, intents: undo }]) }),
    });
    return 'done';
  } catch (error) {
    if (error instanceof WaypostError && error.code === 'outdated') return 'outdated';
    notify({ text: 'Not decided', detail: messageOf(error), kind: 'problem' });
    return 'failed';
  }
}

/** One answer for all of them, with one undo. Those that changed since they were shown are left open. */
export async function decideAll(
  device: Device,
  conflicts: readonly ConflictView[],
  decision: Extract<Decision, { readonly kind: 'mine' | 'theirs' }>,
): Promise<void> {
  const undone: Undone[] = [];
  let left = 0;
  let why = '';
  for (const conflict of conflicts) {
    try {
      const { created } = await device.resolve(conflict, decision, conflict.workspace);
      undone.unshift({ workspace: conflict.workspace, intents: undoOf(conflict, decision, created) });
    } catch (error) {
      left += 1;
      why = error instanceof WaypostError && error.code === 'outdated' ? why : messageOf(error);
    }
  }
  const decided = count(undone.length, 'conflict');
  notify({
    text: decision.kind === 'mine' ? `${decided} decided: yours stands` : `${decided} decided: theirs stands`,
    detail:
      left === 0
        ? 'The other versions are kept in the history.'
        : `${count(left, 'conflict')} stayed open. ${why === '' ? 'They changed since they were shown.' : why}`,
    ...(undone.length === 0 ? {} : { action: undoAction(device, undone) }),
  });
}

interface Undone {
  readonly workspace: WorkspaceId;
  readonly intents: readonly Intent[];
}

function undoAction(device: Device, undone: readonly Undone[]): { readonly label: string; readonly act: () => void } {
  const act = async (): Promise<void> => {
    try {
      for (const { workspace, intents } of undone) if (intents.length > 0) await device.change(intents, workspace);
      notify({ text: 'Undone: it stands as before' });
    } catch (error) {
      notify({ text: 'Not undone', detail: messageOf(error), kind: 'problem' });
    }
  };
  return { label: 'Undo', act: () => void act() };
}
