/** Runs that failed once, by what went wrong. They are run again before any fresh seed. */
export interface Regression {
  readonly name: string;
  /** As `shrink.ts` writes it. */
  readonly run: string;
}

export const REGRESSIONS: readonly Regression[] = [];
