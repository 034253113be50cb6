/** Every process the bench starts, so that none outlives it: not at the end, not on Ctrl-C, not on a failure. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** How long a process may take to start or to end in order. The slowest, Hocuspocus with 100,000 requests, needs seconds. */
export const processTimeoutMs = 120_000;

const running = new Set<ChildProcess>();

/** Registers a process that was started elsewhere, to be ended with the bench. */
export function track(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts a TypeScript file of this package as a process that can be sent messages. */
export function forkSource(file: URL, ...parameters: string[]): ChildProcess {
  return track(fork(file, parameters, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
}

/** Resolves with the next message of a process; rejects when it ends or stays silent instead. */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      child.off('message', arrived);
      child.off('exit', ended);
      finish();
    };
    const arrived = (message: unknown): void => settle(() => resolve(message));
    const ended = (code: unknown): void =>
      settle(() => reject(new Error(`a process ended with code ${String(code)} instead of answering`)));
    const timer = setTimeout(() => settle(() => reject(new Error('a process is silent'))), processTimeoutMs);
    child.on('message', arrived);
    child.on('exit', ended);
  });
}

/** Lets a process end by itself after `askToEnd`, and ends it hard when it takes too long. */
export async function end(child: ChildProcess, askToEnd: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), processTimeoutMs);
  askToEnd();
  await exited;
  clearTimeout(timer);
}

export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
