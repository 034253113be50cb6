/** Signing in, and making an account: the server is the one this page came from. */
import { devicesOf, guessDeviceName, platformGaps } from '@waypost/client/browser';
import { type DeviceId, WaypostError } from '@waypost/protocol';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Field } from '../design/field.tsx';
import { hostOf } from './account-menu.tsx';
import { closeAccountDialog, openAccountDialog } from './account-state.ts';
import { ChooseDevice } from './choose-device.tsx';
import { FormDialog } from './form-dialog.tsx';
import { type EnterField, missingIn, problemOf } from './problems.ts';
import { useAttempt } from './use-attempt.ts';

type AtLimit = ReturnType<typeof devicesOf>;

export function EnterDialog({ isNew }: { readonly isNew: boolean }) {
  const session = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [deviceName, setDeviceName] = useState(() => guessDeviceName(navigator.userAgent));
  const [setupToken, setSetupToken] = useState('');
  const [needsToken, setNeedsToken] = useState(false);
  const [atLimit, setAtLimit] = useState<AtLimit | null>(null);
  const { isBusy, problemAt, run } = useAttempt<EnterField>((error) => {
    const problem = problemOf(error);
    if (problem.at === 'setupToken') setNeedsToken(true);
    setAtLimit(null);
    return problem;
  });
  const server = location.origin;

  const enter = (evict?: DeviceId): Promise<void> =>
    run(missingIn({ email, password }), async () => {
      const entering = {
        ...{ email: email.trim(), password },
        ...(deviceName.trim() === '' ? {} : { deviceName: deviceName.trim() }),
      };
      // What was made here without an account stays where it is; copying it is offered afterwards.
      const had = session.account === null ? session.device.list(null).length : 0;
      try {
        if (isNew) await session.signUp(server, { ...entering, ...(setupToken === '' ? {} : { setupToken }) });
        else await session.signIn(server, { ...entering, ...(evict === undefined ? {} : { evict }) });
      } catch (error) {
        if (!(error instanceof WaypostError) || error.code !== 'device-limit') throw error;
        setAtLimit(devicesOf(error));
        return;
      }
      if (had > 0) openAccountDialog({ show: 'copy-local', had });
      else closeAccountDialog();
    });

  if (atLimit !== null)
    return <ChooseDevice devices={atLimit} isBusy={isBusy} back={() => setAtLimit(null)} choose={enter} />;
  const gap = platformGaps().gaps.some(({ missing }) => missing === 'crypto') ? platformGaps().summary : null;
  return (
    <FormDialog
      title={isNew ? 'Create an account' : 'Sign in'}
      description={
        isNew
          ? `On ${hostOf(server)}. Your work will be there on every device you sign in on.`
          : `To ${hostOf(server)}. What is on the server comes to this browser; what you made here stays.`
      }
      isBusy={isBusy}
      problem={problemAt('form')}
      does={isNew ? { label: 'Create the account', busy: 'Creating …' } : { label: 'Sign in', busy: 'Signing in …' }}
      instead={{
        label: isNew ? 'Sign in instead' : 'Create an account instead',
        act: () => openAccountDialog({ show: isNew ? 'sign-in' : 'sign-up' }),
      }}
      submit={() => enter()}
    >
      {gap === null ? null : <p className="rounded-md bg-warning-soft px-3 py-2 text-xs text-warning">{gap}</p>}
      <Field
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={({ target }) => setEmail(target.value)}
        problem={problemAt('email')}
      />
      <Field
        label="Password"
        type="password"
        name="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        value={password}
        onChange={({ target }) => setPassword(target.value)}
        problem={problemAt('password')}
        {...(isNew ? { hint: 'At least 8 characters. No mail is sent.' } : {})}
      />
      <Field
        label="Name of this device"
        name="device"
        autoComplete="off"
        value={deviceName}
        onChange={({ target }) => setDeviceName(target.value)}
        hint="So that you know it again in the list of devices and in conflicts."
      />
      {needsToken ? (
        <Field
          label="Set-up token"
          name="setup"
          autoComplete="off"
          value={setupToken}
          onChange={({ target }) => setSetupToken(target.value)}
          problem={problemAt('setupToken')}
        />
      ) : null}
    </FormDialog>
  );
}
