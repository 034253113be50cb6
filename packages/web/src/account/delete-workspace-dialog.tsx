/** Deleting a workspace for everybody in it: what goes, and for whom, is said before, and its name is typed. */
import type { WorkspaceMember } from '@waypost/client/browser';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { count, listed, messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { closeAccountDialog } from './account-state.ts';
import { FormDialog } from './form-dialog.tsx';
import { useAttempt } from './use-attempt.ts';

export function DeleteWorkspaceDialog({ id, name }: { readonly id: WorkspaceId; readonly name: string }) {
  const session = useSession();
  const desk = useDesk();
  const { device } = desk;
  const [typed, setTyped] = useState('');
  /** Why it is not known who else is in it: offline, mostly. */
  const [whyNot, setWhyNot] = useState<string | null>(null);
  const [others, setOthers] = useState<readonly WorkspaceMember[] | null>(null);
  const { isBusy, problemAt, run } = useAttempt<never>((error) => ({ at: 'form', text: messageOf(error) }));
  const elements = useMemo(() => {
    const below = (parent: ElementId | null): number =>
      device.list(parent, id).reduce((sum, child) => sum + 1 + below(child.id), 0);
    return below(null);
  }, [device, id]);
  useEffect(() => {
    session
      .ask((calls) => calls.membersOf(id))
      .then(
        (members) => setOthers(members.filter(({ account }) => account !== session.account?.account.id)),
        (error: unknown) => setWhyNot(messageOf(error)),
      );
  }, [session, id]);
  const submit = (): Promise<void> =>
    run(null, async () => {
      // From another one, so that this one does not go from under its tabs.
      const next = device.workspaces().find((one) => one.id !== id && one.kind !== 'account');
      if (next !== undefined) await desk.use(next.id);
      try {
        await session.ask((calls) => calls.deleteWorkspace(id));
      } catch (error) {
        await desk.use(id);
        throw error;
      }
      closeAccountDialog();
      notify({ text: `“${name}” is deleted`, detail: `${count(elements, 'element')} went with it.` });
    });
  const whom =
    others === null
      ? ''
      : others.length === 0
        ? ', for you alone'
        : `, also for ${listed(others.map((one) => one.email))}`;
  return (
    <FormDialog
      title="Delete the workspace"
      description={`${count(elements, 'element')} and the trash go with their history${whom}, from the server and from every device. This cannot be undone.`}
      isBusy={isBusy}
      problem={problemAt('form') ?? whyNot}
      does={{
        ...{ label: 'Delete for good', busy: 'Deleting …', isDangerous: true },
        isReady: others !== null && typed.trim() === name.trim(),
      }}
      instead={{ label: 'Keep it', act: closeAccountDialog }}
      submit={submit}
    >
      <Field
        label={`To go on, type its name: ${name}`}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </FormDialog>
  );
}
