/** What scrolls, and so must be within reach of the keyboard. */
import type { ReactNode } from 'react';

export function Scrolled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard
    <section aria-label={label} tabIndex={0} className="min-h-0 flex-1 overflow-auto">
      {children}
    </section>
  );
}
