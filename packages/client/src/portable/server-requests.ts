/** Requests to a server, as what both platforms share asks for them, and how the answers are read. */
import { isErrorCode, WaypostError } from '@waypost/protocol';
import type { AbortSignal } from './abort.ts';

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with a slash; below the server's address. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Bytes as they come, also where the server says gzip. */
  readonly raw?: boolean;
  /** Nothing arrives for this long: the server or the network is gone. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

/** With the token, gzip both ways, every wait and every size bounded, and every failure a WaypostError. */
export interface ServerRequests {
  /** The body of the answer. Throws what the server says, and `offline` with the reason where it says nothing. */
  request(request: ServerRequest): Promise<Uint8Array>;
  json(request: ServerRequest): Promise<unknown>;
  /** Ends the connections that were kept open. */
  close(): void;
}

/** Throws `bad-message` where the text is not JSON; an empty one is null. */
export function jsonAnswer(text: string, url: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    throw new WaypostError('bad-message', `What answers at ${url} is not a Waypost server.`);
  }
}

/** `{"error":{"code","message","retry"}}` with more beside it; or whatever a proxy in between says. */
export function answerError(status: number, body: string, url: string): WaypostError {
  const { error, ...details } = asRecord(parsed(body));
  const { code, message } = asRecord(error);
  if (typeof code === 'string' && typeof message === 'string') {
    return new WaypostError(isErrorCode(code) ? code : 'internal', message, details);
  }
  if (status === 404)
    return new WaypostError(
      'not-found',
      `There is no Waypost server at ${url}: what answers there knows no such page.`,
    );
  if (status === 407) return new WaypostError('offline', 'The proxy asks for a name and a password.');
  return new WaypostError(
    'offline',
    `What answers at ${url} said ${status}, and is not a Waypost server or stands before one that is down.`,
  );
}

/** An error of the network, with the reason alone in the details. */
export function offlineError(reason: string, cause: string): WaypostError {
  return new WaypostError('offline', `${reason} Work goes on here and is sent when it returns.`, { cause, reason });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
