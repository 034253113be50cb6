/** Deliberate bugs. Each changes a snippet that must be in the production code exactly once. */
import type { Replacement } from '../source-hooks.ts';

export interface Mutant {
  readonly name: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  readonly changes: readonly Replacement[];
}

export const MUTANTS: readonly Mutant[] = [];
