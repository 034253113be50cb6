/** Deleting the account: an export is offered first, the password is asked for again, and what was erased is told. */
import { WaypostError } from '@waypost/protocol';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { count, messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { closeAccountDialog } from './account-state.ts';
import { exportAccount } from './exporting-all.ts';
import { FormDialog } from './form-dialog.tsx';
import { useAttempt } from './use-attempt.ts';

export function DeleteDialog() {
  const session = useSession();
  const { device } = useDesk();
  const [password, setPassword] = useState('');
  const [isExported, setIsExported] = useState(false);
  const { isBusy, problemAt, run } = useAttempt<'password'>((error) => ({
    at: 'password',
    text: `${messageOf(error)}${teamsIn(error)} Nothing was deleted.`,
  }));
  const email = session.account?.account.email ?? '';
  const remove = (): Promise<void> =>
    run(null, async () => {
      const { devices, workspaces, elements, historyVersions } = await session.deleteAccount(password);
      closeAccountDialog();
      notify({
        text: `${email} is deleted`,
        detail: `Erased on the server: ${count(workspaces.length, 'workspace')}, ${count(elements, 'element')}, ${count(historyVersions, 'version')} of history, ${count(devices, 'device')}. Nothing of it is left in this browser.`,
        isLasting: true,
      });
    });
  return (
    <FormDialog
      title="Delete the account"
      description={`${email} is deleted on the server for good, with its own workspaces, their history and its devices. Your other devices erase their copies.`}
      isBusy={isBusy}
      problem={problemAt('form')}
      does={{ label: 'Delete for good', busy: 'Deleting …', isDangerous: true, isReady: password !== '' }}
      instead={{ label: 'Keep the account', act: closeAccountDialog }}
      submit={remove}
    >
      <div className="flex items-center gap-3 max-md:flex-col max-md:items-start">
        <p className="min-w-0 flex-1 text-sm text-muted">
          A copy of everything can be imported again, here or elsewhere. It is a plain file, with local values, cookies
          and secrets of this device readable in it.
        </p>
        <Button
          icon={Download}
          onClick={() =>
            void exportAccount(device).then(
              () => setIsExported(true),
              (error: unknown) => notify({ text: 'Not exported', detail: messageOf(error), kind: 'problem' }),
            )
          }
        >
          {isExported ? 'Exported' : 'Export everything'}
        </Button>
      </div>
      <Field
        label="Your password"
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={({ target }) => setPassword(target.value)}
        problem={problemAt('password')}
      />
    </FormDialog>
  );
}

function teamsIn(error: unknown): string {
  if (!(error instanceof WaypostError) || !Array.isArray(error.details['teams'])) return '';
  const names = error.details['teams'].map((team: unknown) =>
    typeof team === 'object' && team !== null && 'name' in team ? String(team.name) : String(team),
  );
  return ` ${names.join(', ')}.`;
}
