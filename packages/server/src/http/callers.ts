/**
 * Who sent a request: a device, or a script with an API key. Known before the body is read, so that a stranger's body
 * stays small. What a key may do stands with each route; a route that says nothing refuses keys.
 */
import { type AccountId, WaypostError } from '@waypost/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts, Caller } from '../accounts/accounts.ts';
import type { KeyRow, KeyScope } from '../accounts/key-store.ts';
import { isKey, type Keys } from '../accounts/keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope a key needs here. Its workspaces are looked up under `:id`; a route without one filters by itself. */
    readonly key?: KeyScope;
  }
}

/** A device, or a key that its account made. */
export type Asker =
  | { readonly kind: 'device'; readonly account: AccountId; readonly caller: Caller }
  | { readonly kind: 'key'; readonly account: AccountId; readonly key: KeyRow };

const askers = new WeakMap<FastifyRequest, Asker>();

/** Routes registered on `app` after this are for signed-in devices, and for keys where they say so. */
export function requireCaller(app: FastifyInstance, { accounts, keys }: { accounts: Accounts; keys: Keys }): void {
  app.addHook('onRequest', async (request) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new WaypostError('signed-out', 'Name your device: "Authorization: Bearer TOKEN".');
    if (isKey(token)) {
      const key = await keys.authenticate(token);
      askers.set(request, { kind: 'key', account: key.account, key });
      checkKey(key, request);
      return;
    }
    const caller = await accounts.authenticate(token);
    askers.set(request, { kind: 'device', account: caller.device.account, caller });
    await accounts.seen(caller.device);
  });
}

/** Null where nobody was asked who they are, or could not say. */
export function askerIfKnown(request: FastifyRequest): Asker | null {
  return askers.get(request) ?? null;
}

/** Whose account it is, in a route that a key may ask too. */
export function askerOf(request: FastifyRequest): Asker {
  const asker = askers.get(request);
  if (asker === undefined) throw new Error(`${request.method} ${request.url} does not require a caller`);
  return asker;
}

/** The device, in a route that refuses keys. */
export function callerOf(request: FastifyRequest): Caller {
  const asker = askerOf(request);
  if (asker.kind === 'key') throw new Error(`${request.method} ${request.url} lets keys in and asks for a device`);
  return asker.caller;
}

/** Whether a workspace is one of those a key was made for; all are, to a device. */
export function isOpenTo(asker: Asker, workspace: string): boolean {
  return asker.kind === 'device' || isInKey(asker.key, workspace);
}

/** Throws `forbidden`; `no-workspace` for one that the key was not made for, as for one that does not exist. */
function checkKey(key: KeyRow, request: FastifyRequest): void {
  const needed = request.routeOptions.config.key;
  if (needed === undefined) throw new WaypostError('forbidden', 'An API key may not do this: sign in with a device.');
  if (needed === 'write' && key.scope !== 'write') throw new WaypostError('forbidden', 'This API key may only read.');
  const { id } = request.params as { readonly id?: string };
  if (id !== undefined && !isInKey(key, id)) throw new WaypostError('no-workspace');
}

function isInKey({ workspaces }: KeyRow, workspace: string): boolean {
  return workspaces === null || workspaces.some((one) => one === workspace);
}
