/**
 * One workspace on this device: what is read, what is changed, and its part of the conversation with the server. Whatever
 * touches its state goes through one lane, so that a change never sees half a delta. Effects happen here; what they should
 * be is decided by the parts it is made of.
 */
import {
  type ClientMessage,
  type Conflict,
  type ConflictId,
  type Delta,
  type Element,
  type ElementId,
  elementOf,
  equalSums,
  type ErrorCode,
  FRAME_BYTES_MAX,
  isErrorCode,
  ERRORS,
  type Position,
  type ServerMessage,
  serverMessageSchema,
  type StreamId,
  WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
  wireElementSchema,
} from '@waypost/protocol';
import { checkContent } from './check.ts';
import { type PackedReplica, packBeside, worthPacking } from './compaction.ts';
import { conflictView, decide, withoutClosed } from './conflicts.ts';
import type { ContentRules } from './content.ts';
import type {
  ChangeReceipt,
  CheckResult,
  ConflictView,
  Decision,
  DeviceEvent,
  ElementSummary,
  ElementView,
  Intent,
  RefusedChange,
  SettledChange,
} from './device.ts';
import { Composer, inChanges } from './intents.ts';
import { Lane } from './lane.ts';
import { entryOf, type OutboxEntry } from './outbox.ts';
import { outboxKey, type StorageBatch, type StorageWrite } from './ports.ts';
import type { EnginePorts } from './open.ts';
import { type OutboxRecord, REPLICA, SENT_PREFIX, SQUASHED, STREAM } from './records.ts';
import type { PreparedDelta } from './replica.ts';
import { elementsAbove, moveRecords, renewalWrites, Reset, type ResetMessage, swapOf, unseenNothing } from './reset.ts';
import { readForeignCommit } from './foreign-commit.ts';
import { Sender } from './sender.ts';
import { eventsOf, type Settlement, settlementOf } from './settling.ts';
import { textOf } from './utf8.ts';
import { idOf, type View } from './view.ts';
import { loadState, MovedBodies, refusedKey, settledBodies, type StateTools, viewOver, type WorkspaceState } from './workspace-state.ts';

/** What a workspace asks of the device it is on. */
export interface WorkspaceHost {
  readonly ports: EnginePorts;
  readonly rules: ContentRules;
  newId(): string;
  emit(event: DeviceEvent): void;
  /** How messages leave now; null while this process has no connection. */
  link(): WorkspaceLink | null;
  /** Something that `status` shows may be different. */
  changed(): void;
  log(message: string): void;
  /** Sync cannot go on as it is: the connection is closed with this reason, and tried again later. */
  interrupt(error: WaypostError): void;
  learnNames(names: Delta['names']): void;
}

export interface WorkspaceLink {
  readonly transport: 'websocket' | 'http';
  send(message: ClientMessage): void;
  bufferedBytes(): number;
}

interface WaitingChange {
  /** Elements whose bodies it needs. */
  readonly ids: readonly ElementId[];
  readonly autosave: boolean;
  compose(composer: Composer): ReturnType<Composer['writes']>;
  resolve(receipt: ChangeReceipt): void;
  reject(error: unknown): void;
}

interface OutcomeWaiter {
  readonly receipt: ChangeReceipt;
  resolve(settled: SettledChange | null): void;
}

/** Larger pushes are posted: gzip makes a third of most, but not of all. */
const SOCKET_PUSH_BYTES_MAX = FRAME_BYTES_MAX - 32 * 1024;
/** Both frames of a small workspace's first sync arrive together; a snapshot is only asked for when the second did not. */
const INLINE_WAIT_MS = 20;
const RETRY_MS_MAX = 30_000;
const PUSH_PAUSE_MS = 1_000;
const MISMATCH_PAUSE_MS = 60 * 60 * 1000;
/** Quiet for so long counts as idle. */
const IDLE_MS = 2_000;
/** Settled changes after which the server is told that their outcomes are here. */
const HAVE_STEP = 256;
const CHECK_ROUNDS_MAX = 5;

export class Workspace {
  readonly id: WorkspaceId;
  info: WorkspaceInfo;
  readonly #host: WorkspaceHost;
  readonly #tools: StateTools;
  readonly #lane = new Lane();
  readonly #sender = new Sender();
  #state: WorkspaceState;
  /** While a first sync has only its skeleton: what is shown, but not yet kept. */
  #shown: View | null = null;
  #waiting: WaitingChange[] = [];
  readonly #waiters = new Set<OutcomeWaiter>();
  /** Pages of a delta that is not complete. */
  #staged: Delta[] = [];
  #reset: Reset | null = null;
  #resetFailures = 0;
  /** Whether a complete delta of the present connection was applied. */
  #current = false;
  #isMember = true;
  #error: { readonly code: ErrorCode; readonly message: string } | null = null;
  #marking = false;
  #posting = false;
  #haveTold = 0;
  #refreshing = false;
  #packing = false;
  #cancelIdle: (() => void) | null = null;
  #closed = false;

  private constructor(host: WorkspaceHost, info: WorkspaceInfo, tools: StateTools, state: WorkspaceState) {
    this.id = info.id;
    this.info = info;
    this.#host = host;
    this.#tools = tools;
    this.#state = state;
  }

  static async open(host: WorkspaceHost, info: WorkspaceInfo): Promise<Workspace> {
    const { storage, compression } = host.ports;
    const tools = { workspace: info.id, storage, compression, rules: host.rules };
    return new Workspace(host, info, tools, await loadState(tools));
  }

  // ---- What a person sees

  get view(): View {
    return this.#shown ?? this.#state.view;
  }

