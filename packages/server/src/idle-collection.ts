/**
 * Gives memory back when work is over. The engine collects garbage as it allocates, so what a burst of work left behind
 * stays until the next one; a server that sits idle most of the day should be as small as when it started.
 */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 500;
/** Of the time since the last look that this thread's event loop was busy. */
const BUSY_SHARE = 0.1;
const IDLE_SHARE = 0.03;

interface CollectOptions {
  readonly type: 'major';
  readonly execution: 'sync';
  /** Also gives back the pages that the engine would keep for the next objects. */
  readonly flavor: 'last-resort';
}

/** For the thread that calls it, once: each has a heap of its own. */
export function collectWhenIdle(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as ((options: CollectOptions) => void) | undefined;
  if (collect === undefined) return;
  let hasWorked = true;
  let last = performance.eventLoopUtilization();
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    if (utilization > BUSY_SHARE) hasWorked = true;
    if (!hasWorked || utilization > IDLE_SHARE) return;
    hasWorked = false;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    // Looking at it is work, too; what it took is not to be counted.
    last = performance.eventLoopUtilization();
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}
