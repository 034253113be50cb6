/** What holds for every command: the global flags, and the settings that come with the environment. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usageError } from './failure.ts';

export interface Flags {
  readonly json: boolean;
  /** How long a command waits for the server to settle what it did. */
  readonly timeoutMs: number;
  readonly transport: 'auto' | 'websocket' | 'http';
  /** Address of a proxy for sync; null for none. */
  readonly proxy: string | null;
  /** Work in the workspace of this device that never syncs, though an account is signed in. */
  readonly local: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** SYNC.md 11: one-shot commands wait five seconds at most. */
export const TIMEOUT_MS = 5_000;
const TIMEOUT_MS_MAX = 24 * 60 * 60 * 1_000;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** As commander hands them over. */
export interface GivenFlags {
  readonly json?: boolean;
  readonly timeout?: string;
  readonly transport?: string;
  readonly proxy?: string;
  readonly local?: boolean;
}

export function readFlags(given: GivenFlags, environment: Environment): Flags {
  return {
    json: given.json === true,
    timeoutMs: given.timeout === undefined ? TIMEOUT_MS : readDuration(given.timeout),
    transport: readTransport(given.transport ?? 'auto'),
    proxy: readProxy(given.proxy ?? environment['WAYPOST_PROXY'] ?? ''),
    local: given.local === true,
  };
}

export function homeFolder(environment: Environment): string {
  const named = environment['WAYPOST_HOME'];
  return named === undefined || named === '' ? join(homedir(), '.waypost') : named;
}

/** `5` and `5s` are seconds; `500ms`, `2m`. */
export function readDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (number === undefined) throw usageError(`--timeout takes a number of seconds, as in --timeout 5, not "${text}".`);
  return Math.min(Number(number) * (UNIT_MS[unit] ?? 1_000), TIMEOUT_MS_MAX);
}

function readTransport(text: string): Flags['transport'] {
  if (text === 'auto' || text === 'websocket' || text === 'http') return text;
  throw usageError(`--transport is auto, websocket or http, not "${text}".`);
}

function readProxy(text: string): string | null {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usageError(`--proxy takes an address such as http://proxy.example:3128, not "${text}".`);
  }
  return text;
}
