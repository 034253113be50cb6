/** The conflict dialog at saving: what is typed here against what was saved elsewhere meanwhile. */
import type { ElementView } from '@waypost/client';
import { schemas } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { useEffect, useState } from 'react';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Desk } from '../desk/desk.ts';
import { contentOf } from '../desk/draft.ts';
import type { DraftState } from '../desk/drafts.ts';
import { actorOfDevice, whoOf } from '../desk/people.ts';
import { useBench, useDesk, useDraft, useElement } from '../desk/use-desk.ts';
import { saveTab } from '../frame/actions.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { contestedSides, saveAsNew, saveChosen, writerOf } from './draft-question.ts';
import { conflictFields } from './field-names.ts';
import { kindName } from './kind-names.ts';
import type { ConflictQuestion } from './question.ts';

export interface DraftConflictProps {
  readonly id: ElementId;
  readonly close: () => void;
}

export function DraftConflict({ id, close }: DraftConflictProps) {
  const draft = useDraft(id);
  const view = useElement(id);
  if (draft === null || view === null || view === undefined) return null;
  return <Asked draft={draft} view={view} close={close} />;
}

interface AskedProps {
  readonly draft: DraftState;
  readonly view: ElementView;
  readonly close: () => void;
}

function Asked({ draft, view, close }: AskedProps) {
  const desk = useDesk();
  const bench = useBench();
  const [firstRevision] = useState(view.revision);
  const groups = draft.contested;
  const isMoot = groups.length === 0;
  useEffect(() => {
    // They wrote what is typed here, or took theirs back.
    if (!isMoot) return;
    close();
    void saveTab(bench, draft.id);
  }, [isMoot, bench, draft.id, close]);
  if (isMoot) return null;
  return (
    <ConflictDialog
      question={questionOf(desk, bench, draft, view)}
      note={view.revision === firstRevision ? null : 'Somebody goes on working on it: this is how it stands now.'}
      close={close}
      decide={async (decision) => {
        try {
          if (decision.kind === 'new') await saveAsNew(bench, view);
          else
            await saveChosen(bench, view, {
              mine: decision.kind === 'mine' ? groups : decision.kind === 'fields' ? decision.mine : [],
              theirs: decision.kind === 'theirs' ? groups : decision.kind === 'fields' ? decision.theirs : [],
            });
          close();
        } catch (error) {
          notify({ text: 'Not saved', detail: messageOf(error), kind: 'problem' });
        }
      }}
    />
  );
}

function questionOf(
  { seat }: Desk,
  bench: Parameters<typeof contestedSides>[0],
  draft: DraftState,
  view: ElementView,
): ConflictQuestion {
  const writer = writerOf(view, draft.contested);
  const isLast = writer !== null && view.by.device === writer;
  return {
    name: schemas(view.kind).label(contentOf(view).data).name,
    kind: kindName(view.kind),
    type: 'edit',
    fields: conflictFields(view.kind, contestedSides(bench, view), contentOf(view)),
    by: writer === null ? 'several devices' : whoOf(seat, isLast ? view.by : actorOfDevice(seat, writer)).text,
    mineBy: 'this device',
    at: isLast ? view.at : null,
    isSaving: true,
  };
}
