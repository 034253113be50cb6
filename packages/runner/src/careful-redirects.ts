/**
 * Redirects for a sender that several people share, followed here and not by the engine: whatever might be a credential
 * stays with the origin it was meant for. An engine of one person follows Postman, which keeps all but the Authorization
 * header, and that one, too, on another port.
 */
import { REDIRECTS_MAX } from './bounds.ts';
import { Jar } from './cookie.ts';
import type { ResponseEnd, ResponseHead, Row, SendEvent, Sender, SendOrder, SentRequest, Timings } from './exchange.ts';
import { failure } from './failure.ts';

/** What a request may say to anybody. All other headers of a person stay with the origin they were written for. */
const FOR_ANYBODY: readonly string[] = [
  ...['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'cache-control', 'content-encoding'],
  ...['content-language', 'content-type', 'if-modified-since', 'if-none-match', 'range', 'user-agent'],
];

export function withCarefulRedirects(sender: Sender): Sender {
  return {
    send: (order, signal) =>
      order.behaviour.followRedirects === false ? sender.send(order, signal) : follow(sender, order, signal),
  };
}

async function* follow(
  sender: Sender,
  order: SendOrder,
  signal: AbortSignal,
): AsyncGenerator<SendEvent, void, undefined> {
  const jar = new Jar(order.cookies);
  const begun = performance.now();
  const earlier: Timings[] = [];
  let current: SendOrder = { ...order, behaviour: { ...order.behaviour, followRedirects: false } };
  for (let redirects = 0; ; redirects += 1) {
    const hop = new Hop(redirects > 0);
    for await (const event of sender.send(current, signal)) {
      if (event.kind === 'ended' && hop.location === null) {
        jar.apply(event.end.cookies);
        yield { kind: 'ended', end: together(event.end, { earlier, jar, order }) };
        return;
      }
      yield* hop.take(event);
      if (event.kind === 'failed') return;
    }
    const { location, head, end, sent } = hop;
    if (location === null || head === null || end === null) {
      yield { kind: 'failed', failure: failure('sender-failed', 'a response ended without saying how'), timings: null };
      return;
    }
    if (redirects >= (order.behaviour.maxRedirects ?? REDIRECTS_MAX)) {
      yield { kind: 'failed', failure: failure('too-many-redirects'), timings: null };
      return;
    }
    jar.apply(end.cookies);
    earlier.push(end.timings);
    const from = sent?.url ?? current.request.url;
    const next = URL.parse(location, from);
    if (next === null) {
      yield { kind: 'failed', failure: failure('response-malformed', 'it redirects to no address'), timings: null };
      return;
    }
    const left = order.timeoutMs === null ? null : Math.max(order.timeoutMs - (performance.now() - begun), 1);
    current = {
      ...redirected(current, { from, to: next, status: head.status }),
      cookies: jar.all(Date.now()),
      timeoutMs: left,
    };
  }
}

/** One request and its answer: told as it comes, except where it is a redirect, of which only that it was sent is told. */
class Hop {
  readonly #isRedirected: boolean;
  sent: SentRequest | null = null;
  head: ResponseHead | null = null;
  end: ResponseEnd | null = null;
  /** Where it leads on to; null where it does not. */
  location: string | null = null;

  constructor(isRedirected: boolean) {
    this.#isRedirected = isRedirected;
  }

  *take(event: SendEvent): Iterable<SendEvent> {
    switch (event.kind) {
      case 'sent':
        // The last one is told with its answer, where that leads on.
        if (this.sent !== null) yield { kind: 'sent', sent: this.#named(this.sent) };
        this.sent = event.sent;
        return;
      case 'head':
        yield* this.#takeHead(event.head);
        return;
      case 'body':
        if (this.location === null) yield event;
        return;
      case 'ended':
        this.end = event.end;
        return;
      case 'failed':
        if (this.sent !== null && this.head === null) yield { kind: 'sent', sent: this.#named(this.sent) };
        yield event;
        return;
      case 'note':
        yield event;
    }
  }

  *#takeHead(head: ResponseHead): Iterable<SendEvent> {
    this.head = head;
    const isRedirect = head.status >= 300 && head.status < 400;
    this.location = isRedirect ? (headerOf(head.headers, 'location') ?? null) : null;
    const answer = this.location === null ? null : { status: head.status, headers: head.headers };
    if (this.sent !== null) yield { kind: 'sent', sent: { ...this.#named(this.sent), answer } };
    if (this.location === null) yield { kind: 'head', head };
  }

  #named(sent: SentRequest): SentRequest {
    return this.#isRedirected && sent.reason === 'request' ? { ...sent, reason: 'redirect' } : sent;
  }
}

interface Step {
  readonly from: string;
  readonly to: URL;
  readonly status: number;
}

function redirected(order: SendOrder, { from, to, status }: Step): SendOrder {
  const { request, behaviour } = order;
  const keepsBody = status === 307 || status === 308 || behaviour.followOriginalHttpMethod === true;
  const isElsewhere = URL.parse(from)?.origin !== to.origin;
  const about = request.header.filter(({ key }) => {
    const name = key.toLowerCase();
    if (name === 'host' || name === 'referer' || name === 'content-length') return false;
    if (!keepsBody && name === 'content-type') return false;
    return !isElsewhere || FOR_ANYBODY.includes(name);
  });
  const referrer: Row[] =
    behaviour.removeRefererHeaderOnRedirect === true ? [] : [{ key: 'Referer', value: refererOf(from, isElsewhere) }];
  return {
    ...order,
    request: {
      method: keepsBody || request.method.toUpperCase() === 'HEAD' ? request.method : 'GET',
      url: to.href,
      header: [...about, ...referrer],
      body: keepsBody ? request.body : null,
    },
    auth: isElsewhere ? null : order.auth,
    certificate: isElsewhere ? null : order.certificate,
  };
}

/** Elsewhere only where it came from: an address may hold a key. */
function refererOf(from: string, isElsewhere: boolean): string {
  const url = URL.parse(from);
  if (url === null) return '';
  url.username = '';
  url.password = '';
  url.hash = '';
  return isElsewhere ? `${url.origin}/` : url.href;
}

function together(
  end: ResponseEnd,
  { earlier, jar, order }: { readonly earlier: readonly Timings[]; readonly jar: Jar; readonly order: SendOrder },
): ResponseEnd {
  const [first] = earlier;
  const totalMs = earlier.reduce((sum, timings) => sum + timings.totalMs, end.timings.totalMs);
  const startedAt = first?.startedAt ?? end.timings.startedAt;
  return {
    ...end,
    timings: { ...end.timings, startedAt, totalMs },
    cookies: jar.changesFrom(order.cookies, Date.now()),
  };
}

function headerOf(headers: ResponseHead['headers'], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
