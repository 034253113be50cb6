/**
 * One sending from beginning to end, as Postman does it: the scripts before it from the collection inwards, the names
 * replaced, the request, the scripts after it. Where scripts run and what sends are given; this only puts them in order,
 * so that the app and the command line do the same.
 */
import sdk, { type Item } from 'postman-collection';
import { AccessTokens, type KeptTokens, tokenOrder } from './access-tokens.ts';
import { SCRIPT_TIMEOUT_MS } from './bounds.ts';
import { bodyBytesOf, Channel } from './channel.ts';
import { type Composed, composeItem, itemOf, plainRequest, sendAuth } from './compose.ts';
import { type Cookie, type CookieChanges, Jar } from './cookie.ts';
import type { ResponseEnd, ResponseHead, SendEvent, SendFile, Sender, SendOrder, SentRequest } from './exchange.ts';
import { failure, type Failure } from './failure.ts';
import { Scopes, type VariableChanges } from './scopes.ts';
import type {
  ScriptAbout,
  ScriptCookie,
  ScriptEngine,
  ScriptError,
  ScriptHost,
  ScriptLine,
  ScriptResponse,
  ScriptResult,
  ScriptTest,
} from './script.ts';
import { nameOf, type SendSource } from './source.ts';

export type Phase = 'prerequest' | 'test';

export type ExecutionEvent =
  /** A script begins; `from` is the name of the element it stands in. */
  | { readonly kind: 'script'; readonly when: Phase; readonly from: string }
  | { readonly kind: 'said'; readonly when: Phase; readonly line: ScriptLine }
  | { readonly kind: 'tested'; readonly when: Phase; readonly test: ScriptTest }
  /** It ended with an error. The others go on, as in Postman. */
  | { readonly kind: 'script-failed'; readonly when: Phase; readonly error: ScriptError }
  /** What goes to the sender now, and what nothing gave a value. */
  | { readonly kind: 'composed'; readonly composed: Composed }
  /** What a script sent by itself. */
  | { readonly kind: 'script-sent'; readonly when: Phase; readonly sent: SentRequest; readonly status: number | null }
  | SendEvent
  /** A script said not to send. */
  | { readonly kind: 'skipped' }
  /** Always the last one. */
  | { readonly kind: 'done'; readonly outcome: ExecutionOutcome };

/** What is left to do for whoever keeps the jar and the values: none of it was kept yet. */
export interface ExecutionOutcome {
  readonly variables: VariableChanges;
  readonly cookies: CookieChanges;
  /** Access tokens that were asked for on the way, by their names. */
  readonly tokens: KeptTokens;
  /** Set by a script: the request a run goes on with; null to stop. Undefined where none did. */
  readonly next: string | null | undefined;
  readonly visualizer: unknown;
}

export interface ExecutionOptions {
  readonly source: SendSource;
  readonly sender: Sender;
  /** All of the workspace. */
  readonly cookies: readonly Cookie[];
  /** Access tokens that this device has. */
  readonly tokens: KeptTokens;
  /** Reads a file that the request names, or says null; it is then left out with a note. */
  readonly file: (src: string) => Promise<Blob | null>;
  /** Asked for only where there are scripts. It is let go of in the end. */
  readonly scripts: () => ScriptEngine;
  /** What else an order says: limits, proxy, certificate for the address. */
  readonly surroundings: (url: string) => Surroundings;
  readonly scriptTimeoutMs?: number;
  readonly now: () => number;
}

export type Surroundings = Pick<SendOrder, 'timeoutMs' | 'responseBytesMax' | 'certificate' | 'authorities' | 'proxy'>;

/** Whether sending it would run scripts, so that what runs them can be started early. */
export function hasScripts(source: SendSource): boolean {
  const item = itemOf(source);
  return scriptsOf(item, 'prerequest').length > 0 || scriptsOf(item, 'test').length > 0;
}

/** Never throws but for what is no request at all. Aborting, or leaving the loop, stops whatever goes on. */
export function execute(options: ExecutionOptions, signal: AbortSignal): AsyncIterable<ExecutionEvent> {
  const stop = new AbortController();
  const events = new Channel<ExecutionEvent>({ bytesOf: bodyBytesOf, onLeave: () => stop.abort() });
  const execution = new Execution(options, AbortSignal.any([signal, stop.signal]), events);
  void execution.run().then((outcome) => events.end({ kind: 'done', outcome }));
  return events;
}

interface Response {
  readonly head: ResponseHead;
  readonly end: ResponseEnd;
  readonly body: Uint8Array;
}

interface Answered {
  readonly order: SendOrder;
  readonly sent: SentRequest | null;
  readonly response: Response;
}

