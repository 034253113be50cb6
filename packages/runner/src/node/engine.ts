/**
 * The engine that does HTTP: postman-runtime, and this is the one file that knows it. It is given one request at a time,
 * without scripts, variables or a jar of its own, and no sandbox: it would start one for every run.
 */
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import sdk from 'postman-collection';
import runtime, { type History, type Requester, type Run, type Triggers } from 'postman-runtime';
import { bodyBytesOf, Channel } from '../channel.ts';
import { Jar } from '../cookie.ts';
import type { ClientCertificate, Proxy, SendEvent, Sender, SendOrder, Timings } from '../exchange.ts';
import { failure, type Failure } from '../failure.ts';
import { headOf, overallTimings, sentRequests, sizesOf } from './exchange-record.ts';
import { ObservedResponses } from './observed-responses.ts';
import { CERTIFICATE_SOURCES, collectionOf } from './order-item.ts';
import { whyFailed } from './why-failed.ts';

export interface EngineOptions {
  /** What the sender calls itself, where a request does not say. */
  readonly userAgent?: string;
  /**
   * Through which all connections of one exchange are made, over HTTP/1.1, and which end with it; otherwise those of the
   * library, which serve later exchanges too. They are for a sender that works for several people: what a connection was
   * authenticated for, as with NTLM, must not serve another person.
   */
  readonly agents?: (order: SendOrder) => { readonly http: HttpAgent; readonly https: HttpsAgent };
}

/** Sends from this process. */
export function createEngine(options: EngineOptions = {}): Sender {
  return {
    send(order, signal) {
      const exchange = new EngineExchange(order, options);
      exchange.start(signal);
      return exchange.events;
    },
  };
}

/** A body that was asked for whole, in a place where the library expects a file that is open. */
type FileContent = Buffer & { readonly cloneReadStream?: unknown };

class EngineExchange {
  readonly #order: SendOrder;
  readonly #options: EngineOptions;
  readonly #jar: Jar;
  readonly #responses = new ObservedResponses();
  readonly #startedAt = Date.now();
  readonly #startedTick = performance.now();
  readonly events: Channel<SendEvent>;
  #abort: (() => void) | null = null;
  #stopWatching: () => void = () => undefined;
  #closeConnections: () => void = () => undefined;
  /** Pieces of a body whose head was not told yet: it may be the answer to a round of authentication. */
  #early: Uint8Array[] = [];
  #isHeadTold = false;
  #bodyBytes = 0;

  constructor(order: SendOrder, options: EngineOptions) {
    this.#order = order;
    this.#options = options;
    this.#jar = new Jar(order.cookies);
    this.events = new Channel<SendEvent>({
      bytesOf: bodyBytesOf,
      onLeave: () => this.#stop(failure('aborted')),
      hold: () => this.#responses.pause(),
      go: () => this.#responses.resume(),
    });
  }

