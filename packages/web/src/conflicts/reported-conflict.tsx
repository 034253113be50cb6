/** The conflict dialog on what the server reported: mine is set aside until somebody here decides. */
import type { ConflictView, ElementView } from '@waypost/client';
import type { ConflictId, WorkspaceId } from '@waypost/protocol';
import { useEffect, useState } from 'react';
import type { Desk } from '../desk/desk.ts';
import { contentOf } from '../desk/draft.ts';
import { whoOf } from '../desk/people.ts';
import { useDesk } from '../desk/use-desk.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { decide } from './deciding.ts';
import { conflictFields } from './field-names.ts';
import { kindName } from './kind-names.ts';
import type { ConflictQuestion } from './question.ts';

interface Shown {
  readonly conflict: ConflictView;
  readonly element: ElementView | null;
}

const CHANGED = 'Somebody went on working on it: this is how it stands now.';

export interface ReportedConflictProps {
  readonly id: ConflictId;
  readonly workspace: WorkspaceId;
  readonly close: () => void;
}

export function ReportedConflict({ id, workspace, close }: ReportedConflictProps) {
  const desk = useDesk();
  const [shown, setShown] = useState<Shown | null>(null);
  const [note, setNote] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    const readAgain = async (): Promise<void> => {
      const found = await read(desk, id, workspace);
      if (isOver) return;
      // Decided on another device.
      if (found === null) close();
      else
        setShown((before) => {
          if (before !== null && before.conflict.revision !== found.conflict.revision) setNote(CHANGED);
          return found;
        });
    };
    const stop = desk.device.subscribe((event) => {
      if (event.event === 'conflict' || event.event === 'shown') void readAgain();
    });
    void readAgain();
    return () => {
      isOver = true;
      stop();
    };
  }, [desk, id, workspace, close]);
  if (shown === null) return null;
  return (
    <ConflictDialog
      question={questionOf(desk, shown)}
      note={note}
      close={close}
      decide={async (decision) => {
        const decided = await decide(desk.device, shown.conflict, decision);
        if (decided === 'done') close();
        if (decided !== 'outdated') return;
        setNote(CHANGED);
        setShown(await read(desk, id, workspace));
      }}
    />
  );
}

async function read({ device }: Desk, id: ConflictId, workspace: WorkspaceId): Promise<Shown | null> {
  const conflict = (await device.conflicts(workspace)).find((one) => one.id === id);
  if (conflict === undefined) return null;
  return { conflict, element: await device.read(conflict.element, workspace) };
}

export function questionOf({ seat }: Pick<Desk, 'seat'>, { conflict, element }: Shown): ConflictQuestion {
  const { kind, name, type, fields, by, mineBy, at } = conflict;
  return {
    ...{ name, type, at, isSaving: false, kind: kindName(kind) },
    fields: conflictFields(kind, fields, element === null ? null : contentOf(element)),
    by: whoOf(seat, by).text,
    mineBy: whoOf(seat, mineBy).text,
  };
}
