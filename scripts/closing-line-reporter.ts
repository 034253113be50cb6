/**
 * Says nothing of tests that pass. Prints each failure in full, and last, alone on its line, `N passed, N failed`, which
 * is what the machines that run the tests read.
 */
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

export class ClosingLineReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let passed = 0;
    let failed = 0;

    for (const module of modules) {
      // A file that cannot be loaded, or a hook that throws, fails without any test of its own having failed.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length === 0) continue;
        failed += 1;
        this.#print(titleOf(suite), suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === 'passed') passed += 1;
        if (state !== 'failed') continue;
        failed += 1;
        this.#print(titleOf(test), errors);
      }
    }
    if (unhandled.length > 0) {
      failed += unhandled.length;
      this.#print('Outside of any test', unhandled);
    }

    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }

  #print(title: string, errors: readonly unknown[]): void {
    this.#vitest?.logger.error(`\nFAILED ${title}`);
    for (const error of errors) this.#vitest?.logger.printError(error);
  }
}

function titleOf(entity: TestModule | TestSuite | TestCase): string {
  if (entity.type === 'module') return entity.relativeModuleId;
  return `${entity.module.relativeModuleId} > ${entity.fullName}`;
}
