/** In the footer: how requests are sent, and the way to another. */
import { Send } from 'lucide-react';
import { openSenderMenu, useSenderDialog } from './sender-menu-state.ts';
import { useWay } from './use-sends.ts';
import { WAYS } from './ways.ts';
import { later } from '../design/later.ts';

const SenderDialogs = later(() => import('./sender-dialogs.tsx'));

export function SenderButton() {
  const way = useWay();
  const open = useSenderDialog();
  return (
    <>
      <button
        type="button"
        onClick={openSenderMenu}
        className="flex h-5 min-w-0 items-center gap-1.5 rounded px-1.5 hover:bg-hover hover:text-ink"
      >
        <Send aria-hidden size={12} className="shrink-0" />
        <span className="truncate max-md:sr-only">Sender: {WAYS[way].name}</span>
      </button>
      {open === null ? null : <SenderDialogs open={open} />}
    </>
  );
}
