/**
 * Sends from the browser itself, as far as browsers let pages send: to servers that allow it, without the headers and
 * cookies that are the browser's own. What it cannot do is refused or noted, never done differently in silence.
 */
import type { HeaderLine, SendEvent, Sender, SendOrder, SentRequest, Timings } from '../exchange.ts';
import { failure, type Failure } from '../failure.ts';
import { chunksOf } from './chunks.ts';
import { bodyOf } from './direct-body.ts';
import { applyAuth } from './direct-auth.ts';
import { isForbidden } from './forbidden.ts';

export interface DirectSenderOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds that only rise, and their zero in milliseconds since 1970. */
  readonly performance: Pick<Performance, 'now' | 'timeOrigin' | 'getEntriesByName'>;
  /** Whether the app was served over a secure connection: from there a browser reaches no other. */
  readonly isSecure: boolean;
}

/** Over plain HTTP from a secure page browsers reach only the machine they run on. */
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

export class DirectSender implements Sender {
  readonly #options: DirectSenderOptions;

  constructor(options: DirectSenderOptions) {
    this.#options = options;
  }

  async *send(order: SendOrder, signal: AbortSignal): AsyncGenerator<SendEvent, void, undefined> {
    const { performance } = this.#options;
    const begun = performance.now();
    const startedAt = performance.timeOrigin + begun;
    const timing = (parts: Partial<Timings>): Timings => ({
      ...{ startedAt, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null },
      ...{ totalMs: performance.now() - begun, ...parts },
    });
    const prepared = prepare(order, this.#options.isSecure);
    if ('code' in prepared) {
      yield { kind: 'failed', failure: prepared, timings: null };
      return;
    }
    for (const message of prepared.notes) yield { kind: 'note', note: { level: 'warn', message } };
    yield { kind: 'sent', sent: prepared.sent };
    const deadline = order.timeoutMs === null ? null : AbortSignal.timeout(order.timeoutMs);
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal, ...(deadline === null ? [] : [deadline])]);
    try {
      const response = await this.#options.fetch(prepared.url, { ...prepared.init, signal: both });
      const firstByteMs = performance.now() - begun;
      if (response.type === 'opaqueredirect') {
        const why = 'the server redirects, and a browser does not show redirects that it does not follow';
        yield { kind: 'failed', failure: failure('cross-origin', why), timings: timing({ firstByteMs }) };
        return;
      }
      const headers = [...response.headers] as HeaderLine[];
      yield {
        kind: 'head',
        head: {
          status: response.status,
          reason: response.statusText,
          headers,
          httpVersion: '',
          remote: null,
          tls: null,
        },
      };
      let received = 0;
      if (response.body !== null) {
        for await (const bytes of chunksOf(response.body)) {
          received += bytes.length;
          if (received > order.responseBytesMax) {
            const why = failure('response-too-large', `more than ${order.responseBytesMax} bytes`);
            yield { kind: 'failed', failure: why, timings: timing({ firstByteMs }) };
            return;
          }
          yield { kind: 'body', bytes };
        }
      }
      const measured = measuredOf(performance, response.url);
      const timings = timing({ firstByteMs, downloadMs: performance.now() - begun - firstByteMs, ...measured });
      const requestBody = prepared.bodyBytes;
      yield {
        kind: 'ended',
        end: {
          timings,
          sizes: {
            ...{ requestHeaders: sizeOf(prepared.sent.headers), requestBody, responseHeaders: sizeOf(headers) },
            ...{ responseBody: received, responseBodyEncoded: received },
          },
          cookies: { set: [], removed: [] },
        },
      };
    } catch (error) {
      yield {
        kind: 'failed',
        failure: whyOf(error, { signal, deadline, order, url: prepared.url }),
        timings: timing({}),
      };
    } finally {
      stop.abort();
    }
  }
}

interface Prepared {
  readonly url: string;
  readonly init: RequestInit;
  readonly sent: SentRequest;
  readonly notes: readonly string[];
  readonly bodyBytes: number;
}

