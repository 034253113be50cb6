/**
 * Scripts in the browser: Postman's own sandbox, which is what they were written for, in a worker inside of a frame. This
 * is the host's half; what the sandbox asks by its events is answered here.
 */
import bootCode from 'postman-sandbox/.cache/bootcode.browser.js';
import { parse as parseConsole } from 'teleport-javascript';
import bridge from 'uvm/lib/bridge.js';
import { SCRIPT_LINE_LENGTH_MAX, SCRIPT_LINES_MAX, SCRIPT_RESPONSE_BYTES_MAX } from '../bounds.ts';
import type {
  ScriptEngine,
  ScriptError,
  ScriptHost,
  ScriptLine,
  ScriptOrder,
  ScriptResponse,
  ScriptResult,
  ScriptScopes,
  ScriptTest,
  ScriptVariable,
} from '../script.ts';
import { Emitter } from './emitter.ts';
import type { SandboxWorker } from './sandbox-frame.ts';

const BOOT_TIMEOUT_MS = 20_000;
/** How long the sandbox may take to say by itself that time is up; then its worker is ended. */
const GRACE_MS = 500;

interface Booted {
  readonly worker: SandboxWorker;
  readonly emitter: Emitter;
}

export class ScriptSandbox implements ScriptEngine {
  readonly #open: () => Promise<SandboxWorker>;
  #booted: Promise<Booted> | null = null;

  /** `open` makes a new frame; each script that had to be ended takes its frame with it. */
  constructor(open: () => Promise<SandboxWorker>) {
    this.#open = open;
  }

  /** Starts before anything is to run: that takes the better part of a second. */
  warm(): void {
    this.#boot().catch(() => undefined);
  }

  async run(order: ScriptOrder, host: ScriptHost, signal: AbortSignal): Promise<ScriptResult> {
    const unchanged = { tests: [], scopes: order.scopes, request: order.request, isSkipped: false };
    const { from } = order;
    if (signal.aborted) return { ...unchanged, error: aborted(from) };
    let booted: Booted;
    try {
      booted = await this.#boot();
    } catch (error) {
      this.close();
      return { ...unchanged, error: { name: 'Error', message: messageOf(error), from } };
    }
    const execution = new Execution(booted.emitter, order, host);
    const outcome = await execution.outcome(signal);
    if (outcome.isLost) this.close();
    return outcome.result;
  }

  close(): void {
    const booted = this.#booted;
    this.#booted = null;
    booted?.then(({ worker }) => worker.terminate()).catch(() => undefined);
  }

  async #boot(): Promise<Booted> {
    this.#booted ??= boot(this.#open);
    return this.#booted;
  }
}

