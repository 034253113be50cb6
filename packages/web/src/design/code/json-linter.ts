/** Marks where JSON breaks, a moment after one stops typing. */
import { linter } from '@codemirror/lint';
import { jsonProblem } from './json-problem.ts';

/** Beyond this, looking takes longer than a person should wait for a keystroke. */
const LINTED_CHARS_MAX = 300_000;

export const jsonLinter = linter(
  ({ state }) => {
    if (state.doc.length > LINTED_CHARS_MAX) return [];
    const problem = jsonProblem(state.doc.toString());
    if (problem === null) return [];
    const from = Math.min(problem.position, Math.max(0, state.doc.length - 1));
    return [{ from, to: Math.min(from + 1, state.doc.length), severity: 'error', message: problem.message }];
  },
  { delay: 600 },
);
