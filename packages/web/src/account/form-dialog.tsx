/** A narrow dialog that is a form: its fields, what is wrong with all of it, and the button that sends it. */
import { type FormEvent, type ReactNode, useId } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { closeAccountDialog } from './account-state.ts';

export interface FormDialogProps {
  readonly title: string;
  readonly description: string;
  readonly isBusy: boolean;
  /** Of no single field. */
  readonly problem: string | null;
  /** The button that does it, and what it says meanwhile. */
  readonly does: {
    readonly label: string;
    readonly busy: string;
    readonly isDangerous?: boolean;
    readonly isReady?: boolean;
  };
  /** The quiet way out, at the other end from it. */
  readonly instead?: { readonly label: string; readonly act: () => void };
  readonly submit: () => Promise<void>;
  readonly children: ReactNode;
}

export function FormDialog({ title, description, isBusy, problem, does, instead, submit, children }: FormDialogProps) {
  const form = useId();
  return (
    <Dialog
      title={title}
      description={description}
      width="narrow"
      close={closeAccountDialog}
      actions={
        <>
          {instead === undefined ? null : (
            <>
              <Button look="quiet" onClick={instead.act} disabled={isBusy}>
                {instead.label}
              </Button>
              <span className="flex-1" />
            </>
          )}
          <Button
            look={does.isDangerous === true ? 'danger' : 'primary'}
            type="submit"
            form={form}
            disabled={isBusy || does.isReady === false}
          >
            {isBusy ? does.busy : does.label}
          </Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit();
        }}
      >
        {problem === null ? null : (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {problem}
          </p>
        )}
        {children}
      </form>
    </Dialog>
  );
}
