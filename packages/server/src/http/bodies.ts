/** Bodies of requests and answers: JSON in UTF-8, gzip where it pays, never larger than the route allows. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { WaypostError } from '@waypost/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type * as z from 'zod/mini';

const inflate = promisify(gunzip);
const deflate = promisify(gzip);

/** Below this the headers outweigh what compression saves. */
const PLAIN_BODY_CHARS_MAX = 1_024;
/** A third of the time of the default level for a tenth more bytes. */
const GZIP_LEVEL = 3;

export function useJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const { 'content-encoding': encoding } = request.headers;
    if (body.length === 0) return null;
    if (encoding === undefined || encoding === 'identity') return parseJsonBody(body);
    if (encoding !== 'gzip') throw new WaypostError('bad-message', 'Bodies are sent plain or as gzip.');
    return parseJsonBody(await inflated(body, request.routeOptions.bodyLimit ?? app.initialConfig.bodyLimit ?? 0));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length <= PLAIN_BODY_CHARS_MAX) return payload;
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return payload;
    reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length');
    return deflate(payload, { level: GZIP_LEVEL });
  });
}

/** Throws `frame-too-large` before more than the maximum is in memory, and `bad-message` for what is not gzip. */
export async function inflated(bytes: Uint8Array, bytesMax: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    const tooLarge =
      error instanceof RangeError ||
      (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE');
    if (tooLarge) throw new WaypostError('frame-too-large');
    throw new WaypostError('bad-message', 'The compressed bytes are damaged.');
  }
}

/** Throws `bad-message`, naming the first member that is wrong. */
export function read<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WaypostError(
    'bad-message',
    `The body is not valid: ${issue?.path.join('.') || 'body'}: ${issue?.message}.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws `bad-message`. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WaypostError('bad-message', 'The message is not text in UTF-8.');
  }
}

function parseJsonBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    if (error instanceof WaypostError) throw error;
    throw new WaypostError('bad-message', 'The body is not JSON.');
  }
}
