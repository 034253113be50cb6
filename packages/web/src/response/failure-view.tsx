/** Why there is no response, and what to do about it. */
import { CircleAlert, CircleSlash } from 'lucide-react';
import { Button } from '../design/button.tsx';
import type { Attempt } from '../sending/attempt.ts';
import { openSenderMenu } from '../sending/sender-menu-state.ts';

/** Where another way of sending may get further. */
const ANOTHER_WAY = new Set(['cross-origin', 'sender-unreachable', 'not-allowed', 'address-blocked', 'too-large']);

export function FailureView({ attempt, again }: { readonly attempt: Attempt; readonly again: () => void }) {
  const { failure } = attempt;
  if (failure === null) {
    return (
      <div className="flex items-start gap-2 px-4 py-3 text-sm">
        <CircleSlash aria-hidden size={16} className="mt-0.5 shrink-0 text-muted" />
        <p>A script before the request said not to send it.</p>
      </div>
    );
  }
  const isStopped = failure.code === 'aborted';
  if (isStopped && attempt.head !== null) {
    return (
      <output className="border-b border-line px-4 py-1.5 text-xs text-muted">Stopped before it was complete.</output>
    );
  }
  const end = failure.message.indexOf('. ');
  const [what, advice] =
    end < 0 ? [failure.message, ''] : [failure.message.slice(0, end + 1), failure.message.slice(end + 2)];
  return (
    <div role={isStopped ? 'status' : 'alert'} className="flex items-start gap-2 border-b border-line px-4 py-3">
      {isStopped ? (
        <CircleSlash aria-hidden size={16} className="mt-0.5 shrink-0 text-muted" />
      ) : (
        <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-danger" />
      )}
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium break-words">{what}</p>
        {advice === '' ? null : <p className="mt-0.5 text-sm break-words text-muted">{advice}</p>}
        <div className="mt-2 flex flex-wrap gap-2">
          <Button size="small" onClick={again}>
            Send again
          </Button>
          {ANOTHER_WAY.has(failure.code) ? (
            <Button size="small" onClick={openSenderMenu}>
              Choose how it is sent
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}
