/** Sends through something that sends for us, over HTTP: the Waypost server on this machine, an agent, or a relay. */
import { decodeEvents, encodeOrder } from '../exchange-codec.ts';
import type { SendEvent, Sender, SendOrder } from '../exchange.ts';
import { failure, isFailureCode, type Failure } from '../failure.ts';
import { ExchangeError } from '../frames.ts';
import { chunksOf } from './chunks.ts';

export interface RemoteSenderOptions {
  readonly url: string;
  /** Asked for each request: a token may have changed. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly credentials: 'same-origin' | 'omit';
  readonly fetch?: typeof fetch;
}

/** What a sender answers with when it takes no order at all; more of it is not even read. */
const REFUSAL_LENGTH_MAX = 16 * 1024;

export class RemoteSender implements Sender {
  readonly #options: RemoteSenderOptions;

  constructor(options: RemoteSenderOptions) {
    this.#options = options;
  }

  async *send(order: SendOrder, signal: AbortSignal): AsyncGenerator<SendEvent, void, undefined> {
    const stop = new AbortController();
    try {
      const response = await this.#ask(order, AbortSignal.any([signal, stop.signal]));
      if (!response.ok || response.body === null) {
        yield failed(await refusalOf(response));
        return;
      }
      yield* decodeEvents(chunksOf(response.body));
    } catch (error) {
      if (signal.aborted) yield failed(failure('aborted'));
      else if (error instanceof ExchangeError) yield failed(error.failure);
      else yield failed(failure('sender-unreachable', URL.parse(this.#options.url)?.host ?? ''));
    } finally {
      // Leaving early closes the connection, and with it the exchange at the other end.
      stop.abort();
    }
  }

  async #ask(order: SendOrder, signal: AbortSignal): Promise<Response> {
    const { url, headers, credentials, fetch: ask = fetch } = this.#options;
    return ask(url, {
      method: 'POST',
      headers: { ...(await headers()), 'content-type': 'application/octet-stream' },
      body: encodeOrder(order),
      credentials,
      cache: 'no-store',
      redirect: 'error',
      signal,
    });
  }
}

function failed(why: Failure): SendEvent {
  return { kind: 'failed', failure: why, timings: null };
}

/** What it says for itself where it says something, and what its status means otherwise. */
async function refusalOf(response: Response): Promise<Failure> {
  const said = saidIn(await beginningOf(response));
  if (said !== null && said.code !== undefined && isFailureCode(said.code)) {
    return { code: said.code, message: said.message };
  }
  const detail = said?.message ?? `it answered ${response.status}`;
  if (response.status === 401 || response.status === 403) return failure('not-allowed', detail);
  if (response.status === 413) return failure('too-large', detail);
  if (response.status === 429) return failure('too-many', detail);
  return failure('sender-unreachable', detail);
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunksOf(body)) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= REFUSAL_LENGTH_MAX) break;
  }
  return text.slice(0, REFUSAL_LENGTH_MAX);
}

function saidIn(text: string): { readonly code: string | undefined; readonly message: string } | null {
  try {
    const parsed = JSON.parse(text) as unknown;
    const said = memberOf(parsed, 'failure') ?? memberOf(parsed, 'error') ?? parsed;
    const message = memberOf(said, 'message');
    const code = memberOf(said, 'code');
    return typeof message === 'string' ? { code: typeof code === 'string' ? code : undefined, message } : null;
  } catch {
    return null;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}
