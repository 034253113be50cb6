/** Runs one command line from its words to its exit code. */
import { type Command, CommanderError } from 'commander';
import type { Context } from './context.ts';
import { CommandError, EXIT, type ExitCode, type Failure, failureOf } from './failure.ts';
import { type Environment, homeFolder, readFlags } from './flags.ts';
import { Output, type Streams } from './output/output.ts';
import { buildProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

export interface Invocation {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly streams: Streams;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  readonly version: string;
}

/** Throws only what is a bug. */
export async function runCommandLine(invocation: Invocation): Promise<ExitCode> {
  const { args, environment, streams, terminal, interrupted } = invocation;
  const failures = new Output(streams, { json: args.includes('--json'), environment });
  let exit: ExitCode = EXIT.done;
  const program = buildProgram(async (given, work) => {
    const flags = readFlags(given, environment);
    const output = new Output(streams, { json: flags.json, environment });
    const context: Context = { flags, output, terminal, environment, home: homeFolder(environment), interrupted };
    exit = await work(context);
  }, invocation.version);
  let misusedCommand = program;
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.configureOutput({ writeOut: (text) => streams.out.write(text), writeErr: () => undefined });
    command.exitOverride((error) => {
      misusedCommand = command;
      throw error;
    });
  }
  try {
    if (args.length === 0) streams.out.write(program.helpInformation());
    else await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const failure = error instanceof CommanderError ? misused(error, misusedCommand) : failureOf(error);
    if (failure === null) throw error;
    failures.failed(failure);
    return failure.exit;
  }
}

/** What commander says of wrong usage, as one sentence, and where to read how it is used. */
function misused({ code, message }: CommanderError, command: Command): Failure {
  const said = message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.?$/, '');
  const names = command.commands.map((one) => one.name()).join(', ');
  const sentence =
    code === 'commander.help'
      ? `\`${pathOf(command)}\` goes on with one of ${names}`
      : said.slice(0, 1).toUpperCase() + said.slice(1);
  const { exit } = new CommandError('usage', '', EXIT.usage);
  const help =
    command.parent === null
      ? '`waypost --help` lists the commands.'
      : `\`${pathOf(command)} --help\` shows how it is used.`;
  return { code: 'usage', message: `${sentence}. ${help}`, retry: false, exit, details: {} };
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
