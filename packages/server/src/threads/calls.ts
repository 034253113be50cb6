/**
 * Calls between threads: an object in one thread, and in another a stand-in with the same asynchronous methods. What is
 * passed is plain data. A called thread hears all calls that wait at once, so that what came while it was busy with one
 * commit can go into the next one together; and what it says in one turn is sent together, so that an object that is in
 * many answers is copied once, and is one object over there.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { isErrorCode, WaypostError } from '@waypost/protocol';

/** The methods of `T` that return promises, as names. */
export type Callable<T> = {
  [Name in keyof T]: T[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof T] &
  string;

interface CallMessage {
  readonly id: number;
  readonly target: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

type AnswerMessage =
  | { readonly id: number; readonly kind: 'result'; readonly result: unknown }
  | {
      readonly id: number;
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string; readonly stack: string | undefined }
  | { readonly kind: 'event'; readonly name: string; readonly event: unknown };

/** Calls that are under way; what is beyond waits in the callers, who all wait for their answers. */
const HEARD_AT_ONCE_MAX = 1_000;

/** The calling end. */
export class Calls {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  readonly #listeners = new Map<string, (event: unknown) => void>();
  #id = 0;
  #over: Error | null = null;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (messages: readonly AnswerMessage[]) => messages.forEach((message) => this.#receive(message)));
    port.on('close', () => this.fail(new WaypostError('shutting-down')));
  }

  call(target: string, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#over !== null) return Promise.reject(this.#over);
    this.#id += 1;
    const message: CallMessage = { id: this.#id, target, method, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { resolve, reject });
      this.#port.postMessage(message);
    });
  }

  /** Events arrive in order with answers: one sent before an answer is heard before it. */
  on(name: string, listener: (event: unknown) => void): void {
    this.#listeners.set(name, listener);
  }

  /** Lets the other thread end, once it has nothing else to do. What is under way is not answered. */
  close(): void {
    this.#port.close();
  }

  /** The other thread is gone: nothing under way will be answered any more. */
  fail(error: Error): void {
    this.#over ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#over);
    this.#waiting.clear();
  }

  #receive(message: AnswerMessage): void {
    if (message.kind === 'event') {
      this.#listeners.get(message.name)?.(message.event);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if (message.kind === 'result') waiting.resolve(message.result);
    else waiting.reject(errorOf(message));
  }
}

/** A stand-in for the object that the other thread serves under this name. */
export function standIn<T extends object>(
  calls: Calls,
  target: string,
  methods: readonly Callable<T>[],
): Pick<T, Callable<T>> {
  const made: Record<string, unknown> = {};
  for (const method of methods) made[method] = (...args: unknown[]) => calls.call(target, method, args);
  // Built from the names of its own methods; the compiler cannot follow that.
  return made as Pick<T, Callable<T>>;
}

/** The called end. Returns how to tell the other side something unasked. */
export function serveCalls(
  port: MessagePort,
  targets: Readonly<Record<string, object>>,
): (name: string, event: unknown) => void {
  let turn: AnswerMessage[] = [];
  const post = (message: AnswerMessage) => {
    turn.push(message);
    if (turn.length > 1) return;
    // Behind all promises that are being kept in this turn.
    process.nextTick(() => {
      const messages = turn;
      turn = [];
      port.postMessage(messages);
    });
  };
  const hear = ({ id, target, method, args }: CallMessage) => {
    invoke(targets[target], method, args).then(
      (result) => post({ id, kind: 'result', result }),
      (error: unknown) => post(refusal(id, error)),
    );
  };
  port.on('message', (first: CallMessage) => {
    hear(first);
    for (let heard = 1; heard < HEARD_AT_ONCE_MAX; heard += 1) {
      const next: { message: CallMessage } | undefined = receiveMessageOnPort(port);
      if (next === undefined) return;
      hear(next.message);
    }
  });
  return (name, event) => post({ kind: 'event', name, event });
}

async function invoke(target: object | undefined, method: string, args: readonly unknown[]): Promise<unknown> {
  const called: unknown = target === undefined ? undefined : Reflect.get(target, method);
  if (typeof called !== 'function') throw new Error(`no thread serves ${method}`);
  return Reflect.apply(called, target, args) as unknown;
}

function refusal(id: number, error: unknown): AnswerMessage {
  if (error instanceof WaypostError) {
    return { id, kind: 'refused', code: error.code, message: error.message, details: error.details };
  }
  return { id, kind: 'failed', message: String(error), stack: error instanceof Error ? error.stack : undefined };
}

function errorOf(message: Exclude<AnswerMessage, { kind: 'event' | 'result' }>): Error {
  if (message.kind === 'refused' && isErrorCode(message.code)) {
    return new WaypostError(message.code, message.message, message.details);
  }
  const error = new Error(message.message);
  if (message.kind === 'failed' && message.stack !== undefined) error.stack = message.stack;
  return error;
}
