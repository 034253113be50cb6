/** Outcomes that devices hold are forgotten here, some time later and together: nothing depends on when. */
import type { Actor, StreamId } from '@waypost/protocol';
import type { Acknowledged, Acknowledger, Scheduler } from './ports.ts';
import type { SyncStore } from './store.ts';

const GATHER_MS = 1_000;
/** Streams that wait at once; more are forgotten without waiting. */
const WAITING_MAX = 10_000;

export interface AcknowledgementPorts {
  readonly store: SyncStore;
  readonly scheduler: Scheduler;
  readonly failed: (error: unknown) => void;
}

export class Acknowledgements implements Acknowledger {
  readonly #ports: AcknowledgementPorts;
  #waiting = new Map<StreamId, Acknowledged & { readonly actor: Actor }>();
  #cancel: (() => void) | null = null;

  constructor(ports: AcknowledgementPorts) {
    this.#ports = ports;
  }

  note(actor: Actor, have: Acknowledged): void {
    const { workspace, stream, upTo } = have;
    const before = this.#waiting.get(stream)?.upTo ?? 0;
    this.#waiting.set(stream, { actor, workspace, stream, upTo: Math.max(before, upTo) });
    if (this.#waiting.size >= WAITING_MAX) void this.flush();
    else this.#cancel ??= this.#ports.scheduler.after(GATHER_MS, () => void this.flush());
  }

  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const acknowledged of waiting) {
      try {
        await this.#forget(acknowledged);
      } catch (error) {
        // The device says it again with its next hello.
        this.#ports.failed(error);
      }
    }
  }

  async #forget({ actor, workspace, stream, upTo }: Acknowledged & { readonly actor: Actor }): Promise<void> {
    const { store } = this.#ports;
    const isThere = await store.read(workspace, async (reader) => {
      const [row] = await reader.streams([stream]);
      // Nobody forgets another's outcomes.
      if (row === undefined || row.device !== actor.device) return false;
      // Most changes are plainly applied and leave nothing to forget: that is worth finding out before a write.
      return (await reader.outcomesAbove(stream, 0)).some(({ n }) => n <= upTo);
    });
    if (isThere) await store.forgetOutcomes(workspace, stream, upTo);
  }
}
