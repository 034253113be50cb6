/**
 * The app, served from where the build puts it. Names of files in `assets/` change with their content, so they are kept for
 * good; everything else is asked for anew each time. Where a person navigates to anything that is no file, it is the app.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import { WaypostError } from '@waypost/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import { sendError } from './http-server.ts';
import { SANDBOX_HEADERS } from './policies.ts';

export const APP_FOLDER = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** A year: what has a hash of itself in its name is never another file. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
/** Kept, and asked whether it still holds. */
const ASKED_ANEW = 'no-cache';

export interface AppFilesOptions {
  readonly folder: string;
  /** How this server sends requests for the app, which reads it in its page; null where it does not. */
  readonly sender: 'machine' | 'relay' | null;
  /** Whether this server has accounts; the app shows nothing of them where it does not. */
  readonly sync: boolean;
  readonly log: Log;
}

export function serveApp(app: FastifyInstance, { folder, sender, sync, log }: AppFilesOptions): void {
  const metas = `${sender === null ? '' : metaOf('sender', sender)}${sync ? '' : metaOf('sync', 'off')}`;
  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const page = readIfThere(join(folder, 'index.html'));
    if (page === null) return sayNotBuilt(reply);
    reply.type('text/html; charset=utf-8');
    return sendText(request, reply, page.replace('</head>', `${metas}</head>`));
  };
  app.register(staticFiles, {
    root: folder,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    // The app may be built while the server runs.
    suppressWarning: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.startsWith(join(folder, 'assets', '/')) ? FOR_GOOD : ASKED_ANEW);
      if (/^sandbox\.html(?:\.br|\.gz)?$/.test(basename(path))) reply.headers(SANDBOX_HEADERS);
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    if (!isNavigation(request)) return sendError(reply, new WaypostError('not-found'), log);
    return sendPage(request, reply);
  });
  for (const path of ['/', '/index.html']) app.get(path, async (request, reply) => sendPage(request, reply));
  app.get('/sw.js', async (request, reply) => {
    const script = readIfThere(join(folder, 'sw.js'));
    if (script === null) return reply.callNotFound();
    // It keeps the page, so it has to be another one when the page is.
    return sendText(
      request,
      reply.type('text/javascript; charset=utf-8'),
      `${script}\n// Sender: ${sender ?? 'none'}, sync: ${sync ? 'on' : 'off'}\n`,
    );
  });
}

function metaOf(name: string, content: string): string {
  return `<meta name="waypost-${name}" content="${content}" />`;
}

function sendText({ headers }: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', etag).header('cache-control', ASKED_ANEW);
  return headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(text);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Whether a person opens this address, and it can be one of the app's own. */
function isNavigation({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '';
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (/^\/(?:api|send|assets)(?:\/|$)/.test(path) || path.split('/').at(-1)?.includes('.') === true) return false;
  return (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate' && /\btext\/html\b/.test(headers.accept ?? '');
}

function sayNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<title>Waypost</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>Waypost is running, and the app is not built</h1>
<p>In Waypost's folder, <code>npm run build</code> builds it; <code>npm start</code> does so by itself. Then load this page again.
The server need not be started anew, and sync and the command line work without the app.</p>
</html>
`;
