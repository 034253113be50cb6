/** Short words at the edge of the screen: what just happened, and how to undo it. */
import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { IconButton } from './button.tsx';

export interface Notice {
  readonly text: string;
  readonly detail?: string;
  readonly kind?: 'plain' | 'problem';
  readonly action?: { readonly label: string; readonly act: () => void };
  /** Stays until it is dismissed. */
  readonly isLasting?: boolean;
}

const manager = Toast.createToastManager();

/** Shows it to the person; anything may call this. */
export function notify({ text, detail, kind = 'plain', action, isLasting = false }: Notice): void {
  const id = manager.add({
    title: text,
    ...(detail === undefined ? {} : { description: detail }),
    type: kind,
    priority: kind === 'problem' ? 'high' : 'low',
    timeout: isLasting ? 0 : kind === 'problem' ? 12_000 : action === undefined ? 5_000 : 10_000,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              action.act();
              manager.close(id);
            },
          },
        }),
  });
}

export function Notices() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        {/* Above what floats there already, which has buttons of its own. */}
        <Toast.Viewport className="fixed right-4 bottom-10 z-50 flex w-[min(380px,calc(100vw-2rem))] flex-col gap-2 [body:has([data-floating])_&]:bottom-22 max-md:[body:has([data-floating])_&]:bottom-30">
          <NoticeList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function NoticeList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-2 rounded-lg border border-line bg-raised py-2 pr-2 pl-3 shadow-raised data-[type=problem]:border-danger"
    >
      <div className="min-w-0 flex-1 py-0.5">
        <Toast.Title className="text-sm font-medium break-words" />
        <Toast.Description className="text-xs break-words text-muted" />
      </div>
      <Toast.Action className="h-6 shrink-0 rounded px-2 text-sm font-medium text-accent hover:bg-hover empty:hidden" />
      <Toast.Close render={<IconButton size="small" icon={X} label="Dismiss" />} />
    </Toast.Root>
  ));
}
