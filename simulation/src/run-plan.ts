/** A seed, or a part of one, with the bounds it draws. */
import { type Cut, cutPlan, drawPlan } from './plan.ts';
import { type RunResult, simulate } from './simulate.ts';
import { setLimits } from './small-limits.ts';

export async function runPlan(
  seed: number,
  cut: Cut,
  print: ((line: string) => void) | null = null,
): Promise<RunResult> {
  const plan = cutPlan(drawPlan(seed), cut);
  setLimits(plan.faults.has('small-limits') ? 'small' : 'usual');
  return simulate(plan, print);
}