  async read(id: ElementId): Promise<ElementView | null> {
    for (;;) {
      const { view } = this;
      if (!view.isAlive(id)) return null;
      const pending = view.pendingBody(id);
      if (pending !== undefined) return { ...pending, state: view.state(id) };
      const settled = (await view.replica.load([id])).get(id);
      // Something was written to it meanwhile. A pending move alone leaves its body the settled one.
      if (this.view !== view || view.pendingBody(id) !== undefined) continue;
      if (settled !== undefined) return { ...view.placed(settled), state: view.state(id) };
      if (view.replica.entry(id) === undefined) return null;
      await this.reload();
    }
  }

  list(parent: ElementId | null): readonly ElementSummary[] {
    return this.view.list(parent);
  }

  summary(id: ElementId): ElementSummary | null {
    return this.view.summary(id);
  }

  trash(): readonly ElementSummary[] {
    return this.view.trash();
  }

  get pendingCount(): number {
    return this.#state.outbox.entries.length;
  }

  get openConflicts(): readonly Conflict[] {
    const writes = this.#state.outbox.entries.flatMap((entry) => entry.writes.filter(({ op }) => op === 'close'));
    return [...this.#state.conflicts.values()].flatMap((conflict) => withoutClosed(conflict, writes) ?? []);
  }

  async conflicts(): Promise<readonly ConflictView[]> {
    const { schemas } = this.#host.rules;
    const open = this.openConflicts;
    const bodies = await this.view.replica.load(open.map(({ element }) => element));
    return open.map((conflict) => {
      const theirs = bodies.get(conflict.element) ?? this.#state.lastKnown.get(conflict.element) ?? null;
      return conflictView(conflict, { workspace: this.id, theirs, schemas });
    });
  }

  refused(): readonly RefusedChange[] {
    return [...this.#state.refused.values()];
  }

  get isCurrent(): boolean {
    return this.#current && this.#reset === null;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  get error(): { readonly code: ErrorCode; readonly message: string } | null {
    return this.#error;
  }

  /** Changes by element, for the list of what exists only here. */
  pendingByElement(): ReadonlyMap<ElementId, number> {
    const counts = new Map<ElementId, number>();
    for (const { writes } of this.#state.outbox.entries) {
      for (const id of new Set(writes.flatMap((write) => idOf(write) ?? []))) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  // ---- What a person does

  change(intents: readonly Intent[]): Promise<ChangeReceipt> {
    const [first] = intents;
    return this.#enqueue({
      ids: intents.flatMap((intent) => (intent.do === 'set' ? intent.id : [])),
      autosave: intents.length === 1 && first?.do === 'set' && first.autosave === true,
      compose: (composer) => composer.writes(intents),
    });
  }

  async resolve(id: ConflictId, decision: Decision): Promise<ChangeReceipt & { readonly created: ElementId | null }> {
    const conflict = this.openConflicts.find((open) => open.id === id);
    if (conflict === undefined) throw new WaypostError('not-found', 'This conflict is decided already, or was never here.');
    const { chance } = this.#host.ports;
    let created: ElementId | null = null;
    const receipt = await this.#enqueue({
      ids: [conflict.element],
      autosave: false,
      compose: (composer) => {
        const { view } = this;
        const settled = composer.settled(conflict.element);
        const decided = decide(
          {
            conflict,
            theirs: settled ?? this.#state.lastKnown.get(conflict.element) ?? null,
            gone: settled === null,
            beside: besideOf(view, conflict.element),
            cursor: view.replica.record.cursor,
          },
          decision,
          { schemas: this.#host.rules.schemas, newId: () => this.#host.newId() as ElementId, chance: () => chance.number() },
        );
        ({ created } = decided);
        return decided.writes.map((write) => composer.add(write));
      },
    });
    return { ...receipt, created };
  }

  async dismiss(refused: RefusedChange): Promise<void> {
    const key = refusedKey(refused);
    await this.#lane.run(async () => {
      await this.#commit({ writes: [{ to: 'state', workspace: this.id, key, value: null }] }, 'relaxed');
      this.#state.refused.delete(key);
    });
    this.#host.changed();
  }

  outcome(receipt: ChangeReceipt, withinMs: number): Promise<SettledChange | null> {
    const known = this.#outcomeOf(receipt);
    if (known !== null) return Promise.resolve(known);
    return new Promise((resolve) => {
      const waiter: OutcomeWaiter = {
        receipt,
        resolve: (settled) => {
          cancel();
          this.#waiters.delete(waiter);
          resolve(settled);
        },
      };
      const cancel = this.#host.ports.scheduler.after(withinMs, () => waiter.resolve(null));
      this.#waiters.add(waiter);
    });
  }

  // ---- The conversation

  position(): Position {
    const { stream } = this.#state.outbox;
    const { epoch, life, cursor } = this.#state.replica.record;
    const at = this.#reset?.position ?? { epoch, life, cursor };
    return { workspace: this.id, ...at, stream, have: this.#state.replica.record.settled };
  }

  /** There is a connection. Its hello named this workspace's position, or it is asked for now. */
  connected({ inHello }: { readonly inHello: boolean }): void {
    this.#isMember = true;
    this.#current = false;
    this.#error = null;
    if (!inHello) this.#follow();
  }

  disconnected(): void {
    this.#current = false;
    this.#staged = [];
    this.#sender.end();
    this.#reset?.disconnected();
    this.#posting = false;
  }

  /** Membership ended, or the workspace did. What was not sent stays here. */
  expelled(): void {
    this.#isMember = false;
    this.#sender.end();
    this.#current = false;
  }

  handle(message: Extract<ServerMessage, { type: 'delta' | 'reset' | 'received' | 'error' }>): void {
    switch (message.type) {
      case 'delta':
        this.#inLane(() => this.#takeDelta(message));
        break;
      case 'reset':
        this.#inLane(() => this.#takeReset(message));
        break;
      case 'received':
        if (message.stream === this.#state.outbox.stream) this.#sender.received(message.upTo);
        this.pump();
        break;
      case 'error':
        this.#inLane(() => this.#takeError(message));
        break;
    }
  }

  /** Sends what there is to send and room for. */
  pump(): void {
    const link = this.#host.link();
    const { outbox, replica } = this.#state;
    if (link === null || this.#closed || replica.record.epoch === null || outbox.stream === null) return;
    while (!this.#posting && !this.#marking) {
      const batch = this.#sender.next(outbox.entries, { onePushAtATime: link.transport === 'http', bufferedBytes: link.bufferedBytes() });
      if (batch.length === 0) return;
      if (!batch.every((entry) => outbox.isMarked(entry))) {
        this.#marking = true;
        this.#inLane(() => this.#mark());
        return;
      }
      this.#sender.sent(batch);
      const changes = batch.map(({ n, writes }) => ({ n, writes: [...writes] }));
      const push = { type: 'push', workspace: this.id, epoch: replica.record.epoch, stream: outbox.stream, changes } as unknown as ClientMessage;
      const bytes = batch.reduce((sum, entry) => sum + entry.bytes, 0);
      if (link.transport === 'websocket' && bytes > SOCKET_PUSH_BYTES_MAX) void this.#post(push);
      else link.send(push);
    }
  }

  /** Another process committed to the store. */
  refresh(): void {
    if (this.#refreshing || this.#closed) return;
    this.#refreshing = true;
    this.#inLane(async () => {
      this.#refreshing = false;
      await this.#readForeign();
    });
  }

  async check({ repair }: { readonly repair: boolean }): Promise<CheckResult> {
    for (let round = 0; round < CHECK_ROUNDS_MAX; round += 1) {
      const { replica } = this.#state;
      const differing = await checkContent(
        {
          cursor: replica.record.cursor,
          ids: [...replica.entries()].map(({ id }) => id).sort(),
          load: (ids) => replica.load(ids),
        },
        { workspace: this.id, fetcher: this.#host.ports.fetcher, compression: this.#host.ports.compression },
      );
      if (differing === 'moved' || replica !== this.#state.replica) {
        await this.#pause(PUSH_PAUSE_MS);
        continue;
      }
      const repaired = repair && differing.length > 0;
      if (repaired) await this.#repair(differing);
      return { equal: differing.length === 0, differing, repaired };
    }
    throw new WaypostError('rate-limited', 'The workspace changes too quickly to be compared: try again in a quiet moment.');
  }

  close(): void {
    this.#closed = true;
    this.#cancelIdle?.();
    for (const waiter of this.#waiters) waiter.resolve(null);
  }

  /** Until everything that was begun is done. */
  async settle(): Promise<void> {
    await this.#lane.run(async () => undefined);
  }

  async reload(): Promise<void> {
    await this.#lane.run(() => this.#loadAgain());
  }

  // ---- Changes, in the lane

  #enqueue(change: Omit<WaitingChange, 'resolve' | 'reject'>): Promise<ChangeReceipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...change, resolve, reject });
      // Whatever is asked for before the lane gets to it shares one commit, and so one wait for the disk.
      if (this.#waiting.length === 1) void this.#lane.run(() => this.#commitWaiting());
    });
  }

  async #commitWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    let left: readonly WaitingChange[] = waiting;
    try {
      while (left.length > 0) left = await this.#tryCommit(left);
    } catch (error) {
      for (const change of left) change.reject(error);
      if (error instanceof MovedBodies) await this.#loadAgain();
    }
    this.#host.changed();
    this.pump();
  }

  /** Returns the changes to try again: the store is not what this process knew. */
  async #tryCommit(waiting: readonly WaitingChange[]): Promise<readonly WaitingChange[]> {
    const { outbox } = this.#state;
    const { view } = this;
    const at = this.#host.ports.clock.now();
    const settled = await settledBodies(view.replica, waiting.flatMap(({ ids }) => ids));
    const settledBody = (id: ElementId): Element | null => settled.get(id) ?? null;
    const composer = new Composer(
      {
        exists: (id) => view.place(id) !== undefined,
        element: (id) => view.pendingBody(id) ?? settledBody(id),
        settled: settledBody,
        cursor: view.replica.record.cursor,
      },
      this.#host.rules,
      at,
    );
    const composed: { readonly change: WaitingChange; readonly records: readonly OutboxRecord[] }[] = [];
    for (const change of waiting) {
      try {
        const writes = composer.attempt(() => change.compose(composer));
        if (writes.length === 0) throw new WaypostError('bad-message', 'There is nothing in this change.');
        if (change.autosave && composed.length === 0 && waiting.length === 1) {
          const replaced = await this.#replaceLast(change, writes, { at, settledBody });
          if (replaced !== 'append') return replaced === 'done' ? [] : waiting;
        }
        const sent = this.#sender.ready ? { sent: true as const } : {};
        composed.push({ change, records: inChanges(writes).map((part) => ({ writes: part, ...sent, at })) });
      } catch (error) {
        if (error instanceof WaypostError && (error.code === 'storage-full' || error.code === 'storage-failed')) throw error;
        change.reject(error);
      }
    }
    if (composed.length === 0) return [];
    const left = composed.map(({ change }) => change);
    const records = composed.flatMap((one) => one.records);
    const values = records.map((record) => JSON.stringify(record));
    const numbers = await this.#append(values);
    if (numbers === null) {
      await this.#loadAgain();
      return left;
    }
    const [firstNumber] = numbers;
    if (firstNumber !== undefined && firstNumber > outbox.next) await this.#readMissing(firstNumber);
    const entries = records.map((record, index) => entryOf(numbers[index] ?? 0, record, values[index] ?? ''));
    outbox.add(entries);
    for (const entry of entries) this.#showPending(entry, settledBody);
    let last = -1;
    for (const { change, records: own } of composed) {
      last += own.length;
      change.resolve({ workspace: this.id, stream: outbox.stream as StreamId, n: numbers[last] ?? 0 });
    }
    return [];
  }

  /** The numbers of new entries; null where the stream is not what this process knew. */
  async #append(values: readonly string[]): Promise<readonly number[] | null> {
    const { outbox } = this.#state;
    const known = outbox.stream;
    const stream = known ?? (this.#host.newId() as StreamId);
    const receipt = await this.#commit(
      {
        writes: known === null ? [{ to: 'state', workspace: this.id, key: STREAM, value: stream }] : [],
        append: values.map((value) => ({ workspace: this.id, stream, value })),
        expect: [{ from: 'state', workspace: this.id, key: STREAM, value: known }],
      },
      'strict',
    );
    if (receipt.kind === 'refused') return null;
    outbox.stream = stream;
    return receipt.numbers;
  }

  /** An autosave takes the place of the last entry where that was the same, and cannot have been sent. */
  async #replaceLast(
    change: WaitingChange,
    writes: ReturnType<Composer['writes']>,
    { at, settledBody }: { readonly at: number; readonly settledBody: (id: ElementId) => Element | null },
  ): Promise<'append' | 'done' | 'again'> {
    const { outbox } = this.#state;
    const last = this.#sender.ready ? null : outbox.replaceable(writes);
    const { stream } = outbox;
    if (last === null || stream === null) return 'append';
    const { entry, value } = outbox.replacement(last, writes, at);
    const state = (key: string, is: number): StorageWrite => ({ to: 'state', workspace: this.id, key, value: String(is) });
    const expected = (key: string, was: number) =>
      ({ from: 'state', workspace: this.id, key, value: was === 0 ? null : String(was) }) as const;
    const receipt = await this.#commit(
      {
        writes: [{ to: 'outbox', workspace: this.id, key: outboxKey(stream, last.n), value }, state(SQUASHED, outbox.squashed + 1)],
        expect: [
          { from: 'state', workspace: this.id, key: STREAM, value: stream },
          expected(SQUASHED, outbox.squashed),
          expected(SENT_PREFIX + stream, outbox.sentUpTo),
        ],
      },
      'strict',
    );
    if (receipt.kind === 'refused') {
      await this.#loadAgain();
      return 'again';
    }
    outbox.squashed += 1;
    outbox.entries = outbox.entries.map((other) => (other.n === entry.n ? entry : other));
    this.#state.view.replace(entry, settledBody);
    this.#shown?.replace(entry, settledBody);
    change.resolve({ workspace: this.id, stream, n: entry.n });
    return 'done';
  }

  #showPending(entry: OutboxEntry, settledBody: (id: ElementId) => Element | null): void {
    this.#state.view.append(entry, settledBody);
    this.#shown?.append(entry, settledBody);
  }

  /** Entries that another process appended, up to a number. */
  async #readMissing(next: number): Promise<void> {
    const { outbox, replica } = this.#state;
    const found = await this.#tools.storage.get('outbox', this.id, outbox.missingKeys(next));
    const entries = found.flatMap(({ key, value }) => outbox.read(key, value) ?? []).sort((a, b) => a.n - b.n);
    const bodies = await settledBodies(replica, entries.flatMap(({ writes }) => writes.flatMap((write) => (write.op === 'set' ? write.id : []))));
    outbox.add(entries);
    outbox.next = Math.max(outbox.next, next);
    for (const entry of entries) this.#showPending(entry, (id) => bodies.get(id) ?? null);
  }

  async #mark(): Promise<void> {
    try {
      const { outbox } = this.#state;
      const last = outbox.entries.at(-1);
      if (last === undefined) return;
      const { writes, expect } = outbox.mark(last.n);
      const receipt = await this.#commit({ writes, expect }, 'strict');
      if (receipt.kind === 'refused') await this.#loadAgain();
      else outbox.sentUpTo = last.n;
    } finally {
      this.#marking = false;
    }
    this.pump();
  }

  // ---- Deltas, in the lane

  async #takeDelta(delta: Delta): Promise<void> {
    if (this.#reset?.take(delta) === true) {
      this.#reportProgress(this.#reset.deltas);
      if (this.#reset.isComplete) await this.#swap(this.#reset);
      return;
    }
    const { record } = this.#state.replica;
    const from = this.#staged.at(-1)?.to ?? record.cursor;
    const known = delta.epoch === record.epoch || (record.epoch === null && delta.from === 0);
    if (!known || delta.from !== from) {
      this.#staged = [];
      // What is here already, again: nothing to do. Anything else has a step missing.
      if (!(known && delta.to <= record.cursor) && this.#reset === null) this.#follow();
      return;
    }
    this.#staged.push(delta);
    this.#reportProgress(this.#staged);
    if (delta.more) return;
    const pages = this.#staged;
    this.#staged = [];
    await this.#apply(pages);
  }

  async #apply(pages: readonly Delta[]): Promise<void> {
    const { replica, view, outbox } = this.#state;
    const prepared = await this.#prepared(() => replica.prepare(pages, (id) => this.#fetchElement(id)));
    if (prepared === null) return;
    const now = this.#host.ports.clock.now();
    const fits = prepared.expectedSum === null || equalSums(prepared.sum, prepared.expectedSum);
    const mayReset = !fits && (replica.record.mismatchAt === null || now - replica.record.mismatchAt >= MISMATCH_PAUSE_MS);
    const record = { ...replica.recordAfter(prepared, outbox.stream), ...(mayReset ? { mismatchAt: now } : {}) };

    const changed = new Set([...prepared.elements.keys(), ...prepared.gone]);
    const settledIds = outbox.entries.filter(({ n }) => n <= record.settled).flatMap(({ writes }) => writes.flatMap((write) => idOf(write) ?? []));
    const written = [...changed, ...settledIds].filter((id) => view.isTouched(id));
    const held = await settledBodies(replica, [...view.settledBodiesFor(written), ...this.#decidedLater(prepared.gone)]);
    const settlement = settlementOf(this.#state, prepared, { record, workspace: this.id, at: now, held });
    const text = JSON.stringify(record);
    const expect = [{ from: 'state', workspace: this.id, key: REPLICA, value: this.#state.replicaText }] as const;
    // What is lost with the power comes again from the server; the entries it settles are then settled again.
    const receipt = await this.#commit({ writes: settlement.writes, expect }, 'relaxed');
    if (receipt.kind === 'refused') {
      await this.#loadAgain();
      this.#follow();
      return;
    }
    this.#state.replicaText = text;
    this.#adopt(prepared, settlement, held);
    await this.#caughtUp(prepared);
    if (!fits) this.#mismatch(mayReset);
  }

  /** Takes what is committed into memory, and tells of it. Nothing in here waits. */
  #adopt(prepared: PreparedDelta, settlement: Settlement, held: ReadonlyMap<ElementId, Element>): void {
    const { replica, view, outbox } = this.#state;
    const isFirst = replica.record.epoch === null;
    const events = isFirst ? [] : [...eventsOf(this.id, replica, prepared, this.#host.rules.schemas)];
    const changed = new Set([...prepared.elements.keys(), ...prepared.gone]);
    const before = new Map([...changed].map((id) => [id, replica.place(id)]));
    replica.adopt(prepared, settlement.record);
    outbox.settle(settlement.record.settled);
    const body = (id: ElementId): Element | null => prepared.elements.get(id) ?? (prepared.gone.has(id) ? null : (held.get(id) ?? null));
    view.settle({ upTo: settlement.record.settled, changed, before }, body);
    this.#sender.settled(settlement.record.settled);
    for (const event of events) this.#host.emit(event);
    this.#tell(prepared, settlement);
  }

  /** Names, outcomes, conflicts: what comes with a delta besides elements. */
  #tell(prepared: PreparedDelta, settlement: Settlement): void {
    const state = this.#state;
    state.outcomes = settlement.outcomes;
    state.recent = settlement.recent;
    for (const refused of settlement.refused) state.refused.set(refusedKey(refused), refused);
    for (const element of settlement.lastKnown) state.lastKnown.set(element.id, element);
    for (const id of settlement.decided) state.lastKnown.delete(id);
    this.#host.learnNames(prepared.names);
    for (const conflict of prepared.conflicts) {
      const isOpen = conflict.closed === null;
      if (isOpen) state.conflicts.set(conflict.id, conflict);
      else state.conflicts.delete(conflict.id);
      this.#host.emit({ event: 'conflict', workspace: this.id, conflict, open: isOpen });
    }
    for (const { stream, n, outcome, revision } of settlement.results) {
      const receipt = { workspace: this.id, stream, n };
      this.#host.emit({ event: 'settled', receipt, settled: { outcome, revision } });
    }
    this.#answerWaiters();
  }

  /** A complete delta of this connection is here. */
  async #caughtUp(prepared: PreparedDelta): Promise<void> {
    const { outbox, replica } = this.#state;
    const told = prepared.settled;
    if (told !== null && told.stream === outbox.stream && told.upTo >= outbox.next) {
      // The server knows changes of this stream that this store does not: it was put back to an earlier state. What waits
      // under the same numbers is other work, and must not be taken for theirs.
      await this.#renewStream();
    }
    if (!this.#current) {
      this.#current = true;
      this.#sender.begin(replica.record.settled);
    } else if (!this.#sender.ready) {
      this.#sender.begin(replica.record.settled);
    }
    this.#tellHave();
    this.#host.changed();
    this.pump();
    this.#whenIdle();
  }

  /** Over HTTP at once: the next poll waits for it, or it would bring the same outcomes again. */
  #tellHave(): void {
    const { record } = this.#state.replica;
    const { stream, entries } = this.#state.outbox;
    const link = this.#host.link();
    const step = record.settled - this.#haveTold;
    if (link === null || stream === null || step <= 0) return;
    if (link.transport === 'websocket' && entries.length > 0 && step < HAVE_STEP) return;
    this.#haveTold = record.settled;
    link.send({ type: 'have', workspace: this.id, stream, upTo: record.settled });
  }

  #mismatch(mayReset: boolean): void {
    this.#host.log(`The checksum of "${this.info.name}" did not fit.`);
    if (mayReset && this.#reset === null) {
      this.#beginReset(null, 0);
      return;
    }
    this.#error = { code: 'sum-mismatch', message: ERRORS['sum-mismatch'].advice };
    this.#host.changed();
  }

  /** A delta that does not fit what is here is answered by taking everything anew. */
  async #prepared(prepare: () => Promise<PreparedDelta>): Promise<PreparedDelta | null> {
    try {
      return await prepare();
    } catch (error) {
      if (!(error instanceof WaypostError) || error.code !== 'sum-mismatch') throw error;
      this.#mismatch(true);
      return null;
    }
  }

  #decidedLater(gone: ReadonlySet<ElementId>): ElementId[] {
    const inConflict = new Set([...this.#state.conflicts.values()].map(({ element }) => element));
    return [...gone].filter((id) => inConflict.has(id) || this.#state.view.isTouched(id));
  }

  async #fetchElement(id: ElementId): Promise<Element | null> {
    try {
      const bytes = await this.#host.ports.fetcher.get(`/api/workspaces/${this.id}/elements/${id}`);
      const wire = wireElementSchema.safeParse(JSON.parse(textOf(bytes)));
      if (wire.success && 'data' in wire.data) return elementOf(wire.data);
      throw new WaypostError('bad-message', 'The server sent an element in a way this device does not understand.');
    } catch (error) {
      if (error instanceof WaypostError && error.code === 'not-found') return null;
      throw error;
    }
  }

  // ---- Taking everything anew

  async #takeReset(message: ResetMessage): Promise<void> {
    this.#staged = [];
    this.#current = false;
    this.#sender.end();
    if (this.#reset !== null && this.#reset.position === null && (this.#reset.message?.epoch ?? message.epoch) === message.epoch) {
      // Already under way, over an earlier connection or by this device's own wish.
      this.#reset.message = message;
      return;
    }
    this.#host.log(`"${this.info.name}" is taken anew from the server (${message.reason}).`);
    this.#beginReset(message, INLINE_WAIT_MS);
  }

  #beginReset(message: ResetMessage | null, afterMs: number): void {
    const reset = new Reset({ ...this.#tools, fetcher: this.#host.ports.fetcher }, message);
    this.#reset = reset;
    this.#resetFailures = 0;
    this.#host.changed();
    this.#host.ports.scheduler.after(afterMs, () => void this.#download(reset));
  }

  /** Outside the lane: a large download must not hold up the work of the person. */
  async #download(reset: Reset): Promise<void> {
    if (this.#reset !== reset || reset.replica !== null || this.#closed) return;
    try {
      const replica = await reset.fetchHead();
      if (this.#reset !== reset) return;
      if (this.#state.replica.record.epoch === null) {
        await this.#lane.run(async () => {
          this.#shown = await viewOver(replica, this.#state.outbox, { rules: this.#host.rules, conflicts: this.#state.conflicts });
        });
        this.#host.emit({ event: 'progress', workspace: this.id, done: 0, total: replica.size });
      }
      await reset.fetchBodies(replica, (done, total) => this.#host.emit({ event: 'progress', workspace: this.id, done, total }));
      if (this.#reset === reset) this.#follow();
    } catch (error) {
      this.#downloadFailed(reset, error);
    }
  }

  #downloadFailed(reset: Reset, error: unknown): void {
    if (this.#reset !== reset || this.#closed) return;
    const { code, message } = asWaypostError(error);
    this.#host.log(`Fetching "${this.info.name}" failed: ${message}`);
    this.#resetFailures += 1;
    if (!ERRORS[code].retry && code !== 'not-found') this.#error = { code, message };
    this.#host.changed();
    const delayMs = this.#host.ports.chance.number() * Math.min(RETRY_MS_MAX, 500 * 2 ** this.#resetFailures);
    this.#host.ports.scheduler.after(delayMs, () => void this.#download(reset));
  }

  async #swap(reset: Reset): Promise<void> {
    const staged = reset.replica;
    if (staged === null) return;
    const state = this.#state;
    const old = state.replica.record;
    const prepared = await this.#prepared(() => staged.prepare(reset.deltas, (id) => this.#fetchElement(id)));
    const isNewEpoch = old.epoch !== null && old.epoch !== prepared?.epoch;
    const isBehind = prepared === null || (old.epoch === prepared.epoch && prepared.to < old.cursor);
    const message = reset.message !== null && reset.message.epoch === prepared?.epoch ? reset.message : null;
    if (prepared === null || isBehind || (isNewEpoch && message === null)) {
      // Not what was promised: the server is asked again from where this device really stands.
      this.#endReset();
      this.#follow();
      return;
    }
    const lost =
      isNewEpoch && message !== null
        ? { message, elements: await elementsAbove(state.replica, message.restored), newStream: this.#host.newId() as StreamId }
        : null;
    const at = this.#host.ports.clock.now();
    const { device } = this.#host.rules.me;
    const swap = swapOf(state, { workspace: this.id, pages: reset.pages, staged, prepared, lost, device, at });
    const receipt = await this.#commit(swap.batch, swap.renewed === null ? 'relaxed' : 'strict');
    if (receipt.kind === 'refused') {
      this.#endReset();
      await this.#loadAgain();
      this.#follow();
      return;
    }
    const deletedOnlyHere = lost === null ? [] : returned(state, prepared, staged, lost.message.restored);
    staged.adopt(prepared, swap.record);
    reset.swapped();
    state.outbox.settle(swap.settlement.record.settled);
    state.replicaText = JSON.stringify(swap.record);
    if (swap.renewed !== null) this.#beginStream(swap.renewed.stream, swap.renewed.records, receipt.numbers);
    const view = await viewOver(staged, state.outbox, { rules: this.#host.rules, conflicts: state.conflicts });
    state.replica = staged;
    state.view = view;
    state.conflicts.clear();
    this.#endReset();
    this.#tell(prepared, { ...swap.settlement, recent: [] });
    this.#host.emit({ event: 'progress', workspace: this.id, done: staged.size, total: staged.size });
    if (swap.renewed !== null) {
      const { resent, deletedHere } = swap.renewed.recovery;
      const ids = (elements: readonly Element[]) => elements.map(({ id }) => id);
      this.#host.log(`The server of "${this.info.name}" was restored from a backup: ${resent.length} elements are sent again.`);
      this.#host.emit({ event: 'restored-server', workspace: this.id, resent: ids(resent), deletedHere: [...ids(deletedHere), ...deletedOnlyHere] });
    }
    await this.#caughtUp({ ...prepared, settled: null });
    const fits = prepared.expectedSum === null || equalSums(prepared.sum, prepared.expectedSum);
    if (!fits) this.#mismatch(false);
  }

  /** Everything that waits begins again in a new stream, in order. */
  async #renewStream(): Promise<void> {
    const { outbox } = this.#state;
    const { stream } = outbox;
    if (stream === null) return;
    const records = moveRecords(outbox.entries);
    const renewed = { stream: this.#host.newId() as StreamId, records, recovery: { moved: records.length } };
    const record = { ...this.#state.replica.record, settled: 0 };
    const receipt = await this.#commit(
      {
        writes: [
          ...renewalWrites(this.#state, this.id, stream, renewed),
          { to: 'state', workspace: this.id, key: REPLICA, value: JSON.stringify(record) },
        ],
        append: records.map((entry) => ({ workspace: this.id, stream: renewed.stream, value: JSON.stringify(entry) })),
        expect: [...unseenNothing(this.#state, this.id, stream), { from: 'state', workspace: this.id, key: REPLICA, value: this.#state.replicaText }],
      },
      'strict',
    );
    if (receipt.kind === 'written') this.#host.log(`What waits in "${this.info.name}" is numbered anew.`);
    await this.#loadAgain();
    this.#follow();
  }

  #beginStream(stream: StreamId, records: readonly OutboxRecord[], numbers: readonly number[]): void {
    const { outbox, moved } = this.#state;
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
    this.#haveTold = 0;
  }

  #endReset(): void {
    this.#reset = null;
    this.#shown = null;
  }

  async #repair(differing: readonly ElementId[]): Promise<void> {
    this.#host.log(`${differing.length} elements of "${this.info.name}" differ from the server: everything is taken anew.`);
    if (this.#reset === null) this.#beginReset(null, 0);
    const reset = this.#reset;
    for (let waited = 0; this.#reset === reset && waited < RETRY_MS_MAX; waited += PUSH_PAUSE_MS / 10) await this.#pause(PUSH_PAUSE_MS / 10);
    if (this.#reset === reset) throw new WaypostError('offline', 'The server did not send what differs: try again.');
  }

  // ---- Errors, other processes, idle time

  async #takeError({ code, message, upTo }: Extract<ServerMessage, { type: 'error' }>): Promise<void> {
    const known: ErrorCode = isErrorCode(code) ? code : 'internal';
    this.#host.log(`The server refused something of "${this.info.name}": ${message}`);
    if (known === 'stream-gap' && upTo !== null) {
      const [first] = this.#state.outbox.entries;
      // What the server lacks was settled here, or it would be in the outbox: its stream is not this one any more.
      if (upTo < this.#state.replica.record.settled || (first !== undefined && upTo + 1 < first.n)) await this.#renewStream();
      else this.#sender.begin(upTo);
      this.pump();
      return;
    }
    this.#sender.end();
    if (known === 'no-workspace') {
      this.expelled();
    } else if (known !== 'wrong-epoch') {
      // A new epoch announces itself by a reset. Anything else is tried again after a while, or needs a person.
      if (!ERRORS[known].retry) this.#error = { code: known, message };
      this.#host.ports.scheduler.after(PUSH_PAUSE_MS * (1 + this.#host.ports.chance.number()), () => this.#pushAgain());
    }
    this.#host.changed();
  }

  #pushAgain(): void {
    if (!this.#current || this.#sender.ready || this.#error !== null || this.#closed) return;
    this.#sender.begin(this.#state.replica.record.settled);
    this.pump();
  }

  /** A push that no frame can hold goes by HTTP; nothing else is sent before it is answered. */
  async #post(push: ClientMessage): Promise<void> {
    this.#posting = true;
    try {
      const answers: unknown = JSON.parse(textOf(await this.#host.ports.fetcher.post('/api/sync/send', [push])));
      for (const answer of Array.isArray(answers) ? answers : []) {
        const message = serverMessageSchema.safeParse(answer);
        if (!message.success) continue;
        const { data } = message;
        if (data.type === 'received' || data.type === 'error') this.handle(data);
      }
    } catch (error) {
      this.#host.interrupt(asWaypostError(error));
    } finally {
      this.#posting = false;
    }
    this.pump();
  }

  async #readForeign(): Promise<void> {
    const foreign = await readForeignCommit(this.#state, this.#tools);
    if (foreign.kind === 'nothing') return;
    if (foreign.kind === 'reload') {
      await this.#loadAgain();
    } else {
      if (foreign.delta !== null) {
        const { prepared, settlement, replicaText } = foreign.delta;
        const touched = [...prepared.elements.keys(), ...prepared.gone, ...settlement.settled.flatMap(({ writes }) => writes.flatMap((write) => idOf(write) ?? []))];
        const { replica, view } = this.#state;
        const held = await settledBodies(replica, view.settledBodiesFor(touched.filter((id) => view.isTouched(id))));
        this.#adopt(prepared, settlement, held);
        this.#state.replicaText = replicaText;
      }
      await this.#readMissing(foreign.next);
    }
    this.#host.changed();
    this.pump();
  }

  async #loadAgain(): Promise<void> {
    const before = this.#state.replica.record;
    this.#state = await loadState(this.#tools);
    const { record } = this.#state.replica;
    if (this.#current && (record.epoch !== before.epoch || record.cursor !== before.cursor)) this.#staged = [];
    if (this.#sender.ready) this.#sender.begin(record.settled);
    this.#answerWaiters();
    this.#host.changed();
  }

  #whenIdle(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    const { replica, outbox } = this.#state;
    if (this.#packing || outbox.entries.length > 0 || this.#reset !== null || !worthPacking(replica)) return;
    this.#cancelIdle = this.#host.ports.scheduler.after(IDLE_MS, () => void this.#pack());
  }

  async #pack(): Promise<void> {
    const { replica, replicaText } = this.#state;
    this.#packing = true;
    try {
      const packed = await packBeside(replica, this.#tools);
      await this.#lane.run(() => this.#adoptPacked(packed, replicaText));
    } catch (error) {
      this.#host.log(`Packing "${this.info.name}" failed: ${asWaypostError(error).message}`);
    } finally {
      this.#packing = false;
    }
  }

  async #adoptPacked({ pages, record: pagesRecord, slots }: PackedReplica, replicaText: string | null): Promise<void> {
    const { replica } = this.#state;
    // Something came meanwhile: what was packed is out of date.
    if (this.#state.replicaText !== replicaText || this.#closed) return;
    const record = { ...replica.record, pages: pagesRecord, generation: replica.record.generation + 1 };
    const text = JSON.stringify(record);
    const receipt = await this.#commit(
      {
        writes: [
          { to: 'pages', workspace: this.id, pages },
          { to: 'elements', workspace: this.id, clear: true },
          { to: 'state', workspace: this.id, key: REPLICA, value: text },
        ],
        expect: [{ from: 'state', workspace: this.id, key: REPLICA, value: replicaText }],
      },
      'relaxed',
    );
    if (receipt.kind === 'refused') return this.#loadAgain();
    this.#state.replicaText = text;
    replica.moveBodies(slots, record);
    return undefined;
  }

  // ---- Small things

  #outcomeOf(receipt: ChangeReceipt): SettledChange | null {
    const { outbox, replica, moved, outcomes } = this.#state;
    let { stream, n } = receipt;
    for (let to = moved.get(stream); to !== undefined; to = moved.get(stream)) {
      const next = to.numbers.find(([from]) => from === n);
      if (next === undefined) break;
      stream = to.stream;
      n = next[1];
    }
    if (stream === outbox.stream && n > replica.record.settled) return null;
    const found = outcomes.findLast((outcome) => outcome.stream === stream && outcome.n === n);
    return found ?? { outcome: { kind: 'applied', adjusted: [] }, revision: replica.record.cursor };
  }

  #answerWaiters(): void {
    for (const waiter of this.#waiters) {
      const settled = this.#outcomeOf(waiter.receipt);
      if (settled !== null) waiter.resolve({ outcome: settled.outcome, revision: settled.revision });
    }
  }

  #follow(): void {
    this.#host.link()?.send({ type: 'follow', position: this.position() });
  }

  #reportProgress(pages: readonly Delta[]): void {
    if (pages.length < 2 && pages[0]?.more !== true) return;
    const done = pages.reduce((count, page) => count + page.elements.length, 0);
    this.#host.emit({ event: 'progress', workspace: this.id, done, total: done + (pages.at(-1)?.more === true ? 1 : 0) });
  }

  #commit(batch: StorageBatch, durability: 'strict' | 'relaxed') {
    return this.#tools.storage.commit(batch, durability);
  }

  /** Work that nobody waits for. What fails in it ends the connection, and the next one begins from what is on disk. */
  #inLane(work: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        if (error instanceof MovedBodies) {
          await this.#loadAgain();
          this.#follow();
        } else {
          this.#host.interrupt(asWaypostError(error));
        }
      }
    };
    this.#lane.run(run).catch((error: unknown) => this.#host.interrupt(asWaypostError(error)));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#host.ports.scheduler.after(ms, resolve));
  }
}