async function boot(open: () => Promise<SandboxWorker>): Promise<Booted> {
  const [worker, code] = await Promise.all([
    open(),
    new Promise<string>((resolve, reject) => {
      bootCode((error, text) => (error === null ? resolve(text) : reject(error)));
    }),
  ]);
  const emitter = new Emitter();
  await new Promise<void>((resolve, reject) => {
    bridge(emitter, { bootCode: code, bootTimeout: BOOT_TIMEOUT_MS, _sandbox: worker }, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
  const initialized = new Promise<void>((resolve, reject) => {
    emitter.once('initialize', (error) => (error == null ? resolve() : reject(new Error(messageOf(error)))));
  });
  emitter.dispatch('initialize', {});
  await initialized;
  return { worker, emitter };
}

interface Outcome {
  readonly result: ScriptResult;
  /** The sandbox does not answer any more. */
  readonly isLost: boolean;
}

class Execution {
  readonly #emitter: Emitter;
  readonly #order: ScriptOrder;
  readonly #host: ScriptHost;
  readonly #id = crypto.getRandomValues(new Uint8Array(8)).join('');
  readonly #tests: ScriptTest[] = [];
  readonly #stop = new AbortController();
  #error: ScriptError | null = null;
  #isSkipped = false;
  #lines = 0;

  constructor(emitter: Emitter, order: ScriptOrder, host: ScriptHost) {
    this.#emitter = emitter;
    this.#order = order;
    this.#host = host;
  }

  async outcome(signal: AbortSignal): Promise<Outcome> {
    const order = this.#order;
    const off = this.#listen();
    const done = Promise.withResolvers<Outcome>();
    const lost = (error: ScriptError): void =>
      done.resolve({ isLost: true, result: this.#result(order.scopes, order.request, error) });
    const onAbort = (): void => lost(aborted(order.from));
    signal.addEventListener('abort', onAbort);
    const timer = setTimeout(() => lost(timedOut(order)), order.timeoutMs + GRACE_MS);
    this.#emitter.once(`execution.result.${this.#id}`, (error, result) =>
      done.resolve({ isLost: false, result: this.#ended(error, result) }),
    );
    this.#emitter.once('error', (error) =>
      lost({ name: 'Error', message: `The script was ended: ${messageOf(error)}`, from: order.from }),
    );
    this.#emitter.dispatch('execute', this.#id, eventOf(order), await contextOf(order), {
      cursor: { execution: this.#id },
      timeout: order.timeoutMs,
      disabledAPIs: ['execution.runRequest', 'datasets'],
      legacy: { _itemId: order.about.requestId, _itemName: order.about.requestName, _eventItemName: order.from },
    });
    const outcome = await done.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    this.#stop.abort();
    off();
    this.#emitter.off(`execution.result.${this.#id}`);
    this.#emitter.off('error');
    return outcome;
  }

  #listen(): () => void {
    const listeners: readonly [event: string, listener: (...args: readonly unknown[]) => void][] = [
      [`execution.assertion.${this.#id}`, (_cursor, tests) => this.#asserted(tests)],
      [`execution.error.${this.#id}`, (_cursor, error) => this.#failed(error)],
      [`execution.skipRequest.${this.#id}`, () => (this.#isSkipped = true)],
      [`execution.request.${this.#id}`, (_cursor, _id, event, request) => void this.#send(event, request)],
      [`execution.cookies.${this.#id}`, (event, _action, method, args) => void this.#cookies(event, method, args)],
      [
        `execution.vault.${this.#id}`,
        (event) => this.#emitter.dispatch(`execution.vault.${this.#id}`, event, 'There is no vault here.'),
      ],
      ['execution.console', (cursor, level, args) => this.#said(cursor, level, args)],
    ];
    for (const [event, listener] of listeners) this.#emitter.on(event, listener);
    return () => listeners.forEach(([event]) => this.#emitter.off(event));
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
    return this.#result(scopes, fieldOf(result, 'request') ?? order.request, this.#error);
  }

  #result(scopes: ScriptScopes, request: unknown, error: ScriptError | null): ScriptResult {
    return { tests: this.#tests, scopes, request, isSkipped: this.#isSkipped, error };
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
        : textOf(parsedLine(args));
    this.#host.said({ level: levelOf(level), from: this.#order.from, text: text.slice(0, SCRIPT_LINE_LENGTH_MAX) });
  }

  async #send(event: unknown, request: unknown): Promise<void> {
    const answer = `execution.response.${this.#id}`;
    try {
      const response = await this.#host.send(request, this.#stop.signal);
      this.#emitter.dispatch(answer, event, null, await responseOf(response), { cookies: [] });
    } catch (error) {
      this.#emitter.dispatch(answer, event, { name: 'Error', message: messageOf(error) });
    }
  }

  async #cookies(event: unknown, method: unknown, args: unknown): Promise<void> {
    const answer = `execution.cookies.${this.#id}`;
    try {
      const found = await this.#host.cookies(String(method), Array.isArray(args) ? (args as unknown[]) : []);
      this.#emitter.dispatch(answer, event, null, found);
    } catch (error) {
      this.#emitter.dispatch(answer, event, messageOf(error));
    }
  }
}

function eventOf({ when, source }: ScriptOrder): object {
  return { listen: when, script: { type: 'text/javascript', exec: [source] } };
}

async function contextOf({ scopes, request, response, cookies }: ScriptOrder): Promise<object> {
  return {
    environment: { values: scopes.environment },
    collectionVariables: { values: scopes.collection },
    globals: { values: scopes.globals },
    _variables: { values: scopes.request },
    request,
    ...(response === null ? {} : { response: await responseOf(response) }),
    cookies,
  };
}

async function responseOf({ status, reason, headers, body, totalMs }: ScriptResponse): Promise<object> {
  const given = body.length > SCRIPT_RESPONSE_BYTES_MAX ? body.subarray(0, SCRIPT_RESPONSE_BYTES_MAX) : body;
  return {
    code: status,
    ...(reason === '' ? {} : { status: reason }),
    header: headers.map(([key, value]) => ({ key, value })),
    stream: { type: 'Base64', data: await base64(given) },
    responseTime: Math.round(totalMs),
    responseSize: body.length,
  };
}

async function base64(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      const url = reader.result as string;
      resolve(url.slice(url.indexOf(',') + 1));
    });
    reader.addEventListener('error', () => reject(new Error('The response could not be handed to the script.')));
    reader.readAsDataURL(new Blob([bytes.slice()]));
  });
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
    const parsed = parseConsole(args);
    return Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
  } catch {
    return [args];
  }
}

function textOf(args: readonly unknown[]): string {
  return args.map((one) => (typeof one === 'string' ? one : shown(one))).join(' ');
}

function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) return `Map ${shown([...(value as Map<unknown, unknown>)])}`;
  if (value instanceof Set) return `Set ${shown([...(value as Set<unknown>)])}`;
  if (typeof value !== 'object') return String(value as string | number);
  try {
    return JSON.stringify(value, null, 2) ?? String(value);
  } catch {
    return '[an object that leads back to itself]';
  }
}

function levelOf(level: unknown): ScriptLine['level'] {
  return level === 'info' || level === 'debug' || level === 'warn' || level === 'error' ? level : 'log';
}

function messageOf(error: unknown): string {
  const message = fieldOf(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}
