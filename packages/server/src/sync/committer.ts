/**
 * Group commit: per workspace one queue, and one transaction at a time that takes whatever arrived while the last one
 * ran. No timer, so that a lone edit never waits. Exactly once: a change's number, effect and outcome are committed
 * together, and a repeat is answered from the stream's row.
 */
import {
  type AccountId,
  type Actor,
  type Change,
  CHANGES_PER_PUSH_MAX,
  type Conflict,
  type DeviceId,
  type Epoch,
  FRAME_BYTES_MAX,
  type Outcome,
  readGroup,
  parseJson,
  type Revision,
  type Schemas,
  type Settled,
  type StreamId,
  type Sum,
  WHOLE_DATA_CHARS_MAX,
  WaypostError,
  type WireElement,
  wireElement,
  wirePatch,
  type WorkspaceId,
} from '@waypost/protocol';
import { encodeShared } from './delta-text.ts';
import { loadFor } from './loading.ts';
import { type PlannerContext, planChange } from './planner.ts';
import type { OutcomeRow, StoredElement, StreamRow, SyncStore, SyncTransaction } from './store.ts';
import { WorkspaceState } from './workspace-state.ts';

/** One device's push. */
export interface PushItem {
  readonly actor: Actor;
  readonly stream: StreamId;
  readonly changes: readonly Change[];
}

export type PushResult =
  | { readonly kind: 'received'; readonly upTo: number }
  | {
      readonly kind: 'refused';
      readonly code: 'wrong-epoch' | 'stream-gap' | 'signed-out' | 'no-workspace';
      /** The number up to which the stream is settled. */
      readonly upTo: number;
    };

/** What a commit changed, for those who follow the workspace. `from` = `to` where it only settled changes. */
export interface CommitNews {
  readonly workspace: WorkspaceId;
  readonly epoch: Epoch;
  readonly life: string;
  readonly from: Revision;
  readonly to: Revision;
  /** From `encodeShared`. */
  readonly shared: string;
  readonly sum: Sum;
  readonly settled: ReadonlyMap<StreamId, Settled>;
  readonly conflicts: ReadonlyMap<AccountId, readonly Conflict[]>;
}

export interface Committer {
  /** Rejects with `storage-full` or `storage-failed`: the result is then unknown, and the device sends again. */
  push(workspace: WorkspaceId, epoch: Epoch, item: PushItem): Promise<PushResult>;
  /** Called after each commit, in commit order of the workspace, before its pushes are answered. */
  onCommit(listener: (news: CommitNews) => void): () => void;
}

export interface CommitterOptions extends PlannerContext {
  readonly store: SyncStore;
  readonly now: () => number;
  /** This server run, as workspaces' numbers will name it. */
  readonly life: string;
  readonly schemas: Schemas;
  /** Data longer than this is not repeated where groups say the same in less. The simulation lowers it. */
  readonly wholeDataCharsMax?: number;
}

interface Waiting {
  readonly epoch: Epoch;
  readonly item: PushItem;
  readonly answer: (result: PushResult) => void;
  readonly fail: (error: unknown) => void;
}

