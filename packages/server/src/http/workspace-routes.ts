/** Reading a workspace over HTTP, for devices and API keys: snapshots, single elements, history, digests. */
import { type Actor, type DeviceId, type ElementId, isUuid, WaypostError, type WorkspaceId } from '@waypost/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { WorkspaceReads } from '../sync/workspace-reads.ts';
import { readId } from './account-routes.ts';
import { read } from './bodies.ts';
import { askerOf } from './callers.ts';

interface Named {
  Params: { id: string };
}
interface NamedElement {
  Params: { id: string; element: string };
}

const uuid = z.string().check(z.refine(isUuid, 'is not a UUID'));
const digestsBody = z.nullable(z.object({ after: z.optional(z.nullable(uuid)), to: z.optional(z.nullable(uuid)) }));
const READING = { config: { key: 'read' } } as const;
const SHA256 = /^[0-9a-f]{64}$/;

export function workspaceRoutes(app: FastifyInstance, reads: WorkspaceReads): void {
  const root = '/api/workspaces/:id';

  app.get<Named>(`${root}/snapshot`, READING, async (request, reply) => {
    const manifest = await reads.manifest(workspaceOf(request), actorOf(request));
    return sendJson(reply, manifest, 'no-workspace');
  });

  app.get<{ Params: { id: string; hash: string } }>(`${root}/snapshot/:hash`, READING, async (request, reply) => {
    const { hash } = request.params;
    if (!SHA256.test(hash)) throw new WaypostError('not-found');
    const chunk = await reads.chunk(workspaceOf(request), actorOf(request), hash);
    if (chunk === null) throw new WaypostError('not-found', 'This part of the snapshot is no longer kept: begin anew.');
    // Its name is its content. Only this person's own cache may keep it.
    reply.header('etag', `"${hash}"`).header('cache-control', 'private, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === `"${hash}"`) return reply.code(304).send();
    return reply.type('application/gzip').send(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  });

  app.get<NamedElement>(`${root}/elements/:element`, READING, async (request, reply) => {
    const element = await reads.element(workspaceOf(request), actorOf(request), elementOf(request));
    return sendJson(reply, element, 'not-found');
  });

  app.get<NamedElement>(`${root}/history/:element`, READING, async (request, reply) => {
    const history = await reads.history(workspaceOf(request), actorOf(request), elementOf(request));
    return sendJson(reply, history, 'not-found');
  });

  app.get<{ Params: { id: string; element: string; revision: string }; Querystring: { status?: string } }>(
    `${root}/history/:element/:revision`,
    READING,
    async (request, reply) => {
      const revision = Number(request.params.revision);
      const status = request.query.status === 'unmerged' ? 'unmerged' : 'replaced';
      if (!Number.isSafeInteger(revision)) throw new WaypostError('not-found');
      const [workspace, actor, element] = [workspaceOf(request), actorOf(request), elementOf(request)];
      return sendJson(reply, await reads.version(workspace, actor, element, { revision, status }), 'not-found');
    },
  );

  app.post<Named>(`${root}/digests`, READING, async (request, reply) => {
    const { after, to } = read(digestsBody, request.body) ?? {};
    // A page is named by where it begins and ends, either of which may be null; no name asks for all pages.
    const isPage = after !== undefined || to !== undefined;
    const page = isPage ? { after: (after ?? null) as ElementId | null, to: (to ?? null) as ElementId | null } : null;
    return sendJson(reply, await reads.digests(workspaceOf(request), actorOf(request), page), 'no-workspace');
  });
}

function sendJson(reply: FastifyReply, text: string | null, missing: 'no-workspace' | 'not-found'): FastifyReply {
  if (text === null) throw new WaypostError(missing);
  return reply.type('application/json; charset=utf-8').send(text);
}

function workspaceOf({ params }: FastifyRequest<Named>): WorkspaceId {
  return readId<WorkspaceId>(params.id);
}

function elementOf({ params }: FastifyRequest<NamedElement>): ElementId {
  return readId<ElementId>(params.element);
}

function actorOf(request: FastifyRequest): Actor {
  const asker = askerOf(request);
  // What is read depends on the account alone; a key has no device, and stands in its place.
  const device = asker.kind === 'device' ? asker.caller.device.id : (asker.key.id as DeviceId);
  return { account: asker.account, device };
}
