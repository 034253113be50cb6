/** The HTTP half of the server: what every request has in common, and the health of the whole. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { HELLO_BYTES_MAX, WaypostError } from '@waypost/protocol';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Log } from '../log.ts';
import { useJsonBodies } from './bodies.ts';
import { type Addresses, checkAddress } from './origins.ts';
import { SECURITY_HEADERS } from './policies.ts';
import { errorReply } from './replies.ts';

export interface HttpServerOptions {
  readonly addresses: Addresses;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  readonly health: Health;
  readonly log: Log;
}

/** What `/readyz` tells, and with it load balancers and the tests that wait for a server. */
export class Health {
  #state: { readonly status: 'starting' | 'stopping'; readonly reason: string } | { readonly status: 'ready' } = {
    status: 'starting',
    reason: 'The server is starting.',
  };

  get state() {
    return this.#state;
  }

  /** False where it was told to stop meanwhile. */
  ready(): boolean {
    if (this.#state.status !== 'stopping') this.#state = { status: 'ready' };
    return this.#state.status === 'ready';
  }

  /** False where it is stopping already. */
  stopping(): boolean {
    if (this.#state.status === 'stopping') return false;
    this.#state = { status: 'stopping', reason: 'The server is stopping.' };
    return true;
  }
}

/** A slow sender of one request may take this long in all; a long poll is over well before. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Longer than proxies keep theirs, so that none sends a request into a connection that just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

export function createHttpServer({ addresses, tls, health, log }: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: HELLO_BYTES_MAX,
    // The last entry is the one that our own proxy wrote; everything before it is hearsay.
    trustProxy: addresses.trustProxy ? (_address, hop) => hop === 0 : false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => void sendError(reply, error, log),
    serverFactory: (handle) => listener(tls, handle),
  });
  useJsonBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (tls !== null) reply.header('strict-transport-security', 'max-age=31536000');
    // Health is asked for by machines under whatever name they know.
    if (request.url === '/healthz' || request.url === '/readyz') return;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    checkAddress(request.headers, changes, addresses);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (request.url.startsWith('/api/') && health.state.status !== 'ready') {
      throw new WaypostError(
        'shutting-down',
        health.state.status === 'starting' ? 'The server is starting.' : undefined,
      );
    }
  });
  app.addHook('onSend', async (_request, reply) => {
    // A connection that is kept alive would keep the process alive.
    if (health.state.status === 'stopping') reply.header('connection', 'close');
  });
  app.setErrorHandler(async (error, _request, reply) => sendError(reply, error, log));
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    reply.code(health.state.status === 'ready' ? 200 : 503).send(health.state),
  );
  return app;
}

function listener(tls: HttpServerOptions['tls'], handle: RequestListener): Server {
  const options = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS };
  const server = tls === null ? createServer(options, handle) : createTlsServer({ ...options, ...tls }, handle);
  server.on('clientError', refuseBytes);
  return server;
}

/** For a server that has sync turned off: everything under `/api` says so. */
export function refuseSync(app: FastifyInstance): void {
  app.all('/api/*', async () => {
    throw new WaypostError('sync-off');
  });
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Hands WebSocket upgrades of one path on; all others are refused as the same request without an upgrade would be. */
export function onUpgrade(
  app: FastifyInstance,
  options: HttpServerOptions & { path: string; handle: UpgradeHandler },
): void {
  const server: Server = app.server;
  server.on('upgrade', (request, socket: Duplex, head) => {
    // Without a listener, a peer that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    try {
      checkAddress(request.headers, true, options.addresses);
      if (options.health.state.status !== 'ready') throw new WaypostError('shutting-down');
      if (request.url?.split('?')[0] !== options.path) throw new WaypostError('not-found');
      options.handle(request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, error, options.log);
    }
  });
}

function refuseUpgrade(socket: Duplex, error: unknown, log: Log): void {
  const { status, body } = errorReply(error, log);
  socket.end(rawAnswer(status, body));
}

/** Bytes that are not HTTP at all. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const { code, message, retry, status } = new WaypostError(
    tooLarge ? 'frame-too-large' : 'bad-message',
    tooLarge ? undefined : 'The request could not be read.',
  );
  socket.end(rawAnswer(status, { error: { code, message, retry } }));
}

function rawAnswer(status: number, body: object): string {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close`;
  return `${head}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const { status, body } = errorReply(error, log);
  const { retryAfterMs } = body;
  if (typeof retryAfterMs === 'number') reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  return reply.code(status).send(body);
}
