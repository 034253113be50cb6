/**
 * Group commit: per workspace one queue, and one transaction at a time that takes whatever arrived while the last one
 * ran. No timer, so that a lone edit never waits. Exactly once: a change's number, effect and outcome are committed
 * together, and a repeat is answered from the stream's row.
 */
import {
  type AccountId,
  type Change,
  CHANGES_PER_COMMIT,
  type Conflict,
  type DeviceId,
  type Epoch,
  type Outcome,
  type StreamId,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import { devicesIn, encodeCommit } from './delta.ts';
import { loadFor } from './loading.ts';
import { type PlannerContext, planChange } from './planner.ts';
import type { CommitNews, Committer, Mac, PushItem, PushResult, SettledNews } from './ports.ts';
import type { OutcomeRow, StreamRow, SyncStore, SyncTransaction } from './store.ts';
import { WorkspaceState } from './workspace-state.ts';

export interface CommitterOptions extends PlannerContext {
  readonly store: SyncStore;
  readonly now: () => number;
  /** This server run, as workspaces' numbers will name it. */
  readonly life: string;
  readonly mac: Mac;
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

  /** Calls back after each commit, in the workspace's commit order, before its pushes are answered. */
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
    const settled = new Map<StreamId, SettledNews>();
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
    into: { outcomes: OutcomeRow[]; settled: Map<StreamId, SettledNews> },
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
    const before = into.settled.get(stream);
    const outcomes = [...(before?.outcomes ?? []), ...fresh];
    into.settled.set(stream, { stream, after: before?.after ?? upTo, upTo: row.settled, outcomes });
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
    if (count > 0 && changes > CHANGES_PER_COMMIT) break;
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
  settled: ReadonlyMap<StreamId, SettledNews>,
  { schemas, mac }: CommitterOptions,
): Promise<CommitNews> {
  const { from, workspace } = state;
  const rows = state.touchedRows();
  const touched = state.touchedConflicts();
  const conflicts = new Map<AccountId, Conflict[]>();
  for (const conflict of touched) {
    const { account } = conflict.mine;
    conflicts.set(account, [...(conflicts.get(account) ?? []), conflict]);
  }
  const names = await transaction.names(devicesIn(rows, touched));
  const shared = encodeCommit({ schemas, mac, workspace, from, rows, names });
  return { workspace: workspace.id, epoch: workspace.epoch, from, to: workspace.head, shared, settled, conflicts };
}
