/** Limits, proxy and certificates for the requests of this workspace, on this device. */
import { RESPONSE_BYTES_MAX } from '@waypost/runner';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field, INPUT } from '../design/field.tsx';
import { Select } from '../design/select.tsx';
import { Setting } from '../design/setting.tsx';
import { AuthoritiesSetting, CertificatesSetting } from './certificates-setting.tsx';
import { openSenderDialog } from './sender-menu-state.ts';
import { type Preferences, preferencesIn, SENDING } from './surroundings.ts';
import { type KeptRecords, useRecords } from './use-records.ts';

const MEGABYTE = 1024 * 1024;

export function SurroundingsDialog() {
  const kept = useRecords();
  return (
    <Dialog
      title="Limits, proxy and certificates"
      description="For the requests of this workspace, on this device; never synced. They hold where Waypost on this machine or the agent sends."
      close={() => openSenderDialog('ways')}
      actions={<Button onClick={() => openSenderDialog('ways')}>Done</Button>}
    >
      {kept === null ? null : <Settings kept={kept} />}
    </Dialog>
  );
}

function Settings({ kept }: { readonly kept: KeptRecords }) {
  const now = preferencesIn(kept.records);
  const change = (part: Partial<Preferences>): void =>
    void kept.put(SENDING, JSON.stringify({ ...now, ...part } satisfies Preferences));
  return (
    <>
      <Setting title="Time limit" hint="In seconds, for the whole of a request. Empty for none.">
        <div className="w-32">
          <NumberField
            label="Time limit in seconds"
            value={now.timeoutMs === null ? null : now.timeoutMs / 1_000}
            max={86_400}
            change={(seconds) => change({ timeoutMs: seconds === null ? null : seconds * 1_000 })}
          />
        </div>
      </Setting>
      <Setting title="Largest response" hint={`In MB, ${RESPONSE_BYTES_MAX / MEGABYTE} at most.`}>
        <div className="w-32">
          <NumberField
            label="Largest response in MB"
            value={now.responseBytesMax / MEGABYTE}
            max={RESPONSE_BYTES_MAX / MEGABYTE}
            change={(size) => change({ responseBytesMax: size === null ? RESPONSE_BYTES_MAX : size * MEGABYTE })}
          />
        </div>
      </Setting>
      <Setting title="Proxy" hint="For requests. Sync has its own.">
        <Select
          label="Proxy"
          value={now.proxy.kind}
          options={[
            { value: 'system', label: 'As the machine that sends has it' },
            { value: 'none', label: 'None' },
            { value: 'given', label: 'This one' },
          ]}
          choose={(kind) => change({ proxy: kind === 'given' ? { kind, url: 'http://', tunnel: false } : { kind } })}
        />
        {now.proxy.kind === 'given' ? (
          <div className="w-full">
            <Field
              label="Address of the proxy"
              placeholder="http://proxy.example.org:3128"
              defaultValue={now.proxy.url}
              onBlur={({ target }) => change({ proxy: { kind: 'given', url: target.value.trim(), tunnel: false } })}
            />
          </div>
        ) : null}
      </Setting>
      <CertificatesSetting kept={kept} />
      <AuthoritiesSetting kept={kept} />
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly max: number;
  readonly change: (value: number | null) => void;
}

/** What is no number, or out of bounds, stays in the field and changes nothing. */
function NumberField({ label, value, max, change }: NumberFieldProps) {
  return (
    <input
      aria-label={label}
      className={INPUT}
      type="number"
      min={0}
      max={max}
      step="any"
      defaultValue={value ?? ''}
      onBlur={({ target }) => {
        const typed = target.value.trim() === '' ? null : target.valueAsNumber;
        if (typed === null || (typed > 0 && typed <= max)) change(typed);
      }}
    />
  );
}
