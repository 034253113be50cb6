/** Saving something that was deleted elsewhere: what was typed is still here, and a person says where it goes. */
import { schemas } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { messageOf, named } from '../design/words.ts';
import { whoOf } from '../desk/people.ts';
import { useBench, useDesk, useDraft } from '../desk/use-desk.ts';
import { ask } from '../frame/questions.ts';
import { syncWatchOf } from '../sync/sync-watch.ts';
import { closeDeleted } from './close-deleted.ts';
import { keepInHistory, recreate, saveElsewhere } from './draft-question.ts';
import { kindName } from './kind-names.ts';

export function DraftDeleted({ id, close }: { readonly id: ElementId; readonly close: () => void }) {
  const desk = useDesk();
  const bench = useBench();
  const draft = useDraft(id);
  const now = useNow();
  if (draft === null) return null;
  const name = schemas(draft.kind).label(draft.content.data).name;
  const deletion = syncWatchOf(desk).lastChange(id);
  const who = deletion === null ? 'It was deleted' : `${whoOf(desk.seat, deletion.by).text} deleted it`;
  const act = (work: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      close();
      await work();
    } catch (error) {
      notify({ text: 'Not saved', detail: messageOf(error), kind: 'problem' });
    }
  };
  const drop = async (): Promise<void> => {
    if (bench.elements.summary(id) !== null) await keepInHistory(bench, id, bench.drafts.fields(id));
    await closeDeleted(bench, id);
  };
  const elsewhere = async (): Promise<void> => {
    const fresh = await saveElsewhere(bench, id);
    if (fresh !== null) ask({ ask: 'place', id: fresh });
  };
  return (
    <Dialog
      title={`“${named(name)}” was deleted elsewhere`}
      close={close}
      actions={
        <>
          <Button look="quiet" onClick={close}>
            Cancel
          </Button>
          <span className="flex-1 max-md:hidden" />
          <Button look="danger" onClick={() => void act(drop)()}>
            Discard what I typed
          </Button>
          <Button onClick={() => void act(elsewhere)()}>Save elsewhere</Button>
          <Button look="primary" onClick={() => void act(() => recreate(bench, id))()}>
            Recreate it
          </Button>
        </>
      }
    >
      <p>
        {who.slice(0, 1).toUpperCase() + who.slice(1)}
        {deletion === null ? '' : `, ${agoText(deletion.at, now)}`}. What you typed in this {kindName(draft.kind)} is
        still in the tab. Recreate it where it was, with what you typed, or save it somewhere else.
      </p>
    </Dialog>
  );
}
