/**
 * One workspace on this device: what is read, what is changed, and its part of the conversation with the server. The parts
 * it is made of share a core, and everything that touches their state goes through one lane.
 */
import {
  BASE_CHARS_MAX,
  byOrder,
  type Conflict,
  type ElementId,
  type ErrorCode,
  type Position,
  type ServerMessage,
  WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
} from '@waypost/protocol';
import { ChangeWriter } from './change-writer.ts';
import { checkContent } from './check.ts';
import { Packer } from './compaction.ts';
import { type Beside, conflictView, cursorSeen, decide, givingUp, seenAt, withoutClosed } from './conflicts.ts';
import { groupRevision } from './content.ts';
import { DeltaReader } from './delta-reader.ts';
import type {
  ChangeReceipt,
  CheckOptions,
  CheckResult,
  ConflictView,
  Decision,
  ElementSummary,
  ElementView,
  GivenUp,
  Intent,
  RefusedChange,
  SettledChange,
  ShownConflict,
} from './device.ts';
import { readForeignCommit } from './foreign-commit.ts';
import { settledChange } from './outcome-waiters.ts';
import { type StorageWrite, WINDOW } from './ports.ts';
import { Pusher } from './pusher.ts';
import { STREAM } from './records.ts';
import { unseenNothing } from './reset.ts';
import { Resetter } from './resetter.ts';
import { idOf, type View } from './view.ts';
import { WorkspaceCore, type WorkspaceHost } from './workspace-core.ts';
import { loadState, refusedKey } from './workspace-state.ts';

/** After a disk refused to be read. */
export const READ_AGAIN_MS = 1_000;
/** Other processes may pack the pages while one reads; a body that is missing again and again is lost, or the store is. */
const READ_ROUNDS_MAX = 10;
/** How often what another process writes is read while it goes on writing, before everything is read anew. */
const FOREIGN_READS_MAX = 5;
const CHECK_ROUNDS_MAX = 5;
const CHECK_AGAIN_MS = 1_000;
const REPAIR_LOOK_MS = 100;
const REPAIR_WITHIN_MS = 30_000;

export class Workspace {
  readonly #core: WorkspaceCore;
  readonly #writer: ChangeWriter;
  readonly #pusher: Pusher;
  readonly #deltas: DeltaReader;
  readonly #resetter: Resetter;
  readonly #packer: Packer;
  #isMember = true;
  #refreshing = false;
  /** Raised whenever one ends. */
  #connection = 0;

