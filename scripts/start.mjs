/** `npm start`: makes the checkout ready, then runs the server with the flags given, for as long as npm itself lives. */
import { join } from 'node:path';
import { ENVIRONMENT, FLAGS } from '../packages/server/bin/runtime.mjs';
import { fail, runTied } from './node24.mjs';
import { NotReady, prepare, root } from './prepare.mjs';

/** How often to look whether npm is still there. The server has to be gone soon after, not at once. */
const LOOK_EVERY_MS = 250;

try {
  endWithNpm();
  const node = await prepare();
  const server = join(root, 'packages', 'server', 'bin', 'waypost-server.js');
  process.exitCode = await runTied(node, [...FLAGS, server, ...process.argv.slice(2)], ENVIRONMENT);
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  fail(error.message);
}

/**
 * npm killed outright passes nothing on, but leaves this script with another parent. That npm is the parent at all, and
 * passes on the signals that it does get, is the `exec` in package.json: without it there is a shell in between, which
 * keeps SIGINT to itself and dies of SIGTERM before the server has drained.
 */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  look.unref();
}
