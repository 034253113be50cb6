/** What `main.ts` was asked for. Imported only after the source hooks are in place. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { huntMutants } from './mutants/hunt.ts';
import { cutPlan, drawPlan, UNCUT } from './plan.ts';
import { REGRESSIONS } from './regressions.ts';
import { readRun, runText, shrink } from './shrink.ts';
import { runPlan } from './run-plan.ts';
import type { RunResult } from './simulate.ts';
import { addToTally, readTally } from './tally.ts';

export interface Asked {
  readonly seed: string | null;
  readonly run: string | null;
  readonly trace: boolean;
  readonly seeds: string | null;
  readonly forSeconds: number | null;
  /** Seeds that may fail without failing the command. Past failures may not. */
  readonly allow: number;
  readonly mutants: string | null;
  readonly tally: number | null;
  readonly jobs: number;
  readonly shrink: boolean;
  readonly keepGoing: boolean;
  readonly worker: boolean;
}

/** Every so-manieth seed is run twice and must do the same [I18]. */
const TWICE_EVERY = 40;
const SEEDS_PER_JOB = 50;

/** The exit code. */
export async function work(asked: Asked): Promise<number> {
  if (asked.worker) return serveAsWorker();
  if (asked.mutants !== null) return huntMutants(asked.mutants === '' ? null : asked.mutants, asked.jobs);
  if (asked.run !== null || asked.seed !== null) return replay(asked);
  if (asked.tally !== null) return tally(asked.tally, asked);
  const started = performance.now();
  const regressions = await runRegressions();
  if (regressions > 0 && !asked.keepGoing) return 1;
  const [from, to] = asked.seeds === null ? freshRange() : readRange(asked.seeds);
  const until = asked.forSeconds === null ? Number.POSITIVE_INFINITY : started + asked.forSeconds * 1000;
  const counted = await runSeeds({ from, to, until }, { ...asked, keepGoing: asked.keepGoing || asked.allow > 0 });
  const seconds = (performance.now() - started) / 1000;
  const failed = regressions + counted.failed.length;
  console.log(`${Math.round(counted.passed / seconds)} seeds a second`);
  console.log(`${counted.passed + REGRESSIONS.length - regressions} seeds passed, ${failed} failed`);
  if (failed === 0) return 0;
  if (regressions > 0 || failed > asked.allow) return 1;
  // What a commit breaks fails in one of some hundred seeds (docs/internals/mutants.md).
  console.log(
    'So few of so many are bugs that were there before and were met for the first time: they are to be fixed next.',
  );
  return 0;
}

/** One run, in full. */
async function replay({ seed, run, trace, shrink: wanted }: Asked): Promise<number> {
  const parsed = run === null ? { seed: Number(seed), cut: UNCUT } : readRun(run);
  const plan = cutPlan(drawPlan(parsed.seed), parsed.cut);
  console.log(
    `seed ${plan.seed}: ${plan.lone ? 'a device alone' : `${plan.devices.length} devices of ${plan.accounts} accounts`}, ` +
      `${plan.tabs} tabs, ${plan.nodes} nodes, ${plan.workspaces} workspaces, ${plan.steps.length} steps; ${[...plan.faults].join(' ')}`,
  );
  const result = await runPlan(parsed.seed, parsed.cut, trace ? (line) => console.log(line) : null);
  console.log(`${result.events} events, ${result.messages} messages, trace ${result.traceHash}`);
  if (result.violation === null) {
    console.log('1 seeds passed, 0 failed');
    return 0;
  }
  await report(parsed.seed, result, run === null && wanted);
  console.log('0 seeds passed, 1 failed');
  return 1;
}

/** As {@link runPlan}; now and then twice, which must be the same. */
async function runSeed(seed: number): Promise<RunResult> {
  const result = await runPlan(seed, UNCUT);
  if (seed % TWICE_EVERY !== 0 || result.violation !== null) return result;
  const again = await runPlan(seed, UNCUT);
  if (again.traceHash === result.traceHash) return result;
  const message = `The same seed did two things: ${result.traceHash} and ${again.traceHash}.`;
  return { ...result, violation: { check: 'I18', message, at: 0 } };
}

async function report(seed: number, { violation }: RunResult, shrinking: boolean): Promise<void> {
  if (violation === null) return;
  console.log(
    `\nseed ${seed}: ${violation.check} does not hold at ${Math.round(violation.at)} ms. ${violation.message}`,
  );
  console.log(`  npm run simulate -- --seed ${seed} --trace`);
  if (!shrinking || violation.check === 'I18') return;
  const { cut, steps, tries } = await shrink(seed, violation);
  const text = runText(seed, cut);
  console.log(`  shrunk to ${steps} steps after ${tries} tries:`);
  console.log(`  npm run simulate -- --run '${text}' --trace`);
  console.log(`  { name: '', run: '${text}' },`);
}

