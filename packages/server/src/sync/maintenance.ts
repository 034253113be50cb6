/**
 * What time does to a workspace: the trash empties, tombstones are forgotten, history thins. Only here does a clock decide
 * anything, so a clock that jumps stops all of it until a day has passed in which it went steadily.
 */
import {
  type ElementId,
  type Revision,
  type Schemas,
  takeFromSum,
  TRASH_KEPT_DAYS,
  type WorkspaceId,
} from '@waypost/protocol';
import { encodeCommit } from './delta.ts';
import type { Clock, CommitNews, Mac, Scheduler } from './ports.ts';
import type { StoredElement, StoredTombstone, SyncStore, SyncTransaction, WorkspaceRow } from './store.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const TRASH_KEPT_MS = TRASH_KEPT_DAYS * DAY_MS;
const TOMBSTONES_KEPT_MS = 90 * DAY_MS;
/** Fewer than this, or than a share of what lives, stay whatever their number. */
const TOMBSTONES_KEPT_MIN = 5_000;
const TOMBSTONES_KEPT_SHARE = 0.2;
const VERSIONS_KEPT = 200;
const HISTORY_KEPT_MS = 365 * DAY_MS;
/** People's commits wait while one of ours runs. */
const ROWS_PER_STEP = 500;
const ROOTS_PER_STEP = 50;
const JUMP_MS = DAY_MS;
/** How long a clock must have gone without a jump. */
const STEADY_MS = DAY_MS;
const FIRST_RUN_MS = 60 * 1_000;
const RUN_EVERY_MS = 60 * 60 * 1_000;

/** What is remembered of the clock between runs, also across restarts. */
export interface ClockMark {
  /** The clock when it was last looked at. */
  readonly at: number;
  /** Since then it has not jumped. */
  readonly steadySince: number;
}

export interface MaintenancePorts {
  readonly store: SyncStore;
  readonly schemas: Schemas;
  readonly mac: Mac;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** The running server's, as its commits name it. */
  readonly life: string;
  readonly mark: { read(): Promise<ClockMark | null>; write(mark: ClockMark): Promise<void> };
  /** For followers, as after any other commit. */
  readonly committed: (news: CommitNews) => void;
  /** A sentence for the operator. */
  readonly alarm: (sentence: string) => void;
  readonly failed: (error: unknown) => void;
}

export interface MaintenanceReport {
  /** Nothing was done: the clock is not to be trusted. */
  readonly held: boolean;
  readonly expired: number;
  readonly collected: number;
  readonly thinned: number;
}