  private constructor(core: WorkspaceCore) {
    this.#core = core;
    this.#packer = new Packer(core);
    this.#pusher = new Pusher(core, {
      expelled: () => this.expelled(),
      streamParted: () => this.#resetter.renewStream(),
    });
    this.#writer = new ChangeWriter(core, () => this.#pusher.pump());
    this.#deltas = new DeltaReader(core, {
      caughtUp: () => {
        this.#pusher.pump();
        this.#packer.stirred();
      },
      resetNeeded: () => this.#resetter.begin(null),
      streamParted: () => this.#resetter.renewStream(),
    });
    this.#resetter = new Resetter(core, this.#deltas);
  }

  static async open(host: WorkspaceHost, info: WorkspaceInfo): Promise<Workspace> {
    const { storage, compression } = host.ports;
    const tools = { workspace: info.id, storage, compression, rules: host.rules };
    return new Workspace(new WorkspaceCore(host, info, tools, await loadState(tools)));
  }

  get id(): WorkspaceId {
    return this.#core.id;
  }

  get info(): WorkspaceInfo {
    return this.#core.info;
  }

  set info(info: WorkspaceInfo) {
    this.#core.info = info;
  }

  // ---- What a person sees

  read(id: ElementId): Promise<ElementView | null> {
    return this.#readWhile(id, (view) => view.isAlive(id));
  }

  readTrashed(id: ElementId): Promise<ElementView | null> {
    return this.#readWhile(id, (view) => view.isInTrash(id));
  }

  async #readWhile(id: ElementId, isWanted: (view: View) => boolean): Promise<ElementView | null> {
    for (let round = 0; round < READ_ROUNDS_MAX; round += 1) {
      const { view } = this.#core;
      if (!isWanted(view)) return null;
      const pending = view.pendingBody(id);
      const { epoch } = view.replica.record;
      if (pending !== undefined) return { ...pending, state: view.state(id), epoch };
      const settled = (await view.replica.load([id])).get(id);
      // Something was written to it meanwhile. A pending move alone leaves its body the settled one.
      if (this.#core.view !== view || view.pendingBody(id) !== undefined) continue;
      if (settled !== undefined) return { ...view.placed(settled), state: view.state(id), epoch };
      if (view.replica.entry(id) === undefined) return null;
      await this.#core.lane.run(() => this.#core.load());
    }
    throw new WaypostError(
      'storage-failed',
      'This element cannot be read: its part of the store is missing or is being replaced without a pause.',
    );
  }

  list(parent: ElementId | null): readonly ElementSummary[] {
    return this.#core.view.list(parent);
  }

  summary(id: ElementId): ElementSummary | null {
    return this.#core.view.summary(id);
  }

  trash(): readonly ElementSummary[] {
    return this.#core.view.trash();
  }

  get pendingCount(): number {
    return this.#core.state.outbox.entries.length;
  }

  get openConflicts(): readonly Conflict[] {
    const { outbox, conflicts } = this.#core.state;
    const writes = outbox.entries.flatMap((entry) => entry.writes.filter(({ op }) => op === 'close'));
    return [...conflicts.values()].flatMap((conflict) => withoutClosed(conflict, writes) ?? []);
  }

  async conflicts(): Promise<readonly ConflictView[]> {
    const { host, view, state, id: workspace } = this.#core;
    const { schemas } = host.rules;
    const open = this.openConflicts;
    // What is read meanwhile may be newer than this, never older.
    const { record } = view.replica;
    const bodies = await view.replica.load(open.map(({ element }) => element));
    return open.map((conflict) => {
      const theirs = bodies.get(conflict.element) ?? state.lastKnown.get(conflict.element) ?? null;
      return conflictView(conflict, { workspace, theirs, schemas, seen: seenAt(record, conflict) });
    });
  }

  refused(): readonly RefusedChange[] {
    return [...this.#core.state.refused.values()];
  }

  get isCurrent(): boolean {
    return this.#core.current && this.#core.reset === null;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  get obstacle(): WorkspaceCore['obstacle'] {
    return this.#core.obstacle;
  }

  get error(): { readonly code: ErrorCode; readonly message: string } | null {
    return this.#core.error;
  }

  /** Changes by element, for the list of what exists only here. */
  pendingByElement(): ReadonlyMap<ElementId, number> {
    const counts = new Map<ElementId, number>();
    for (const { writes } of this.#core.state.outbox.entries) {
      for (const id of new Set(writes.flatMap((write) => idOf(write) ?? []))) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  // ---- What a person does

  change(intents: readonly Intent[]): Promise<ChangeReceipt> {
    const [first] = intents;
    return this.#writer.write({
      ids: intents.flatMap((intent) => (intent.do === 'set' ? intent.id : [])),
      autosave: intents.length === 1 && first?.do === 'set' && first.autosave === true,
      compose: (composer) => composer.writes(intents),
    });
  }

  async resolve(
    { id, seen }: ShownConflict,
    decision: Decision,
  ): Promise<ChangeReceipt & { readonly created: ElementId | null }> {
    const core = this.#core;
    const { rules, ports } = core.host;
    let created: ElementId | null = null;
    const [asked] = this.openConflicts.filter((open) => open.id === id);
    const receipt = await this.#writer.write({
      ids: asked === undefined ? [] : [asked.element],
      autosave: false,
      compose: (composer) => {
        // Again: while this waited for its turn, it may have been decided elsewhere.
        const conflict = this.openConflicts.find((open) => open.id === id);
        if (conflict === undefined)
          throw new WaypostError('not-found', 'This conflict is decided already, or was never here.');
        const cursor = cursorSeen(seen, core.view.replica.record, conflict);
        if (cursor === null) throw new WaypostError('outdated');
        const settled = composer.settled(conflict.element);
        const decided = decide(
          {
            conflict,
            theirs: settled ?? core.state.lastKnown.get(conflict.element) ?? null,
            gone: settled === null,
            beside: besideOf(core.view, conflict.element),
            cursor: Math.min(cursor, composer.asked),
          },
          decision,
          { schemas: rules.schemas, newId: () => core.newElementId(), chance: () => ports.chance.number() },
        );
        ({ created } = decided);
        return decided.writes.map((write) => composer.add(write));
      },
    });
    return { ...receipt, created };
  }

  giveUp(id: ElementId, fields: readonly GivenUp[]): Promise<ChangeReceipt> {
    const core = this.#core;
    return this.#writer.write({
      ids: [id],
      autosave: false,
      compose: (composer) => {
        const settled = composer.settled(id);
        const parked = fields.map(({ group, base, value }) => ({
          ...{ group, base: base === null || base.length > BASE_CHARS_MAX ? null : base, mine: value },
          revision: settled === null ? 0 : groupRevision(settled, group),
        }));
        return givingUp({ conflict: core.newConflictId(), id }, parked).map((write) => composer.add(write));
      },
    });
  }

  async dismiss(refused: RefusedChange): Promise<void> {
    const key = refusedKey(refused);
    await this.#core.lane.run(async () => {
      await this.#core.commit({ writes: [{ to: 'state', workspace: this.id, key, value: null }] }, 'relaxed');
      this.#core.state.refused.delete(key);
    });
    // No status and no element is another one by it, and yet whoever paints what was refused has to know.
    this.#core.tellShown([]);
    this.#core.host.changed();
  }

  async outcome(receipt: ChangeReceipt, withinMs: number): Promise<SettledChange | null> {
    return settledChange(this.#core.state, receipt) ?? this.#core.waiters.wait(receipt, withinMs);
  }

  // ---- The conversation

  position(): Position {
    return this.#core.position();
  }

  /** There is a connection. Its hello named this workspace's position, or it is asked for now. */
  connected({ inHello }: { readonly inHello: boolean }): void {
    this.#isMember = true;
    this.#core.current = false;
    this.#core.error = null;
    if (!inHello) this.#core.follow();
  }

  disconnected(): void {
    this.#connection += 1;
    this.#core.current = false;
    this.#deltas.disconnected();
    this.#pusher.disconnected();
    this.#resetter.disconnected();
  }

  /** Membership ended, or the workspace did. What was not sent stays here. */
  expelled(): void {
    this.#isMember = false;
    this.#core.current = false;
    this.#core.sender.end();
  }

  /**
   * Erases what is here of a workspace that is not this account's any more; false where something exists only here. A
   * change that came meanwhile is never erased unseen.
   */
  leave(): Promise<boolean> {
    const core = this.#core;
    return core.lane.run(async () => {
      const { outbox, refused } = core.state;
      const records = await core.tools.storage.scan('local', this.id);
      const local = records.filter(({ key }) => !key.startsWith(WINDOW));
      if (outbox.entries.length > 0 || refused.size > 0 || local.length > 0) return false;
      const { stream } = outbox;
      const expect =
        stream === null
          ? [{ from: 'state', workspace: this.id, key: STREAM, value: null } as const]
          : unseenNothing(core.state, this.id, stream);
      const receipt = await core.commit({ writes: emptying(this.id), expect, scrub: true }, 'strict');
      if (receipt.kind === 'refused') {
        await core.load();
        return false;
      }
      this.close();
      return true;
    });
  }

  handle(message: Extract<ServerMessage, { type: 'delta' | 'reset' | 'received' | 'error' }>): void {
    const core = this.#core;
    switch (message.type) {
      case 'delta':
        this.#heard(async () => {
          const { reset } = core;
          if (reset?.take(message) !== true) return this.#deltas.take(message);
          this.#deltas.reportProgress(reset.deltas);
          return reset.isComplete ? this.#resetter.swap(reset) : undefined;
        });
        break;
      case 'reset':
        this.#heard(() => this.#resetter.take(message));
        break;
      case 'received':
        this.#pusher.received(message);
        break;
      case 'error':
        if (message.code === 'no-workspace') this.#pusher.expelled(message);
        else this.#heard(() => this.#pusher.takeError(message));
        break;
    }
  }

  /**
   * What waits for its turn when the connection ends is not taken any more: the pages before it are forgotten then, and the
   * last one alone may look like a whole delta [FD2].
   */
  #heard(work: () => Promise<void>): void {
    const connection = this.#connection;
    this.#core.inLane(async () => {
      if (connection === this.#connection) await work();
    });
  }

  /** Another process committed to the store. It says so once: what the disk refuses to tell now is asked for again. */
  refresh(): void {
    if (this.#refreshing || this.#core.closed) return;
    this.#refreshing = true;
    this.#core.inLane(async () => {
      this.#refreshing = false;
      try {
        await this.#readForeign();
      } catch (error) {
        this.#core.host.ports.scheduler.after(READ_AGAIN_MS, () => this.refresh());
        throw error;
      }
    });
  }

  async check({ repair, progress = () => undefined }: CheckOptions): Promise<CheckResult> {
    const { fetcher, compression } = this.#core.host.ports;
    for (let round = 0; round < CHECK_ROUNDS_MAX; round += 1) {
      const { replica } = this.#core.state;
      const differing = await checkContent(
        {
          cursor: replica.record.cursor,
          ids: [...replica.entries()].map(({ id }) => id),
          load: (ids) => replica.load(ids),
        },
        { workspace: this.id, fetcher, compression, progress },
      );
      if (differing === 'moved' || replica !== this.#core.state.replica) {
        await this.#core.pause(CHECK_AGAIN_MS);
        continue;
      }
      const repaired = repair && differing.length > 0;
      if (repaired) await this.#repair(differing);
      return { equal: differing.length === 0, differing, repaired };
    }
    throw new WaypostError(
      'rate-limited',
      'The workspace changes too quickly to be compared: try again in a quiet moment.',
    );
  }

  async tidy(): Promise<void> {
    await this.#packer.now();
  }

  close(): void {
    this.#core.closed = true;
    this.#packer.close();
    this.#core.waiters.close();
  }

  /** Until everything that was begun is done. */
  async settle(): Promise<void> {
    await this.#core.lane.run(async () => undefined);
  }

  async #readForeign(): Promise<void> {
    const { state, tools, host } = this.#core;
    let foreign = await readForeignCommit(state, tools);
    for (let reads = 1; foreign.kind === 'again' && reads < FOREIGN_READS_MAX; reads += 1) {
      foreign = await readForeignCommit(state, tools);
    }
    if (foreign.kind === 'nothing') return;
    if (foreign.kind !== 'news') {
      await this.#core.load();
    } else {
      if (foreign.delta !== null) {
        const { prepared, settlement, replicaText } = foreign.delta;
        const held = await this.#deltas.bodiesFor(prepared, settlement.record.settled);
        this.#deltas.adopt(prepared, settlement, held);
        state.replicaText = replicaText;
      }
      await this.#writer.readMissing(foreign.next);
    }
    host.changed();
    this.#pusher.pump();
  }

  async #repair(differing: readonly ElementId[]): Promise<void> {
    const core = this.#core;
    core.host.note(
      `${differing.length} elements of "${core.info.name}" differ from the server: everything is taken anew.`,
    );
    if (core.reset === null) this.#resetter.begin(null);
    const { reset } = core;
    for (let waited = 0; core.reset === reset && waited < REPAIR_WITHIN_MS; waited += REPAIR_LOOK_MS)
      await core.pause(REPAIR_LOOK_MS);
    if (core.reset === reset) throw new WaypostError('offline', 'The server did not send what differs: try again.');
  }
}

function emptying(workspace: WorkspaceId): StorageWrite[] {
  const collections = ['state', 'outbox', 'elements', 'conflicts', 'local', 'log'] as const;
  return [
    ...collections.map((to): StorageWrite => ({ to, workspace, clear: true })),
    { to: 'pages', workspace, pages: null },
  ];
}

/** Where a copy of an element goes: right behind it; where it cannot stand there, at the end. */
function besideOf(view: View, id: ElementId): Beside {
  const place = view.place(id);
  const isThere = place !== undefined && (place.parent === null || view.isAlive(place.parent));
  const parent = isThere ? place.parent : null;
  const siblings = view.list(parent);
  const next = isThere ? siblings.findIndex((sibling) => byOrder(sibling, { id, order: place.order }) > 0) : -1;
  return { parent, siblings, at: next < 0 ? siblings.length : next };
}
