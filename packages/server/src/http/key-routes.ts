/** API keys over HTTP. See docs/internals/http-api.md. */
import type { WorkspaceId } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { KEY_SCOPES, type KeyRow } from '../accounts/key-store.ts';
import type { Keys } from '../accounts/keys.ts';
import { name, readId, uuid } from './account-routes.ts';
import { read } from './bodies.ts';
import { callerOf } from './callers.ts';

/** Unless said otherwise. */
const DAYS = 90;
const DAYS_MAX = 365;
/** Whoever needs a key for more makes it for all. */
const WORKSPACES_MAX = 100;

const newKey = z.object({
  name,
  scope: z.optional(z.enum(KEY_SCOPES)),
  workspaces: z.optional(z.nullable(z.array(uuid).check(z.minLength(1), z.maxLength(WORKSPACES_MAX)))),
  days: z.optional(z.int().check(z.minimum(1), z.maximum(DAYS_MAX))),
});

/** For signed-in devices: a key neither lists keys nor makes others. */
export function keyRoutes(app: FastifyInstance, keys: Keys): void {
  app.get('/api/keys', async (request) => ({ keys: (await keys.list(callerOf(request))).map(keyReply) }));

  app.post('/api/keys', async (request, reply) => {
    const body = read(newKey, request.body);
    const { key, secret } = await keys.create(callerOf(request), {
      name: body.name,
      scope: body.scope ?? 'read',
      workspaces: (body.workspaces ?? null) as readonly WorkspaceId[] | null,
      days: body.days ?? DAYS,
    });
    return reply.code(201).send({ key: { ...keyReply(key), secret } });
  });

  app.delete<{ Params: { id: string } }>('/api/keys/:id', async (request, reply) => {
    await keys.revoke(callerOf(request), readId(request.params.id));
    return reply.code(204).send();
  });
}

function keyReply({ id, name: called, scope, workspaces, createdAt, expiresAt, lastUsedAt }: KeyRow) {
  return { id, name: called, scope, workspaces, createdAt, expiresAt, lastUsedAt };
}
