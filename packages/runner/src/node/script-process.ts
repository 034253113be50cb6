/**
 * Scripts on the command line and in an agent: a child process that is given nothing, and is ended where a script does not
 * end by itself or sending is stopped. To start one takes a while, so it can be started ahead.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { abortedResult, messageOf, unchangedResult } from '../script-execution.ts';
import type { ScriptEngine, ScriptHost, ScriptOrder, ScriptResult } from '../script.ts';
import { type FromScripts, OUT_OF_MEMORY_EXIT, SCRIPT_MEMORY_BYTES_MAX, type ToScripts } from './script-messages.ts';

export interface ScriptProcessOptions {
  readonly memoryBytesMax?: number;
}

/** One script at a time: whoever sends several requests at once takes one for each. */
export class ScriptProcess implements ScriptEngine {
  readonly #memoryBytesMax: number;
  #child: ChildProcess | null = null;

  constructor({ memoryBytesMax = SCRIPT_MEMORY_BYTES_MAX }: ScriptProcessOptions = {}) {
    this.#memoryBytesMax = memoryBytesMax;
  }

  /** Starts it before anything is to run. */
  warm(): void {
    this.#child ??= this.#start();
  }

  async run(order: ScriptOrder, host: ScriptHost, signal: AbortSignal): Promise<ScriptResult> {
    if (signal.aborted) return abortedResult(order);
    this.#child ??= this.#start();
    const child = this.#child;
    const done = Promise.withResolvers<{ readonly result: ScriptResult; readonly isLost: boolean }>();
    const lost = (message: string): void =>
      done.resolve({ isLost: true, result: unchangedResult(order, { name: 'Error', message, from: order.from }) });
    const onAbort = (): void => done.resolve({ isLost: true, result: abortedResult(order) });
    const onExit = (): void => lost(endOf(child, this.#memoryBytesMax));
    const onMessage = (message: unknown): void => {
      const told = message as FromScripts;
      if (told.kind === 'ran') done.resolve(told.outcome);
      else serve(told, { child, host, signal });
    };
    signal.addEventListener('abort', onAbort);
    child.once('exit', onExit);
    child.on('message', onMessage);
    tell(child, { kind: 'run', order });
    const outcome = await done.promise;
    signal.removeEventListener('abort', onAbort);
    child.off('exit', onExit);
    child.off('message', onMessage);
    if (outcome.isLost) this.close();
    return outcome.result;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    const name = `./script-child.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
    const child = fork(new URL(name, import.meta.url), [String(this.#memoryBytesMax)], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      execArgv: [
        '--permission',
        // The sandbox is a thread of it. What Node says to that is for whoever chose so.
        ...['--allow-worker', '--disable-warning=PERM0006'],
        ...readableFolders().map((folder) => `--allow-fs-read=${folder}`),
        `--max-old-space-size=${Math.ceil(this.#memoryBytesMax / 2 / 1024 / 1024)}`,
      ],
    });
    child.on('error', () => undefined);
    return child;
  }
}

interface Serving {
  readonly child: ChildProcess;
  readonly host: ScriptHost;
  readonly signal: AbortSignal;
}

function serve(told: Exclude<FromScripts, { kind: 'ran' }>, { child, host, signal }: Serving): void {
  switch (told.kind) {
    case 'ready':
      return;
    case 'said':
      return host.said(told.line);
    case 'send':
      return answer(child, told.call, host.send(told.request, signal));
    case 'cookies':
      return answer(child, told.call, host.cookies(told.method, told.args));
  }
}

function answer(child: ChildProcess, call: number, answered: Promise<unknown>): void {
  answered
    .then((result) => tell(child, { kind: 'answer', call, error: null, result }))
    .catch((error: unknown) => tell(child, { kind: 'answer', call, error: messageOf(error), result: null }));
}

function tell(child: ChildProcess, message: ToScripts): void {
  // What it is told before it listens waits for it; what it is told after it ended is for nobody.
  if (child.connected) child.send(message, () => undefined);
}

function endOf(child: ChildProcess, memoryBytesMax: number): string {
  return child.exitCode === OUT_OF_MEMORY_EXIT
    ? `The script took more memory than the ${Math.round(memoryBytesMax / 1024 / 1024)} MB it may have, and was ended.`
    : 'The process that runs scripts ended unexpectedly.';
}

/** This package, and the libraries where they are installed. */
function readableFolders(): string[] {
  const library = createRequire(import.meta.url).resolve('postman-sandbox');
  const folder = 'node_modules';
  const libraries = library.slice(0, library.lastIndexOf(folder) + folder.length);
  return [...new Set([libraries, fileURLToPath(new URL('../..', import.meta.url))])];
}