  start(signal: AbortSignal): void {
    const onAbort = (): void => this.#stop(failure('aborted'));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const { timeoutMs } = this.#order;
    const timer =
      timeoutMs === null
        ? undefined
        : setTimeout(() => this.#stop(failure('timeout', `after ${timeoutMs} ms`)), timeoutMs);
    this.#stopWatching = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    this.#filesRead()
      .then((files) => this.#responses.during(() => this.#run(files)))
      .catch((error: unknown) => this.#fail(whyFailed(error instanceof Error ? error : new Error(String(error)))));
  }

  async #filesRead(): Promise<ReadonlyMap<string, Buffer>> {
    const files = new Map<string, Buffer>();
    for (const { src, content } of this.#order.files) files.set(src, Buffer.from(await content.arrayBuffer()));
    return files;
  }

  #run(files: ReadonlyMap<string, Buffer>): void {
    if (this.events.isEnded) return;
    const userAgent = this.#options.userAgent ?? 'Waypost';
    const collection = new sdk.Collection(collectionOf(this.#order, userAgent));
    new runtime.Runner().run(collection, this.#runOptions(files), (error, run) => {
      if (error) return this.#fail(whyFailed(error));
      run.start(this.#triggers(run));
    });
  }

  #runOptions(files: ReadonlyMap<string, Buffer>): object {
    const { certificate, authorities, proxy, responseBytesMax } = this.#order;
    return {
      // Sandboxes are for scripts, and there are none.
      host: { external: true, instance: { dispose: (): void => undefined } },
      // Zero is no limit: time is kept here, where a limit says what it was.
      timeout: { global: 0, request: 0, script: 0 },
      requester: {
        cookieJar: this.#jar.tough,
        // As newman has it; the other parser encodes URLs in another way.
        useWhatWGUrlParser: true,
        verbose: true,
        ...this.#connections(),
        maxResponseSize: responseBytesMax,
        ...(authorities === null ? {} : { extendedRootCA: CERTIFICATE_SOURCES.authorities }),
      },
      network: NETWORK,
      fileResolver: fileResolverOf(this.#order, files),
      ...(certificate === null ? {} : { certificates: certificateList(certificate) }),
      ...proxyOptions(proxy),
    };
  }

  /** Those of an exchange of its own last as long as it does: a round of NTLM is of the connection. */
  #connections(): object {
    const agents = this.#options.agents?.(this.#order);
    if (agents === undefined) return {};
    this.#closeConnections = () => {
      agents.http.destroy();
      agents.https.destroy();
    };
    return { agents };
  }

  #triggers(run: Run): Triggers {
    const earlier: History[] = [];
    return {
      beforeItem: () => this.#watchBodies(run),
      beforeRequest: (_error, _cursor, _request, _item, control) => {
        this.#abort = () => control.abort();
        if (this.events.isEnded) control.abort();
      },
      responseStart: (_error, _cursor, response, _request, _item, _cookies, history) => {
        if (history === undefined) return;
        for (const round of earlier) this.#tellSent(round, 'auth');
        this.#tellSent(history, 'request');
        const head = headOf(history, response?.status ?? '');
        if (head === null) return;
        this.events.push({ kind: 'head', head });
        this.#isHeadTold = true;
        for (const bytes of this.#early.splice(0)) this.#tellBody(bytes);
      },
      io: (_error, _cursor, _trace, response, _request, _cookies, history) => {
        if (history !== undefined && response !== undefined && !this.#isHeadTold) earlier.push(history);
      },
      response: (error, _cursor, _response, _request, _item, _cookies, history) => {
        if (error !== null) return this.#failWith(error, [...earlier, ...(history === undefined ? [] : [history])]);
        if (history === undefined) this.#fail(failure('sender-failed', 'no record was kept'));
        else this.#end(history, earlier);
      },
      console: (_cursor, level, ...said) => {
        const message = said.filter((part) => typeof part === 'string').join(' ');
        this.events.push({ kind: 'note', note: { level: level === 'warn' ? 'warn' : 'info', message } });
      },
      done: (error) => this.#fail(whyFailed(error ?? new Error('the request ended without a response'))),
    };
  }

  /**
   * Pieces of a body as they come. The library passes them on for event streams alone, and asks each requester whether
   * its response is one; so each is told that it is, and given to us.
   */
  #watchBodies(run: Run): void {
    const create = run.requester.create.bind(run.requester);
    run.requester.create = (trace, done) =>
      create(trace, (error, requester) => {
        this.#early = [];
        Object.defineProperty(requester, 'isSSEStream', { get: () => true, set() {} });
        requester.sseProcessor = { onData: (bytes) => this.#tellBody(bytes) } satisfies Requester['sseProcessor'];
        done(error, requester);
      });
  }

  #tellBody(bytes: Uint8Array): void {
    if (!this.#isHeadTold) {
      this.#early.push(bytes);
      return;
    }
    this.#bodyBytes += bytes.length;
    this.events.push({ kind: 'body', bytes });
  }

  #tellSent(history: History, reason: 'request' | 'auth'): void {
    for (const sent of sentRequests(history, reason)) this.events.push({ kind: 'sent', sent });
  }

  #end(history: History, earlier: readonly History[]): void {
    if (!this.#isHeadTold) return this.#fail(failure('sender-failed', 'no response was told'));
    if (!this.#responses.isWhole) return this.#fail(failure('connection-lost'));
    this.#stopWatching();
    const timings = overallTimings([...earlier, history]) ?? this.#elapsed();
    const cookies = this.#jar.changesFrom(this.#order.cookies, Date.now());
    this.#closeConnections();
    this.events.end({ kind: 'ended', end: { timings, sizes: sizesOf(history, this.#bodyBytes), cookies } });
  }

  /** What did go out is told before why it failed. */
  #failWith(error: Error, histories: readonly History[]): void {
    if (!this.#isHeadTold) for (const history of histories) this.#tellSent(history, 'request');
    const why = whyFailed(error);
    const isCutOff = !this.#responses.isWhole && (why.code === 'response-undecodable' || why.code === 'sender-failed');
    this.#fail(isCutOff ? failure('connection-lost', error.message) : why);
  }

  #stop(failure: Failure): void {
    this.#fail(failure);
    this.#abort?.();
  }

  #fail(failure: Failure): void {
    if (this.events.isEnded) return;
    this.#stopWatching();
    this.#closeConnections();
    this.events.end({ kind: 'failed', failure, timings: this.#elapsed() });
  }

  #elapsed(): Timings {
    const none = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null };
    return { ...none, startedAt: this.#startedAt, totalMs: performance.now() - this.#startedTick };
  }
}

/**
 * `http://unix:PATH:` would mean a socket on the disk of this machine, like that of its containers, and a redirect could lead
 * there: no request of ours ever does.
 */
const NETWORK = { restrictedAddresses: { unix: true } };

function proxyOptions(proxy: Proxy): object {
  if (proxy.kind === 'system') return {};
  if (proxy.kind === 'none') return { ignoreProxyEnvironmentVariables: true };
  const { protocol, hostname, port, username, password } = new URL(proxy.url);
  const config = {
    match: '<all_urls>',
    protocol: protocol.slice(0, -1),
    host: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    tunnel: proxy.tunnel,
    authenticate: username !== '',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { ignoreProxyEnvironmentVariables: true, proxies: new sdk.ProxyConfigList({}, [config]) };
}

function certificateList(certificate: ClientCertificate): object {
  const { certificate: cert, key, pfx } = CERTIFICATE_SOURCES;
  const sources = certificate.kind === 'pem' ? { cert: { src: cert }, key: { src: key } } : { pfx: { src: pfx } };
  const passphrase = certificate.passphrase === null ? {} : { passphrase: certificate.passphrase };
  return new sdk.CertificateList({}, [{ name: 'client', matches: ['<all_urls>'], ...sources, ...passphrase }]);
}

type Answer = (error: Error | null, result?: unknown) => void;

/** What the library takes for the disk: the order's files and nothing else, so that no path leads to a file of this machine. */
function fileResolverOf({ certificate, authorities }: SendOrder, files: ReadonlyMap<string, Buffer>): object {
  const texts = new Map<string, Buffer>();
  if (certificate?.kind === 'pem') {
    texts.set(CERTIFICATE_SOURCES.certificate, Buffer.from(certificate.certificate));
    texts.set(CERTIFICATE_SOURCES.key, Buffer.from(certificate.key));
  }
  if (certificate?.kind === 'pfx') texts.set(CERTIFICATE_SOURCES.pfx, Buffer.from(certificate.pfx, 'base64'));
  if (authorities !== null) texts.set(CERTIFICATE_SOURCES.authorities, Buffer.from(authorities));
  return {
    stat: (src: string, answer: Answer): void => {
      if (files.has(src)) answer(null, { isFile: () => true, mode: 0o400 });
      else answer(new Error(`"${src}" was not given along`));
    },
    createReadStream: (src: string): FileContent => reReadable(files.get(src) ?? Buffer.alloc(0)),
    readFile: (src: string, answer: Answer): void => {
      const text = texts.get(src);
      if (text === undefined) answer(new Error(`"${src}" was not given along`));
      else answer(null, text);
    },
  };
}

/** Bytes that signing can read as a stream: the library gives what it opens a way to be opened again, and here it is kept out. */
function reReadable(bytes: Buffer): FileContent {
  const clone = (answer: Answer): void => answer(null, Readable.from([bytes]));
  return Object.defineProperty(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 'cloneReadStream', {
    get: () => clone,
    set() {},
  });
}
