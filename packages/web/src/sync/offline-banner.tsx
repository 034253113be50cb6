/** A quiet line while the server cannot be reached: work goes on, and nothing is in its way. */
import { CloudOff, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { count } from '../design/words.ts';
import { useDesk, useStatus } from '../desk/use-desk.ts';

/** A connection that comes back by itself within this is nothing to speak of. */
const SHOWN_AFTER_MS = 3_000;

export function OfflineBanner() {
  const { seat } = useDesk();
  const { phase } = useStatus();
  const isAway = seat.account !== null && (phase === 'waiting' || phase === 'connecting');
  return isAway ? <Away /> : null;
}

function Away() {
  const { device } = useDesk();
  const { pending } = useStatus();
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const [isDismissed, setIsDismissed] = useState(false);
  if (!isShown || isDismissed) return null;
  return (
    <output
      data-floating="banner"
      className="pointer-events-none fixed inset-x-0 bottom-9 z-30 flex justify-center px-4 max-md:bottom-10 [body:has([data-floating=note])_&]:bottom-22 max-md:[body:has([data-floating=note])_&]:bottom-30"
    >
      <div className="pointer-events-auto flex min-w-0 items-center gap-2 rounded-lg border border-line bg-raised py-1 pr-1 pl-3 text-xs text-muted shadow-raised">
        <CloudOff aria-hidden size={14} className="shrink-0 text-warning" />
        <span className="min-w-0">
          Offline. Go on working: {pending === 0 ? 'what you save' : count(pending, 'change')} is sent when the server
          is back.
        </span>
        <Button size="small" look="quiet" onClick={() => device.retry()}>
          Retry
        </Button>
        <IconButton size="small" icon={X} label="Hide until the next time" onClick={() => setIsDismissed(true)} />
      </div>
    </output>
  );
}
