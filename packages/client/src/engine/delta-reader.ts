/**
 * Deltas: applied whole, in one commit, or not at all. All of this happens in the lane. What is committed is then taken
 * into memory without a wait in between, so that nobody ever sees a part of it.
 */
import {
  type Delta,
  type Element,
  type ElementId,
  elementOf,
  equalSums,
  ERRORS,
  WaypostError,
  wireElementSchema,
} from '@waypost/protocol';
import { REPLICA } from './records.ts';
import type { PreparedDelta } from './replica.ts';
import { durabilityOf, eventsOf, type Settlement, settlementOf } from './settling.ts';
import { textOf } from './utf8.ts';
import { idOf, idsOf } from './view.ts';
import type { WorkspaceCore } from './workspace-core.ts';
import { refusedKey, settledBodies } from './workspace-state.ts';

/** A checksum that does not fit is answered by a reset at most so often. */
const MISMATCH_PAUSE_MS = 60 * 60 * 1000;
/** Settled changes after which the server is told that their outcomes are here. */
const HAVE_STEP = 256;

export interface DeltaReaderEvents {
  /** A complete delta of the present connection is here. */
  caughtUp(): void;
  /** The settled state has to be taken anew. */
  resetNeeded(): void;
  /** What the server settled of the stream, and what this device believes, cannot both be right. */
  streamParted(): Promise<void>;
}

export class DeltaReader {
  readonly #core: WorkspaceCore;
  readonly #events: DeltaReaderEvents;
  /** Pages of a delta that is not complete. */
  #staged: Delta[] = [];
  /** The page that came last over this connection, whatever became of it. */
  #last: Delta | null = null;
  #haveTold = 0;

  constructor(core: WorkspaceCore, events: DeltaReaderEvents) {
    this.#core = core;
    this.#events = events;
  }

  disconnected(): void {
    this.#staged = [];
    this.#last = null;
  }

