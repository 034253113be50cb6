/** Server-sent events, one below the other, the latest in view. */
import { useMemo } from 'react';
import type { Attempt } from '../sending/attempt.ts';
import { isOver } from '../sending/attempt.ts';
import { eventsIn } from './event-stream.ts';

/** Of a longer stream the end is shown; all of it is in raw. */
const SHOWN_BYTES = 1_000_000;
const SHOWN_MAX = 500;

export function EventList({ attempt }: { readonly attempt: Attempt }) {
  const events = useMemo(() => {
    return eventsIn(new TextDecoder().decode(attempt.body.tail(SHOWN_BYTES)), SHOWN_MAX);
  }, [attempt]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard
    <ol aria-label="Events" tabIndex={0} className="flex min-h-0 flex-1 flex-col-reverse justify-end overflow-auto">
      {isOver(attempt) ? null : <li className="px-3 py-2 text-xs text-faint">Waiting for the next event…</li>}
      {events.toReversed().map(({ type, id, data }, at) => (
        <li key={events.length - at} className="flex gap-3 border-b border-line px-3 py-1.5 text-xs">
          <span className="w-24 shrink-0 truncate font-medium text-muted">{type}</span>
          <span className="min-w-0 flex-1 font-mono break-words whitespace-pre-wrap">{data}</span>
          {id === '' ? null : <span className="shrink-0 text-faint">{id}</span>}
        </li>
      ))}
    </ol>
  );
}
