/** Starts a contender's server that is a source file of this package and tells its port in its first message. */
import { end, nextMessage, forkSource } from './child-processes.ts';
import type { RunningServer } from './contender.ts';

export async function startForkedServer(file: URL, folder: string): Promise<RunningServer> {
  const child = forkSource(file, folder);
  const port = (await nextMessage(child)) as number;
  return {
    address: { url: `http://127.0.0.1:${port}`, access: {} },
    processId: child.pid ?? 0,
    stop: () => end(child, () => child.disconnect()),
  };
}

/** The server's end of it: announces the port, and calls `stop` when the main process lets go. */
export function announce(port: number, stop: () => Promise<void>): void {
  // Ctrl-C reaches the whole process group; the main process decides when servers end.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(port);
}
