/** One setting: what it does in words, and its control at the right. */
import { Switch } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';

export interface SettingProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

export function Setting({ title, hint, children }: SettingProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-3 last:border-none">
      <div className="min-w-48 flex-1">
        <p className="text-sm font-medium">{title}</p>
        {hint === undefined ? null : <p className="mt-0.5 text-xs text-muted">{hint}</p>}
      </div>
      {children}
    </div>
  );
}

export interface SwitchSettingProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly isOn: boolean;
  readonly turn: (isOn: boolean) => void;
}

export function SwitchSetting({ title, hint, isOn, turn }: SwitchSettingProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-6 border-b border-line py-3 last:border-none">
      <div className="min-w-0 flex-1">
        <p id={id} className="text-sm font-medium">
          {title}
        </p>
        {hint === undefined ? null : <p className="mt-0.5 text-xs text-muted">{hint}</p>}
      </div>
      <Switch.Root
        aria-labelledby={id}
        checked={isOn}
        onCheckedChange={turn}
        className="flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 data-checked:border-accent data-checked:bg-accent"
      >
        <Switch.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform data-checked:translate-x-4 data-checked:bg-on-accent" />
      </Switch.Root>
    </div>
  );
}