type Answer =
  | { readonly response: Response; readonly sent: SentRequest | null; readonly failure: null }
  | { readonly response: null; readonly sent: SentRequest | null; readonly failure: Failure };

const NO_TOKEN =
  'Sent without an access token: this device has none, and with this grant it takes a person in a browser to get one. ' +
  'In the app that is under Auth; the command line sends one that is written there, such as {{token}} with --set.';

class Execution {
  readonly #options: ExecutionOptions;
  readonly #signal: AbortSignal;
  readonly #events: Channel<ExecutionEvent>;
  readonly #item: Item;
  readonly #scopes: Scopes;
  readonly #jar: Jar;
  readonly #tokens: AccessTokens;
  #scripts: ScriptEngine | null = null;
  #next: string | null | undefined;
  #visualizer: unknown = null;

  constructor(options: ExecutionOptions, signal: AbortSignal, events: Channel<ExecutionEvent>) {
    this.#options = options;
    this.#signal = signal;
    this.#events = events;
    this.#item = itemOf(options.source);
    this.#scopes = new Scopes(options.source);
    this.#jar = new Jar(options.cookies);
    this.#tokens = new AccessTokens(options.tokens);
  }

  async run(): Promise<ExecutionOutcome> {
    try {
      await this.#steps();
    } catch (error) {
      this.#fail(failure('invalid-request', error instanceof Error ? error.message : String(error)));
    } finally {
      this.#scripts?.close();
    }
    return {
      variables: this.#scopes.changes(),
      cookies: this.#jar.changesFrom(this.#options.cookies, this.#options.now()),
      tokens: this.#tokens.got,
      next: this.#next,
      visualizer: this.#visualizer,
    };
  }

  async #steps(): Promise<void> {
    if (await this.#runScripts('prerequest', null)) return this.#tell({ kind: 'skipped' });
    if (this.#signal.aborted) return this.#fail(failure('aborted'));
    const composed = composeItem(this.#item, this.#scopes);
    this.#tell({ kind: 'composed', composed });
    const order = await this.#authorized(await this.#orderOf(composed));
    if (order === null) return;
    const { response, sent } = await this.#send(order, this.#signal, (event) => this.#tell(event));
    if (response === null) return;
    await this.#runScripts('test', { order, sent, response });
  }

  /** With an access token where it takes one. Null where there was none to be had, and that is told. */
  async #authorized(order: SendOrder): Promise<SendOrder | null> {
    const { sender, now, surroundings } = this.#options;
    const authorized = await this.#tokens.authorize(order.auth, {
      ...{ sender, now, signal: this.#signal },
      complete: (request) => tokenOrder(request, order.behaviour, surroundings(request.url)),
      tell: (event) => this.#tell(event),
    });
    if (authorized.kind === 'ready') return { ...order, auth: authorized.auth };
    if (authorized.kind === 'failed') {
      this.#fail(authorized.failure);
      return null;
    }
    this.#tell({ kind: 'note', note: { level: 'warn', message: NO_TOKEN } });
    return { ...order, auth: null };
  }

