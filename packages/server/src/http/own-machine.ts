/**
 * The sender for the person at this machine: pages of the app that came from this server, and nobody else. What it can
 * reach, any page in the same browser would like to reach through it, so three things have to hold at once: the address is
 * one of this machine's own names, the browser says that the page is ours, and the page has a token that only a page of ours
 * can read. The token is no cookie: cookies go to every port of this machine.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { WaypostError } from '@waypost/protocol';
import { ExchangeDesk, OWN_MACHINE, SendingThread } from '@waypost/runner/serving';
import type { FastifyInstance } from 'fastify';
import { isLoopback, type Settings } from '../settings.ts';
import { serveExchange, takesOrders } from './exchanges.ts';

export const SENDER_TOKEN = 'x-waypost-sender';

/** Whether only the person at this machine uses this server. */
export function isOwnMachine({
  host,
  publicUrl,
  trustProxy,
}: Pick<Settings, 'host' | 'publicUrl' | 'trustProxy'>): boolean {
  return isLoopback(host) && (publicUrl === null || isLoopback(publicUrl.hostname)) && !trustProxy;
}

export function ownMachineRoutes(app: FastifyInstance): void {
  const tokens = new PageTokens();
  const desk = new ExchangeDesk(new SendingThread({ kind: 'own machine' }), OWN_MACHINE);
  app.register(async (routes) => {
    takesOrders(routes);
    routes.addHook('onRequest', async ({ headers }) => checkOwnPage(headers));
    routes.post('/send/token', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { token: tokens.issue() };
    });
    routes.post('/send', { onRequest: async ({ headers }) => tokens.check(headers[SENDER_TOKEN]) }, (request, reply) =>
      serveExchange(desk, 'this machine', { request, reply }),
    );
  });
}

/** Throws `bad-origin` for whatever is not a page of the app that this server gave to a browser on this machine. */
export function checkOwnPage(headers: IncomingHttpHeaders): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (cameByProxy(headers)) {
    throw new WaypostError(
      'bad-origin',
      'This server sends for its own machine only, and this request came by a proxy.',
    );
  }
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null;
  if (from === null || from !== host?.toLowerCase() || (site !== undefined && site !== 'same-origin')) {
    throw new WaypostError('bad-origin', 'Requests are sent for pages of this Waypost only.');
  }
}

/** Also one that nobody told this server of. */
export function cameByProxy(headers: IncomingHttpHeaders): boolean {
  return ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some((name) => name in headers);
}

/** Nothing is kept: a token is known by its seal. They end with the process, and a page then asks for another. */
class PageTokens {
  readonly #key = randomBytes(32);

  issue(): string {
    const nonce = randomBytes(16).toString('base64url');
    return `${nonce}.${this.#seal(nonce)}`;
  }

  /** Throws `forbidden`. */
  check(token: string | readonly string[] | undefined): void {
    const [nonce = '', seal = ''] = typeof token === 'string' ? token.split('.') : [];
    const right = Buffer.from(this.#seal(nonce));
    const given = Buffer.from(seal);
    if (right.length !== given.length || !timingSafeEqual(right, given)) {
      throw new WaypostError('forbidden', 'This page has no token of this server: load it again.');
    }
  }

  #seal(nonce: string): string {
    return createHmac('sha256', this.#key).update(nonce).digest('base64url');
  }
}
