/** One field of an authentication. */
import { Eye, EyeOff, MonitorSmartphone } from 'lucide-react';
import { useId, useState } from 'react';
import { IconButton } from '../design/button.tsx';
import { INPUT } from '../design/field.tsx';
import { Select } from '../design/select.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import type { AuthField as Field } from './auth-types.ts';

export interface AuthFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly variables: VariableLook;
  readonly write: (text: string) => void;
  readonly turn: (isOn: boolean) => void;
  /** Puts a variable in its place whose value stays on this device. */
  readonly keepHere: () => void;
}

export function AuthField({ field, value, variables, write, turn, keepHere }: AuthFieldProps) {
  const id = useId();
  const [isShown, setIsShown] = useState(false);
  const isSecret = field.isSecret === true && !value.includes('{{');
  const keep = !isSecret ? null : (
    <IconButton
      icon={MonitorSmartphone}
      label={`${field.label}: keep it on this device`}
      disabled={value === ''}
      onClick={keepHere}
    />
  );
  return (
    <div className="grid grid-cols-[140px_minmax(0,1fr)] items-start gap-x-4 max-md:grid-cols-1">
      <label
        htmlFor={field.input === 'switch' || field.input === 'long' ? id : undefined}
        className="py-1.5 text-sm text-muted"
      >
        {field.label}
      </label>
      <div className="min-w-0">
        {field.input === 'switch' ? (
          <div className="flex h-8 items-center">
            <input
              id={id}
              type="checkbox"
              className="size-4 accent-accent"
              checked={value === 'true'}
              onChange={({ target }) => turn(target.checked)}
            />
          </div>
        ) : field.input === 'choice' ? (
          <Select
            label={field.label}
            value={value === '' ? (field.options[0]?.[0] ?? '') : value}
            choose={write}
            options={field.options.map(([option, label]) => ({ value: option, label }))}
            className="w-full"
          />
        ) : field.input === 'long' ? (
          <div className="flex items-start gap-1">
            <textarea
              id={id}
              spellCheck={false}
              rows={5}
              className={`${INPUT.replace('h-8', 'min-h-24')} py-1.5 font-mono text-xs leading-5`}
              value={value}
              onChange={({ target }) => write(target.value)}
            />
            {keep}
          </div>
        ) : (
          <div className="flex items-center gap-1">
            <VariableInput
              label={field.label}
              value={value}
              change={write}
              variables={variables}
              isSecret={isSecret && !isShown}
            />
            {field.isSecret === true ? (
              <IconButton
                icon={isShown ? EyeOff : Eye}
                label={isShown ? 'Hide' : 'Show'}
                isPressed={isShown}
                disabled={!isSecret}
                onClick={() => setIsShown(!isShown)}
              />
            ) : null}
            {keep}
          </div>
        )}
        {field.hint === undefined ? null : <p className="mt-1 text-xs text-faint">{field.hint}</p>}
      </div>
    </div>
  );
}
