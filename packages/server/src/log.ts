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
