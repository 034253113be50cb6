/** Errors as answers: one shape, a code from the closed list, and never a stack trace. */
import { randomUUID } from 'node:crypto';
import { isErrorCode, WaypostError } from '@waypost/protocol';
import { type Log, logTrouble } from '../log.ts';
import { troubleOf } from '../sync/trouble.ts';

export interface ErrorReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a caller needs besides the sentence stands beside `error`. Unexpected errors are logged under an id. */
export function errorReply(error: unknown, log: Log): ErrorReply {
  const trouble = troubleOf(error);
  if (trouble !== null) logTrouble(log, error);
  const known = trouble ?? asWaypostError(error);
  if (known !== null) {
    const { code, message, retry, status, details } = known;
    return { status, body: { ...details, error: { code, message, retry } } };
  }
  const id = randomUUID();
  log.error({ error, id }, 'unexpected error');
  const { code, message, retry, status } = new WaypostError('internal');
  return { status, body: { id, error: { code, message, retry } } };
}

/** What may be shown to a caller, or null. */
export function asWaypostError(error: unknown): WaypostError | null {
  if (error instanceof WaypostError) return error;
  const status = statusOf(error);
  if (status === 413) return new WaypostError('frame-too-large');
  if (status === 415) return new WaypostError('bad-message', 'Send JSON, with "Content-Type: application/json".');
  if (status !== null && status >= 400 && status < 500)
    return new WaypostError('bad-message', 'The request could not be read.');
  return null;
}

/** Errors of the HTTP library say which status they are. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  const named =
    'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_') && !isErrorCode(error.code);
  return named && typeof error.statusCode === 'number' ? error.statusCode : null;
}
