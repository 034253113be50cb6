/**
 * One sending as it is shown: what was asked, what happened so far, and what came of it. A pure function of the events that
 * tell it; only the body grows in place, since it may be large.
 */
import type { Failure, Note, ResponseEnd, ResponseHead, ScriptError, ScriptTest, SentRequest } from '@waypost/runner';
import type { ExecutionEvent, Phase } from '@waypost/runner/sending';
import { ReceivedBody } from './received-body.ts';
import type { Way } from './ways.ts';

export interface Attempt {
  /** Rises with each sending of this window. */
  readonly number: number;
  readonly startedAt: number;
  readonly way: Way;
  readonly method: string;
  /** As written, until it is known as it went out. */
  readonly url: string;
  readonly stage: Stage;
  /** Names that nothing gave a value. */
  readonly unresolved: readonly string[];
  readonly notes: readonly Note[];
  readonly sent: readonly SentRequest[];
  readonly head: ResponseHead | null;
  readonly body: ReceivedBody;
  readonly end: ResponseEnd | null;
  readonly failure: Failure | null;
  readonly tests: readonly ScriptTest[];
  readonly scriptErrors: readonly (ScriptError & { readonly when: Phase })[];
}

export type Stage =
  | { readonly kind: 'scripts'; readonly from: string; readonly when: Phase }
  | { readonly kind: 'sending' }
  | { readonly kind: 'receiving' }
  /** It is over; scripts after it may be at work. */
  | { readonly kind: 'over'; readonly outcome: 'response' | 'failed' | 'skipped' };

export interface Begun {
  readonly number: number;
  readonly startedAt: number;
  readonly way: Way;
  readonly method: string;
  readonly url: string;
}

export function beginAttempt(begun: Begun): Attempt {
  return {
    ...begun,
    stage: { kind: 'sending' },
    ...{ unresolved: [], notes: [], sent: [], tests: [], scriptErrors: [] },
    ...{ head: null, body: new ReceivedBody(), end: null, failure: null },
  };
}

/** The attempt after something happened. */
export function afterEvent(attempt: Attempt, event: ExecutionEvent): Attempt {
  switch (event.kind) {
    case 'script':
      return { ...attempt, stage: { kind: 'scripts', from: event.from, when: event.when } };
    case 'tested':
      return { ...attempt, tests: [...attempt.tests, event.test] };
    case 'script-failed':
      // That a person stopped it is said by how the whole ends.
      if (event.error.name === 'Aborted') return attempt;
      return { ...attempt, scriptErrors: [...attempt.scriptErrors, { ...event.error, when: event.when }] };
    case 'composed':
      return {
        ...attempt,
        stage: { kind: 'sending' },
        unresolved: event.composed.unresolved,
        method: event.composed.order.request.method,
        url: event.composed.order.request.url,
      };
    case 'said':
    case 'script-sent':
      return attempt;
    case 'note':
      return { ...attempt, notes: [...attempt.notes, event.note] };
    case 'sent':
      return { ...attempt, sent: [...attempt.sent, event.sent] };
    case 'head':
      return { ...attempt, stage: { kind: 'receiving' }, head: event.head };
    case 'body':
      attempt.body.add(event.bytes);
      return { ...attempt };
    case 'ended':
      return { ...attempt, stage: { kind: 'over', outcome: 'response' }, end: event.end };
    case 'failed':
      return { ...attempt, stage: { kind: 'over', outcome: 'failed' }, failure: event.failure };
    case 'skipped':
      return { ...attempt, stage: { kind: 'over', outcome: 'skipped' } };
    case 'done':
      return { ...attempt, stage: over(attempt) };
  }
}

export function isOver({ stage }: Attempt): boolean {
  return stage.kind === 'over';
}

function over(attempt: Attempt): Stage {
  if (attempt.stage.kind === 'over') return attempt.stage;
  const outcome = attempt.failure !== null ? 'failed' : attempt.end !== null ? 'response' : 'skipped';
  return { kind: 'over', outcome };
}
