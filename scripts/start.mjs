/** `npm start`: makes the checkout ready, then runs the server with the flags given, for as long as npm itself lives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, runTied } from './node24.mjs';
import { NotReady, prepare, root } from './prepare.mjs';

/** How often to look whether npm is still there. The server has to be gone soon after, not at once. */
const LOOK_EVERY_MS = 250;

try {
  endWithNpm();
  const node = await prepare();
  process.exitCode = await runTied(node, [
    join(root, 'packages', 'server', 'bin', 'waypost-server.js'),
    ...process.argv.slice(2),
  ]);
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  fail(error.message);
}

/** npm killed outright passes nothing on; what it leaves behind is a process whose ancestors have changed. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const born = ancestors();
  const look = setInterval(() => {
    if (ancestors() === born) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  look.unref();
}

/** Parent and grandparent, because npm may have a shell between itself and this script (only Linux tells of it). */
function ancestors() {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    // The second field, the name, may itself hold spaces and parentheses.
    const grandparent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return `${parent} ${grandparent}`;
  } catch {
    return `${parent}`;
  }
}
