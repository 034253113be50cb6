/** Whether every mutant's snippets are where they must be. Run by the test, so that nobody finds out at night. */
import { readFileSync } from 'node:fs';
import { MUTANTS } from './mutants.ts';

export function misplacedSnippets(): string[] {
  const root = new URL('../../../', import.meta.url);
  return MUTANTS.flatMap(({ name, changes }) =>
    changes.flatMap(({ file, find }) => {
      const times = readFileSync(new URL(file, root), 'utf8').split(find).length - 1;
      return times === 1 ? [] : [`${name}: ${times} times in ${file}: ${find}`];
    }),
  );
}
