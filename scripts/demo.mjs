/** `npm run demo`: makes the checkout ready, then plays demo.ts on Node 24. */
import { join } from 'node:path';
import { fail, runTied } from './node24.mjs';
import { NotReady, prepare, root } from './prepare.mjs';

try {
  const node = await prepare();
  process.exitCode = await runTied(node, [join(root, 'scripts', 'demo.ts'), ...process.argv.slice(2)]);
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  fail(error.message);
}
