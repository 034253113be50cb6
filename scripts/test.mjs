/** `npm test`: makes the checkout ready, then runs the tests on Node 24. Arguments go to vitest. */
import { join } from 'node:path';
import { fail, runTied } from './node24.mjs';
import { NotReady, prepare, root } from './prepare.mjs';

try {
  const node = await prepare();
  process.exitCode = await runTied(node, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--root',
    root,
    ...process.argv.slice(2),
  ]);
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  fail(error.message);
}
