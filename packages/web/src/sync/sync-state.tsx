/** The footer's words on sync: the state of the workspace in front; more on hover and click. */
import { Popover } from '@base-ui/react/popover';
import { GitCompareArrows } from 'lucide-react';
import { count } from '../design/words.ts';
import { useBench, useDesk, useStatus } from '../desk/use-desk.ts';
import { syncWords } from './sync-words.ts';
import { ToneIcon } from './tone.tsx';
import { later } from '../design/later.ts';

const SyncDetails = later(() => import('./sync-details.tsx'));

const PART = 'flex h-5 min-w-0 items-center gap-1.5 rounded px-1.5 hover:bg-hover hover:text-ink';

export function SyncState() {
  const { seat } = useDesk();
  const bench = useBench();
  const status = useStatus();
  const isSignedIn = seat.account !== null;
  const words = syncWords(status, { isSignedIn, workspace: bench.workspace });
  return (
    <>
      <Popover.Root>
        <Popover.Trigger
          openOnHover
          delay={350}
          closeDelay={150}
          className={PART}
          data-sync={words.tone}
          onPointerEnter={() => void SyncDetails.load()}
        >
          <ToneIcon tone={words.tone} />
          <span className="truncate">{words.label}</span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner side="top" align="start" sideOffset={6} className="z-50">
            <Popover.Popup className="flex max-h-[min(32rem,var(--available-height))] w-[min(24rem,calc(100vw-1rem))] flex-col overflow-y-auto rounded-lg border border-line bg-raised text-sm text-ink shadow-raised outline-none">
              <SyncDetails />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <output className="sr-only">{words.label}</output>
      {status.conflicts === 0 ? null : (
        <button type="button" className={`${PART} text-warning`} onClick={() => bench.tabs.openPage('conflicts')}>
          <GitCompareArrows aria-hidden size={14} className="shrink-0" />
          <span className="truncate">{count(status.conflicts, 'conflict')}</span>
        </button>
      )}
    </>
  );
}