export class GroupCommitter implements Committer {
  readonly #options: CommitterOptions;
  readonly #queues = new Map<WorkspaceId, Waiting[]>();
  readonly #listeners = new Set<(news: CommitNews) => void>();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  push(workspace: WorkspaceId, epoch: Epoch, item: PushItem): Promise<PushResult> {
    return new Promise((answer, fail) => {
      const waiting = { epoch, item, answer, fail };
      const queue = this.#queues.get(workspace);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      this.#queues.set(workspace, [waiting]);
      void this.#drain(workspace);
    });
  }

  onCommit(listener: (news: CommitNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #drain(workspace: WorkspaceId): Promise<void> {
    const queue = this.#queues.get(workspace) as Waiting[];
    while (queue.length > 0) await this.#commit(workspace, takeBatch(queue));
    this.#queues.delete(workspace);
  }

  async #commit(workspace: WorkspaceId, batch: readonly Waiting[]): Promise<void> {
    try {
      const { results, news } = await this.#options.store.transact(workspace, (transaction) =>
        this.#judge(transaction, batch),
      );
      if (news !== null) for (const listener of this.#listeners) listener(news);
      batch.forEach((waiting, at) => waiting.answer(results[at] as PushResult));
    } catch (error) {
      // A full disk or a lost connection is everyone's; anything else may be one push's fault, and is narrowed down to it.
      if (error instanceof WaypostError || batch.length === 1) {
        for (const waiting of batch) waiting.fail(error);
        return;
      }
      const half = batch.length >> 1;
      await this.#commit(workspace, batch.slice(0, half));
      await this.#commit(workspace, batch.slice(half));
    }
  }

  async #judge(
    transaction: SyncTransaction,
    batch: readonly Waiting[],
  ): Promise<{ results: PushResult[]; news: CommitNews | null }> {
    const loaded = await loadFor(
      transaction,
      batch.map(({ item }) => item),
    );
    if (loaded === null) return { results: batch.map(() => refused('no-workspace', 0)), news: null };
    const state = new WorkspaceState(loaded, this.#options.now());
    const active = await activeDevices(transaction, batch);
    const outcomes: OutcomeRow[] = [];
    const settled = new Map<StreamId, Settled>();
    const results = batch.map((waiting) => {
      if (!active.has(waiting.item.actor.device)) return refused('signed-out', 0);
      return this.#judgePush(state, waiting, { outcomes, settled });
    });
    if (settled.size === 0) return { results, news: null };
    if (state.workspace.head > state.from) state.enterLife(this.#options.life);
    await transaction.write(state.batch(outcomes));
    return { results, news: await newsOf(transaction, state, settled, this.#options) };
  }

  #judgePush(
    state: WorkspaceState,
    { epoch, item }: Waiting,
    into: { outcomes: OutcomeRow[]; settled: Map<StreamId, Settled> },
  ): PushResult {
    const { actor, stream, changes } = item;
    if (state.roles.get(actor.account) === null) return refused('no-workspace', 0);
    const known = state.stream(stream);
    if (known !== undefined && known.account !== actor.account) return refused('no-workspace', 0);
    const upTo = known?.settled ?? 0;
    if (epoch !== state.workspace.epoch) return refused('wrong-epoch', upTo);
    if ((changes[0] as Change).n > upTo + 1) return refused('stream-gap', upTo);
    let row: StreamRow = known ?? {
      id: stream,
      device: actor.device,
      account: actor.account,
      settled: 0,
      have: 0,
      refused: [],
    };
    state.putStream(row);
    const fresh: { n: number; outcome: Outcome }[] = [];
    for (const change of changes) {
      if (change.n <= row.settled) continue;
      if (change.n > row.settled + 1) break;
      const outcome = planChange(state, { author: { ...actor, stream, n: change.n }, change }, this.#options);
      row = { ...(state.stream(stream) as StreamRow), settled: change.n };
      state.putStream(row);
      if (!isPlain(outcome)) {
        into.outcomes.push({ stream, n: change.n, outcome });
        fresh.push({ n: change.n, outcome });
      }
    }
    const before = into.settled.get(stream)?.outcomes ?? [];
    into.settled.set(stream, { stream, upTo: row.settled, outcomes: [...before, ...fresh] });
    return { kind: 'received', upTo: row.settled };
  }
}

/** Plainly applied is what a settled number without an outcome means. */
function isPlain(outcome: Outcome): boolean {
  return outcome.kind === 'applied' && outcome.adjusted.length === 0;
}

/** At most so many changes in one transaction, so that nobody waits long behind somebody's import. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let changes = 0;
  let count = 0;
  while (count < queue.length) {
    changes += (queue[count] as Waiting).item.changes.length;
    if (count > 0 && changes > CHANGES_PER_PUSH_MAX) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function refused(code: Extract<PushResult, { kind: 'refused' }>['code'], upTo: number): PushResult {
  return { kind: 'refused', code, upTo };
}

async function activeDevices(transaction: SyncTransaction, batch: readonly Waiting[]): Promise<Set<DeviceId>> {
  const active = new Set<DeviceId>();
  for (const device of new Set(batch.map(({ item }) => item.actor.device))) {
    if (await transaction.deviceActive(device)) active.add(device);
  }
  return active;
}

async function newsOf(
  transaction: SyncTransaction,
  state: WorkspaceState,
  settled: ReadonlyMap<StreamId, Settled>,
  options: WireOptions,
): Promise<CommitNews> {
  const { id: workspace, epoch, lives, head: to, sum } = state.workspace;
  const rows = state.touchedRows();
  const elements = rows.filter((row): row is StoredElement => !row.gone);
  const gone = rows.filter((row) => row.gone).map(({ id, revision }): [typeof id, number] => [id, revision]);
  const conflicts = new Map<AccountId, Conflict[]>();
  for (const conflict of state.touchedConflicts()) {
    conflicts.set(conflict.mine.account, [...(conflicts.get(conflict.mine.account) ?? []), conflict]);
  }
  const life = lives.at(-1)?.life ?? '';
  const names = await transaction.names(devicesIn(elements, state.touchedConflicts()));
  const shared = encodeShared({
    ...{ workspace, epoch, life, from: state.from, to, names, sum, gone, more: false },
    elements: parentsFirst(elements).map((element) => onWire(element, state.from, options)),
  });
  return { workspace, epoch, life, from: state.from, to, shared, sum, settled, conflicts };
}

export type WireOptions = Pick<CommitterOptions, 'schemas' | 'wholeDataCharsMax'>;

/** An element for devices that stand at `from`: whole, by its changed groups, or by reference, whichever travels best. */
export function onWire(
  element: StoredElement,
  from: Revision,
  { schemas, wholeDataCharsMax }: WireOptions,
): WireElement {
  if (element.data.length <= (wholeDataCharsMax ?? WHOLE_DATA_CHARS_MAX)) return wireElement(element);
  if (element.created.revision <= from && element.shape <= from) {
    const schema = schemas(element.kind);
    const content = { data: parseJson(element.data), rows: element.rows };
    const changed = Object.entries(element.stamps)
      .filter(([group, stamp]) => stamp.revision > from && !group.startsWith('@'))
      .map(([group]): [string, string | null] => [group, readGroup(schema, content, group)]);
    const patch = wirePatch(element, changed);
    if (changed.reduce((sum, [, value]) => sum + (value?.length ?? 0), 0) < FRAME_BYTES_MAX / 2) return patch;
  }
  const whole = wireElement(element);
  const chars = element.data.length + (element.origin?.length ?? 0);
  if (chars < FRAME_BYTES_MAX / 2) return whole;
  const { data: _data, rows: _rows, origin: _origin, ...meta } = whole;
  return { ...meta, bytes: chars };
}

export function devicesIn(elements: readonly StoredElement[], conflicts: readonly Conflict[]): DeviceId[] {
  const devices = new Set<DeviceId>();
  for (const { by, trashed } of elements) {
    devices.add(by.device);
    if (trashed !== null) devices.add(trashed.by.device);
  }
  for (const { mine, theirs } of conflicts) devices.add(mine.device).add(theirs.device);
  return [...devices];
}

/** Parents before children, as far as both are here. */
export function parentsFirst(elements: readonly StoredElement[]): StoredElement[] {
  const waiting = new Map(elements.map((element) => [element.id, element]));
  const ordered: StoredElement[] = [];
  const visit = (element: StoredElement): void => {
    if (!waiting.delete(element.id)) return;
    const parent = element.parent === null ? undefined : waiting.get(element.parent);
    if (parent !== undefined) visit(parent);
    ordered.push(element);
  };
  for (const element of elements) visit(element);
  return ordered;
}
