/** How many seeds have been run altogether, kept beside the code so that it can be read, and gone on with. */
import { readFile, writeFile } from 'node:fs/promises';

export interface Tally {
  readonly seeds: number;
  /** Seeds that failed when they were run; what they found is fixed, or they would be in `regressions.ts`. */
  readonly failures: readonly number[];
  readonly lastRun: string;
}

const file = new URL('../tally.json', import.meta.url);

export async function readTally(): Promise<Tally> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Tally;
  } catch {
    return { seeds: 0, failures: [], lastRun: '' };
  }
}

export async function addToTally(run: {
  readonly seeds: number;
  readonly failures: readonly number[];
}): Promise<Tally> {
  const before = await readTally();
  const tally: Tally = {
    seeds: before.seeds + run.seeds,
    failures: [...before.failures, ...run.failures],
    lastRun: new Date().toISOString().slice(0, 10),
  };
  await writeFile(file, `${JSON.stringify(tally, null, 2)}\n`);
  return tally;
}
