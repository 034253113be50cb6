/** What databases and disks say, in the words of the closed list. Anything else is a bug and stays as it was thrown. */
import { WaypostError } from '@waypost/protocol';

/** `storage-full` or `storage-failed`, with the cause in the sentence, where the error is one of the world; else itself. */
export function storageError(error: unknown, where: string): unknown {
  if (error instanceof WaypostError) return error;
  const code = codeOf(error);
  if (code === undefined) {
    const lost = isConnectionLost(error);
    return lost ? new WaypostError('storage-failed', `${where} cannot be reached (${messageOf(error)}).`) : error;
  }
  if (FULL.has(code))
    return new WaypostError('storage-full', `${where} has no space left. Free some; nothing saved is lost.`);
  const meaning = meaningOf(code);
  if (meaning === undefined) return error;
  const message = messageOf(error);
  const said = message.startsWith(code) ? message : `${code}: ${message}`;
  return new WaypostError('storage-failed', `${where} ${meaning} (${said}).`);
}

/** The error of a commit of which nobody can say whether it happened. */
export function unknownResult(error: unknown, where: string): WaypostError {
  const known = storageError(error, where);
  const code = known instanceof WaypostError && known.code === 'storage-full' ? 'storage-full' : 'storage-failed';
  const message = known instanceof Error ? known.message : String(known);
  return new WaypostError(code, message, { unknownResult: true });
}

/** Whether a commit failed in a way that leaves open what the database holds: read everything again. */
export function isResultUnknown(error: unknown): boolean {
  return error instanceof WaypostError && error.details['unknownResult'] === true;
}

/** Whether PostgreSQL undid the transaction only because another one was in its way. */
export function isSerializationFailure(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** Whether the connection is gone, or was never made. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return CONNECTION_LOST.has(code) || code.startsWith('08') || code.startsWith('57P');
  // The pg driver has no code for these.
  return (
    error instanceof Error &&
    /^(Connection terminated|Client has encountered|timeout exceeded|Query read timeout)/.test(error.message)
  );
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', '53100']);

const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOENT',
]);

/** By SQLSTATE class, SQLite result code or system error. A constraint is not among them: what breaks one is a bug. */
function meaningOf(code: string): string | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(code))?.[1];
}

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|25006|42501|28)/,
    'must not be written to by this process',
  ],
  [/^(SQLITE_CANTOPEN|ENOENT|EISDIR|ENOTDIR)/, 'cannot be opened'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB|XX001|XX002)/, 'is damaged: restore a backup'],
  [/^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL|55P03|57014)/, 'was busy for too long'],
  [/^(SQLITE_IOERR|SQLITE_NOMEM|EIO|EMFILE|ENFILE|58|53)/, 'failed to read or write'],
  [/^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|08|57P|3D000)/, 'cannot be reached'],
  [/^(40001|40P01|25P03|25P04)/, 'was in use by too many at once'],
];
