/** Signing devices out from afar: what they have not sent is sealed there, or goes with them. */
import type { ListedDevice } from '@waypost/client/browser';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { RadioCard } from '../design/radio-card.tsx';
import { notify } from '../design/notice.tsx';
import { count, messageOf } from '../design/words.ts';

export interface SignOutDevicesProps {
  readonly devices: readonly ListedDevice[];
  readonly close: () => void;
  readonly done: () => void;
}

export function SignOutDevices({ devices, close, done }: SignOutDevicesProps) {
  const session = useSession();
  const [isErasing, setIsErasing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const pending = devices.reduce((sum, device) => sum + device.pending, 0);
  const [only] = devices;
  const name = devices.length === 1 && only !== undefined ? `“${only.name}”` : count(devices.length, 'device');
  const signOut = async (): Promise<void> => {
    setIsBusy(true);
    try {
      for (const { id } of devices) await session.ask((calls) => calls.signOutDevice(id, { erase: isErasing }));
      notify({ text: `Signed out ${name}`, detail: 'Its copy is erased at once, or when it next reaches the server.' });
      close();
    } catch (error) {
      setIsBusy(false);
      notify({ text: 'Not signed out', detail: messageOf(error), kind: 'problem' });
    } finally {
      done();
    }
  };
  return (
    <Dialog
      title={`Sign out ${name}?`}
      description="What was synced is erased there at once, or when the device next reaches the server."
      width="narrow"
      close={close}
      actions={
        <>
          <Button look="quiet" onClick={close} disabled={isBusy}>
            Cancel
          </Button>
          <span className="flex-1" />
          <Button look={isErasing ? 'danger' : 'primary'} disabled={isBusy} onClick={() => void signOut()}>
            {isErasing ? 'Sign out and erase' : 'Sign out'}
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-xs font-medium text-muted">
          {pending === 0
            ? 'What it has not sent yet, if there is any by then'
            : `${count(pending, 'change')} it has not sent yet`}
        </legend>
        <RadioCard
          name="unsent"
          isChosen={!isErasing}
          choose={() => setIsErasing(false)}
          label="Keep it sealed there"
          detail="Nobody can read it; it is back when the account signs in there again."
        />
        <RadioCard
          name="unsent"
          isChosen={isErasing}
          choose={() => setIsErasing(true)}
          label="Erase it too"
          detail="For a device that is lost. It is gone for good."
        />
      </fieldset>
    </Dialog>
  );
}
