/** Those who wait to learn what became of a change, in whichever process it is settled. */
import type { ChangeReceipt, SettledChange } from './device.ts';
import type { Scheduler } from './ports.ts';
import type { WorkspaceState } from './workspace-state.ts';

interface OutcomeWaiter {
  readonly receipt: ChangeReceipt;
  resolve(settled: SettledChange | null): void;
}

export class OutcomeWaiters {
  readonly #scheduler: Scheduler;
  readonly #waiters = new Set<OutcomeWaiter>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  wait(receipt: ChangeReceipt, withinMs: number): Promise<SettledChange | null> {
    return new Promise((resolve) => {
      const waiter: OutcomeWaiter = {
        receipt,
        resolve: (settled) => {
          cancel();
          this.#waiters.delete(waiter);
          resolve(settled);
        },
      };
      const cancel = this.#scheduler.after(withinMs, () => waiter.resolve(null));
      this.#waiters.add(waiter);
    });
  }

  answer(state: WorkspaceState): void {
    for (const waiter of this.#waiters) {
      const settled = settledChange(state, waiter.receipt);
      if (settled !== null) waiter.resolve(settled);
    }
  }

  close(): void {
    for (const waiter of this.#waiters) waiter.resolve(null);
  }
}

/** What became of a change, also where it moved to another stream; null while nothing has. */
export function settledChange(
  { outbox, replica, moved, outcomes }: WorkspaceState,
  receipt: ChangeReceipt,
): SettledChange | null {
  let { stream, n } = receipt;
  for (let to = moved.get(stream); to !== undefined; to = moved.get(stream)) {
    const next = to.numbers.find(([from]) => from === n);
    if (next === undefined) break;
    stream = to.stream;
    n = next[1];
  }
  if (stream === outbox.stream && n > replica.record.settled) return null;
  const found = outcomes.findLast((outcome) => outcome.stream === stream && outcome.n === n);
  if (found === undefined) return { outcome: { kind: 'applied', adjusted: [] }, revision: replica.record.cursor };
  return { outcome: found.outcome, revision: found.revision };
}
