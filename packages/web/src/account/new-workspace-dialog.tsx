/** A workspace of one's own on the server. */
import { type FormEvent, useId, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { closeAccountDialog } from './account-state.ts';
import { whenKnown } from './when-known.ts';

export function NewWorkspaceDialog() {
  const session = useSession();
  const desk = useDesk();
  const form = useId();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const create = async (): Promise<void> => {
    if (name.trim() === '') {
      setProblem('Give it a name.');
      return;
    }
    setIsBusy(true);
    try {
      const { id } = await session.ask((calls) => calls.createWorkspace(name.trim()));
      closeAccountDialog();
      if (await whenKnown(desk.device, id)) await desk.use(id);
    } catch (error) {
      setIsBusy(false);
      setProblem(messageOf(error));
    }
  };
  return (
    <Dialog
      title="New workspace"
      description="A workspace holds collections and environments, and syncs as one."
      width="narrow"
      close={closeAccountDialog}
      actions={
        <Button look="primary" type="submit" form={form} disabled={isBusy}>
          {isBusy ? 'Creating …' : 'Create the workspace'}
        </Button>
      }
    >
      <form
        id={form}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field
          label="Name"
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
          problem={problem}
        />
      </form>
    </Dialog>
  );
}