export class Maintenance {
  readonly #ports: MaintenancePorts;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(ports: MaintenancePorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#after(FIRST_RUN_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** One round over all workspaces. One that fails does not keep the others waiting. */
  async run(): Promise<MaintenanceReport> {
    const total = { held: false, expired: 0, collected: 0, thinned: 0 };
    if (!(await isSteady(this.#ports))) return { ...total, held: true };
    const { store, clock } = this.#ports;
    for (const workspace of await store.workspaces()) {
      if (this.#stopped) break;
      try {
        total.expired += await expireTrash(this.#ports, workspace);
        total.collected += await collectTombstones(this.#ports, workspace);
        total.thinned += await store.thinHistory(workspace, VERSIONS_KEPT, clock.now() - HISTORY_KEPT_MS);
      } catch (error) {
        this.#ports.failed(error);
      }
    }
    return total;
  }

  #after(delayMs: number): void {
    this.#cancel = this.#ports.scheduler.after(delayMs, () => {
      void this.run()
        .catch(this.#ports.failed)
        .then(() => {
          if (!this.#stopped) this.#after(RUN_EVERY_MS);
        });
    });
  }
}

/** Whether the clock may decide anything. A server that was off for days looks like a clock that jumped, and waits too. */
async function isSteady({ clock, mark, alarm }: MaintenancePorts): Promise<boolean> {
  const now = clock.now();
  const before = await mark.read();
  const hasJumped = before !== null && Math.abs(now - before.at) > JUMP_MS;
  const steadySince = before === null || hasJumped ? now : before.steadySince;
  await mark.write({ at: now, steadySince });
  if (hasJumped) {
    const days = ((now - before.at) / DAY_MS).toFixed(1);
    alarm(
      `The clock moved by ${days} days since it was last looked at. Nothing in the trash expires before it went on steadily for a day.`,
    );
  }
  return now - steadySince >= STEADY_MS;
}

/**
 * From the trash to tombstones, each with everything below it. Where a conflict waits for any of that, all of it stays:
 * somebody has yet to decide.
 */
async function expireTrash(ports: MaintenancePorts, workspace: WorkspaceId): Promise<number> {
  const before = ports.clock.now() - TRASH_KEPT_MS;
  const staying = new Set<ElementId>();
  for (let total = 0; ; ) {
    const { expired, stay, news } = await ports.store.transact(workspace, (transaction) =>
      expireSome(ports, transaction, { before, staying }),
    );
    if (news !== null) ports.committed(news);
    if (expired === 0 && stay.length === 0) return total;
    for (const id of stay) staying.add(id);
    total += expired;
  }
}

interface Expiry {
  readonly expired: number;
  readonly stay: readonly ElementId[];
  readonly news: CommitNews | null;
}

async function expireSome(
  ports: MaintenancePorts,
  transaction: SyncTransaction,
  { before, staying }: { readonly before: number; readonly staying: ReadonlySet<ElementId> },
): Promise<Expiry> {
  const row = await transaction.workspace();
  const roots = row === null ? [] : await transaction.trashedBefore(before, ROOTS_PER_STEP + staying.size);
  const taken = new Map<ElementId, StoredElement>();
  const stay: ElementId[] = [];
  for (const { id } of roots) {
    if (taken.size >= ROWS_PER_STEP) break;
    if (staying.has(id) || taken.has(id)) continue;
    const tree = (await transaction.withDescendants([id])).filter((element) => !element.gone);
    const disputed = await transaction.openConflicts(tree.map((element) => element.id));
    if (disputed.length > 0) stay.push(id);
    else for (const element of tree) taken.set(element.id, element);
  }
  const expired = [...taken.values()];
  if (row === null || expired.length === 0) return { expired: 0, stay, news: null };
  const next = entering(ports.life, { ...row, head: row.head + 1 }, row.head);
  const tombstones = expired.map(({ id, trashed, by }): StoredTombstone => {
    return { gone: true, id, revision: next.head, by: trashed?.by ?? by, at: ports.clock.now() };
  });
  const after: WorkspaceRow = {
    ...next,
    sum: expired.reduce((sum, { id, revision }) => takeFromSum(sum, id, revision), row.sum),
    elements: row.elements - expired.length,
    tombstones: row.tombstones + expired.length,
  };
  await transaction.write({ ...NOTHING, workspace: after, rows: tombstones });
  const { schemas, mac } = ports;
  const shared = encodeCommit({ schemas, mac, workspace: after, from: row.head, rows: tombstones, names: {} });
  const news = { workspace: row.id, epoch: row.epoch, from: row.head, to: after.head, shared };
  return {
    expired: expired.length,
    stay,
    news: { ...news, settled: new Map(), conflicts: new Map() },
  };
}

/** Forgets the oldest tombstones at whole revisions, and raises the floor to the last of them. */
async function collectTombstones(ports: MaintenancePorts, workspace: WorkspaceId): Promise<number> {
  let total = 0;
  for (;;) {
    const collected = await ports.store.transact(workspace, (transaction) =>
      collectSome(transaction, ports.clock.now() - TOMBSTONES_KEPT_MS),
    );
    if (collected === 0) return total;
    total += collected;
  }
}

async function collectSome(transaction: SyncTransaction, before: number): Promise<number> {
  const row = await transaction.workspace();
  if (row === null || row.tombstones === 0) return 0;
  const kept = Math.max(TOMBSTONES_KEPT_MIN, Math.floor(row.elements * TOMBSTONES_KEPT_SHARE));
  const excess = row.tombstones - kept;
  for (let limit = ROWS_PER_STEP; ; limit *= 4) {
    const oldest = await transaction.tombstones(limit);
    const isAll = oldest.length < limit;
    const keeping = oldest.findIndex(({ at }, index) => index >= excess && at >= before);
    const old = keeping < 0 ? oldest : oldest.slice(0, keeping);
    // The revision after the last one that goes whole; unknown where the list ends inside it.
    const next = keeping < 0 ? (isAll ? Number.POSITIVE_INFINITY : oldest.at(-1)?.revision) : oldest[keeping]?.revision;
    const going = old.filter(({ revision }) => revision < (next ?? 0));
    const floor: Revision | undefined = going.at(-1)?.revision;
    if (floor === undefined) {
      if (keeping < 0 && !isAll) continue;
      return 0;
    }
    await transaction.write({
      ...NOTHING,
      workspace: { ...row, floor: Math.max(row.floor, floor), tombstones: row.tombstones - going.length },
      collected: going.map(({ id }) => id),
    });
    return going.length;
  }
}

/** The workspace with its numbers going on in this server's run, from the head before them. */
function entering(life: string, row: WorkspaceRow, first: Revision): WorkspaceRow {
  return row.lives.at(-1)?.life === life ? row : { ...row, lives: [...row.lives, { life, first }] };
}

const NOTHING = { rows: [], collected: [], streams: [], outcomes: [], conflicts: [], history: [] };
