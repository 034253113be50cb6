/** The console: what was sent and what came, what scripts wrote, what went wrong; the latest at the end. */
import { ChevronRight, Trash2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { MethodLabel } from '../design/method.tsx';
import { timeWithSeconds } from '../design/when.ts';
import { useDesk } from '../desk/use-desk.ts';
import { PairsTable } from '../response/pairs-table.tsx';
import { sizeText, durationText } from '../response/quantities.ts';
import { isOver } from '../sending/attempt.ts';
import { clearConsole, type ConsoleEntry } from '../sending/console-log.ts';
import { logOf, useConsole } from '../sending/use-sends.ts';
import { toggleConsole } from './console-state.ts';

const LINE_COLOURS = {
  log: '',
  info: '',
  debug: 'text-muted',
  warn: 'bg-warning-soft text-warning',
  error: 'bg-danger-soft text-danger',
} as const;

/** On a coloured ground faint text would be too faint. */
const QUIET = { log: 'text-faint', info: 'text-faint', debug: 'text-faint', warn: '', error: '' } as const;

export default function ConsolePanel() {
  const desk = useDesk();
  const { entries } = useConsole();
  const list = useRef<HTMLDivElement>(null);
  const latest = entries.at(-1)?.number ?? 0;
  useEffect(() => {
    if (latest > 0) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [latest]);
  return (
    <section aria-label="Console" className="flex h-full min-h-0 flex-col bg-canvas">
      <div className="flex h-8 shrink-0 items-center gap-1 border-b border-line bg-panel pr-1 pl-3">
        <h2 className="flex-1 text-xs font-medium">Console</h2>
        <IconButton
          size="small"
          icon={Trash2}
          label="Clear the console"
          disabled={entries.length === 0}
          onClick={() => clearConsole(logOf(desk))}
        />
        <IconButton size="small" icon={X} label="Close the console" onClick={toggleConsole} />
      </div>
      {entries.length === 0 ? (
        <p className="p-3 text-xs text-muted">
          Every request appears here as it really went out, with what scripts write by <code>console.log</code>.
        </p>
      ) : (
        <div
          ref={list}
          role="log"
          aria-label="Console entries"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard
          tabIndex={0}
          className="min-h-0 flex-1 overflow-auto py-1 font-mono text-xs"
        >
          {entries.map((entry) => (
            <Entry key={entry.number} entry={entry} />
          ))}
        </div>
      )}
    </section>
  );
}

function Entry({ entry }: { readonly entry: ConsoleEntry }) {
  switch (entry.kind) {
    case 'line':
      return (
        <div className={classes('flex gap-3 px-3 py-0.5', LINE_COLOURS[entry.line.level])}>
          <span className={classes('shrink-0', QUIET[entry.line.level])}>{timeWithSeconds(entry.at)}</span>
          <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">{entry.line.text}</span>
          {entry.line.from === '' ? null : (
            <span className={classes('shrink-0', QUIET[entry.line.level])}>{entry.line.from}</span>
          )}
        </div>
      );
    case 'failed':
      return (
        <div
          className={classes(
            'flex gap-3 px-3 py-0.5',
            entry.attempt.failure?.code === 'aborted' ? 'text-muted' : 'bg-danger-soft text-danger',
          )}
        >
          <span className="shrink-0">{timeWithSeconds(entry.at)}</span>
          <span className="min-w-0 flex-1 break-words">{entry.attempt.failure?.message}</span>
        </div>
      );
    case 'request':
      return <RequestEntry entry={entry} />;
  }
}

function RequestEntry({ entry }: { readonly entry: Extract<ConsoleEntry, { readonly kind: 'request' }> }) {
  const [isOpen, setOpen] = useState(false);
  const { sent, status, attempt, isFromScript } = entry;
  const answer = sent.answer ?? attempt?.head ?? null;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-baseline gap-3 px-3 py-0.5 text-left hover:bg-hover"
      >
        <span className="shrink-0 text-faint">{timeWithSeconds(entry.at)}</span>
        <ChevronRight aria-hidden size={12} className={classes('shrink-0 self-center', isOpen && 'rotate-90')} />
        <MethodLabel method={sent.method} />
        <span className="min-w-0 flex-1 truncate">{sent.url}</span>
        {isFromScript ? <span className="shrink-0 text-faint">sent by a script</span> : null}
        <span className="shrink-0">{status ?? (attempt === null || isOver(attempt) ? '–' : '…')}</span>
        {attempt?.end == null || sent.answer !== null ? null : (
          <span className="shrink-0 text-muted">
            {durationText(attempt.end.timings.totalMs)} {sizeText(attempt.end.sizes.responseBody)}
          </span>
        )}
      </button>
      {isOpen ? (
        <div className="mx-3 mb-2 ml-9 rounded-md border border-line font-sans">
          <h3 className="border-b border-line bg-panel px-3 py-1 text-xs font-medium">Sent</h3>
          <PairsTable label="Headers that were sent" rows={sent.headers} />
          {answer === null ? null : (
            <>
              <h3 className="border-b border-line bg-panel px-3 py-1 text-xs font-medium">Answered {answer.status}</h3>
              <PairsTable label="Headers of the answer" rows={answer.headers} />
            </>
          )}
        </div>
      ) : null}
    </div>
  );
}