  async #orderOf({ order, files }: Composed): Promise<SendOrder> {
    const found: SendFile[] = [];
    for (const src of files) {
      const content = await this.#options.file(src);
      if (content !== null) found.push({ src, content });
    }
    return this.#complete(order, found);
  }

  #complete(order: Composed['order'], files: readonly SendFile[]): SendOrder {
    const cookies = this.#jar.all(this.#options.now());
    return { ...order, files, cookies, ...this.#options.surroundings(order.request.url) };
  }

  /** Sends, and keeps what came. */
  async #send(
    order: SendOrder,
    signal: AbortSignal,
    tell: (event: SendEvent) => void = () => undefined,
  ): Promise<Answer> {
    const pieces: Uint8Array[] = [];
    let head: ResponseHead | null = null;
    let sent: SentRequest | null = null;
    for await (const event of this.#options.sender.send(order, signal)) {
      tell(event);
      await this.#events.room();
      if (event.kind === 'sent') sent = event.sent;
      if (event.kind === 'head') head = event.head;
      if (event.kind === 'body') pieces.push(event.bytes);
      if (event.kind === 'failed') return { response: null, sent, failure: event.failure };
      if (event.kind !== 'ended' || head === null) continue;
      this.#jar.apply(event.end.cookies);
      return { response: { head, end: event.end, body: joined(pieces) }, sent, failure: null };
    }
    return { response: null, sent, failure: failure('sender-failed', 'it ended without saying how') };
  }

  #tell(event: ExecutionEvent): void {
    this.#events.push(event);
  }

  #fail(why: Failure): void {
    this.#tell({ kind: 'failed', failure: why, timings: null });
  }

  /** Those of a phase, from the collection inwards. True where one said not to send. */
  async #runScripts(when: Phase, answered: Answered | null): Promise<boolean> {
    let request: unknown = answered === null ? this.#item.request.toJSON() : sentRequestJson(answered);
    const cookies = answered === null ? [] : this.#cookiesFor(addressOf(answered));
    for (const { script, parent } of scriptsOf(this.#item, when)) {
      if (this.#signal.aborted) return false;
      this.#tell({ kind: 'script', when, from: parent });
      this.#scripts ??= this.#options.scripts();
      const result = await this.#scripts.run(
        {
          ...{ when, source: script, from: parent, request, cookies },
          about: this.#about(),
          scopes: this.#scopes.forScripts(),
          data: this.#scopes.data,
          response: answered === null ? null : scriptResponse(answered.response),
          timeoutMs: this.#options.scriptTimeoutMs ?? SCRIPT_TIMEOUT_MS,
        },
        this.#host(when),
        this.#signal,
      );
      request = result.request;
      this.#take(when, result);
      if (result.isSkipped) return true;
    }
    if (when === 'prerequest') this.#item.request = new sdk.Request(Object(request) as object);
    return false;
  }

  #about(): ScriptAbout {
    const { id, name } = this.#item;
    const { environment } = this.#options.source;
    const named = environment === null ? null : nameOf(environment);
    return { requestId: id, requestName: name, path: this.#item.getPath(), environment: named };
  }

  #take(when: Phase, { tests, scopes, next, visualizer, error }: ScriptResult): void {
    for (const test of tests) this.#tell({ kind: 'tested', when, test });
    if (error !== null) this.#tell({ kind: 'script-failed', when, error });
    this.#scopes.take(scopes);
    if (next !== undefined) this.#next = next;
    this.#visualizer = visualizer ?? this.#visualizer;
  }

  #host(when: Phase): ScriptHost {
    return {
      said: (line) => this.#tell({ kind: 'said', when, line }),
      cookies: async (method, args) => this.#jar.answer(method, args),
      send: async (request, signal) => this.#sendFor(when, request, signal),
    };
  }

  /** What a script sends: no names are replaced in it, and no files go along. */
  async #sendFor(when: Phase, written: unknown, signal: AbortSignal): ReturnType<ScriptHost['send']> {
    const asked = new sdk.Request(Object(written) as object);
    const json = asked.toJSON();
    const order = this.#complete(
      {
        request: { ...plainRequest(json), url: asked.url.toString() },
        auth: sendAuth(Reflect.get(json, 'auth')),
        behaviour: { disableBodyPruning: true },
      },
      [],
    );
    const { response, sent, failure } = await this.#send(order, signal);
    if (sent !== null) this.#tell({ kind: 'script-sent', when, sent, status: response?.head.status ?? null });
    if (response === null) throw new Error(failure.message);
    const cookies = this.#cookiesFor(addressOf({ order, sent }));
    return { response: scriptResponse(response), cookies };
  }

  #cookiesFor(url: string): ScriptCookie[] {
    return this.#jar.matching(url).map(scriptCookie);
  }
}

function scriptsOf(item: Item, when: Phase): { readonly script: string; readonly parent: string }[] {
  return item.events.listeners(when, { excludeDisabled: true }).flatMap((event) => {
    const { script } = event;
    if (script === undefined || script.isEmpty()) return [];
    return [{ script: script.toSource() ?? '', parent: event.parent()?.name ?? '' }];
  });
}

/** Where it went in the end. */
function addressOf({ order, sent }: Pick<Answered, 'order' | 'sent'>): string {
  return sent?.url ?? order.request.url;
}

/** The request as scripts see it afterwards: as it went out. */
function sentRequestJson({ order, sent }: Answered): object {
  const { request, auth } = order;
  return {
    method: sent?.method ?? request.method,
    url: sent?.url ?? request.url,
    header: sent === null ? request.header : sent.headers.map(([key, value]) => ({ key, value })),
    ...(request.body === null ? {} : { body: request.body }),
    ...(auth === null ? {} : { auth: { type: auth.type, [auth.type]: auth.parameters } }),
  };
}

function scriptResponse({ head, end, body }: Response): ScriptResponse {
  const { status, reason, headers } = head;
  return { status, reason, headers, body, totalMs: end.timings.totalMs };
}

function scriptCookie({ name, value, domain, path, expiresAt, secure, httpOnly, hostOnly }: Cookie): ScriptCookie {
  const expires = expiresAt === null ? null : new Date(expiresAt).toISOString();
  return { name, value, domain, path, ...{ expires, secure, httpOnly, hostOnly } };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
