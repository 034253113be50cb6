/**
 * Taking the settled state anew: a snapshot, or everything inline where that is little, and the delta above it. All of it
 * is staged beside what is there and replaces it in one commit; outbox, conflicts and local records stay. Where the epoch
 * is another one, what the server lost is sent again behind the same commit.
 */
import type {
  Delta,
  Element,
  ElementId,
  Epoch,
  Manifest,
  Revision,
  ServerMessage,
  StreamId,
  WorkspaceId,
} from '@waypost/protocol';
import type { Fetcher, StorageBatch, StorageWrite } from './ports.ts';
import { nextNumberKey, outboxKey } from './ports.ts';
import { MOVED_PREFIX, type OutboxRecord, RECENT, REPLICA, type ReplicaRecord, STREAM } from './records.ts';
import { NEVER_SYNCED, type PreparedDelta, Replica } from './replica.ts';
import { planRecovery, type Recovery } from './restore.ts';
import { type Settlement, settlementOf } from './settling.ts';
import { fetchSnapshotHead, fetchSnapshotPages, type SnapshotSource } from './snapshot.ts';
import { upward } from './tree.ts';
import { replicaTools, settledBodies, type StateTools, type WorkspaceState } from './workspace-state.ts';

export type ResetMessage = Extract<ServerMessage, { type: 'reset' }>;

export interface ResetTools extends StateTools {
  readonly fetcher: Fetcher;
}

export class Reset {
  readonly #tools: ResetTools;
  readonly #fetched = new Map<string, Uint8Array>();
  #pages: readonly Uint8Array[] | null = null;
  #deltas: Delta[] = [];
  #swapped = false;
  /** What the server said; null where this device wants it by itself. */
  message: ResetMessage | null;
  /** The staged state: usable for reading as soon as its skeleton is here. */
  replica: Replica | null = null;

  constructor(tools: ResetTools, message: ResetMessage | null) {
    this.#tools = tools;
    this.message = message;
  }

