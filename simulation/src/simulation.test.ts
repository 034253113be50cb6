import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { misplacedSnippets } from './mutants/verify.ts';
import { REGRESSIONS } from './regressions.ts';

/** As `npm run simulate` does: the hooks that change limits and inject bugs work on a process of their own. */
async function simulate(...args: readonly string[]): Promise<string> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=waypost-source', main, ...args]);
  return stdout;
}

describe('the simulation', () => {
  it('passes its first seeds, and does the same when one is run twice', async () => {
    const printed = await simulate('--seeds', '1..45');
    expect(printed).toContain(`\n${45 + REGRESSIONS.length} seeds passed, 0 failed\n`);
  });

  it('notices a deliberate bug', async () => {
    expect(await simulate('--mutants', 'no-cycle-check')).toMatch(/^caught after \d+ seeds by I\d+: no-cycle-check$/m);
  });

  it('finds every deliberate bug’s place in the code of today', () => {
    expect(misplacedSnippets()).toEqual([]);
  });
});
