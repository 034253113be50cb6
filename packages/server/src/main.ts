/** The program: reads what it is asked to do, puts the parts together, and takes them apart again. */
import { inspect } from 'node:util';
import { HELP, readCommand, UsageError } from './settings.ts';

/** Loaded only where needed: `--help` should not wait for a database driver. */
async function run(): Promise<void> {
  const command = readCommand(process.argv.slice(2), process.env, process.cwd());
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version': {
      const { VERSION } = await import('./version.ts');
      process.stdout.write(`${VERSION}\n`);
      return;
    }
    case 'serve': {
      const { serve } = await import('./serve.ts');
      await serve(command.settings);
      return;
    }
    case 'backup':
    case 'restore': {
      const { runBackup, runRestore } = await import('./backup-commands.ts');
      const work = command.kind === 'backup' ? runBackup : runRestore;
      process.stdout.write(`${await work(command.settings, command.file)}\n`);
      return;
    }
    case 'admin': {
      const { runAdmin } = await import('./administration/admin-commands.ts');
      const { text, isRefused } = await runAdmin(command);
      process.stdout.write(`${text}\n`);
      if (isRefused) process.exitCode = 1;
    }
  }
}

try {
  await run();
} catch (error) {
  const isUsage = error instanceof UsageError;
  const sentence = isUsage ? error.message : (await import('./serve.ts')).sentenceOf(error);
  process.stderr.write(`${sentence}\n`);
  if ((process.env['WAYPOST_DEBUG'] ?? '') !== '') process.stderr.write(`${inspect(error)}\n`);
  // What had been started goes with it.
  process.exit(isUsage ? 2 : 1);
}