interface Counted {
  passed: number;
  readonly failed: number[];
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** By the clock of this process. */
  readonly until: number;
}

async function runSeeds(range: Range, asked: Asked): Promise<Counted> {
  const counted: Counted = { passed: 0, failed: [] };
  if (asked.jobs > 1) {
    await inWorkers(range, asked, counted);
    return counted;
  }
  for (let seed = range.from; seed <= range.to && performance.now() < range.until; seed += 1) {
    const result = await runSeed(seed);
    if (result.violation === null) {
      counted.passed += 1;
      continue;
    }
    counted.failed.push(seed);
    await report(seed, result, asked.shrink);
    if (!asked.keepGoing) break;
  }
  return counted;
}

/** Several processes, each given some seeds at a time. Failures are run again here, to be reported. */
async function inWorkers({ from, to, until }: Range, asked: Asked, counted: Counted): Promise<void> {
  let next = from;
  const isOver = (): boolean =>
    next > to || performance.now() >= until || (!asked.keepGoing && counted.failed.length > 0);
  const one = async (): Promise<void> => {
    const worker = startWorker();
    try {
      while (!isOver()) {
        const range = { from: next, to: Math.min(to, next + SEEDS_PER_JOB - 1) };
        next = range.to + 1;
        const failed = await askWorker(worker, range);
        counted.passed += range.to - range.from + 1 - failed.length;
        counted.failed.push(...failed);
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: asked.jobs }, one));
  for (const seed of counted.failed.slice(0, 3)) await report(seed, await runSeed(seed), asked.shrink);
  if (counted.failed.length > 3) console.log(`\nseeds that failed: ${counted.failed.join(' ')}`);
}

function startWorker(): ChildProcess {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return fork(main, ['--worker'], { execArgv: process.execArgv });
}

function askWorker(
  worker: ChildProcess,
  range: { readonly from: number; readonly to: number },
): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`A worker ended with ${code} at the seeds ${range.from}..${range.to}.`));
    worker.once('exit', ended);
    worker.once('message', (failed) => {
      worker.off('exit', ended);
      resolve(failed as readonly number[]);
    });
    worker.send(range);
  });
}

function serveAsWorker(): Promise<number> {
  return new Promise((resolve) => {
    process.on('disconnect', () => resolve(0));
    process.on('message', (message) => {
      const { from, to } = message as { from: number; to: number };
      void (async () => {
        const failed: number[] = [];
        for (let seed = from; seed <= to; seed += 1) if ((await runSeed(seed)).violation !== null) failed.push(seed);
        process.send?.(failed);
      })();
    });
  });
}

/** How many past failures fail again. */
async function runRegressions(): Promise<number> {
  let failed = 0;
  for (const { name, run } of REGRESSIONS) {
    const { seed, cut } = readRun(run);
    const result = await runPlan(seed, cut);
    if (result.violation === null) continue;
    failed += 1;
    console.log(`\n"${name}" is back: ${result.violation.check}. ${result.violation.message}`);
    console.log(`  npm run simulate -- --run '${run}' --trace`);
  }
  return failed;
}

async function tally(wanted: number, asked: Asked): Promise<number> {
  let { seeds } = await readTally();
  let failures = 0;
  while (seeds < wanted) {
    const size = Math.min(5_000, wanted - seeds);
    const range = { from: TALLY_FIRST + seeds, to: TALLY_FIRST + seeds + size - 1, until: Number.POSITIVE_INFINITY };
    const { passed, failed } = await runSeeds(range, { ...asked, keepGoing: true });
    failures += failed.length;
    ({ seeds } = await addToTally({ seeds: passed + failed.length, failures: failed }));
    console.log(`${seeds} of ${wanted}`);
    if (failed.length > 0) break;
  }
  console.log(`${seeds - failures} seeds passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

/** Seeds of the tally are others than those of every day. */
const TALLY_FIRST = 10_000_000;

function readRange(text: string): [number, number] {
  const [from = '1', to = from] = text.split('..');
  return [Number(from), Number(to)];
}

/** Seeds that nobody has seen. */
function freshRange(): [number, number] {
  const from = 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
  return [from, Number.MAX_SAFE_INTEGER];
}