  /** The skeleton; from here on a tree can be shown. */
  async fetchHead(): Promise<Replica> {
    const { manifest, skeleton } = await fetchSnapshotHead(this.#source());
    const replica = new Replica(stagedRecord(manifest), replicaTools(this.#tools, this.#bodies(manifest)));
    replica.addSkeleton(skeleton, 0);
    this.#manifest = manifest;
    return replica;
  }

  /** The bodies. Afterwards the delta above the snapshot can be asked for. */
  async fetchBodies(replica: Replica, progress: (done: number, total: number) => void): Promise<void> {
    const manifest = this.#manifest;
    if (manifest === null) throw new RangeError('The skeleton comes first.');
    this.#pages = await fetchSnapshotPages(this.#source(), manifest, (done) => progress(done, manifest.count));
    this.replica = replica;
  }

  #manifest: Manifest | null = null;

  /** Where to follow from, once that is known. Conflicts are in no snapshot: all of them are wanted. */
  get position(): {
    readonly epoch: Epoch;
    readonly life: string;
    readonly cursor: Revision;
    readonly conflicts: 0;
  } | null {
    const record = this.replica?.record;
    if (record === undefined || record.epoch === null || record.life === null || this.#pages === null) return null;
    return { epoch: record.epoch, life: record.life, cursor: record.cursor, conflicts: 0 };
  }

  /** Takes a page of the delta above the staged state, or of everything inline; false where it belongs to neither. */
  take(delta: Delta): boolean {
    const last = this.#deltas.at(-1);
    if (last === undefined) {
      const isAbove = delta.epoch === this.position?.epoch && delta.from === this.position.cursor;
      if (!isAbove && (delta.from !== 0 || this.message?.epoch !== delta.epoch)) return false;
      if (!isAbove) {
        // Everything there is, without a snapshot; unless the snapshot was quicker, and the server has been told so.
        if (this.position !== null && delta.to < this.position.cursor) return true;
        this.#pages = null;
        this.replica = new Replica({ ...NEVER_SYNCED, epoch: delta.epoch }, replicaTools(this.#tools));
      }
    } else if (delta.from !== last.to || delta.epoch !== last.epoch) {
      return false;
    }
    this.#deltas.push(delta);
    return true;
  }

  get isComplete(): boolean {
    return this.#deltas.at(-1)?.more === false;
  }

  get deltas(): readonly Delta[] {
    return this.#deltas;
  }

  /** The connection is gone: what it had brought of the delta comes again. What was fetched stays. */
  disconnected(): void {
    this.#deltas = [];
    if (this.#pages === null) this.replica = null;
  }

  get pages(): readonly Uint8Array[] | null {
    return this.#pages;
  }

  /** Everything is on disk: bodies are read from there. */
  swapped(): void {
    this.#swapped = true;
    this.#fetched.clear();
    this.#pages = null;
  }

  #source(): SnapshotSource {
    const { workspace, fetcher, compression } = this.#tools;
    return { workspace, fetcher, compression, fetched: this.#fetched };
  }

  #bodies(manifest: Manifest): ReturnType<typeof replicaTools>['source'] {
    const stored = replicaTools(this.#tools).source;
    return {
      page: async (number) => {
        if (this.#swapped) return stored.page(number);
        const chunk = manifest.bodies[number];
        if (chunk === undefined) return null;
        const [page] = await fetchSnapshotPages(
          this.#source(),
          { ...manifest, skeleton: [], bodies: [chunk] },
          () => undefined,
        );
        return page ?? null;
      },
      records: async (ids) => (this.#swapped ? stored.records(ids) : []),
    };
  }
}

function stagedRecord(manifest: Manifest): ReplicaRecord {
  const { epoch, life, head, sum, skeleton, bodies } = manifest;
  const pages = { skeleton: skeleton.length, bodies: bodies.map(({ count }) => count) };
  return { ...NEVER_SYNCED, epoch, life, cursor: head, sum, pages };
}

/** The one commit that puts the staged state in the place of the old one. */
export interface Swap {
  readonly batch: StorageBatch;
  readonly record: ReplicaRecord;
  readonly settlement: Settlement;
  /** For a new epoch: the stream that begins with it, and what it begins with. */
  readonly renewed: {
    readonly stream: StreamId;
    readonly recovery: Recovery;
    readonly records: readonly OutboxRecord[];
  } | null;
}

export interface SwapOptions {
  readonly workspace: WorkspaceId;
  readonly pages: readonly Uint8Array[] | null;
  readonly staged: Replica;
  readonly prepared: PreparedDelta;
  readonly lost: {
    readonly message: ResetMessage;
    readonly elements: readonly Element[];
    readonly newStream: StreamId;
  } | null;
  readonly device: Element['by']['device'];
  readonly at: number;
}

export function swapOf(state: WorkspaceState, options: SwapOptions): Swap {
  const { workspace, pages, staged, prepared, lost, at } = options;
  const old = state.replica.record;
  const { stream } = state.outbox;
  const told = lost?.message.settled ?? prepared.settled;
  const settled = Math.max(old.settled, told !== null && told.stream === stream ? told.upTo : 0);
  const generation = old.generation + 1;
  const record = { ...staged.recordAfter(prepared, null), generation, settled, mismatchAt: old.mismatchAt };
  const settlement = settlementOf(state, prepared, { record, workspace, at, held: new Map() });
  const renewed = lost === null ? null : renewal(state, settled, lost, options);
  const final = renewed === null ? record : { ...record, settled: 0 };
  const put = (key: string, value: string): StorageWrite => ({ to: 'state', workspace, key, value });
  return {
    record: final,
    settlement,
    renewed,
    batch: {
      writes: [
        { to: 'elements', workspace, clear: true },
        { to: 'pages', workspace, pages },
        // The delta above the snapshot brings all that are open; what only this device holds is parked again by the outbox.
        { to: 'conflicts', workspace, clear: true },
        ...settlement.writes,
        put(REPLICA, JSON.stringify(final)),
        put(RECENT, '[]'),
        ...(renewed === null ? [] : renewalWrites(state, workspace, stream, renewed)),
      ],
      append:
        renewed === null
          ? []
          : renewed.records.map((entry) => ({ workspace, stream: renewed.stream, value: JSON.stringify(entry) })),
      expect: [
        { from: 'state', workspace, key: REPLICA, value: state.replicaText },
        ...(renewed === null ? [] : unseenNothing(state, workspace, stream)),
      ],
    },
  };
}

/** Elements settled above a revision, parents before children: what a restored server has lost. */
export async function elementsAbove(replica: Replica, revision: Revision): Promise<Element[]> {
  const ids = [...replica.entries()].filter((entry) => entry.revision > revision).map(({ id }) => id);
  const bodies = await settledBodies(replica, ids);
  const depth = new Map(ids.map((id) => [id, [...upward(replica, id)].length]));
  return [...bodies.values()].sort((a, b) => (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0));
}

/** Changes begin again in a stream of their own, in order, where their old one means nothing to the server any more. */
export function moveRecords(
  entries: readonly { readonly writes: OutboxRecord['writes']; readonly at: number }[],
): OutboxRecord[] {
  return entries.map(({ writes, at }) => ({ writes, at }));
}

type Renewal = NonNullable<Swap['renewed']>;

function renewal(
  state: WorkspaceState,
  settled: number,
  lost: NonNullable<SwapOptions['lost']>,
  { staged, prepared, device, at }: SwapOptions,
): Renewal {
  const waiting = state.outbox.entries.filter(({ n }) => n > settled);
  const conflicts = [...state.conflicts.values()].filter(({ mine }) => mine.device === device);
  const { restored } = lost.message;
  const above = (id: ElementId): Iterable<ElementId> => [...upward(state.replica, id)].map(([at]) => at);
  const isThere = (id: ElementId): boolean => staged.entry(id) !== undefined || prepared.elements.has(id);
  const recovery = planRecovery({ restored, device, elements: lost.elements, above, isThere, conflicts, waiting });
  const again = recovery.changes.length - recovery.moved;
  const records = recovery.changes.map((writes, index) => ({ writes, at: waiting[index - again]?.at ?? at }));
  return { stream: lost.newStream, recovery, records };
}

/** The old stream ends: its entries are in the new one, and whoever waits for one of them finds it there. */
export function renewalWrites(
  state: WorkspaceState,
  workspace: WorkspaceId,
  stream: StreamId | null,
  renewed: {
    readonly stream: StreamId;
    readonly records: readonly OutboxRecord[];
    readonly recovery: { readonly moved: number };
  },
): StorageWrite[] {
  const entries = state.outbox.entries.slice(state.outbox.entries.length - renewed.recovery.moved);
  const first = renewed.records.length - renewed.recovery.moved + 1;
  const numbers = entries.map(({ n }, index) => [n, first + index] as const);
  const begun: StorageWrite = { to: 'state', workspace, key: STREAM, value: renewed.stream };
  if (stream === null) return [begun];
  return [
    ...state.outbox.entries.map(
      ({ n }): StorageWrite => ({ to: 'outbox', workspace, key: outboxKey(stream, n), value: null }),
    ),
    begun,
    { to: 'state', workspace, key: MOVED_PREFIX + stream, value: JSON.stringify({ stream: renewed.stream, numbers }) },
  ];
}

/** No other process appended anything that this one does not know: it would stay behind in the old stream. */
export function unseenNothing(
  state: WorkspaceState,
  workspace: WorkspaceId,
  stream: StreamId | null,
): NonNullable<StorageBatch['expect']> {
  if (stream === null) return [{ from: 'state', workspace, key: STREAM, value: null }];
  const next = state.outbox.next === 1 ? null : String(state.outbox.next);
  return [
    { from: 'state', workspace, key: STREAM, value: stream },
    { from: 'state', workspace, key: nextNumberKey(stream), value: next },
  ];
}
