/**
 * The harness put to the test: each mutant is a deliberate bug, and something here must notice it. One that nobody notices
 * is a hole in the net.
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Mutant, MUTANTS } from './mutants.ts';

export const SEEDS_MAX = 2_000;

interface Catch {
  readonly mutant: Mutant;
  /** How many seeds it took; null where none noticed. */
  readonly seeds: number | null;
  /** The check that noticed first, and in how many of the seeds after it which checks did. */
  readonly check: string;
}

export async function huntMutants(name: string | null): Promise<number> {
  const hunted = name === null ? MUTANTS : MUTANTS.filter((mutant) => mutant.name === name);
  if (hunted.length === 0) {
    console.log(`There is no mutant "${name}". There are: ${MUTANTS.map((mutant) => mutant.name).join(', ')}`);
    return 1;
  }
  const catches: Catch[] = [];
  for (const mutant of hunted) {
    const caught = await hunt(mutant);
    catches.push(caught);
    console.log(
      `${caught.seeds === null ? 'NOT CAUGHT' : `caught after ${caught.seeds} seeds by ${caught.check}`}: ${mutant.name}`,
    );
  }
  if (name === null) await writeTable(catches);
  const escaped = catches.filter(({ seeds }) => seeds === null).length;
  console.log(`${catches.length - escaped} mutants caught, ${escaped} not`);
  return escaped === 0 ? 0 : 1;
}

/** Each in a process of its own: its code is changed while it is loaded. */
async function hunt(mutant: Mutant): Promise<Catch> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, '--seeds', `1..${SEEDS_MAX}`, '--no-shrink'], {
    env: { ...process.env, WAYPOST_MUTANT: mutant.name },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  const caught = /seed (\d+): (\S+) does not hold/.exec(output);
  if (caught !== null) return { mutant, seeds: Number(caught[1]), check: caught[2] ?? '' };
  if (/^\d+ seeds passed, 0 failed$/m.test(output)) return { mutant, seeds: null, check: '' };
  throw new Error(`The mutant "${mutant.name}" could not be tried:\n${output}`);
}

async function writeTable(catches: readonly Catch[]): Promise<void> {
  const rows = catches.map(
    ({ mutant, seeds, check }) => `| ${mutant.name} | ${mutant.what} | ${seeds ?? 'not caught'} | ${check} |`,
  );
  const text = `# Mutants

Deliberate bugs that the simulation must notice, each within ${SEEDS_MAX} seeds. \`npm run simulate -- --mutants\` writes this
page; the checks are those of \`simulation/src/invariants.ts\`.

| mutant | what it does | seeds | noticed by |
|---|---|---|---|
${rows.join('\n')}
`;
  const folder = new URL('../../../docs/internals/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('mutants.md', folder), text);
}
