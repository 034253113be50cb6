/** All devices of the account are in use: which one makes room for this one. */
import type { devicesOf } from '@waypost/client/browser';
import type { DeviceId } from '@waypost/protocol';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { count } from '../design/words.ts';
import { closeAccountDialog } from './account-state.ts';

export interface ChooseDeviceProps {
  readonly devices: ReturnType<typeof devicesOf>;
  readonly isBusy: boolean;
  readonly back: () => void;
  readonly choose: (device: DeviceId) => Promise<void>;
}

export function ChooseDevice({ devices, isBusy, back, choose }: ChooseDeviceProps) {
  const now = useNow();
  const [chosen, setChosen] = useState<DeviceId | null>(null);
  const name = devices.find(({ id }) => id === chosen)?.name;
  return (
    <Dialog
      title="All devices are in use"
      description={`This account may be signed in on ${count(devices.length, 'device')} at a time. Choose the one that makes room for this one. What it has not sent yet is sealed there until it signs in again.`}
      close={closeAccountDialog}
      actions={
        <>
          <Button look="quiet" onClick={back} disabled={isBusy}>
            Back
          </Button>
          <span className="flex-1" />
          <Button
            look="primary"
            disabled={chosen === null || isBusy}
            onClick={() => (chosen === null ? undefined : void choose(chosen))}
          >
            {name === undefined ? 'Sign one out and sign in here' : `Sign out “${name}” and sign in here`}
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col">
        <legend className="sr-only">Devices</legend>
        {devices.map(({ id, name: deviceName, kind, lastSeenAt, pending }) => (
          <label key={id} className="flex items-center gap-3 border-b border-line py-2.5 last:border-none">
            <input
              type="radio"
              name="device"
              checked={chosen === id}
              onChange={() => setChosen(id)}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{deviceName}</span>
              <span className="block text-xs text-muted">
                {kind}, {lastSeenAt === null ? 'never seen' : `seen ${agoText(lastSeenAt, now)}`}
              </span>
            </span>
            <span className={pending === 0 ? 'shrink-0 text-xs text-faint' : 'shrink-0 text-xs text-warning'}>
              {pending === 0 ? 'nothing waiting' : `${count(pending, 'change')} waiting`}
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
