/**
 * What the tests from outside run on. As they are: SQLite, and the way to the server that devices choose. By command, the
 * same tests on PostgreSQL, or where WebSockets are not used or do not pass: docs/internals/proof.md has the commands.
 */
import { type Blocking, BLOCKINGS } from './blocking-proxy.ts';

export interface Conditions {
  readonly store: (typeof STORES)[number];
  /** What every command is told, or what stands between it and the server. */
  readonly transport: (typeof TRANSPORTS)[number] | Blocking;
}

const STORES = ['sqlite', 'postgres'] as const;
const TRANSPORTS = ['auto', 'websocket', 'http'] as const;

export function conditions(): Conditions {
  return {
    store: oneOf(STORES, 'WAYPOST_OUTSIDE_STORE'),
    transport: oneOf([...TRANSPORTS, ...BLOCKINGS], 'WAYPOST_OUTSIDE_TRANSPORT'),
  };
}

export function isBlocking(transport: Conditions['transport']): transport is Blocking {
  return BLOCKINGS.some((blocking) => blocking === transport);
}

/** The first is meant where nothing is said. */
function oneOf<Word extends string>(words: readonly [Word, ...Word[]], variable: string): Word {
  const asked = process.env[variable] ?? words[0];
  const word = words.find((one) => one === asked);
  if (word === undefined) throw new Error(`${variable} is one of ${words.join(', ')}, not "${asked}"`);
  return word;
}
