/**
 * One script in Postman's sandbox, seen from outside of it: what the sandbox asks by its events is answered here. The same
 * in a browser, where the sandbox is a worker in a frame, and in Node, where it is a thread of a child process.
 */
import teleport from 'teleport-javascript';
import { SCRIPT_LINE_LENGTH_MAX, SCRIPT_LINES_MAX, SCRIPT_RESPONSE_BYTES_MAX } from './bounds.ts';
import type {
  ScriptError,
  ScriptHost,
  ScriptLine,
  ScriptOrder,
  ScriptResponse,
  ScriptResult,
  ScriptScopes,
  ScriptTest,
  ScriptVariable,
} from './script.ts';
import { toBase64 } from './base64.ts';

/** How long the sandbox may take to say by itself that time is up; then it is given up. */
const GRACE_MS = 500;

type Listener = (...args: readonly unknown[]) => void;

/** The sandbox's own events, and the way to send it some. */
export interface SandboxBridge {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  dispatch(event: string, ...args: readonly unknown[]): void;
}

export interface ScriptOutcome {
  readonly result: ScriptResult;
  /** The sandbox does not answer any more, and is of no use. */
  readonly isLost: boolean;
}

export interface ScriptTask {
  readonly order: ScriptOrder;
  readonly host: ScriptHost;
  readonly signal: AbortSignal;
}

/** Runs one script to its end, its time, or until it is stopped. One at a time in one sandbox. */
export async function runInSandbox(bridge: SandboxBridge, { order, host, signal }: ScriptTask): Promise<ScriptOutcome> {
  return new Execution(bridge, order, host).outcome(signal);
}

/** Of a script that did not come to its end. */
export function unchangedResult(order: ScriptOrder, error: ScriptError): ScriptResult {
  const { scopes, request } = order;
  return { tests: [], scopes, request, isSkipped: false, next: undefined, visualizer: null, error };
}

export function abortedResult(order: ScriptOrder): ScriptResult {
  return unchangedResult(order, aborted(order.from));
}

class Execution {
  readonly #bridge: SandboxBridge;
  readonly #order: ScriptOrder;
  readonly #host: ScriptHost;
  readonly #id = crypto.randomUUID();
  readonly #tests: ScriptTest[] = [];
  readonly #stop = new AbortController();
  #error: ScriptError | null = null;
  #isSkipped = false;
  #lines = 0;

  constructor(bridge: SandboxBridge, order: ScriptOrder, host: ScriptHost) {
    this.#bridge = bridge;
    this.#order = order;
    this.#host = host;
  }

