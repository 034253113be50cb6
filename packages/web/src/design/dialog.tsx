/** A dialog over the app: a title, what it is about, and its buttons. Escape and the cross close it. */
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';

const WIDTHS = { narrow: 'max-w-md', normal: 'max-w-xl', wide: 'max-w-5xl' } as const;

/** Where the keyboard begins: on the cross its tooltip would open at once, and take the first Escape. */
const FIRST = 'input:enabled, select:enabled, textarea:enabled, button:enabled, a[href]';

export interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly width?: keyof typeof WIDTHS;
  readonly close: () => void;
  readonly children: ReactNode;
  /** What has the keyboard first: else the first field, or the first button. */
  readonly first?: RefObject<HTMLElement | null>;
  /** The buttons; the one that does it comes last. */
  readonly actions?: ReactNode;
}

export function Dialog({ title, description, width = 'normal', close, children, first, actions }: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <BaseDialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : close())}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <BaseDialog.Popup
          ref={popup}
          initialFocus={() => first?.current ?? content.current?.querySelector<HTMLElement>(FIRST) ?? popup.current}
          className={classes(
            'fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-xl border border-line bg-raised shadow-raised outline-none',
            WIDTHS[width],
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <BaseDialog.Title className="text-lg font-semibold">{title}</BaseDialog.Title>
              {description === undefined ? null : (
                <BaseDialog.Description className="mt-1 text-sm text-muted" render={<div />}>
                  {description}
                </BaseDialog.Description>
              )}
            </div>
            <BaseDialog.Close render={<IconButton icon={X} label="Close" />} />
          </div>
          <div ref={content} className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
            {children}
          </div>
          {actions === undefined ? null : (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-md:[&>button]:grow">
              {actions}
            </div>
          )}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
