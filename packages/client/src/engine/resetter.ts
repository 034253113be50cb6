/** Taking the settled state anew, when the server says so or when this device finds that it has to. */
import { type Element, type ElementId, equalSums, ERRORS, type StreamId } from '@waypost/protocol';
import type { DeltaReader } from './delta-reader.ts';
import { entryOf } from './outbox.ts';
import { type OutboxRecord, REPLICA } from './records.ts';
import type { PreparedDelta, Replica } from './replica.ts';
import { elementsAbove, moveRecords, renewalWrites, Reset, type ResetMessage, swapOf, unseenNothing } from './reset.ts';
import { durabilityOf } from './settling.ts';
import { asWaypostError, type WorkspaceCore } from './workspace-core.ts';
import { viewOver } from './workspace-state.ts';

/** What a server said would follow, and did not, is fetched as a snapshot. */
const INLINE_WAIT_MS = 5_000;
const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 30_000;

export class Resetter {
  readonly #core: WorkspaceCore;
  readonly #deltas: DeltaReader;
  /** Attempts in a row that led to nothing. */
  #failures = 0;
  /** Whose snapshot is being fetched, or will be. */
  #fetching: Reset | null = null;

  constructor(core: WorkspaceCore, deltas: DeltaReader) {
    this.#core = core;
    this.#deltas = deltas;
  }

  /** In the lane: the server says that this device's position leads nowhere. */
  async take(message: ResetMessage): Promise<void> {
    const core = this.#core;
    core.current = false;
    core.sender.end();
    this.#deltas.disconnected();
    const { reset } = core;
    if (reset !== null && reset.position === null && (reset.message?.epoch ?? message.epoch) === message.epoch) {
      // Already under way, over an earlier connection or by this device's own wish. What that connection began to bring
      // inline is gone with it, and may be too much for that now.
      reset.message = message;
      if (this.#fetching !== reset || !message.inline) this.#fetchAfter(reset, this.#waitMs(message));
      return;
    }
    const about = this.#aboutHeld(message);
    if (about === null) {
      this.#end();
      core.follow();
      return;
    }
    core.host.note(`"${core.info.name}" is taken anew from the server (${message.reason}).`);
    this.begin(about);
  }

  /**
   * The server answers what is staged here. Where that is of another epoch than what is held, only the lower of both
   * answers is shared with what is held [EP4]. Null where the held state has to be asked about first.
   */
  #aboutHeld(message: ResetMessage): ResetMessage | null {
    const { reset, state } = this.#core;
    const staged = reset?.position?.epoch;
    if (reset === null || staged === undefined || staged === state.replica.record.epoch) return message;
    if (reset.message === null) return null;
    return { ...message, restored: Math.min(message.restored, reset.message.restored) };
  }

  /** `message` is null where this device wants it by itself. */
  begin(message: ResetMessage | null): void {
    const { tools, host } = this.#core;
    const reset = new Reset({ ...tools, fetcher: host.ports.fetcher }, message);
    this.#core.reset = reset;
    host.changed();
    this.#fetchAfter(reset, this.#waitMs(message));
  }

  /** What came inline is gone with the connection, and the next one may have no reason to bring it again. */
  disconnected(): void {
    const { reset } = this.#core;
    if (reset === null) return;
    reset.disconnected();
    if (reset.replica === null && this.#fetching !== reset) this.#fetchAfter(reset, INLINE_WAIT_MS);
  }

  #waitMs(message: ResetMessage | null): number {
    return message?.inline === true ? INLINE_WAIT_MS : this.#retryMs();
  }

  /** At once, the first time. */
  #retryMs(): number {
    if (this.#failures === 0) return 0;
    return this.#core.host.ports.chance.number() * Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** this.#failures);
  }