function prepare(order: SendOrder, isSecure: boolean): Prepared | Failure {
  const { request, behaviour } = order;
  const method = request.method.toUpperCase();
  if (['CONNECT', 'TRACE', 'TRACK'].includes(method)) {
    return failure('invalid-request', `a browser does not send ${method}; send through this machine or the agent`);
  }
  const signed = applyAuth(request, order.auth);
  if ('code' in signed) return signed;
  const url = parsedUrl(signed.url);
  if (url === null) return failure('invalid-request', 'the URL is none that a browser can open');
  if (isSecure && url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    return failure('cross-origin', 'from a secure page a browser sends to https:// only');
  }
  const notes: string[] = [];
  const { body, contentType, bytes, note } = bodyOf(request.body, order.files);
  if (note !== null) notes.push(note);
  const isBodyless = method === 'GET' || method === 'HEAD';
  if (isBodyless && body !== null) notes.push(`A browser sends no body with ${method}: it was left out.`);
  const written = signed.header.filter(({ key, disabled }) => disabled !== true && key !== '');
  const refused = written.filter(({ key, value }) => isForbidden(key, value));
  if (refused.length > 0) {
    const names = [...new Set(refused.map(({ key }) => key))].join(', ');
    notes.push(`A browser does not let pages set these headers, so they were left out: ${names}.`);
  }
  if (behaviour.disableCookies !== true && order.cookies.length > 0) {
    notes.push('A browser does not let pages send cookies of their choice: those of the jar were left out.');
  }
  if (behaviour.strictSSL === false) notes.push('A browser verifies certificates always.');
  if (order.certificate !== null) notes.push('A browser chooses client certificates by itself.');
  const headers: HeaderLine[] = written.filter((row) => !refused.includes(row)).map(({ key, value }) => [key, value]);
  if (contentType !== null && !isBodyless && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', contentType]);
  }
  const problem = headerProblem(headers);
  if (problem !== null) return failure('invalid-request', problem);
  return {
    url: url.href,
    init: {
      method,
      headers: headers.map(([name, value]) => [name, value]),
      body: isBodyless ? null : body,
      redirect: behaviour.followRedirects === false ? 'manual' : 'follow',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    },
    sent: { reason: 'request', method, url: url.href, headers, httpVersion: '', answer: null, timings: null },
    notes,
    bodyBytes: isBodyless ? 0 : bytes,
  };
}

function parsedUrl(text: string): URL | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null;
}

function headerProblem(headers: readonly HeaderLine[]): string | null {
  for (const [name, value] of headers) {
    try {
      new Headers().append(name, value);
    } catch {
      return `the header ${name.slice(0, 80)} has characters that no header may have`;
    }
  }
  return null;
}

/** The browser tells these of servers that allow it; of others everything is zero. */
function measuredOf(performance: DirectSenderOptions['performance'], url: string): Partial<Timings> {
  const entry = performance.getEntriesByName(url, 'resource').at(-1) as PerformanceResourceTiming | undefined;
  if (entry === undefined || entry.requestStart === 0) return {};
  const { domainLookupStart, domainLookupEnd, connectStart, connectEnd, secureConnectionStart } = entry;
  const isNew = connectEnd > connectStart;
  return {
    dnsMs: domainLookupEnd > domainLookupStart ? domainLookupEnd - domainLookupStart : null,
    connectMs: isNew ? (secureConnectionStart > 0 ? secureConnectionStart : connectEnd) - connectStart : null,
    tlsMs: isNew && secureConnectionStart > 0 ? connectEnd - secureConnectionStart : null,
  };
}

function sizeOf(headers: readonly HeaderLine[]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

function whyOf(
  error: unknown,
  {
    signal,
    deadline,
    order,
    url,
  }: {
    readonly signal: AbortSignal;
    readonly deadline: AbortSignal | null;
    readonly order: SendOrder;
    readonly url: string;
  },
): Failure {
  if (signal.aborted) return failure('aborted');
  if (deadline?.aborted === true) return failure('timeout', `after ${order.timeoutMs ?? 0} ms`);
  // A browser tells a page nothing else, on purpose.
  return error instanceof TypeError
    ? failure('cross-origin', new URL(url).host)
    : failure('sender-failed', String(error));
}
