/**
 * `GET /metrics`, for whoever runs the server: with the token of the settings, or without one where only this machine
 * reaches the server. To everybody else there is no such page.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { WaypostError } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { Settings } from '../settings.ts';
import { cameByProxy, isOwnMachine } from './own-machine.ts';

/** Requests that match no route are one, whatever they ask for. */
const NO_ROUTE = 'none';

export function metricsRoute(app: FastifyInstance, metrics: ServerMetrics, settings: Settings): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? NO_ROUTE;
    metrics.answered(route, reply.statusCode, reply.elapsedTime / 1_000);
  });
  const { metricsToken } = settings;
  const isOwn = isOwnMachine(settings);
  app.get('/metrics', async (request, reply) => {
    const { headers } = request;
    const mayRead =
      metricsToken === null
        ? isOwn && !cameByProxy(headers)
        : isSame(`Bearer ${metricsToken}`, headers.authorization ?? '');
    if (!mayRead) throw new WaypostError('not-found');
    return reply.header('cache-control', 'no-store').type('text/plain; version=0.0.4').send(metrics.text());
  });
}

function isSame(right: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(right), digest(given));
}
