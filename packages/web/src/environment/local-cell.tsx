/** The value of a variable that only this device has. It is kept as it is typed: it is no draft, and never syncs. */
import type { LocalValue } from '@waypost/runner';
import { X } from 'lucide-react';
import { IconButton } from '../design/button.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import { textOfValue } from '../desk/variables.ts';

export interface LocalCellProps {
  readonly rowLabel: string;
  readonly local: LocalValue | undefined;
  readonly isSecret: boolean;
  readonly isMuted: boolean;
  readonly variables: VariableLook | null;
  readonly write: (value: string | null) => void;
}

export function LocalCell({ rowLabel, local, isSecret, isMuted, variables, write }: LocalCellProps) {
  const isUnset = local !== undefined && 'unset' in local;
  const text = local === undefined || 'unset' in local ? '' : textOfValue(local.value);
  return (
    <>
      <VariableInput
        look="cell"
        cell="local"
        label={`Local value, ${rowLabel}`}
        value={text}
        change={(next) => write(next === '' ? null : next)}
        variables={variables}
        isSecret={isSecret}
        isMuted={isMuted}
        placeholder={isUnset ? 'unset by a script' : 'as shared'}
      />
      {local === undefined ? null : (
        <span className="flex w-7 shrink-0 items-center">
          <IconButton size="small" icon={X} label={`Local value, ${rowLabel}: as shared`} onClick={() => write(null)} />
        </span>
      )}
    </>
  );
}
