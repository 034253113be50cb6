/** Requests to one server by fetch. The browser sees to connections, certificates, proxies and the inflating of answers. */
import { ELEMENT_BYTES_MAX, INFLATED_BYTES_MAX, PLAIN_FRAME_BYTES_MAX, WaypostError } from '@waypost/protocol';
import {
  answerError,
  jsonAnswer,
  offlineError,
  type ServerRequest,
  type ServerRequests,
} from '../portable/server-requests.ts';
import { browserCompression, readBounded } from './compression.ts';

const SILENCE_MS = 30_000;
/** The largest answers are an element whole and the manifest of a large workspace. */
const RECEIVED_BYTES_MAX = INFLATED_BYTES_MAX + ELEMENT_BYTES_MAX;

export class ServerHttp implements ServerRequests {
  readonly url: string;
  readonly #token: string | null;
  readonly #base: URL;
  readonly #closed = new AbortController();

  /** Throws `bad-message` where the address is none. */
  constructor(url: string, token: string | null) {
    this.#base = readServerUrl(url);
    this.url = url;
    this.#token = token;
  }

  async request(request: ServerRequest): Promise<Uint8Array> {
    const { silenceMs = SILENCE_MS, signal } = request;
    const silence = new Silence(silenceMs);
    const given = signal as AbortSignal | undefined;
    const signals = [silence.signal, this.#closed.signal, ...(given === undefined ? [] : [given])];
    try {
      const response = await fetch(new URL(request.path.slice(1), this.#base), {
        ...(await this.#encoded(request)),
        signal: AbortSignal.any(signals),
      });
      const bytes = await readBounded(silence.heard(response.body), RECEIVED_BYTES_MAX);
      if (response.ok) return bytes;
      throw answerError(response.status, new TextDecoder().decode(bytes), this.url);
    } catch (error) {
      if (error instanceof WaypostError) throw error;
      if (silence.signal.aborted)
        throw offlineError(`${this.url} did not answer within ${Math.round(silenceMs / 1000)} seconds.`, 'TIMEOUT');
      throw unreachableError(this.url);
    } finally {
      silence.end();
    }
  }

  async json(request: ServerRequest): Promise<unknown> {
    return jsonAnswer(new TextDecoder().decode(await this.request(request)), this.url);
  }

  close(): void {
    this.#closed.abort();
  }

  async #encoded({ method, body }: ServerRequest): Promise<RequestInit> {
    const headers: Record<string, string> = {};
    // The token is all that the server goes by.
    const plain: RequestInit = { method, headers, credentials: 'omit', cache: 'no-store', redirect: 'error' };
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`;
    if (body === undefined) return plain;
    headers['content-type'] = 'application/json';
    const bytes = new TextEncoder().encode(body);
    if (bytes.length <= PLAIN_FRAME_BYTES_MAX) return { ...plain, body: bytes };
    headers['content-encoding'] = 'gzip';
    return { ...plain, body: (await browserCompression.gzip(bytes)) as Uint8Array<ArrayBuffer> };
  }
}

/** Throws `bad-message` where it is no address of a server. */
export function readServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.search !== '' || url.hash !== '') {
    throw new WaypostError(
      'bad-message',
      `"${text}" is not the address of a server: it looks like https://waypost.example.`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Why, a browser does not tell its pages. */
export function unreachableError(url: string): WaypostError {
  return navigator.onLine
    ? offlineError(`${url} cannot be reached.`, 'UNREACHABLE')
    : offlineError('This device is not connected to a network.', 'NO_NETWORK');
}

/** Ends a request that hears nothing for so long. */
class Silence {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: number;

  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = this.#begin();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The body as it comes; each part of it counts as an answer. */
  heard(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
    const parts = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        this.end();
        this.#timer = this.#begin();
        controller.enqueue(chunk);
      },
    });
    return (body ?? new Blob([]).stream()).pipeThrough(parts);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): number {
    return setTimeout(() => this.#controller.abort(), this.#ms);
  }
}
