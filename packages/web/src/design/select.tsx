/** One of a list, in a box. */
import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly detail?: ReactNode;
  readonly className?: string;
}

export interface SelectProps<Value extends string> {
  /** For screen readers, where no label stands beside it. */
  readonly label: string;
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly choose: (value: Value) => void;
  readonly isQuiet?: boolean;
  readonly className?: string;
}

export function Select<Value extends string>({
  label,
  options,
  value,
  choose,
  isQuiet = false,
  className,
}: SelectProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <BaseSelect.Root value={value} onValueChange={(next) => (next === null ? undefined : choose(next))}>
      <BaseSelect.Trigger
        aria-label={label}
        className={classes(
          'flex h-8 items-center gap-1.5 rounded-md border px-2.5 text-sm hover:bg-hover',
          isQuiet ? 'border-transparent' : 'border-line bg-canvas',
          className,
        )}
      >
        <span className={classes('min-w-0 flex-1 truncate text-left', chosen?.className)}>
          {chosen?.label ?? value}
        </span>
        <ChevronDown aria-hidden size={14} className="shrink-0 text-faint" />
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-50">
          <BaseSelect.Popup className="max-h-[min(24rem,var(--available-height))] min-w-[var(--anchor-width)] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-raised outline-none">
            {options.map((option) => (
              <BaseSelect.Item
                key={option.value}
                value={option.value}
                className="flex h-7 items-center gap-2 rounded px-2 outline-none select-none data-highlighted:bg-hover"
              >
                <BaseSelect.ItemText className={classes('flex-1', option.className)}>
                  {option.label}
                </BaseSelect.ItemText>
                {option.detail === undefined ? null : <span className="text-xs text-faint">{option.detail}</span>}
                <BaseSelect.ItemIndicator className="text-accent">
                  <Check aria-hidden size={14} />
                </BaseSelect.ItemIndicator>
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
