/** One run of the `waypost` command: gives it the real terminal, signals and environment, and ends with its exit code. */
import { inspect } from 'node:util';
import { bugOf, EXIT, type ExitCode } from './failure.ts';
import { Output } from './output/output.ts';
import { runCommandLine } from './run.ts';
import { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

// What Node thinks of the libraries that send requests is nothing to the person who sends one.
process.noDeprecation = true;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A command that does not watch has nothing to end in order: what it saved is saved.
    if (interruption.signal.aborted || !process.argv.includes('--watch'))
      process.exit(128 + { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }[signal]);
    interruption.abort();
  });
}
// `waypost ls | head` ends when head does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

const streams = { out: process.stdout, error: process.stderr };
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => process.exit(failed(error)));
const exit = await runCommandLine({
  args: process.argv.slice(2),
  environment: process.env,
  streams,
  terminal: new Terminal(process.stdin, process.stderr),
  interrupted: interruption.signal,
  version: VERSION,
}).catch(failed);
// Everything said is on its way before the process ends; connections that linger do not hold it.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
process.exit(exit);

/** A bug of ours is one sentence, too; and where it is, for whoever wants to know. */
function failed(error: unknown): ExitCode {
  const failure = bugOf(error);
  new Output(streams, { json: process.argv.includes('--json'), environment: process.env }).failed(failure);
  if ((process.env['WAYPOST_DEBUG'] ?? '') !== '') process.stderr.write(`${inspect(error)}\n`);
  return failure.exit;
}
