/** What a command is given: where it runs, what was asked for, and where it may speak. */
import type { ServerAddress } from '@waypost/client/node';
import type { Environment, Flags } from './flags.ts';
import type { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

export interface Context {
  readonly flags: Flags;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** The folder of this device. */
  readonly home: string;
  /** Aborted when the person or the system ends the command. */
  readonly interrupted: AbortSignal;
}

/** How this command reaches a server. */
export function addressOf({ flags }: Context, url: string): ServerAddress {
  return {
    url,
    connectTimeoutMs: Math.min(flags.timeoutMs, 10_000),
    ...(flags.proxy === null ? {} : { proxy: flags.proxy }),
  };
}