  async outcome(signal: AbortSignal): Promise<ScriptOutcome> {
    const order = this.#order;
    if (signal.aborted) return { isLost: false, result: abortedResult(order) };
    const done = Promise.withResolvers<ScriptOutcome>();
    const lost = (error: ScriptError): void =>
      done.resolve({ isLost: true, result: { ...unchangedResult(order, error), tests: this.#tests } });
    const off = this.#listen({
      [`execution.result.${this.#id}`]: (error, result) =>
        done.resolve({ isLost: false, result: this.#ended(error, result) }),
      error: (error) => lost({ name: 'Error', message: `The script was ended: ${messageOf(error)}`, from: order.from }),
    });
    const onAbort = (): void => lost(aborted(order.from));
    signal.addEventListener('abort', onAbort);
    const timer = setTimeout(() => lost(timedOut(order)), order.timeoutMs + GRACE_MS);
    const { requestId, requestName, path } = order.about;
    this.#bridge.dispatch('execute', this.#id, eventOf(order), contextOf(order), {
      cursor: { execution: this.#id, iteration: 0, cycles: 1 },
      timeout: order.timeoutMs,
      disabledAPIs: ['execution.runRequest', 'datasets'],
      legacy: { _itemId: requestId, _itemName: requestName, _itemPath: path, _eventItemName: order.from },
    });
    const outcome = await done.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    this.#stop.abort();
    off();
    return outcome;
  }

  #listen(ends: Readonly<Record<string, Listener>>): () => void {
    const listeners: readonly (readonly [event: string, listener: Listener])[] = [
      ...Object.entries(ends),
      [`execution.assertion.${this.#id}`, (_cursor, tests) => this.#asserted(tests)],
      [`execution.error.${this.#id}`, (_cursor, error) => this.#failed(error)],
      [`execution.skipRequest.${this.#id}`, () => (this.#isSkipped = true)],
      [`execution.request.${this.#id}`, (_cursor, _id, event, request) => void this.#send(event, request)],
      [`execution.cookies.${this.#id}`, (event, _action, method, args) => void this.#cookies(event, method, args)],
      [
        `execution.vault.${this.#id}`,
        (event) => this.#bridge.dispatch(`execution.vault.${this.#id}`, event, 'There is no vault here.'),
      ],
      ['execution.console', (cursor, level, args) => this.#said(cursor, level, args)],
    ];
    for (const [event, listener] of listeners) this.#bridge.on(event, listener);
    return () => listeners.forEach(([event, listener]) => this.#bridge.off(event, listener));
  }

  #ended(error: unknown, result: unknown): ScriptResult {
    const order = this.#order;
    if (error != null) this.#failed(error);
    if (this.#error?.message.includes('script execution timeout') === true) this.#error = timedOut(order);
    const scopes: ScriptScopes = {
      environment: valuesOf(result, 'environment') ?? order.scopes.environment,
      collection: valuesOf(result, 'collectionVariables') ?? order.scopes.collection,
      globals: valuesOf(result, 'globals') ?? order.scopes.globals,
      request: valuesOf(result, '_variables') ?? order.scopes.request,
    };
    const said = fieldOf(result, 'return');
    const next = fieldOf(said, 'nextRequest');
    return {
      tests: this.#tests,
      scopes,
      request: fieldOf(result, 'request') ?? order.request,
      isSkipped: this.#isSkipped,
      next: next === undefined ? undefined : typeof next === 'string' ? next : null,
      visualizer: fieldOf(said, 'visualizer') ?? null,
      error: this.#error,
    };
  }

  #failed(error: unknown): void {
    const name = fieldOf(error, 'name');
    this.#error ??= {
      name: typeof name === 'string' ? name : 'Error',
      message: messageOf(error),
      from: this.#order.from,
    };
  }

  #asserted(tests: unknown): void {
    for (const test of Array.isArray(tests) ? (tests as unknown[]) : [tests]) {
      const error = fieldOf(test, 'error');
      const name = fieldOf(test, 'name');
      this.#tests.push({
        name: typeof name === 'string' ? name : '',
        outcome: fieldOf(test, 'skipped') === true ? 'skipped' : fieldOf(test, 'passed') === true ? 'passed' : 'failed',
        message: error == null ? null : messageOf(error),
        from: this.#order.from,
      });
    }
  }

  #said(cursor: unknown, level: unknown, args: unknown): void {
    if (fieldOf(cursor, 'execution') !== this.#id || typeof args !== 'string') return;
    this.#lines += 1;
    if (this.#lines > SCRIPT_LINES_MAX) return;
    const text =
      this.#lines === SCRIPT_LINES_MAX
        ? 'This script writes too much: the rest is left out.'
        : consoleText(parsedLine(args));
    this.#host.said({ level: levelOf(level), from: this.#order.from, text: text.slice(0, SCRIPT_LINE_LENGTH_MAX) });
  }

  async #send(event: unknown, request: unknown): Promise<void> {
    const answer = `execution.response.${this.#id}`;
    try {
      const { response, cookies } = await this.#host.send(request, this.#stop.signal);
      this.#bridge.dispatch(answer, event, null, responseOf(response), { cookies });
    } catch (error) {
      this.#bridge.dispatch(answer, event, { name: 'Error', message: messageOf(error) });
    }
  }

  async #cookies(event: unknown, method: unknown, args: unknown): Promise<void> {
    const answer = `execution.cookies.${this.#id}`;
    try {
      const found = await this.#host.cookies(String(method), Array.isArray(args) ? (args as unknown[]) : []);
      this.#bridge.dispatch(answer, event, null, found);
    } catch (error) {
      this.#bridge.dispatch(answer, event, messageOf(error));
    }
  }
}

function eventOf({ when, source }: ScriptOrder): object {
  return { listen: when, script: { type: 'text/javascript', exec: [source] } };
}

function contextOf({ about, scopes, data, request, response, cookies }: ScriptOrder): object {
  return {
    environment: { values: scopes.environment, ...(about.environment === null ? {} : { name: about.environment }) },
    collectionVariables: { values: scopes.collection },
    globals: { values: scopes.globals },
    _variables: { values: scopes.request },
    data,
    request,
    ...(response === null ? {} : { response: responseOf(response) }),
    cookies,
  };
}

function responseOf({ status, reason, headers, body, totalMs }: ScriptResponse): object {
  const given = body.length > SCRIPT_RESPONSE_BYTES_MAX ? body.subarray(0, SCRIPT_RESPONSE_BYTES_MAX) : body;
  return {
    code: status,
    ...(reason === '' ? {} : { status: reason }),
    header: headers.map(([key, value]) => ({ key, value })),
    stream: { type: 'Base64', data: toBase64(given) },
    responseTime: Math.round(totalMs),
    downloadedBytes: body.length,
  };
}

function valuesOf(result: unknown, scope: string): ScriptVariable[] | null {
  const values = fieldOf(fieldOf(result, scope), 'values');
  if (!Array.isArray(values)) return null;
  return (values as unknown[]).flatMap((one) => {
    const key = fieldOf(one, 'key');
    return typeof key === 'string' && fieldOf(one, 'disabled') !== true ? [{ key, value: fieldOf(one, 'value') }] : [];
  });
}

function timedOut({ timeoutMs, from }: ScriptOrder): ScriptError {
  return {
    name: 'Timeout',
    message: `The script did not end within ${timeoutMs / 1000} seconds, and was ended.`,
    from,
  };
}

function aborted(from: string): ScriptError {
  return { name: 'Aborted', message: 'The script was ended because sending was stopped.', from };
}

function parsedLine(args: string): unknown[] {
  try {
    const parsed = teleport.parse(args);
    return Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
  } catch {
    return [args];
  }
}

/** What a console shows of these values. */
export function consoleText(args: readonly unknown[]): string {
  return args.map((one) => (typeof one === 'string' ? one : shown(one))).join(' ');
}

function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) return `Map ${shown([...(value as Map<unknown, unknown>)])}`;
  if (value instanceof Set) return `Set ${shown([...(value as Set<unknown>)])}`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value, null, 2) ?? typeof value;
  } catch {
    return '[an object that leads back to itself]';
  }
}

function levelOf(level: unknown): ScriptLine['level'] {
  return level === 'info' || level === 'debug' || level === 'warn' || level === 'error' ? level : 'log';
}

export function messageOf(error: unknown): string {
  const message = fieldOf(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}
