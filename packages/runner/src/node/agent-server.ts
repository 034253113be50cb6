/**
 * The agent: a sender on this machine for an app that comes from another. A page and the agent become a pair by a code that
 * the person reads here and types there; the page then has a token that is good for its own origin. Everybody else is
 * refused before anything of a request is read, whether a page of another site or a site that points its name here.
 */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { ExchangeError } from '../frames.ts';
import { ExchangeDesk, OWN_MACHINE } from './exchange-desk.ts';
import type { Sender } from '../exchange.ts';
import { PairingCode } from './pairing-code.ts';

/** A page that may send. */
export interface AgentPairing {
  readonly id: string;
  readonly origin: string;
  /** SHA-256 of its token, as hex: whoever reads the file cannot send with it. */
  readonly tokenHash: string;
  readonly pairedAt: number;
}

/** The file in which whoever runs an agent keeps them. */
export const PAIRING_FILE_FORMAT = 1;
export const pairingFileSchema = z.object({
  format: z.literal(PAIRING_FILE_FORMAT),
  pairings: z.array(z.object({ id: z.string(), origin: z.string(), tokenHash: z.string(), pairedAt: z.number() })),
});

/** Where they are kept. Read for each request, so that one that was ended elsewhere is ended here. */
export interface AgentPairings {
  all(): readonly AgentPairing[];
  add(pairing: AgentPairing): Promise<void>;
  remove(id: string): Promise<void>;
}

export type AgentEvent =
  | { readonly kind: 'paired'; readonly origin: string }
  | { readonly kind: 'wrong-code'; readonly origin: string }
  | { readonly kind: 'unpaired'; readonly origin: string };

export interface AgentServerOptions {
  readonly sender: Sender;
  readonly pairings: AgentPairings;
  /** The only origin that may pair; null for whoever has the code. */
  readonly origin: string | null;
  readonly now: () => number;
  readonly told: (event: AgentEvent) => void;
}

/** Only the browsers of this machine can reach it, and each keeps six connections at most. */
const CONNECTIONS_MAX = 256;
const CODE_BODY_BYTES_MAX = 1_024;
const PREFLIGHT_LASTS_S = 600;
const ALLOWED_HEADERS = 'authorization, content-type';

const codeBody = z.object({ code: z.string() });

