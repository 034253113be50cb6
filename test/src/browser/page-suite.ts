/** Runs in a page: takes the place of vitest for a suite that is bundled with it, with vitest's own `expect` and `vi`. */

export { expect, vi } from 'vitest';

/** `vi` asks it whether its timers are real. They are. */
Object.assign(globalThis, { __vitest_worker__: { config: { fakeTimers: {} } } });

type Step = () => void | Promise<void>;

interface Case {
  readonly title: string;
  readonly run: () => Promise<void>;
}

const cases: Case[] = [];
let titles: readonly string[] = [];
let before: readonly Step[] = [];
let after: readonly Step[] = [];

export function describe(title: string, body: () => void): void {
  const outside = { titles, before, after };
  titles = [...titles, title];
  body();
  ({ titles, before, after } = outside);
}

export function beforeEach(step: Step): void {
  before = [...before, step];
}

export function afterEach(step: Step): void {
  after = [step, ...after];
}

export function it(title: string, body: Step): void {
  const around = { before, after };
  const run = async (): Promise<void> => {
    for (const step of around.before) await step();
    try {
      await body();
    } finally {
      for (const step of around.after) await step();
    }
  };
  cases.push({ title: [...titles, title].join(' > '), run });
}

/** What the tests ask a page that has such a suite. */
const suite = {
  titles: (): readonly string[] => cases.map(({ title }) => title),
  /** Null where the case passed; else what went wrong. */
  async run(title: string): Promise<string | null> {
    try {
      await cases.find((one) => one.title === title)?.run();
      return null;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  },
};

declare global {
  var pageSuite: typeof suite;
}

globalThis.pageSuite = suite;
