/** Orders to send, as bodies of requests, and what happened, as bodies of answers. Neither is looked into here. */
import { WaypostError } from '@waypost/protocol';
import { ExchangeError } from '@waypost/runner';
import type { ExchangeDesk, Place } from '@waypost/runner/serving';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The routes of `app` are given their bodies as they come. A form of another site cannot have this type. */
export function takesOrders(app: FastifyInstance): void {
  app.addContentTypeParser('application/octet-stream', (_request, _body, done) => done(null));
}

export async function serveExchange(
  desk: ExchangeDesk,
  person: string,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  if (!/^application\/octet-stream\b/.test(request.headers['content-type'] ?? '')) {
    throw new WaypostError('bad-message', 'An order to send is bytes, with "Content-Type: application/octet-stream".');
  }
  const place = placeAt(desk, person);
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  await place.serve(request.raw, reply.raw);
}

/** Throws `rate-limited`. */
function placeAt(desk: ExchangeDesk, person: string): Place {
  try {
    return desk.take(person);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    throw new WaypostError('rate-limited', error.failure.message);
  }
}
