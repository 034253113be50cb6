/** Accounts and devices over HTTP. See docs/internals/http-api.md. */
import { type DeviceId, isUuid, NAME_CHARS_MAX, WaypostError } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import type { AccountRow } from '../accounts/account-store.ts';
import type { Accounts, SignedIn } from '../accounts/accounts.ts';
import { read } from './bodies.ts';
import { askerOf, callerOf, isOpenTo } from './callers.ts';

export interface AccountRoutesOptions {
  readonly accounts: Accounts;
  readonly version: string;
}

export const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(NAME_CHARS_MAX));
const password = z.string().check(z.minLength(1));
export const uuid = z.string().check(z.refine(isUuid, 'is not a UUID'));
const credentials = {
  email: z.string().check(z.maxLength(NAME_CHARS_MAX)),
  password,
  installation: uuid,
  device: z.object({ name, kind: name }),
};
const signUpBody = z.object({ ...credentials, setupToken: z.optional(z.nullable(z.string())) });
const signInBody = z.object({ ...credentials, evict: z.optional(z.nullable(z.union([z.literal('oldest'), uuid]))) });
const passwordBody = z.object({ current: password, new: password });
const resetBody = z.object({ token: z.string(), new: password });
const deletionBody = z.object({ password });

/** For anyone. */
export function signInRoutes(app: FastifyInstance, { accounts, version }: AccountRoutesOptions): void {
  app.post('/api/accounts', async (request, reply) => {
    const body = read(signUpBody, request.body);
    const signedIn = await accounts.signUp({ ...body, setupToken: body.setupToken ?? null }, request.ip);
    return reply.code(201).send(signedInReply(signedIn, version));
  });

  app.post('/api/sessions', async (request, reply) => {
    const body = read(signInBody, request.body);
    const evict = (body.evict ?? null) as DeviceId | 'oldest' | null;
    const signedIn = await accounts.signIn({ ...body, evict }, request.ip);
    return reply.code(201).send(signedInReply(signedIn, version));
  });

  app.post('/api/password-resets', async (request) => {
    const body = read(resetBody, request.body);
    return accounts.resetPassword(body.token, body.new, request.ip);
  });
}

/** For signed-in devices: `app` knows its callers. */
export function accountRoutes(app: FastifyInstance, { accounts, version }: AccountRoutesOptions): void {
  app.delete('/api/sessions/current', async (request, reply) => {
    const caller = callerOf(request);
    await accounts.signOut(caller, caller.device.id, false);
    return reply.code(204).send();
  });

  app.get('/api/devices', async (request) => {
    const caller = callerOf(request);
    const devices = (await accounts.devices(caller)).map((device) => ({
      id: device.id,
      name: device.name,
      kind: device.deviceKind,
      current: device.id === caller.device.id,
      lastSeenAt: device.lastSeenAt,
      pending: device.pending,
    }));
    return { limit: accounts.maxDevices, devices };
  });

  app.delete<{ Params: { id: string }; Querystring: { erase?: string } }>(
    '/api/devices/:id',
    async (request, reply) => {
      await accounts.signOut(callerOf(request), readId<DeviceId>(request.params.id), request.query.erase === 'true');
      return reply.code(204).send();
    },
  );

  app.get('/api/account', async (request) => {
    const caller = callerOf(request);
    const account = await accounts.account(caller);
    return {
      account: accountReply(account),
      device: { id: caller.device.id, name: caller.device.name },
      server: { version },
      workspaces: await accounts.workspaces(caller.device.account),
      sealing: account.sealing,
    };
  });

  app.post('/api/account/password', async (request) => {
    const body = read(passwordBody, request.body);
    return { signedOut: await accounts.changePassword(callerOf(request), body.current, body.new, request.ip) };
  });

  app.delete('/api/account', async (request) => {
    const body = read(deletionBody, request.body);
    const receipt = await accounts.deleteAccount(callerOf(request), body.password, request.ip);
    const elements = receipt.workspaces.reduce((sum, workspace) => sum + workspace.elements, 0);
    return { receipt: { ...receipt, devices: receipt.devices.length, elements } };
  });

  app.get('/api/workspaces', { config: { key: 'read' } }, async (request) => {
    const asker = askerOf(request);
    const workspaces = await accounts.workspaces(asker.account);
    return { workspaces: workspaces.filter(({ id }) => isOpenTo(asker, id)) };
  });
}

/** Throws `not-found`: what is not an id names nothing. */
export function readId<Id extends string>(text: string): Id {
  if (!isUuid(text)) throw new WaypostError('not-found');
  return text as Id;
}

function signedInReply({ account, device, token, workspaces }: SignedIn, version: string) {
  return {
    account: accountReply(account),
    device: { id: device.id, name: device.name },
    token,
    server: { version },
    workspaces,
    sealing: account.sealing,
  };
}

function accountReply({ id, email, administrator }: AccountRow) {
  return { id, email, administrator };
}