  #fetchAfter(reset: Reset, delayMs: number): void {
    this.#fetching = reset;
    this.#core.host.ports.scheduler.after(delayMs, () => void this.#download(reset));
  }

  /** In the lane: everything is here. */
  async swap(reset: Reset): Promise<void> {
    const core = this.#core;
    const staged = reset.replica;
    if (staged === null) return;
    const { state } = core;
    const old = state.replica.record;
    const prepared = await this.#deltas.prepared(() =>
      staged.prepare(reset.deltas, (id) => this.#deltas.fetchElement(id)),
    );
    const isNewEpoch = old.epoch !== null && old.epoch !== prepared?.epoch;
    const isBehind =
      prepared === null ||
      (old.epoch === prepared.epoch && (prepared.to < old.cursor || this.#deltas.skipsOutcomes(prepared)));
    const message = reset.message !== null && reset.message.epoch === prepared?.epoch ? reset.message : null;
    if (prepared === null || isBehind || (isNewEpoch && message === null)) {
      // Not what was promised: the server is asked again from where this device really stands.
      this.#failures += 1;
      this.#end();
      core.follow();
      return;
    }
    const lost = isNewEpoch && message !== null ? await this.#lostWith(message) : null;
    if (lost === null && (await this.#deltas.isStreamParted(prepared))) return;
    const at = core.host.ports.clock.now();
    const { device } = core.host.rules.me;
    const swap = swapOf(state, { workspace: core.id, pages: reset.pages, staged, prepared, lost, device, at });
    const receipt = await core.commit(swap.batch, swap.renewed === null ? durabilityOf(swap.settlement) : 'strict');
    if (receipt.kind === 'refused') {
      this.#end();
      await core.load();
      core.follow();
      return;
    }
    const backAgain = lost === null ? [] : returned(state.replica, staged, prepared, lost.message.restored);
    this.#failures = 0;
    staged.adopt(prepared, swap.record);
    reset.swapped();
    state.outbox.settle(swap.settlement.record.settled);
    state.replicaText = JSON.stringify(swap.record);
    if (swap.renewed !== null) this.#beginStream(swap.renewed.stream, swap.renewed.records, receipt.numbers);
    const view = await viewOver(staged, state.outbox, { rules: core.host.rules, conflicts: state.conflicts });
    const news = differing(state.replica, staged);
    state.replica = staged;
    state.view = view;
    state.conflicts.clear();
    this.#end();
    this.#deltas.tell(prepared, { ...swap.settlement, recent: [] });
    core.tellShown(null);
    if (news > 0) core.host.emit({ event: 'filled', workspace: core.id, elements: news });
    if (swap.renewed !== null) this.#tellOfRecovery(swap.renewed.recovery, backAgain);
    this.#deltas.caughtUp();
    if (prepared.expectedSum !== null && !equalSums(prepared.sum, prepared.expectedSum)) this.#deltas.mismatch(false);
  }

  /** In the lane: everything that waits begins again in a new stream, in order. */
  async renewStream(): Promise<void> {
    const { state, id: workspace, host, info } = this.#core;
    const { stream } = state.outbox;
    if (stream === null) return;
    const records = moveRecords(state.outbox.entries);
    const renewed = { stream: host.newId() as StreamId, records, recovery: { moved: records.length } };
    const value = JSON.stringify({ ...state.replica.record, settled: 0 });
    const receipt = await this.#core.commit(
      {
        writes: [...renewalWrites(state, workspace, stream, renewed), { to: 'state', workspace, key: REPLICA, value }],
        append: records.map((entry) => ({ workspace, stream: renewed.stream, value: JSON.stringify(entry) })),
        expect: [
          ...unseenNothing(state, workspace, stream),
          { from: 'state', workspace, key: REPLICA, value: state.replicaText },
        ],
      },
      'strict',
    );
    if (receipt.kind === 'written') host.note(`What waits in "${info.name}" is numbered anew.`);
    this.#deltas.beginStream();
    // Nothing is sent in the new one before the server says where it stands: it may have more to say of the old one.
    this.#core.current = false;
    this.#core.sender.end();
    await this.#core.load();
    this.#core.follow();
  }

  /** Outside the lane: a large download must not hold up the work of the person. */
  async #download(reset: Reset): Promise<void> {
    const core = this.#core;
    if (core.reset !== reset || core.closed) return;
    if (reset.replica !== null) {
      this.#fetching = null;
      return;
    }
    const progress = (done: number, total: number): void =>
      core.host.emit({ event: 'progress', workspace: core.id, done, total });
    try {
      const replica = await reset.fetchHead();
      if (core.reset !== reset) return;
      if (core.state.replica.record.epoch === null) {
        await core.lane.run(async () => {
          const shown = await viewOver(replica, core.state.outbox, {
            rules: core.host.rules,
            conflicts: core.state.conflicts,
          });
          if (core.reset !== reset) return;
          core.shown = shown;
          core.tellShown(null);
        });
        progress(0, replica.size);
      }
      await reset.fetchBodies(replica, progress);
      if (core.reset !== reset) return;
      this.#fetching = null;
      core.follow();
    } catch (error) {
      this.#failed(reset, error);
    }
  }

  #failed(reset: Reset, error: unknown): void {
    const core = this.#core;
    if (core.reset !== reset || core.closed) return;
    const { code, message } = asWaypostError(error);
    core.host.note(`Fetching "${core.info.name}" failed: ${message}`);
    this.#failures += 1;
    if (ERRORS[code].retry) core.hindered(code, message);
    else if (code !== 'not-found') core.error = { code, message };
    core.host.changed();
    this.#fetchAfter(reset, this.#retryMs());
  }

  async #lostWith(message: ResetMessage) {
    const elements = await elementsAbove(this.#core.state.replica, message.restored);
    return { message, elements, newStream: this.#core.host.newId() as StreamId };
  }

  #beginStream(stream: StreamId, records: readonly OutboxRecord[], numbers: readonly number[]): void {
    const { outbox, moved } = this.#core.state;
    const old = outbox.stream;
    if (old !== null) {
      const waiting = outbox.entries;
      const first = records.length - waiting.length;
      moved.set(old, { stream, numbers: waiting.map(({ n }, index) => [n, numbers[first + index] ?? 0] as const) });
    }
    outbox.stream = stream;
    outbox.entries = records.map((record, index) => entryOf(numbers[index] ?? 0, record, JSON.stringify(record)));
    outbox.next = (numbers.at(-1) ?? 0) + 1;
    outbox.sentUpTo = 0;
    this.#deltas.beginStream();
  }

  #tellOfRecovery(
    { resent, deletedHere }: { readonly resent: readonly Element[]; readonly deletedHere: readonly Element[] },
    backAgain: readonly ElementId[],
  ): void {
    const { host, id: workspace, info } = this.#core;
    host.note(`The server of "${info.name}" was restored from a backup: ${resent.length} elements are sent again.`);
    host.emit({
      event: 'restored-server',
      workspace,
      resent: resent.map(({ id }) => id),
      deletedHere: [...deletedHere.map(({ id }) => id), ...backAgain],
    });
  }

  #end(): void {
    this.#core.reset = null;
    this.#core.shown = null;
  }
}

/** What came back with a restored server although this device had seen it leave. */
function returned(old: Replica, staged: Replica, prepared: PreparedDelta, restored: number): ElementId[] {
  const ids = new Set<ElementId>();
  for (const { id, revision } of staged.entries()) if (revision <= restored) ids.add(id);
  for (const { id, revision } of prepared.elements.values()) if (revision <= restored) ids.add(id);
  return [...ids].filter((id) => old.entry(id) === undefined);
}

/** How many elements are not as they were. */
function differing(old: Replica, staged: Replica): number {
  let count = 0;
  for (const { id, revision } of staged.entries()) if (old.entry(id)?.revision !== revision) count += 1;
  return count;
}
