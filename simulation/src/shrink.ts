/**
 * Making a failing run small: first without as many of the things that go wrong as can be spared, then without as many
 * steps (delta debugging, Zeller and Hildebrandt 2002). What is left fails the same check.
 */
import { type Cut, drawPlan, type Fault, UNCUT } from './plan.ts';
import { runPlan } from './run-plan.ts';
import type { Violation } from './world.ts';

/** Enough to get to a handful of steps; a run takes milliseconds. */
const TRIES_MAX = 1_500;

export interface Shrunk {
  readonly cut: Cut;
  readonly steps: number;
  readonly tries: number;
}

export async function shrink(seed: number, failed: Violation): Promise<Shrunk> {
  const plan = drawPlan(seed);
  let tries = 0;
  const fails = async (cut: Cut): Promise<boolean> => {
    tries += 1;
    const { violation } = await runPlan(seed, cut);
    return violation?.check === failed.check && gist(violation.message) === gist(failed.message);
  };
  let cut: Cut = UNCUT;
  for (const fault of plan.faults) {
    const smaller: Cut = { ...cut, without: [...cut.without, fault] };
    if (await fails(smaller)) cut = smaller;
  }
  let kept = plan.steps.flatMap(({ fault }, at) => (fault !== null && cut.without.includes(fault) ? [] : [at]));
  for (let size = Math.ceil(kept.length / 2); size >= 1 && tries < TRIES_MAX; ) {
    let removed = false;
    for (let from = 0; from < kept.length && tries < TRIES_MAX; ) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails({ ...cut, only: rest })) {
        kept = rest;
        removed = true;
      } else {
        from += size;
      }
    }
    if (size === 1 && !removed) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return { cut: { ...cut, only: kept }, steps: kept.length, tries };
}

/** What a message says without the ids and numbers in it: otherwise shrinking ends up at another failure. */
function gist(message: string): string {
  return message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+|".*"|\{.*\}/g, '').slice(0, 60);
}

/** A run in one line: `4711`, `4711 without loss,delay`, `4711 without loss only 3,9,10`. */
export function runText(seed: number, { without, only }: Cut): string {
  const parts = [String(seed)];
  if (without.length > 0) parts.push('without', without.join(','));
  if (only !== null) parts.push('only', only.join(','));
  return parts.join(' ');
}

/** Reads {@link runText} back. */
export function readRun(text: string): { readonly seed: number; readonly cut: Cut } {
  const match = /^(\d+)(?: without ([a-z,-]+))?(?: only ([\d,]+))?$/.exec(text.trim());
  if (match === null) throw new Error(`"${text}" is not a run: SEED [without FAULTS] [only STEPS].`);
  const [, seed, without, only] = match;
  return {
    seed: Number(seed),
    cut: {
      without: without === undefined ? [] : (without.split(',') as Fault[]),
      only: only === undefined ? null : only.split(',').map(Number),
    },
  };
}
