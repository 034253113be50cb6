/** What came back, in a line: status, time, size; and which of the last responses this is. */
import { ChevronDown } from 'lucide-react';
import { classes } from '../design/classes.ts';
import { Menu, type MenuEntry } from '../design/menu.tsx';
import { Tip } from '../design/tip.tsx';
import { timeWithSeconds } from '../design/when.ts';
import { type Attempt, isOver } from '../sending/attempt.ts';
import { sizeText, durationText } from './quantities.ts';
import { statusTone } from './status-tone.ts';
import { STATUS_WORDS } from './status-words.ts';

export interface StatusLineProps {
  readonly attempt: Attempt;
  readonly attempts: readonly Attempt[];
  readonly show: (attempt: Attempt) => void;
  readonly forget: () => void;
}

export function StatusLine({ attempt, attempts, show, forget }: StatusLineProps) {
  const { head, end, body } = attempt;
  return (
    <output className="flex min-w-0 shrink-0 items-center gap-3 text-xs" aria-label="Response status">
      {head === null ? null : <StatusBadge status={head.status} reason={head.reason} />}
      {end === null ? (
        isOver(attempt) ? null : (
          <span className="whitespace-nowrap text-muted">receiving</span>
        )
      ) : (
        <span className="whitespace-nowrap text-muted">{durationText(end.timings.totalMs)}</span>
      )}
      {head === null ? null : (
        <Tip text={end === null ? 'So far' : sizesText(attempt)}>
          <span className="whitespace-nowrap text-muted">{sizeText(end?.sizes.responseBody ?? body.size)}</span>
        </Tip>
      )}
      {attempts.length > 1 ? (
        <Menu
          label="Responses of this window"
          align="end"
          trigger={
            <button
              type="button"
              className="flex h-6 items-center gap-1 rounded px-1.5 text-muted hover:bg-hover hover:text-ink"
            >
              <span className="sr-only">Earlier responses, shown is that of </span>
              {timeWithSeconds(attempt.startedAt)}
              <ChevronDown aria-hidden size={12} />
            </button>
          }
          entries={[
            { heading: 'In this window, not kept' },
            ...attempts.map(
              (one): MenuEntry => ({
                label: `${timeWithSeconds(one.startedAt)}  ${resultOf(one)}`,
                isChecked: one.number === attempt.number,
                act: () => show(one),
              }),
            ),
            'line',
            { label: 'Forget these', act: forget },
          ]}
        />
      ) : null}
    </output>
  );
}

function StatusBadge({ status, reason }: { readonly status: number; readonly reason: string }) {
  const words = reason === '' ? (STATUS_WORDS[status] ?? '') : reason;
  return (
    <span
      className={classes(
        'min-w-0 truncate rounded px-1.5 py-0.5 font-semibold whitespace-nowrap',
        statusTone(status).badge,
      )}
    >
      {status} {words}
    </span>
  );
}

function sizesText({ end }: Attempt): string {
  if (end === null) return '';
  const { responseHeaders, responseBody, responseBodyEncoded, requestHeaders, requestBody } = end.sizes;
  const encoded = responseBodyEncoded === responseBody ? '' : ` (${sizeText(responseBodyEncoded)} on the way)`;
  return `Body ${sizeText(responseBody)}${encoded}, headers ${sizeText(responseHeaders)}; sent ${sizeText(requestBody)} and ${sizeText(requestHeaders)}`;
}

function resultOf(attempt: Attempt): string {
  if (attempt.head !== null) return `${attempt.head.status}`;
  if (!isOver(attempt)) return 'sending';
  return attempt.failure === null ? 'not sent' : 'failed';
}
