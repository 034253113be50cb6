/** Asked before a tab with something unsaved is closed. */
import { labelOf } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { useRef } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { named } from '../design/words.ts';
import { useBench, useDraft } from '../desk/use-desk.ts';
import { discardTab, saveTab } from '../frame/actions.ts';

export interface CloseDialogProps {
  readonly id: ElementId;
  readonly close: () => void;
}

export function CloseDialog({ id, close }: CloseDialogProps) {
  const bench = useBench();
  const draft = useDraft(id);
  const first = useRef<HTMLButtonElement>(null);
  if (draft === null) return null;
  const name = named(labelOf(draft.kind, draft.content.data).name);
  const discard = (): void => {
    close();
    void discardTab(bench, id);
  };
  const save = (): void => {
    close();
    void saveTab(bench, id, { closesTab: true });
  };
  return (
    <Dialog
      title={draft.isNew ? `Save “${name}”?` : `Save the edits of “${name}”?`}
      description={
        draft.isNew
          ? 'It was never saved. Discarded, it is gone.'
          : 'They are in this tab only. Discarded, what was saved last stays.'
      }
      width="narrow"
      first={first}
      close={close}
      actions={
        <>
          <Button look="danger" onClick={discard}>
            Discard
          </Button>
          <span className="flex-1" />
          <Button onClick={close}>Cancel</Button>
          <Button ref={first} look="primary" onClick={save}>
            Save
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
