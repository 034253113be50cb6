/**
 * Requests to one server: the token, gzip both ways, connections kept open, every wait and every size bounded, and every
 * failure a WaypostError.
 */
import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  ELEMENT_BYTES_MAX,
  INFLATED_BYTES_MAX,
  isErrorCode,
  PLAIN_FRAME_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import { nodeCompression } from './compression.ts';
import { http } from './http-module.ts';
import { CONNECT_TIMEOUT_MS, createAgent, type ServerAddress } from './proxy.ts';
import { brokenError, timeoutError, unreachableError } from './unreachable.ts';

const gzipAsync = promisify(gzip);
/** Nothing arrives for this long: the server or the network is gone. */
const SILENCE_MS = 30_000;
/** As sent. The largest answers are an element whole and the manifest of a large workspace. */
const RECEIVED_BYTES_MAX = INFLATED_BYTES_MAX + ELEMENT_BYTES_MAX;

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash; below the server's address. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Bytes as they come, also where the server says gzip. */
  readonly raw?: boolean;
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly encoding: string;
  readonly bytes: Buffer;
}

export class ServerHttp {
  readonly address: ServerAddress;
  readonly #token: string | null;
  readonly #agent: Agent;
  readonly #base: URL;

  /** Throws `bad-message` where the address is none. */
  constructor(address: ServerAddress, token: string | null) {
    this.#base = readServerUrl(address.url);
    this.address = address;
    this.#token = token;
    this.#agent = createAgent(address);
  }

  /** The body of the answer. Throws what the server says, and `offline` with the reason where it says nothing. */
  async request(request: ServerRequest): Promise<Uint8Array> {
    const answer = await this.#exchange(request, await this.#encode(request), true);
    const bytes =
      answer.encoding === 'gzip' && request.raw !== true
        ? await nodeCompression.gunzip(answer.bytes, INFLATED_BYTES_MAX)
        : answer.bytes;
    if (answer.status >= 200 && answer.status < 300) return bytes;
    throw answerError(answer.status, Buffer.from(bytes).toString(), this.address);
  }

  async json(request: ServerRequest): Promise<unknown> {
    const text = Buffer.from(await this.request(request)).toString();
    try {
      return text === '' ? null : (JSON.parse(text) as unknown);
    } catch {
      throw new WaypostError('bad-message', `What answers at ${this.address.url} is not a Waypost server.`);
    }
  }

  /** Ends the connections that were kept open. */
  close(): void {
    this.#agent.destroy();
  }

  async #encode({ body }: ServerRequest): Promise<{ headers: OutgoingHttpHeaders; bytes: Buffer | null }> {
    const headers: OutgoingHttpHeaders = { 'accept-encoding': 'gzip' };
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`;
    if (body === undefined) return { headers, bytes: null };
    headers['content-type'] = 'application/json';
    const plain = Buffer.from(body);
    if (plain.length <= PLAIN_FRAME_BYTES_MAX) return { headers, bytes: plain };
    headers['content-encoding'] = 'gzip';
    return { headers, bytes: await gzipAsync(plain, { level: 1 }) };
  }

  async #exchange(
    request: ServerRequest,
    encoded: { readonly headers: OutgoingHttpHeaders; readonly bytes: Buffer | null },
    mayRepeat: boolean,
  ): Promise<Answer> {
    const { method, path, signal, silenceMs = SILENCE_MS } = request;
    const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.address;
    const { headers, bytes } = encoded;
    const url = new URL(path.slice(1), this.#base);
    if (bytes !== null) headers['content-length'] = bytes.length;
    return new Promise<Answer>((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers,
        agent: this.#agent,
        signal,
      });
      const connecting = setTimeout(() => sent.destroy(timeoutError(this.address, connectTimeoutMs)), connectTimeoutMs);
      sent.once('socket', (socket) => {
        const ready = () => clearTimeout(connecting);
        if (sent.reusedSocket) ready();
        else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', ready);
        // Through a proxy the socket comes connected.
        if (!socket.connecting && !('secureConnecting' in socket && socket.secureConnecting === true)) ready();
      });
      sent.setTimeout(silenceMs, () => sent.destroy(timeoutError(this.address, silenceMs)));
      let answered = false;
      sent.once('response', (response) => {
        answered = true;
        collect(response).then(resolve, (error: unknown) => {
          sent.destroy();
          reject(unreachableError(error, this.address));
        });
      });
      sent.once('close', () => {
        clearTimeout(connecting);
        if (!answered) reject(brokenError(this.address));
      });
      sent.once('error', (error) => {
        // A connection that was kept may have been closed by the server just now. What may be said twice, is.
        if (mayRepeat && sent.reusedSocket && isBroken(error) && isRepeatable(request)) {
          resolve(this.#exchange(request, encoded, false));
        } else reject(unreachableError(error, this.address));
      });
      sent.end(bytes ?? undefined);
    });
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

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > RECEIVED_BYTES_MAX)
      throw new WaypostError('frame-too-large', `The server's answer has more than ${RECEIVED_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  return { status, encoding: headers['content-encoding'] ?? '', bytes: Buffer.concat(chunks) };
}

/** `{"error":{"code","message","retry"}}` with more beside it; or whatever a proxy in between says. */
export function answerError(status: number, body: string, { url }: ServerAddress): WaypostError {
  const { error, ...details } = asRecord(parsed(body));
  const { code, message } = asRecord(error);
  if (typeof code === 'string' && typeof message === 'string') {
    return new WaypostError(isErrorCode(code) ? code : 'internal', message, details);
  }
  if (status === 404)
    return new WaypostError(
      'not-found',
      `There is no Waypost server at ${url}: what answers there knows no such page.`,
    );
  if (status === 407) return new WaypostError('offline', 'The proxy asks for a name and a password.');
  return new WaypostError(
    'offline',
    `What answers at ${url} said ${status}, and is not a Waypost server or stands before one that is down.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isBroken(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** What the server does the same once or twice: reads, and sync, whose changes are numbered. */
function isRepeatable({ method, path }: ServerRequest): boolean {
  return method === 'GET' || path.startsWith('/api/sync/');
}
