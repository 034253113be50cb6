/**
 * Every sending of a workspace in this window, by request: the one that goes on, and a few that are over. It outlives the
 * tabs that show it, and nothing of it is kept on the disk.
 */
import type { ExecutionEvent } from '@waypost/runner/sending';
import type { ElementId } from '@waypost/protocol';
import { messageOf } from '../design/words.ts';
import { type Attempt, afterEvent, beginAttempt, isOver } from './attempt.ts';
import type { Way } from './ways.ts';

/** What is sent by a run, and how it goes. */
export interface Run {
  readonly way: Way;
  readonly method: string;
  readonly url: string;
  readonly events: AsyncIterable<ExecutionEvent>;
}

export interface SendsOptions {
  /** Reads what is to be sent and begins; the events come while it goes on. */
  readonly begin: (id: ElementId, signal: AbortSignal) => Promise<Run>;
  /** Told of each event, after it is shown. */
  readonly onEvent: (id: ElementId, attempt: Attempt, event: ExecutionEvent) => void;
  readonly now: () => number;
  /** Paints are held back by this; many pieces of a body are one. */
  readonly soon: (run: () => void) => void;
}

/** Of one request. */
const ATTEMPTS_MAX = 5;
/** Bodies of all requests together; of the oldest only the rest is kept then. */
const BODY_BYTES_MAX = 200 * 1024 * 1024;

interface Going {
  readonly stop: AbortController;
}

export interface SendsOf {
  /** The latest first. */
  readonly attempts: readonly Attempt[];
  /** The one that is looked at. */
  readonly shown: Attempt | null;
  readonly isSending: boolean;
}

const NONE: SendsOf = { attempts: [], shown: null, isSending: false };

export class Sends {
  readonly #options: SendsOptions;
  readonly #of = new Map<ElementId, SendsOf>();
  readonly #going = new Map<ElementId, Going>();
  readonly #listeners = new Map<ElementId, Set<() => void>>();
  readonly #waiting = new Set<ElementId>();
  #count = 0;

  constructor(options: SendsOptions) {
    this.#options = options;
  }

  of(id: ElementId): SendsOf {
    return this.#of.get(id) ?? NONE;
  }

  watch(id: ElementId, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Sends it as it is now; what went on of it before is stopped. Never rejects: what went wrong is shown. */
  async send(id: ElementId): Promise<void> {
    this.cancel(id);
    const going: Going = { stop: new AbortController() };
    this.#going.set(id, going);
    this.#count += 1;
    const begun = { number: this.#count, startedAt: this.#options.now(), way: 'browser' as Way, method: '', url: '' };
    let attempt = beginAttempt(begun);
    this.#put(id, attempt, true);
    try {
      const { events, ...run } = await this.#options.begin(id, going.stop.signal);
      attempt = { ...attempt, ...run };
      for await (const event of events) {
        attempt = afterEvent(attempt, event);
        this.#put(id, attempt, this.#going.get(id) === going && event.kind !== 'done');
        this.#options.onEvent(id, attempt, event);
      }
    } catch (error) {
      const message = messageOf(error);
      attempt = afterEvent(attempt, { kind: 'failed', failure: { code: 'sender-failed', message }, timings: null });
    }
    if (this.#going.get(id) === going) this.#going.delete(id);
    this.#put(id, attempt, this.#going.has(id));
    this.#makeRoom();
  }

  cancel(id: ElementId): void {
    this.#going.get(id)?.stop.abort();
    this.#going.delete(id);
  }

  show(id: ElementId, attempt: Attempt): void {
    this.#set(id, { ...this.of(id), shown: attempt });
  }

  /** Lets go of all of a request's that are over. */
  forget(id: ElementId): void {
    const attempts = this.of(id).attempts.filter((attempt) => !isOver(attempt));
    this.#set(id, { ...this.of(id), attempts, shown: attempts[0] ?? null });
  }

  close(): void {
    for (const id of [...this.#going.keys()]) this.cancel(id);
  }

  #put(id: ElementId, attempt: Attempt, isSending: boolean): void {
    const { attempts, shown } = this.of(id);
    const others = attempts.filter(({ number }) => number !== attempt.number);
    const isNew = others.length === attempts.length;
    const kept = [attempt, ...others].sort((one, other) => other.number - one.number).slice(0, ATTEMPTS_MAX);
    this.#set(id, {
      attempts: kept,
      shown: isNew || shown?.number === attempt.number ? attempt : shown,
      isSending,
    });
  }

  #set(id: ElementId, next: SendsOf): void {
    this.#of.set(id, next);
    if (this.#waiting.size === 0) {
      this.#options.soon(() => {
        const changed = [...this.#waiting];
        this.#waiting.clear();
        for (const one of changed) for (const listener of this.#listeners.get(one) ?? []) listener();
      });
    }
    this.#waiting.add(id);
  }

  /** The latest keeps its body in any case. */
  #makeRoom(): void {
    const all = [...this.#of].flatMap(([id, { attempts }]) => attempts.map((attempt) => ({ id, attempt })));
    all.sort((one, other) => one.attempt.number - other.attempt.number);
    let bytes = all.reduce((sum, { attempt }) => sum + attempt.body.size, 0);
    for (const { id, attempt } of all.slice(0, -1)) {
      if (bytes <= BODY_BYTES_MAX) return;
      if (!isOver(attempt)) continue;
      bytes -= attempt.body.size;
      attempt.body.letGo();
      this.#put(id, { ...attempt }, this.of(id).isSending);
    }
  }
}
