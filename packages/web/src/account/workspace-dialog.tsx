/** A workspace of one's own on the server: making it, and giving it another name. */
import type { BrowserSession } from '@waypost/client/browser';
import type { TeamId, WorkspaceId } from '@waypost/protocol';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { closeAccountDialog } from './account-state.ts';
import { FormDialog } from './form-dialog.tsx';
import { type Problem, useAttempt } from './use-attempt.ts';
import { whenKnown } from './when-known.ts';

interface Named {
  readonly id: WorkspaceId;
  readonly name: string;
}

export interface WorkspaceDialogProps {
  /** Null for a new one. */
  readonly renamed: Named | null;
  /** Of a new one: the team that has it; null for one's own. */
  readonly team: TeamId | null;
}

export function WorkspaceDialog({ renamed, team }: WorkspaceDialogProps) {
  const session = useSession();
  const desk = useDesk();
  const [typed, setTyped] = useState(renamed?.name ?? '');
  const { isBusy, problemAt, run } = useAttempt<'name'>((error) => ({ at: 'form', text: messageOf(error) }));
  const name = typed.trim();
  const submit = (): Promise<void> =>
    run(missingIn(name), async () => {
      if (renamed !== null) {
        if (name !== renamed.name) await rename(session, renamed, name);
        closeAccountDialog();
        return;
      }
      const { id } = await session.ask((calls) => calls.createWorkspace(name, team));
      closeAccountDialog();
      if (await whenKnown(desk.device, id)) await desk.use(id);
    });
  return (
    <FormDialog
      title={renamed === null ? 'New workspace' : 'Rename the workspace'}
      description={
        renamed === null
          ? team === null
            ? 'A workspace holds collections and environments, and syncs as one.'
            : 'Everybody in the team enters it, in the role they have there.'
          : 'Everybody who works in it sees the new name, on every device.'
      }
      isBusy={isBusy}
      problem={problemAt('form')}
      does={
        renamed === null
          ? { label: 'Create the workspace', busy: 'Creating …' }
          : { label: 'Rename', busy: 'Renaming …' }
      }
      submit={submit}
    >
      <Field
        label="Name"
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onFocus={({ target }) => target.select()}
        problem={problemAt('name')}
      />
    </FormDialog>
  );
}

async function rename(session: BrowserSession, { id, name: before }: Named, name: string): Promise<void> {
  await session.ask((calls) => calls.renameWorkspace(id, name));
  notify({
    text: `“${before}” is “${name}” now`,
    action: {
      label: 'Undo',
      act: () =>
        void session
          .ask((calls) => calls.renameWorkspace(id, before))
          .catch((error: unknown) => notify({ text: 'Not undone', detail: messageOf(error), kind: 'problem' })),
    },
  });
}

function missingIn(name: string): Problem<'name'> | null {
  return name === '' ? { at: 'name', text: 'Give it a name.' } : null;
}
