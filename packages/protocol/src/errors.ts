/**
 * What the world does, as one closed list. Expected results of a person's work are outcomes, not errors; broken
 * invariants are thrown as they are. Every code is documented in SPEC.md, section ER.
 */

interface ErrorKind {
  /** Whether the same request may succeed later by itself. */
  readonly retry: boolean;
  readonly status: number;
  /** What to do, for a person; a caller may say it more precisely. */
  readonly advice: string;
}

export const ERRORS = {
  'bad-message': { retry: false, status: 400, advice: 'The message could not be read. Update Waypost on both sides.' },
  'frame-too-large': { retry: false, status: 413, advice: 'The message is larger than the server accepts.' },
  'too-large': {
    retry: false,
    status: 413,
    advice: 'One element may have 8 MB at most. Nothing was saved; everything else goes on.',
  },
  'protocol-too-old': {
    retry: false,
    status: 426,
    advice: 'This device is too old for the server: update Waypost here.',
  },
  'protocol-too-new': {
    retry: true,
    status: 426,
    advice: 'The server is too old for this device: ask its operator to update it.',
  },
  'bad-credentials': { retry: false, status: 401, advice: 'E-mail or password is wrong. Check both and try again.' },
  'account-exists': { retry: false, status: 409, advice: 'This e-mail has an account already: sign in instead.' },
  'sign-up-closed': {
    retry: false,
    status: 403,
    advice: 'The first account needs the set-up token that the server printed when it first started.',
  },
  'weak-password': { retry: false, status: 400, advice: 'Choose a password of at least 8 characters.' },
  'device-limit': {
    retry: false,
    status: 409,
    advice: 'All devices of this account are in use: choose one to sign out.',
  },
  'signed-out': { retry: false, status: 401, advice: 'This device is signed out: sign in again.' },
  'bad-key': {
    retry: false,
    status: 401,
    advice: 'This API key is unknown, has expired or was revoked: make another with "waypost keys create".',
  },
  'sync-off': { retry: false, status: 403, advice: 'This server has sync turned off: work stays on this device.' },
  'rate-limited': { retry: true, status: 429, advice: 'Too many attempts: wait a minute and try again.' },
  forbidden: {
    retry: false,
    status: 403,
    advice: 'Your role does not allow this: ask an administrator of the workspace.',
  },
  'bad-origin': { retry: false, status: 403, advice: 'Open Waypost under its own address: see --public-url.' },
  'no-workspace': {
    retry: false,
    status: 404,
    advice: 'This workspace does not exist, or you are not a member of it.',
  },
  'not-found': { retry: false, status: 404, advice: 'There is no such thing here. Check the id.' },
  outdated: {
    retry: false,
    status: 409,
    advice: 'This has changed since it was shown: look again, then decide.',
  },
  'in-teams': { retry: false, status: 409, advice: 'Leave these teams, or delete them, before deleting the account.' },
  'last-owner': {
    retry: false,
    status: 409,
    advice: 'You are the last owner of this team: make another member owner first, or delete the team.',
  },
  'invitation-ended': {
    retry: false,
    status: 410,
    advice: 'This invitation has expired, was withdrawn or is used up: ask for a new one.',
  },
  'stream-gap': {
    retry: true,
    status: 409,
    advice: 'The server has not seen earlier changes of this device: it will send them again.',
  },
  'wrong-epoch': {
    retry: true,
    status: 409,
    advice: 'The server was restored from a backup: the device joins the new numbering by itself.',
  },
  'sum-mismatch': {
    retry: false,
    status: 500,
    advice: 'This copy keeps differing from the server: run "waypost check --repair".',
  },
  'storage-full': {
    retry: true,
    status: 507,
    advice: 'The disk is full: free some space. Nothing that was saved is lost.',
  },
  'storage-failed': {
    retry: true,
    status: 503,
    advice: 'The disk or the database refused to work. Look at its log, then try again.',
  },
  'database-too-new': {
    retry: false,
    status: 500,
    advice: 'This data was written by a newer Waypost: update this one, or restore the backup made before the update.',
  },
  offline: {
    retry: true,
    status: 503,
    advice: 'The server cannot be reached. Work goes on here and is sent when it returns.',
  },
  'shutting-down': { retry: true, status: 503, advice: 'The server is restarting: the device reconnects by itself.' },
  unsynced: { retry: false, status: 409, advice: 'Some work exists only on this device: choose what becomes of it.' },
  internal: { retry: true, status: 500, advice: 'The server failed at this. Its log has the reason.' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

export class WaypostError extends Error {
  readonly code: ErrorCode;
  /** What a caller needs besides the sentence: the devices at the limit, the teams in the way. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message?: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message ?? ERRORS[code].advice);
    this.name = 'WaypostError';
    this.code = code;
    this.details = details;
  }

  get retry(): boolean {
    return ERRORS[this.code].retry;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
