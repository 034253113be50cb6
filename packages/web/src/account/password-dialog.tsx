/** Changing the password: the other devices are signed out by it. */
import { WaypostError } from '@waypost/protocol';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { count, messageOf } from '../design/words.ts';
import { closeAccountDialog } from './account-state.ts';
import { FormDialog } from './form-dialog.tsx';
import { type Problem, useAttempt } from './use-attempt.ts';

type Place = 'current' | 'next' | 'again';

export function PasswordDialog() {
  const session = useSession();
  const [values, setValues] = useState({ current: '', next: '', again: '' });
  const { isBusy, problemAt, run } = useAttempt(problemOf);
  const change = (): Promise<void> =>
    run(missingIn(values), async () => {
      const out = await session.ask((calls) => calls.changePassword(values.current, values.next));
      closeAccountDialog();
      notify({
        text: 'The password is changed',
        detail:
          out.length === 0
            ? 'No other device was signed in.'
            : `${count(out.length, 'other device')} ${out.length === 1 ? 'was' : 'were'} signed out.`,
      });
    });
  const field = (key: Place, label: string, autoComplete: string) => (
    <Field
      label={label}
      type="password"
      name={key}
      autoComplete={autoComplete}
      value={values[key]}
      onChange={({ target }) => setValues({ ...values, [key]: target.value })}
      problem={problemAt(key)}
    />
  );
  return (
    <FormDialog
      title="Change the password"
      description="Your other devices are signed out by it; what they have not sent is sealed there until they sign in again."
      isBusy={isBusy}
      problem={problemAt('form')}
      does={{ label: 'Change the password', busy: 'Changing …' }}
      submit={change}
    >
      {field('current', 'Present password', 'current-password')}
      {field('next', 'New password', 'new-password')}
      {field('again', 'The new password again', 'new-password')}
    </FormDialog>
  );
}

/** Before the server is asked: it counts wrong tries of the present one. */
function missingIn({ current, next, again }: Readonly<Record<Place, string>>): Problem<Place> | null {
  if (current === '') return { at: 'current', text: 'Write your present password.' };
  if (next === '') return { at: 'next', text: 'Write the new password.' };
  return next === again ? null : { at: 'again', text: 'The two new passwords are not the same.' };
}

function problemOf(error: unknown): Problem<Place> {
  const text = messageOf(error);
  if (!(error instanceof WaypostError)) return { at: 'form', text };
  // The server's own words for it speak of an e-mail as well, which nobody wrote here.
  if (error.code === 'bad-credentials') return { at: 'current', text: 'This is not your present password.' };
  return { at: error.code === 'weak-password' ? 'next' : 'form', text };
}
