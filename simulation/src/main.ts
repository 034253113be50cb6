/**
 * The simulation, from the command line.
 *
 *   npm run simulate -- --seed 4711 [--trace]          one run, with everything that happened
 *   npm run simulate -- --run "4711 without loss only 3,9"   a part of one, as shrinking prints it
 *   npm run simulate -- --seeds 1..2000                those seeds, after every past failure
 *   npm run simulate -- --for 90 [--allow 3]           fresh seeds for so many seconds; so many may fail
 *   npm run simulate -- --mutants [NAME]               deliberate bugs, one by one: each must be noticed
 *   npm run simulate -- --tally 200000                 so many seeds altogether, going on where the last run stopped
 */
import { parseArgs } from 'node:util';
import { installSourceHooks } from './source-hooks.ts';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    run: { type: 'string' },
    trace: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    for: { type: 'string' },
    allow: { type: 'string', default: '0' },
    mutants: { type: 'boolean', default: false },
    tally: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    'no-shrink': { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    worker: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const mutant = process.env['WAYPOST_MUTANT'];
if (mutant === undefined) {
  installSourceHooks([]);
} else {
  const { MUTANTS } = await import('./mutants/mutants.ts');
  const found = MUTANTS.find(({ name }) => name === mutant);
  if (found === undefined) throw new Error(`There is no mutant "${mutant}".`);
  installSourceHooks(found.changes);
}

const { work } = await import('./commands.ts');
process.exitCode = await work({
  seed: values.seed ?? null,
  run: values.run ?? null,
  trace: values.trace,
  seeds: values.seeds ?? null,
  forSeconds: values.for === undefined ? null : Number(values.for),
  allow: Number(values.allow),
  mutants: values.mutants ? (positionals[0] ?? '') : null,
  tally: values.tally === undefined ? null : Number(values.tally),
  jobs: Number(values.jobs),
  shrink: !values['no-shrink'],
  keepGoing: values['keep-going'],
  worker: values.worker,
});