  async take(delta: Delta): Promise<void> {
    const { record } = this.#core.state.replica;
    const before = this.#last;
    this.#last = delta;
    // Another process may have gone on meanwhile, through a part of what is staged. What begins where it came to stays: a page
    // that follows may be the rest of the same revision.
    const begins = this.#staged.findIndex((page) => page.from === record.cursor);
    this.#staged = begins < 0 ? [] : this.#staged.slice(begins);
    const from = this.#staged.at(-1)?.to ?? record.cursor;
    const known = delta.epoch === record.epoch || (record.epoch === null && delta.from === 0);
    if (!known || delta.from !== from || (this.#staged.length === 0 && isRest(delta, before))) {
      this.#staged = [];
      if (this.#core.reset !== null) return;
      // What is here already: another process, with a connection of its own, was first. Anything else has a step missing;
      // so has one that settles what that process was not told of.
      if (!known || delta.to > record.cursor || this.#settles(delta)) this.#core.follow();
      else if (!delta.more) this.caughtUp();
      return;
    }
    this.#staged.push(delta);
    this.reportProgress(this.#staged);
    if (delta.more) return;
    const pages = this.#staged;
    this.#staged = [];
    await this.#apply(pages);
  }

  /** Whether it tells of outcomes that are not here. */
  #settles({ own: { settled } }: Delta): boolean {
    const { outbox, replica } = this.#core.state;
    return settled !== null && settled.stream === outbox.stream && settled.upTo > replica.record.settled;
  }

  /** A new stream begins: nothing of it was acknowledged. */
  beginStream(): void {
    this.#haveTold = 0;
  }

  reportProgress(pages: readonly Delta[]): void {
    const isMore = pages.at(-1)?.more === true;
    if (pages.length < 2 && !isMore) return;
    const done = pages.reduce((count, page) => count + page.elements.length, 0);
    this.#core.host.emit({ event: 'progress', workspace: this.#core.id, done, total: done + (isMore ? 1 : 0) });
  }

  /** A delta that does not fit what is here is answered by taking everything anew. */
  async prepared(prepare: () => Promise<PreparedDelta>): Promise<PreparedDelta | null> {
    try {
      return await prepare();
    } catch (error) {
      if (!(error instanceof WaypostError) || error.code !== 'sum-mismatch') throw error;
      this.mismatch(true);
      return null;
    }
  }

  mismatch(mayReset: boolean): void {
    const { host, info, reset } = this.#core;
    host.note(`The checksum of "${info.name}" did not fit.`);
    if (mayReset && reset === null) {
      this.#events.resetNeeded();
      return;
    }
    this.#core.error = { code: 'sum-mismatch', message: ERRORS['sum-mismatch'].advice };
    host.changed();
  }

  /** What no frame could hold, or changed groups do not lead to. Null where it is gone meanwhile. */
  async fetchElement(id: ElementId): Promise<Element | null> {
    try {
      const bytes = await this.#core.host.ports.fetcher.get(`/api/workspaces/${this.#core.id}/elements/${id}`);
      const wire = wireElementSchema.safeParse(JSON.parse(textOf(bytes)));
      if (wire.success && 'data' in wire.data) return elementOf(wire.data);
      throw new WaypostError('bad-message', 'The server sent an element in a way this device does not understand.');
    } catch (error) {
      if (error instanceof WaypostError && error.code === 'not-found') return null;
      throw error;
    }
  }

  async #apply(pages: readonly Delta[]): Promise<void> {
    const { state, id: workspace, host } = this.#core;
    const { replica, outbox } = state;
    const prepared = await this.prepared(() => replica.prepare(pages, (id) => this.fetchElement(id)));
    if (prepared === null || (await this.isStreamParted(prepared))) return;
    if (this.skipsOutcomes(prepared)) {
      this.#core.follow();
      return;
    }
    const at = host.ports.clock.now();
    const fits = prepared.expectedSum === null || equalSums(prepared.sum, prepared.expectedSum);
    const { mismatchAt } = replica.record;
    const mayReset = !fits && (mismatchAt === null || at - mismatchAt >= MISMATCH_PAUSE_MS || at < mismatchAt);
    const record = { ...replica.recordAfter(prepared, outbox.stream), ...(mayReset ? { mismatchAt: at } : {}) };
    const held = await this.bodiesFor(prepared, record.settled);
    const settlement = settlementOf(state, prepared, { record, workspace, at, held });
    const expect = [{ from: 'state', workspace, key: REPLICA, value: state.replicaText }] as const;
    const receipt = await this.#core.commit({ writes: settlement.writes, expect }, durabilityOf(settlement));
    if (receipt.kind === 'refused') {
      await this.#core.load();
      this.#core.follow();
      return;
    }
    state.replicaText = JSON.stringify(record);
    this.adopt(prepared, settlement, held);
    this.caughtUp();
    if (!fits) this.mismatch(mayReset);
    else if (this.#core.error?.code === 'sum-mismatch') this.#core.error = null;
  }

  /** [FD9] What it settles does not begin where this device stands: a delta that told of outcomes was passed over. */
  skipsOutcomes({ settled }: PreparedDelta): boolean {
    const { outbox, replica } = this.#core.state;
    return settled !== null && settled.stream === outbox.stream && settled.after > replica.record.settled;
  }

  /**
   * The server knows changes of this stream that this store does not: it was put back to an earlier state. What waits under
   * the same numbers is other work, and must not be taken for theirs.
   */
  async isStreamParted({ settled }: PreparedDelta): Promise<boolean> {
    const { outbox } = this.#core.state;
    if (settled === null || settled.stream !== outbox.stream || settled.upTo < outbox.next) return false;
    await this.#events.streamParted();
    return true;
  }

  /** Settled bodies that the view needs to take a delta, as they were before it. */
  async bodiesFor(prepared: PreparedDelta, settled: number): Promise<ReadonlyMap<ElementId, Element>> {
    const { replica, view, outbox, conflicts } = this.#core.state;
    const written = outbox.entries
      .filter(({ n }) => n <= settled)
      .flatMap(({ writes }) => writes.flatMap((write) => idOf(write) ?? []));
    const touched = [...prepared.elements.keys(), ...prepared.gone, ...written].filter((id) => view.isTouched(id));
    const inConflict = new Set([...conflicts.values()].map(({ element }) => element));
    const leaving = [...prepared.gone].filter((id) => inConflict.has(id) || view.isTouched(id));
    return settledBodies(replica, [...view.settledBodiesFor(touched), ...leaving]);
  }

  /** Takes what is committed into memory, and tells of it. Nothing in here waits. */
  adopt(prepared: PreparedDelta, settlement: Settlement, held: ReadonlyMap<ElementId, Element>): void {
    const { state, sender, host, id: workspace } = this.#core;
    const { replica, view, outbox } = state;
    const isFirst = replica.record.epoch === null;
    const events = isFirst ? [] : [...eventsOf(workspace, replica, prepared, host.rules.schemas)];
    const changed = new Set([...prepared.elements.keys(), ...prepared.gone]);
    const before = new Map([...changed].map((id) => [id, replica.place(id)]));
    const settledNow = outbox.entries.filter(({ n }) => n <= settlement.record.settled);
    const shown = [...changed, ...settledNow.flatMap(({ writes }) => [...idsOf(writes)])];
    const body = (id: ElementId): Element | null =>
      prepared.elements.get(id) ?? (prepared.gone.has(id) ? null : (held.get(id) ?? null));
    replica.adopt(prepared, settlement.record);
    outbox.settle(settlement.record.settled);
    const moved = view.settle({ upTo: settlement.record.settled, changed, before }, body);
    sender.settled(settlement.record.settled);
    for (const event of events) host.emit(event);
    const { device } = host.rules.me;
    const fromOthers = [...prepared.elements.values()].filter(({ by }) => by.device !== device).length;
    if (isFirst && fromOthers > 0) host.emit({ event: 'filled', workspace, elements: fromOthers });
    this.tell(prepared, settlement);
    host.emit({ event: 'shown', workspace, ids: isFirst ? null : [...shown, ...moved] });
  }

  /** Names, outcomes, conflicts: what comes with a delta besides elements. */
  tell(prepared: PreparedDelta, settlement: Settlement): void {
    const { state, host, id: workspace, waiters } = this.#core;
    state.outcomes = settlement.outcomes;
    state.recent = settlement.recent;
    for (const refused of settlement.refused) state.refused.set(refusedKey(refused), refused);
    for (const element of settlement.lastKnown) state.lastKnown.set(element.id, element);
    for (const id of settlement.decided) state.lastKnown.delete(id);
    host.learnNames(prepared.names);
    for (const conflict of prepared.conflicts) {
      const isOpen = conflict.closed === null;
      if (isOpen) state.conflicts.set(conflict.id, conflict);
      else state.conflicts.delete(conflict.id);
      host.emit({ event: 'conflict', workspace, conflict, open: isOpen });
      this.#core.tellShown([conflict.element]);
    }
    for (const { stream, n, outcome, revision } of settlement.results) {
      host.emit({ event: 'settled', receipt: { workspace, stream, n }, settled: { outcome, revision } });
    }
    waiters.answer(state);
  }

  caughtUp(): void {
    if (!this.#core.current || !this.#core.sender.ready)
      this.#core.sender.begin(this.#core.state.replica.record.settled);
    this.#core.current = true;
    this.#core.obstacle = null;
    this.#tellHave();
    this.#core.host.changed();
    this.#events.caughtUp();
  }

  /** Over HTTP at once: the next poll waits for it, or it would bring the same outcomes again. */
  #tellHave(): void {
    const { state, host, id } = this.#core;
    const { stream, entries } = state.outbox;
    const { settled } = state.replica.record;
    const link = host.link();
    const step = settled - this.#haveTold;
    if (link === null || stream === null || step <= 0) return;
    if (link.transport === 'websocket' && entries.length > 0 && step < HAVE_STEP) return;
    this.#haveTold = settled;
    link.send({ type: 'have', workspace: id, stream, upTo: settled });
  }
}

/**
 * [FD2] Whether the page before left this one's revision unfinished. Where that page was passed over, this one begins where
 * the device stands only by the numbers: another process has brought it there since.
 */
function isRest(delta: Delta, before: Delta | null): boolean {
  return before !== null && before.more && before.from === before.to && before.to === delta.from;
}
