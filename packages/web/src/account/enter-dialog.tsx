/** Signing in, and making an account: the server is the one this page came from. */
import { devicesOf, guessDeviceName, platformGaps } from '@waypost/client/browser';
import { type DeviceId, WaypostError } from '@waypost/protocol';
import { type FormEvent, useId, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { hostOf } from './account-menu.tsx';
import { closeAccountDialog, openAccountDialog } from './account-state.ts';
import { ChooseDevice } from './choose-device.tsx';
import { missingIn, type Problem, problemOf } from './problems.ts';

type AtLimit = ReturnType<typeof devicesOf>;

export function EnterDialog({ isNew }: { readonly isNew: boolean }) {
  const session = useSession();
  const form = useId();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [deviceName, setDeviceName] = useState(() => guessDeviceName(navigator.userAgent));
  const [setupToken, setSetupToken] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [needsToken, setNeedsToken] = useState(false);
  const [atLimit, setAtLimit] = useState<AtLimit | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const server = location.origin;

  const enter = async (evict?: DeviceId): Promise<void> => {
    const missing = missingIn({ email, password });
    setProblem(missing);
    if (missing !== null || isBusy) return;
    setIsBusy(true);
    const entering = {
      ...{ email: email.trim(), password },
      ...(deviceName.trim() === '' ? {} : { deviceName: deviceName.trim() }),
    };
    try {
      // What was made here without an account stays where it is; copying it is offered afterwards.
      const had = session.account === null ? session.device.list(null).length : 0;
      if (isNew) await session.signUp(server, { ...entering, ...(setupToken === '' ? {} : { setupToken }) });
      else await session.signIn(server, { ...entering, ...(evict === undefined ? {} : { evict }) });
      if (had > 0) openAccountDialog({ show: 'copy-local', had });
      else closeAccountDialog();
    } catch (error) {
      setIsBusy(false);
      if (error instanceof WaypostError && error.code === 'device-limit') {
        setAtLimit(devicesOf(error));
        return;
      }
      const found = problemOf(error);
      if (found.at === 'setupToken') setNeedsToken(true);
      setAtLimit(null);
      setProblem(found);
    }
  };

  if (atLimit !== null)
    return <ChooseDevice devices={atLimit} isBusy={isBusy} back={() => setAtLimit(null)} choose={enter} />;
  const at = (key: Problem['at']): string | null => (problem?.at === key ? problem.text : null);
  const gap = platformGaps().gaps.some(({ missing }) => missing === 'crypto') ? platformGaps().summary : null;
  return (
    <Dialog
      title={isNew ? 'Create an account' : 'Sign in'}
      description={
        isNew
          ? `On ${hostOf(server)}. Your work will be there on every device you sign in on.`
          : `To ${hostOf(server)}. What is on the server comes to this browser; what you made here stays.`
      }
      width="narrow"
      close={closeAccountDialog}
      actions={
        <>
          <Button
            look="quiet"
            onClick={() => openAccountDialog({ show: isNew ? 'sign-in' : 'sign-up' })}
            disabled={isBusy}
          >
            {isNew ? 'Sign in instead' : 'Create an account instead'}
          </Button>
          <span className="flex-1" />
          <Button look="primary" type="submit" form={form} disabled={isBusy}>
            {isBusy ? (isNew ? 'Creating …' : 'Signing in …') : isNew ? 'Create the account' : 'Sign in'}
          </Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void enter();
        }}
      >
        {at('form') === null ? null : (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {at('form')}
          </p>
        )}
        {gap === null ? null : <p className="rounded-md bg-warning-soft px-3 py-2 text-xs text-warning">{gap}</p>}
        <Field
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          problem={at('email')}
        />
        <Field
          label="Password"
          type="password"
          name="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          problem={at('password')}
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
            problem={at('setupToken')}
          />
        ) : null}
      </form>
    </Dialog>
  );
}
