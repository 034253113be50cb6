/** The console: every request as it really went, what scripts wrote, and what went wrong; of this window, in memory. */
import type { Note, ScriptLine, SentRequest } from '@waypost/runner';
import type { ExecutionEvent } from '@waypost/runner/sending';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Attempt } from './attempt.ts';

export type ConsoleEntry = { readonly number: number; readonly at: number } & ConsoleContent;

export type ConsoleContent =
  | {
      readonly kind: 'request';
      readonly sent: SentRequest;
      /** Sent by a script with `pm.sendRequest`. */
      readonly isFromScript: boolean;
      /** Null while it is not here, and where it never came. */
      readonly status: number | null;
      /** What came of it, where it is the last one of its sending. */
      readonly attempt: Attempt | null;
    }
  | { readonly kind: 'failed'; readonly attempt: Attempt }
  | { readonly kind: 'line'; readonly line: ScriptLine };

/** The oldest are let go. */
const ENTRIES_MAX = 1_000;

export interface ConsoleLog {
  readonly entries: readonly ConsoleEntry[];
}

let number = 0;

export function consoleLog(): StoreApi<ConsoleLog> {
  return createStore<ConsoleLog>(() => ({ entries: [] }));
}

/** What an event adds to the console, or changes in it. */
export function logEvent(log: StoreApi<ConsoleLog>, at: number, attempt: Attempt, event: ExecutionEvent): void {
  switch (event.kind) {
    case 'sent':
      return add(log, at, {
        kind: 'request',
        sent: event.sent,
        isFromScript: false,
        status: statusOf(event.sent),
        attempt,
      });
    case 'script-sent':
      return add(log, at, {
        kind: 'request',
        sent: event.sent,
        isFromScript: true,
        status: event.status,
        attempt: null,
      });
    case 'note':
      return add(log, at, lineOf(event.note));
    case 'said':
      return add(log, at, { kind: 'line', line: event.line });
    case 'script-failed': {
      const { name, message, from } = event.error;
      if (name === 'Aborted') return undefined;
      return add(log, at, { kind: 'line', line: { level: 'error', from, text: `${name}: ${message}` } });
    }
    case 'head':
    case 'ended':
      return log.setState(({ entries }) => ({ entries: withAnswer(entries, attempt) }));
    case 'failed':
      log.setState(({ entries }) => ({ entries: withAnswer(entries, attempt) }));
      return add(log, at, { kind: 'failed', attempt });
    case 'script':
    case 'tested':
    case 'composed':
    case 'body':
    case 'skipped':
    case 'done':
      return undefined;
  }
}

/** What was sent for an access token that a person asked for. */
export function logSent(log: StoreApi<ConsoleLog>, at: number, sent: SentRequest): void {
  add(log, at, { kind: 'request', sent, isFromScript: false, status: statusOf(sent), attempt: null });
}

export function clearConsole(log: StoreApi<ConsoleLog>): void {
  log.setState({ entries: [] });
}

function lineOf({ level, message }: Note): ConsoleContent {
  return { kind: 'line', line: { level, from: '', text: message } };
}

function statusOf({ answer }: SentRequest): number | null {
  return answer?.status ?? null;
}

function add(log: StoreApi<ConsoleLog>, at: number, content: ConsoleContent): void {
  number += 1;
  const entry: ConsoleEntry = { ...content, number, at };
  log.setState(({ entries }) => ({ entries: [...entries.slice(-(ENTRIES_MAX - 1)), entry] }));
}

/** The last request of the attempt is the one that was answered. */
function withAnswer(entries: readonly ConsoleEntry[], attempt: Attempt): readonly ConsoleEntry[] {
  const at = entries.findLastIndex((entry) => entry.kind === 'request' && entry.attempt?.number === attempt.number);
  const entry = entries[at];
  if (entry?.kind !== 'request') return entries;
  return entries.with(at, { ...entry, status: attempt.head?.status ?? entry.status, attempt });
}
