/** What sync is doing, why, and what can be done about it. */
import { Popover } from '@base-ui/react/popover';
import { ClipboardCopy, RotateCw, ScrollText } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { count, exactTime } from '../design/words.ts';
import { useBench, useDesk, useStatus } from '../desk/use-desk.ts';
import { copyDiagnostics } from './diagnostics.ts';
import { RefusedChanges } from './refused-changes.tsx';
import { syncWords, TRANSPORTS } from './sync-words.ts';
import { ToneIcon } from './tone.tsx';
import { useRefused } from './use-sync.ts';
import { WaitingChanges } from './waiting-changes.tsx';

export default function SyncDetails() {
  const desk = useDesk();
  const { seat, device } = desk;
  const bench = useBench();
  const status = useStatus();
  const refused = useRefused();
  const isSignedIn = seat.account !== null;
  const words = syncWords(status, { isSignedIn, workspace: bench.workspace });
  const failure = status.error ?? status.obstacle;
  return (
    <>
      <div className="flex gap-2.5 px-4 pt-3 pb-3">
        <span className="pt-0.5">
          <ToneIcon tone={words.tone} size={16} />
        </span>
        <div className="min-w-0">
          <Popover.Title className="font-semibold">{words.label}</Popover.Title>
          <Popover.Description className="mt-0.5 break-words text-muted">{words.detail}</Popover.Description>
          {failure === null || failure.message === words.detail ? null : (
            <p className="mt-1 break-words text-danger">{failure.message}</p>
          )}
        </div>
      </div>
      {isSignedIn ? (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-t border-line px-4 py-3 text-xs">
          <Line name="Server">{seat.server}</Line>
          <Line name="Connection">{status.transport === null ? 'None' : TRANSPORTS[status.transport]}</Line>
          <Line name="Last synced">{status.phase === 'synced' ? 'Now' : <LastSynced at={status.lastSyncedAt} />}</Line>
          <Line name="Waiting">{status.pending === 0 ? 'Nothing' : count(status.pending, 'change')}</Line>
          {failure === null ? null : <Line name="Reason">{failure.code}</Line>}
        </dl>
      ) : (
        <p className="border-t border-line px-4 py-3 text-xs text-muted">
          Sign in from the account menu to have the same work on every device. What is here stays here until you copy
          it.
        </p>
      )}
      {isSignedIn && status.pending > 0 ? <WaitingChanges /> : null}
      {refused.length > 0 ? <RefusedChanges refused={refused} /> : null}
      <div className="flex flex-wrap gap-2 border-t border-line px-4 py-3">
        {isSignedIn && status.phase !== 'synced' ? <Retry retry={() => device.retry()} /> : null}
        <Popover.Close
          render={
            <Button size="small" icon={ScrollText} onClick={() => bench.tabs.openPage('sync-log')}>
              Sync log
            </Button>
          }
        />
        <Button size="small" icon={ClipboardCopy} onClick={() => void copyDiagnostics(desk)}>
          Copy diagnostics
        </Button>
      </div>
    </>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function LastSynced({ at }: { readonly at: number | null }) {
  const now = useNow();
  if (at === null) return 'Never on this device';
  return <time title={exactTime(at)}>{agoText(at, now)}</time>;
}

/** Says that it tried, also where the answer is the same as before. */
function Retry({ retry }: { readonly retry: () => void }) {
  const [isTrying, setIsTrying] = useState(false);
  return (
    <Button
      size="small"
      look="primary"
      icon={RotateCw}
      disabled={isTrying}
      onClick={() => {
        retry();
        setIsTrying(true);
        setTimeout(() => setIsTrying(false), 1_000);
      }}
    >
      {isTrying ? 'Trying' : 'Retry'}
    </Button>
  );
}
