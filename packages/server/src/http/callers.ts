/** Who sent a request. Known before the body is read, so that a stranger's body stays small. */
import { WaypostError } from '@waypost/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts, Caller } from '../accounts/accounts.ts';

const callers = new WeakMap<FastifyRequest, Caller>();

/** Routes registered on `app` after this are for signed-in devices only. */
export function requireDevice(app: FastifyInstance, accounts: Accounts): void {
  app.addHook('onRequest', async (request) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new WaypostError('signed-out', 'Name your device: "Authorization: Bearer TOKEN".');
    const caller = await accounts.authenticate(token);
    callers.set(request, caller);
    await accounts.seen(caller.device);
  });
}

/** Null where nobody was asked who they are, or could not say. */
export function callerIfKnown(request: FastifyRequest): Caller | null {
  return callers.get(request) ?? null;
}

export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error(`${request.method} ${request.url} does not require a device`);
  return caller;
}
