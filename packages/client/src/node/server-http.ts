/**
 * Requests to one server: the token, gzip both ways, connections kept open, every wait and every size bounded, and every
 * failure a WaypostError.
 */
import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ELEMENT_BYTES_MAX, INFLATED_BYTES_MAX, PLAIN_FRAME_BYTES_MAX, WaypostError } from '@waypost/protocol';
import { answerError, jsonAnswer, type ServerRequest, type ServerRequests } from '../portable/server-requests.ts';
import { nodeCompression } from './compression.ts';
import { http } from './http-module.ts';
import { CONNECT_TIMEOUT_MS, createAgent, type ServerAddress } from './proxy.ts';
import { brokenError, timeoutError, unreachableError } from './unreachable.ts';

const gzipAsync = promisify(gzip);
/** Nothing arrives for this long: the server or the network is gone. */
const SILENCE_MS = 30_000;
/** As sent. The largest answers are an element whole and the manifest of a large workspace. */
const RECEIVED_BYTES_MAX = INFLATED_BYTES_MAX + ELEMENT_BYTES_MAX;

interface Answer {
  readonly status: number;
  readonly encoding: string;
  readonly bytes: Buffer;
}

export class ServerHttp implements ServerRequests {
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

  async request(request: ServerRequest): Promise<Uint8Array> {
    const answer = await this.#exchange(request, await this.#encode(request), true);
    const bytes =
      answer.encoding === 'gzip' && request.raw !== true
        ? await nodeCompression.gunzip(answer.bytes, INFLATED_BYTES_MAX)
        : answer.bytes;
    if (answer.status >= 200 && answer.status < 300) return bytes;
    throw answerError(answer.status, Buffer.from(bytes).toString(), this.address.url);
  }

  async json(request: ServerRequest): Promise<unknown> {
    return jsonAnswer(Buffer.from(await this.request(request)).toString(), this.address.url);
  }

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
        signal: signal as AbortSignal | undefined,
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

function isBroken(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** What the server does the same once or twice: reads, and sync, whose changes are numbered. */
function isRepeatable({ method, path }: ServerRequest): boolean {
  return method === 'GET' || path.startsWith('/api/sync/');
}
