/** What the library records of the requests that went out, in the words of the exchange. */
import type { Exchange, History, Session } from 'postman-runtime';
import type { HeaderLine, ResponseHead, SentRequest, Sizes, Timings, Tls } from '../exchange.ts';

/** Each request of one run of redirects, in order. */
export function sentRequests(history: History, first: SentRequest['reason']): SentRequest[] {
  const { data } = history.execution;
  return data.map((exchange, index) => ({
    reason: index === 0 ? first : 'redirect',
    method: exchange.request.method,
    url: exchange.request.href,
    headers: linesOf(exchange.request.headers),
    httpVersion: exchange.request.httpVersion,
    answer:
      exchange.response === undefined || (index === data.length - 1 && first === 'request')
        ? null
        : { status: exchange.response.statusCode, headers: linesOf(exchange.response.headers) },
    timings: timingsOf(exchange),
  }));
}

export function headOf(history: History, reason: string): ResponseHead | null {
  const last = history.execution.data.at(-1);
  if (last?.response === undefined) return null;
  const session = last.session === undefined ? undefined : history.execution.sessions[last.session.id];
  const { address, port } = session?.addresses?.remote ?? {};
  return {
    status: last.response.statusCode,
    reason,
    headers: linesOf(last.response.headers),
    httpVersion: last.response.httpVersion,
    remote: address === undefined || port === undefined ? null : { address, port },
    tls: tlsOf(session),
  };
}

/** Of one request and its response. */
export function timingsOf({ timings, session }: Exchange): Timings | null {
  const offset = timings?.offset;
  if (timings === undefined || offset === undefined) return null;
  const { request = 0, socket = request, response, end } = offset;
  const isReused = session?.reused === true;
  const lookup = offset['lookup'] ?? socket;
  const connect = offset['connect'] ?? lookup;
  const secure = offset['secureConnect'];
  return {
    startedAt: timings.requestStart,
    dnsMs: isReused || lookup <= socket ? null : lookup - socket,
    connectMs: isReused ? null : Math.max(connect - lookup, 0),
    tlsMs: isReused || secure === undefined ? null : Math.max(secure - connect, 0),
    firstByteMs: response === undefined ? null : Math.max(response - Math.max(connect, secure ?? 0), 0),
    downloadMs: response === undefined || end === undefined ? null : Math.max(end - response, 0),
    totalMs: (end ?? response ?? connect) - request,
  };
}

/**
 * The phases of the last request, and the time of all of them from when the first was begun: what it took to get that
 * far is nobody's response time. Null where nothing was answered.
 */
export function overallTimings(histories: readonly History[]): Timings | null {
  const exchanges = histories.flatMap(({ execution }) => execution.data);
  const last = exchanges.at(-1);
  const phases = last === undefined ? null : timingsOf(last);
  const startedAt = exchanges[0]?.timings?.requestStart;
  if (phases === null || startedAt === undefined) return null;
  return { ...phases, startedAt, totalMs: phases.startedAt - startedAt + phases.totalMs };
}

export function sizesOf(history: History, responseBody: number): Sizes {
  const last = history.execution.data.at(-1);
  if (last === undefined) throw new Error('A response came without a request.');
  const path = last.request.href.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const requestLine = `${last.request.method} ${path === '' ? '/' : path} HTTP/1.1\r\n`;
  const length = linesOf(last.request.headers).find(([name]) => name.toLowerCase() === 'content-length');
  return {
    requestHeaders: Buffer.byteLength(requestLine) + headerBytes(linesOf(last.request.headers)),
    requestBody: Number(length?.[1] ?? 0),
    responseHeaders: `HTTP/1.1 200 \r\n`.length + headerBytes(linesOf(last.response?.headers ?? [])),
    responseBody,
    responseBodyEncoded: last.response?.downloadedBytes ?? responseBody,
  };
}

function headerBytes(lines: readonly HeaderLine[]): number {
  return lines.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}: ${value}\r\n`), 2);
}

function linesOf(entries: Exchange['request']['headers']): HeaderLine[] {
  return entries.map(({ key, value }) => [key, value]);
}

function tlsOf(session: Session | undefined): Tls | null {
  const tls = session?.tls;
  if (tls === undefined) return null;
  const { peerCertificate: certificate } = tls;
  return {
    protocol: text(tls.protocol),
    cipher: text(tls.cipher === false ? undefined : tls.cipher?.name),
    untrusted: tls.authorized ? null : reasonText(tls.authorizationError),
    subject: certificate.subject?.['commonName'] ?? '',
    issuer: certificate.issuer?.['commonName'] ?? '',
    validFrom: certificate.validFrom ?? '',
    validTo: certificate.validTo ?? '',
    fingerprint: certificate.fingerprint ?? '',
  };
}

function text(value: string | false | null | undefined): string {
  return typeof value === 'string' ? value : '';
}

function reasonText(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : 'not verified';
}
