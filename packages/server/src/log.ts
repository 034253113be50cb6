/**
 * The server's log: one JSON object a line on standard error, where service managers collect it. Standard output carries
 * only what a person or a script waits for. Bodies, headers, passwords and tokens are never handed to it: callers pass
 * single fields by name, and the paths below are the second line of defence.
 */
import pino, { type Logger } from 'pino';

export type Log = Logger;

const SECRETS = [
  'password',
  'token',
  'setupToken',
  'privateKey',
  'authorization',
  'headers',
  'body',
  '*.password',
  '*.token',
];

export function openLog(): Log {
  return pino(
    {
      level: 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, remove: true },
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ dest: 2, sync: false, minLength: 0 }),
  );
}

/** Devices come again and again with what cannot be stored; the log says so once a minute. */
const SAID_AGAIN_MS = 60_000;
const said = new WeakMap<Log, { readonly reason: string; readonly at: number }>();

/** An error of the storage, with its reason. */
export function logTrouble(log: Log, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  const at = performance.now();
  const last = said.get(log);
  if (last?.reason === reason && at - last.at < SAID_AGAIN_MS) return;
  said.set(log, { reason, at });
  log.error({ reason }, 'the storage does not work; devices keep what they have and try again');
}
