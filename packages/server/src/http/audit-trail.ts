/**
 * Writes down who changed something, what, and from where, before the answer goes out. Every route that changes something
 * is on record, also one that nobody named below; content that is synced has its own history and is not.
 *
 * No secret gets in: of a request only the ids in its path are kept. An e-mail that was typed is looked up and its account's
 * id kept, because people type passwords into the wrong field.
 */
import { isUuid } from '@waypost/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountStore } from '../accounts/account-store.ts';
import type { AdminStore, AuditEntry } from '../administration/admin-store.ts';
import { askerIfKnown } from './callers.ts';

export interface AuditTrailOptions {
  readonly store: Pick<AdminStore, 'record'>;
  readonly accounts: Pick<AccountStore, 'accountByEmail'>;
  readonly now: () => number;
  /** The answer goes out all the same: what it tells of has happened. */
  readonly failed: (error: unknown) => void;
}

/** What people call it; other routes are called by their method and path. */
const NAMES: Readonly<Record<string, string>> = {
  'POST /api/accounts': 'sign up',
  'POST /api/sessions': 'sign in',
  'POST /api/password-resets': 'reset password',
  'DELETE /api/sessions/current': 'sign out',
  'DELETE /api/devices/:id': 'sign out a device',
  'POST /api/account/password': 'change password',
  'DELETE /api/account': 'delete account',
  'POST /api/keys': 'create API key',
  'DELETE /api/keys/:id': 'revoke API key',
  'POST /api/teams': 'create team',
  'PATCH /api/teams/:id': 'rename team',
  'DELETE /api/teams/:id': 'delete team',
  'POST /api/teams/:id/invitations': 'invite',
  'DELETE /api/teams/:id/invitations/:invitation': 'withdraw invitation',
  'POST /api/invitations/accept': 'join team',
  'PATCH /api/teams/:id/members/:account': 'change role in team',
  'DELETE /api/teams/:id/members/:account': 'remove from team',
  'POST /api/workspaces': 'create workspace',
  'PATCH /api/workspaces/:id': 'rename workspace',
  'DELETE /api/workspaces/:id': 'delete workspace',
  'PUT /api/workspaces/:id/members/:account': 'change role in workspace',
  'DELETE /api/workspaces/:id/members/:account': 'remove from workspace',
};

/** They change nothing, or only what has a history of its own. */
const NOT_RECORDED = new Set([
  'POST /api/sync/send',
  'POST /api/sync/poll',
  'POST /api/relay',
  'POST /api/workspaces/:id/digests',
  'POST /api/invitations/preview',
]);

/** Whoever asks has no device yet: the account is known by its e-mail. */
const BY_ANYONE = new Set(['POST /api/accounts', 'POST /api/sessions', 'POST /api/password-resets']);

/** Refusals that say something about who asks. What cannot be read, or comes too often, would only fill the record. */
const TELLING = new Set([401, 403, 404, 409]);

export function auditTrail(app: FastifyInstance, options: AuditTrailOptions): void {
  const answers = new WeakMap<FastifyRequest, unknown>();
  app.addHook('preSerialization', async (request, _reply, answer) => {
    answers.set(request, answer);
    return answer;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const route = routeOf(request);
    if (route === null || !isTelling(request, reply, route)) return payload;
    const answer = answers.get(request);
    const outcome = reply.statusCode < 400 ? 'done' : (textAt(answer, 'error', 'code') ?? 'internal');
    const asked = { request, route, outcome, email: textAt(request.body, 'email') ?? textAt(answer, 'email') };
    try {
      const people = await peopleOf(asked, options.accounts);
      const byKey = askerIfKnown(request)?.kind === 'key' ? ' with an API key' : '';
      const what = `${NAMES[route] ?? route}${byKey}`;
      await options.store.record({ at: options.now(), what, origin: request.ip, outcome, ...people });
    } catch (error) {
      options.failed(error);
    }
    return payload;
  });
}

/** Null for what is never recorded. */
function routeOf(request: FastifyRequest): string | null {
  const { method } = request;
  const { url } = request.routeOptions;
  if (method === 'GET' || method === 'HEAD' || url === undefined || !url.startsWith('/api/')) return null;
  const route = `${method} ${url}`;
  return NOT_RECORDED.has(route) ? null : route;
}

/** Strangers are on record only where they try to come in. */
function isTelling(request: FastifyRequest, reply: FastifyReply, route: string): boolean {
  if (reply.statusCode >= 400 && !TELLING.has(reply.statusCode)) return false;
  return BY_ANYONE.has(route) || askerIfKnown(request) !== null;
}

interface Asked {
  readonly request: FastifyRequest;
  readonly route: string;
  readonly outcome: string;
  readonly email: string | null;
}

/** Who did it, and to what. Whoever failed to come in is a stranger, and the account is what they tried. */
async function peopleOf(
  { request, route, outcome, email }: Asked,
  accounts: AuditTrailOptions['accounts'],
): Promise<Pick<AuditEntry, 'who' | 'subject'>> {
  if (!BY_ANYONE.has(route)) {
    return { who: askerIfKnown(request)?.account ?? STRANGER, subject: idsIn(request) };
  }
  const account = email === null ? null : ((await accounts.accountByEmail(email))?.id ?? null);
  return outcome === 'done' ? { who: account ?? STRANGER, subject: null } : { who: STRANGER, subject: account };
}

const STRANGER = 'somebody';

function idsIn({ params }: FastifyRequest): string | null {
  const ids = Object.values(params as Readonly<Record<string, string>>).filter(isUuid);
  return ids.length === 0 ? null : ids.join(' ');
}

function textAt(value: unknown, ...path: readonly string[]): string | null {
  let found = value;
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return typeof found === 'string' ? found : null;
}
