/** The columns of a table of variables: what syncs and what does not, side by side. */
import { looksLikeCredential } from '@waypost/model';
import type { LocalValues } from '@waypost/runner';
import { Cloud, MonitorSmartphone, ShieldAlert } from 'lucide-react';
import { IconButton } from '../design/button.tsx';
import { Select } from '../design/select.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import type { Editing } from '../request/editing.ts';
import { type Column, textColumn } from '../request/table-columns.tsx';
import { LocalCell } from './local-cell.tsx';

export interface VariableColumns extends Pick<Editing, 'edit'> {
  readonly path: string;
  readonly variables: VariableLook | null;
  readonly local: LocalValues;
  /** The name under which this device has the value: that before the edits of the draft. */
  readonly localName: (row: { readonly id: string | null; readonly key: string }) => string;
  readonly showsSecrets: boolean;
  readonly setLocal: (name: string, value: string | null) => void;
  readonly keepHere: (key: string) => void;
}

export function variableColumns(options: VariableColumns): readonly Column[] {
  const { edit, path, variables, local, localName, showsSecrets, setLocal, keepHere } = options;
  const shared: Column = {
    title: 'Shared value',
    icon: Cloud,
    hint: 'syncs',
    className: 'flex-[1.3]',
    cell: ({ row, rowLabel, write }) => {
      const reason = row === null ? null : looksLikeCredential(row.key, row.value);
      return (
        <>
          <VariableInput
            look="cell"
            cell="value"
            label={`Shared value, ${rowLabel}`}
            value={row?.value ?? ''}
            change={(text) => write('value', text)}
            variables={variables}
            isSecret={row?.type === 'secret' && !showsSecrets}
            isMuted={row?.isOn === false}
            {...(row === null ? { placeholder: 'Syncs' } : {})}
          />
          {row === null || (reason === null && !(row.type === 'secret' && row.value !== '')) ? null : (
            <span className="flex w-7 shrink-0 items-center">
              <IconButton
                isWarning
                size="small"
                icon={ShieldAlert}
                label={`Looks like a credential (${reason ?? 'it is marked as secret'}): keep it on this device`}
                onClick={() => keepHere(row.key)}
              />
            </span>
          )}
        </>
      );
    },
  };
  const own: Column = {
    title: 'Local value',
    icon: MonitorSmartphone,
    hint: 'stays on this device',
    className: 'flex-[1.3]',
    cell: ({ row, rowLabel }) =>
      row === null || row.key === '' ? null : (
        <LocalCell
          rowLabel={rowLabel}
          local={local.get(localName(row))}
          isSecret={row.type === 'secret' && !showsSecrets}
          isMuted={!row.isOn}
          variables={variables}
          write={(value) => setLocal(localName(row), value)}
        />
      ),
  };
  const kind: Column = {
    title: 'Kind',
    className: 'w-24 shrink-0 max-md:hidden',
    cell: ({ row, rowLabel }) =>
      row === null ? null : (
        <Select<'default' | 'secret'>
          isQuiet
          label={`Kind, ${rowLabel}`}
          value={row.type === 'secret' ? 'secret' : 'default'}
          choose={(next) => edit([{ op: 'text', path: `${path}[#${row.id}].type`, text: next }])}
          options={[
            { value: 'default', label: 'Plain' },
            { value: 'secret', label: 'Secret' },
          ]}
          className="w-full text-xs"
        />
      ),
  };
  return [textColumn({ member: 'key', title: 'Name', placeholder: 'Add one', variables: null }), kind, shared, own];
}
