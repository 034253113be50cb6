/** Buttons: one that acts, one that is an icon, both with the words a screen reader and a tooltip say. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from './classes.ts';
import { Tip } from './tip.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent font-medium',
  plain: 'bg-raised text-ink border-line hover:bg-hover',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-hover',
  danger: 'bg-raised text-danger border-line hover:bg-danger-soft font-medium',
};

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  readonly size?: 'small' | 'normal';
}

export function Button({ look = 'plain', size = 'normal', icon: Icon, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border whitespace-nowrap select-none',
        'disabled:pointer-events-none disabled:opacity-50',
        size === 'small' ? 'h-6 px-2 text-xs' : 'h-8 px-3 text-sm',
        LOOKS[look],
      )}
    >
      {Icon === undefined ? null : <Icon aria-hidden size={size === 'small' ? 13 : 15} strokeWidth={2} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: LucideIcon;
  /** What it does: its name for screen readers, and its tooltip. */
  readonly label: string;
  /** Shown in the tooltip. */
  readonly keys?: string;
  readonly isPressed?: boolean;
  readonly size?: 'small' | 'normal';
  /** It is about something that should be seen. */
  readonly isWarning?: boolean;
}

export function IconButton({
  icon: Icon,
  label,
  keys,
  isPressed,
  size = 'normal',
  isWarning = false,
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={label} {...(keys === undefined ? {} : { keys })}>
      <button
        type="button"
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        {...rest}
        className={classes(
          'inline-flex shrink-0 items-center justify-center rounded-md hover:bg-hover',
          isWarning ? 'text-warning' : 'text-muted hover:text-ink',
          'aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:pointer-events-none disabled:opacity-40',
          size === 'small' ? 'size-6' : 'size-8',
        )}
      >
        <Icon aria-hidden size={size === 'small' ? 14 : 16} strokeWidth={1.9} />
      </button>
    </Tip>
  );
}
