import { failure } from '@waypost/runner';
import type { ExecutionEvent, ExecutionOutcome } from '@waypost/runner/sending';
import type { ElementId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { consoleLog, logEvent } from './console-log.ts';
import { Sends, type SendsOptions } from './sends.ts';
import { fits, wayFor } from './ways.ts';

const ID = 'request' as ElementId;
const NOTHING: ExecutionOutcome = {
  variables: { environment: [], collection: [], globals: [] },
  cookies: { set: [], removed: [] },
  tokens: new Map(),
  next: undefined,
  visualizer: null,
};
const SENT = { reason: 'request', method: 'GET', url: 'http://a.test/', headers: [], httpVersion: '1.1' } as const;
const HEAD = { status: 200, reason: 'OK', headers: [], httpVersion: '1.1', remote: null, tls: null } as const;
const TIMINGS = { startedAt: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, downloadMs: 1, totalMs: 2 };
const SIZES = { requestHeaders: 1, requestBody: 0, responseHeaders: 1, responseBody: 3, responseBodyEncoded: 3 };

/** A whole exchange with a body of so many bytes. */
function exchange(bytes = 3): ExecutionEvent[] {
  return [
    { kind: 'sent', sent: { ...SENT, answer: null, timings: null } },
    { kind: 'head', head: HEAD },
    { kind: 'body', bytes: new Uint8Array(bytes) },
    { kind: 'ended', end: { timings: TIMINGS, sizes: SIZES, cookies: { set: [], removed: [] } } },
    { kind: 'done', outcome: NOTHING },
  ];
}

function store(
  events: (signal: AbortSignal) => AsyncIterable<ExecutionEvent> | readonly ExecutionEvent[],
  onEvent: SendsOptions['onEvent'] = () => undefined,
): Sends {
  return new Sends({
    begin: async (_id, signal) => {
      const list = events(signal);
      return {
        way: 'machine',
        method: 'GET',
        url: 'http://a.test/',
        events: Symbol.asyncIterator in list ? list : told(list),
      };
    },
    onEvent,
    now: () => 1_000,
    soon: queueMicrotask,
  });
}

async function* told(list: readonly ExecutionEvent[]): AsyncGenerator<ExecutionEvent, void, undefined> {
  yield* list;
}

describe('sendings of a request', () => {
  it('end with what came, and say so to whoever looks', async () => {
    const sends = store(() => exchange());
    let paints = 0;
    sends.watch(ID, () => (paints += 1));
    const sending = sends.send(ID);
    expect(sends.of(ID)).toMatchObject({ isSending: true, shown: { stage: { kind: 'sending' } } });
    await sending;
    const { shown, isSending } = sends.of(ID);
    expect(isSending).toBe(false);
    expect(shown).toMatchObject({ way: 'machine', head: HEAD, failure: null, stage: { outcome: 'response' } });
    expect(shown?.body.size).toBe(3);
    expect(paints).toBeGreaterThan(0);
  });

  it('keep the last few, and show the latest until another is chosen', async () => {
    const sends = store(() => exchange());
    for (let count = 0; count < 7; count += 1) await sends.send(ID);
    const { attempts, shown } = sends.of(ID);
    expect(attempts.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3]);
    expect(shown?.number).toBe(7);
    sends.show(ID, attempts[2] ?? raise());
    expect(sends.of(ID).shown?.number).toBe(5);
    await sends.send(ID);
    expect(sends.of(ID).shown?.number).toBe(8);
    sends.forget(ID);
    expect(sends.of(ID)).toEqual({ attempts: [], shown: null, isSending: false });
  });

  it('let go of the oldest bodies when there are too many bytes, and keep the rest', async () => {
    const sends = store(() => exchange(90 * 1024 * 1024));
    const ids = ['a', 'b', 'c'] as ElementId[];
    for (const id of ids) await sends.send(id);
    const bodies = ids.map((id) => sends.of(id).shown?.body);
    expect(bodies.map((body) => body?.isLetGo)).toEqual([true, false, false]);
    expect(sends.of('a' as ElementId).shown?.head).toEqual(HEAD);
  });

  it('are stopped by a person, and by sending again', async () => {
    const signals: AbortSignal[] = [];
    const sends = store(async function* (signal): AsyncGenerator<ExecutionEvent, void, undefined> {
      signals.push(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield { kind: 'failed', failure: failure('aborted'), timings: null };
      yield { kind: 'done', outcome: NOTHING };
    });
    const first = sends.send(ID);
    await new Promise((resolve) => setTimeout(resolve));
    const second = sends.send(ID);
    await first;
    expect(sends.of(ID).isSending).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    sends.cancel(ID);
    await second;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(sends.of(ID)).toMatchObject({ isSending: false, shown: { number: 2, failure: { code: 'aborted' } } });
  });

  it('say why where nothing could even begin', async () => {
    const sends = store(() => {
      throw new Error('This request is not here any more.');
    });
    await sends.send(ID);
    expect(sends.of(ID).shown).toMatchObject({
      failure: { message: 'This request is not here any more.' },
      stage: { kind: 'over', outcome: 'failed' },
    });
  });
});

describe('the console', () => {
  it('has each request once, with its answer, what scripts wrote, and why it failed', async () => {
    const log = consoleLog();
    const events: ExecutionEvent[] = [
      { kind: 'script', when: 'prerequest', from: 'Ships' },
      { kind: 'said', when: 'prerequest', line: { level: 'log', from: 'Ships', text: 'hello' } },
      { kind: 'script-failed', when: 'prerequest', error: { name: 'TypeError', message: 'no', from: 'Ships' } },
      ...exchange().slice(0, 3),
      { kind: 'failed', failure: failure('timeout'), timings: null },
    ];
    await store(
      () => events,
      (_id, attempt, event) => logEvent(log, 5, attempt, event),
    ).send(ID);
    expect(log.getState().entries).toMatchObject([
      { kind: 'line', line: { text: 'hello' } },
      { kind: 'line', line: { level: 'error', text: 'TypeError: no' } },
      { kind: 'request', status: 200, sent: { url: 'http://a.test/' } },
      { kind: 'failed', attempt: { failure: { code: 'timeout' } } },
    ]);
  });
});

describe('the way a request leaves', () => {
  const nothing = { isMachine: false, isAgentPaired: false, isRelayAgreed: false };

  it('is the one that sends as written, and the browser where there is none', () => {
    expect(wayFor(null, nothing)).toBe('browser');
    expect(wayFor(null, { ...nothing, isRelayAgreed: true })).toBe('relay');
    expect(wayFor(null, { isMachine: true, isAgentPaired: true, isRelayAgreed: true })).toBe('machine');
  });

  it('is what a person chose, while that is there', () => {
    expect(wayFor('browser', { ...nothing, isMachine: true })).toBe('browser');
    expect(wayFor('agent', { ...nothing, isMachine: true })).toBe('machine');
    expect(fits('relay', nothing)).toBe(false);
  });
});

function raise(): never {
  throw new Error('not there');
}