/** Why a request is refused, in a sentence for the person at the page. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class AgentServer {
  readonly #options: AgentServerOptions;
  readonly #desk: ExchangeDesk;
  readonly #code: PairingCode;
  readonly #server: Server;

  constructor(options: AgentServerOptions) {
    this.#options = options;
    this.#desk = new ExchangeDesk(options.sender, OWN_MACHINE);
    this.#code = new PairingCode(options.now);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.maxConnections = CONNECTIONS_MAX;
    // Nothing here is a WebSocket; without this, asking for one would be answered as if it had not been asked for.
    this.#server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'));
  }

  /** The port it listens on, on this machine's own address. Rejects where that is taken. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
    return this.#port;
  }

  /** A code for the next pairing; the one before is void. */
  showCode(): string {
    return this.#code.show();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  get #port(): number {
    // It listens on a port, so its address is one.
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      response.setHeader('vary', 'origin');
      response.setHeader('cache-control', 'no-store');
      response.setHeader('x-content-type-options', 'nosniff');
      await this.#route(request, response);
    } catch (error) {
      const known = error instanceof Refusal ? error : new Refusal(500, 'failed', 'The agent could not do this.');
      // What was not read of a request that was refused is not waited for.
      if (!request.complete) response.setHeader('connection', 'close');
      response.writeHead(known.status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ error: { code: known.code, message: known.message } }));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#checkHost(request);
    const origin = originOf(request);
    const { method, url: path } = request;
    if (path !== '/pair' && path !== '/send') throw new Refusal(404, 'not-found', 'There is no such thing here.');
    // Whoever has a code may hear whether it was right; to send, one has to be paired already.
    const pairings = this.#options.pairings.all().filter((pairing) => pairing.origin === origin);
    if (path === '/send' && pairings.length === 0) throw notPaired();
    response.setHeader('access-control-allow-origin', origin);
    if (method === 'OPTIONS') return answerPreflight(request, response);
    if (path === '/pair' && method === 'POST') return this.#pair(request, response, origin);
    const pairing = pairingWith(tokenOf(request), pairings);
    if (path === '/pair' && method === 'DELETE') return this.#unpair(response, pairing);
    if (path === '/send' && method === 'POST') return this.#send(request, response, pairing);
    throw new Refusal(405, 'not-found', 'There is no such thing here.');
  }

  /** A site can make its own name point at this machine; then the browser says that name. */
  #checkHost({ headers: { host = '' } }: IncomingMessage): void {
    const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${this.#port}`);
    if (!names.includes(host.toLowerCase()))
      throw new Refusal(403, 'bad-host', 'The agent does not answer to this name.');
  }

  async #pair(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    const { origin: only, pairings, now, told } = this.#options;
    if (only !== null && origin !== only) {
      throw new Refusal(403, 'not-allowed', `This agent was started for ${only} alone.`);
    }
    const typed = await codeIn(request);
    switch (this.#code.isRight(typed)) {
      case 'none':
        throw new Refusal(
          403,
          'no-code',
          'There is no code, or no longer: let the agent show a new one, and type that.',
        );
      case 'wrong':
        told({ kind: 'wrong-code', origin });
        throw new Refusal(403, 'wrong-code', 'This is not the code that the agent shows.');
      case 'right': {
        const token = randomBytes(32).toString('base64url');
        await pairings.add({ id: randomUUID(), origin, tokenHash: hashOf(token), pairedAt: now() });
        told({ kind: 'paired', origin });
        sendJson(response, { token });
      }
    }
  }

  async #unpair(response: ServerResponse, pairing: AgentPairing): Promise<void> {
    await this.#options.pairings.remove(pairing.id);
    this.#options.told({ kind: 'unpaired', origin: pairing.origin });
    response.writeHead(204).end();
  }

  async #send(request: IncomingMessage, response: ServerResponse, pairing: AgentPairing): Promise<void> {
    if (!/^application\/octet-stream\b/.test(request.headers['content-type'] ?? '')) {
      throw new Refusal(415, 'invalid-request', 'An order to send is bytes.');
    }
    await this.#place(pairing).serve(request, response);
  }

  #place(pairing: AgentPairing): ReturnType<ExchangeDesk['take']> {
    try {
      return this.#desk.take(pairing.id);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      throw new Refusal(429, error.failure.code, error.failure.message);
    }
  }
}

/** Only browsers say where a request comes from, and they say it for all that a page asks of another site. */
function originOf({ headers: { origin = '' } }: IncomingMessage): string {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url === null || url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    throw new Refusal(403, 'bad-origin', 'The agent works for pages that a browser names.');
  }
  return origin;
}

function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  // A page on the network asks whether it may reach this machine.
  const isPrivate = headers['access-control-request-private-network'] === 'true';
  response.writeHead(204, {
    'access-control-allow-methods': 'POST, DELETE',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': String(PREFLIGHT_LASTS_S),
    ...(isPrivate ? { 'access-control-allow-private-network': 'true' } : {}),
  });
  response.end();
}

function tokenOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S{1,100})$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Among those of the origin that asks: a token is no good elsewhere. */
function pairingWith(token: string, pairings: readonly AgentPairing[]): AgentPairing {
  const hash = Buffer.from(hashOf(token));
  const found = pairings.find(({ tokenHash }) => {
    const known = Buffer.from(tokenHash);
    return known.length === hash.length && timingSafeEqual(known, hash);
  });
  if (found === undefined) throw notPaired();
  return found;
}

function notPaired(): Refusal {
  return new Refusal(403, 'not-allowed', 'This page is not paired with the agent: pair it with a new code.');
}

async function codeIn(request: IncomingMessage): Promise<string> {
  const wrong = new Refusal(400, 'invalid-request', 'The code is sent as JSON.');
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw wrong;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > CODE_BODY_BYTES_MAX) throw new Refusal(413, 'too-large', 'No code is as long as this.');
    chunks.push(chunk);
  }
  try {
    return codeBody.parse(JSON.parse(Buffer.concat(chunks).toString())).code;
  } catch {
    throw wrong;
  }
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
