import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line-reporter.ts';

/**
 * Packages are tested from their sources; the end-to-end tests start what `tsc -b` built. Node is started with these
 * conditions too, so `import` must not be one of them: a library that requires another would get its module.
 */
const conditions = ['waypost-source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'simulation/src/**/*.test.ts',
      'test/src/**/*.test.ts',
      'scripts/*.test.ts',
    ],
    globalSetup: ['test/src/browser/install.setup.ts'],
    setupFiles: ['test/src/property-seed.ts'],
    pool: 'forks',
    // Many tests wait for browsers and servers: with one worker a machine of two cores stands still half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: ['--conditions=waypost-source'],
    // The tests from outside run dozens of commands, each a process of its own, on whatever cores are free.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: [new ClosingLineReporter()],
  },
});
