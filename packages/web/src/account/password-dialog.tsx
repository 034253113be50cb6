/** Changing the password: the other devices are signed out by it. */
import { type FormEvent, useId, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { count, messageOf } from '../design/words.ts';
import { WaypostError } from '@waypost/protocol';
import { closeAccountDialog } from './account-state.ts';

type Place = 'current' | 'next' | 'again' | 'form';

export function PasswordDialog() {
  const session = useSession();
  const form = useId();
  const [values, setValues] = useState({ current: '', next: '', again: '' });
  const [problem, setProblem] = useState<{ readonly at: Place; readonly text: string } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const change = async (): Promise<void> => {
    if (values.next !== values.again) {
      setProblem({ at: 'again', text: 'The two new passwords are not the same.' });
      return;
    }
    setIsBusy(true);
    try {
      const out = await session.ask((calls) => calls.changePassword(values.current, values.next));
      closeAccountDialog();
      notify({
        text: 'The password is changed',
        detail:
          out.length === 0
            ? 'No other device was signed in.'
            : `${count(out.length, 'other device')} ${out.length === 1 ? 'was' : 'were'} signed out.`,
      });
    } catch (error) {
      setIsBusy(false);
      setProblem({ at: placeOf(error), text: messageOf(error) });
    }
  };
  const at = (place: Place): string | null => (problem?.at === place ? problem.text : null);
  const field = (key: keyof typeof values, label: string, autoComplete: string) => (
    <Field
      label={label}
      type="password"
      name={key}
      autoComplete={autoComplete}
      value={values[key]}
      onChange={({ target }) => setValues({ ...values, [key]: target.value })}
      problem={at(key)}
    />
  );
  return (
    <Dialog
      title="Change the password"
      description="Your other devices are signed out by it; what they have not sent is sealed there until they sign in again."
      width="narrow"
      close={closeAccountDialog}
      actions={
        <Button look="primary" type="submit" form={form} disabled={isBusy}>
          {isBusy ? 'Changing …' : 'Change the password'}
        </Button>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void change();
        }}
      >
        {at('form') === null ? null : (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {at('form')}
          </p>
        )}
        {field('current', 'Present password', 'current-password')}
        {field('next', 'New password', 'new-password')}
        {field('again', 'The new password again', 'new-password')}
      </form>
    </Dialog>
  );
}

function placeOf(error: unknown): Place {
  if (!(error instanceof WaypostError)) return 'form';
  if (error.code === 'bad-credentials') return 'current';
  return error.code === 'weak-password' ? 'next' : 'form';
}
