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
  /** How many seeds it took, none where a past failure came back; null where nothing noticed. */
  readonly seeds: number | null;
  /** The check that noticed first. */
  readonly check: string;
}

export async function huntMutants(name: string | null, jobs: number): Promise<number> {
  const hunted = name === null ? MUTANTS : MUTANTS.filter((mutant) => mutant.name === name);
  if (hunted.length === 0) {
    console.log(`There is no mutant "${name}". There are: ${MUTANTS.map((mutant) => mutant.name).join(', ')}`);
    return 1;
  }
  const catches: Catch[] = [];
  const waiting = [...hunted.entries()];
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, mutant] = next;
      const caught = await hunt(mutant);
      catches[at] = caught;
      console.log(`${sentenceOf(caught)}: ${mutant.name}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, one));
  if (name === null) await writeTable(catches);
  const escaped = catches.filter(({ seeds }) => seeds === null).length;
  console.log(`${catches.length - escaped} mutants caught, ${escaped} not`);
  return escaped === 0 ? 0 : 1;
}

function sentenceOf({ seeds, check }: Catch): string {
  if (seeds === null) return 'NOT CAUGHT';
  return seeds === 0 ? `caught by ${check} in a past failure` : `caught after ${seeds} seeds by ${check}`;
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
  const back = /is back: (\S+)\. /.exec(output);
  if (back !== null) return { mutant, seeds: 0, check: back[1] ?? '' };
  const caught = /seed (\d+): (\S+) does not hold/.exec(output);
  if (caught !== null) return { mutant, seeds: Number(caught[1]), check: caught[2] ?? '' };
  if (/^\d+ seeds passed, 0 failed$/m.test(output)) return { mutant, seeds: null, check: '' };
  throw new Error(`The mutant "${mutant.name}" could not be tried:\n${output}`);
}

async function writeTable(catches: readonly Catch[]): Promise<void> {
  const rows = catches.map(
    ({ mutant, seeds, check }) =>
      `| ${mutant.name} | ${mutant.what} | ${seeds === 0 ? 'a past failure' : (seeds ?? 'not caught')} | ${check} |`,
  );
  const text = `# Mutants

Deliberate bugs that the simulation must notice, each within ${SEEDS_MAX} seeds. The runs that failed in the past go first.
\`npm run simulate -- --mutants\` writes this page; the checks are those of \`simulation/src/invariants.ts\`.

| mutant | what it does | seeds | noticed by |
|---|---|---|---|
${rows.join('\n')}
`;
  const folder = new URL('../../../docs/internals/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('mutants.md', folder), text);
}
