/** What stops a command, and the exit code that says so. */
import { WaypostError } from '@waypost/protocol';

/** 0 done or pending · 1 refused or failed · 2 wrong usage · 3 the person's own change ended in a conflict or was rejected. */
export const EXIT = { done: 0, failed: 1, usage: 2, unmerged: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that cannot be done as it was asked for, said in one sentence. Codes are those of docs/user/command-line.md. */
export class CommandError extends Error {
  readonly code: string;
  readonly exit: ExitCode;

  constructor(code: string, message: string, exit: ExitCode = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.exit = exit;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError('usage', message, EXIT.usage);
}

/** Any failure as it is printed. Null where it is none of those expected: then it is a bug, and must be seen. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
  readonly exit: ExitCode;
  /** What stands beside `error`: the devices at the limit, the choices at signing out. */
  readonly details: Readonly<Record<string, unknown>>;
}

export function failureOf(error: unknown): Failure | null {
  if (error instanceof CommandError) {
    return { code: error.code, message: error.message, retry: false, exit: error.exit, details: {} };
  }
  if (error instanceof WaypostError) {
    const { code, message, retry, details } = error;
    return { code, message, retry, exit: EXIT.failed, details: shownDetails(details) };
  }
  return null;
}

/** What is none of those: a mistake in Waypost itself. */
export function bugOf(error: unknown): Failure {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'internal',
    message: `This is a bug in Waypost (${what}). Nothing that was saved is lost; with WAYPOST_DEBUG=1 the same command shows where it is.`,
    retry: false,
    exit: EXIT.failed,
    details: {},
  };
}

/** Of an error's details only what the contract names; the rest is for programs of ours. */
function shownDetails(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const shown = ['devices', 'team', 'teams', 'pending', 'choices'];
  return Object.fromEntries(Object.entries(details).filter(([name]) => shown.includes(name)));
}