/** Where a copy of an element goes: right behind it. */
function besideOf(view: View, id: ElementId): { parent: ElementId | null; after: string | null; before: string | null } {
  const place = view.place(id);
  if (place === undefined) return { parent: null, after: view.list(null).at(-1)?.order ?? null, before: null };
  const parent = place.parent !== null && view.isAlive(place.parent) ? place.parent : null;
  const orders = view.list(parent).map(({ order }) => order);
  const before = orders.find((order) => order > place.order) ?? null;
  return { parent, after: parent === place.parent ? place.order : (orders.at(-1) ?? null), before: parent === place.parent ? before : null };
}

/** What came back with a restored server although this device had seen it leave. */
function returned(state: WorkspaceState, prepared: PreparedDelta, staged: WorkspaceState['replica'], restored: number): ElementId[] {
  const ids = [...[...staged.entries()].filter(({ revision }) => revision <= restored).map(({ id }) => id)];
  for (const element of prepared.elements.values()) if (element.revision <= restored) ids.push(element.id);
  return [...new Set(ids)].filter((id) => state.replica.entry(id) === undefined);
}

export function asWaypostError(error: unknown): WaypostError {
  if (error instanceof WaypostError) return error;
  // A broken invariant: nothing is known to be right after it, and it must be seen.
  return new WaypostError('internal', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
