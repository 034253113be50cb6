/** A labelled input, with what is wrong with it where it is. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

export const INPUT =
  'h-8 w-full min-w-0 rounded-md border border-line bg-canvas px-2.5 text-sm text-ink hover:border-line-strong focus:border-accent disabled:opacity-60';

export interface FieldProps extends Omit<ComponentProps<'input'>, 'className' | 'id'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | null;
}

export function Field({ label, hint, problem = null, ...rest }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = problem !== null || hint !== undefined;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-muted">
        {label}
      </label>
      <input
        id={id}
        {...rest}
        aria-invalid={problem !== null}
        {...(hasNote ? { 'aria-describedby': noteId } : {})}
        className={classes(INPUT, problem !== null && 'border-danger')}
      />
      {problem !== null ? (
        <p id={noteId} role="alert" className="text-xs text-danger">
          {problem}
        </p>
      ) : hint === undefined ? null : (
        <p id={noteId} className="text-xs text-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
