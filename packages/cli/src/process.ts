/** One run of the `waypost` command: gives it the real terminal, signals and environment, and ends with its exit code. */
import { EXIT } from './failure.ts';
import { runCommandLine } from './run.ts';
import { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

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

const exit = await runCommandLine({
  args: process.argv.slice(2),
  environment: process.env,
  streams: { out: process.stdout, error: process.stderr },
  terminal: new Terminal(process.stdin, process.stderr),
  interrupted: interruption.signal,
  version: VERSION,
});
// Everything said is on its way before the process ends; connections that linger do not hold it.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
process.exit(exit);
