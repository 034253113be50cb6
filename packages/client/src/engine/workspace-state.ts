/** One workspace as it is on this device's disk, read into memory. */
import {
  type Conflict,
  type ConflictId,
  type Element,
  type ElementId,
  type StreamId,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import type { BodySource } from './bodies.ts';
import type { ContentRules } from './content.ts';
import type { RefusedChange } from './device.ts';
import { Outbox } from './outbox.ts';
import { readSkeletonPage } from './pages.ts';
import type { Compression, DeviceStorage } from './ports.ts';
import {
  GONE,
  LAST_KNOWN_PREFIX,
  MOVED_PREFIX,
  type MovedRecord,
  OUTCOMES,
  type OutcomeRecord,
  readElementRecord,
  readMovedRecord,
  readRecord,
  RECENT,
  type RecentRecord,
  REFUSED_PREFIX,
  REPLICA,
  STREAM,
} from './records.ts';
import { NEVER_SYNCED, Replica, type ReplicaTools } from './replica.ts';
import { upward } from './tree.ts';
import { View } from './view.ts';

export interface WorkspaceState {
  replica: Replica;
  view: View;
  readonly outbox: Outbox;
  readonly conflicts: Map<ConflictId, Conflict>;
  outcomes: readonly OutcomeRecord[];
  recent: readonly RecentRecord[];
  readonly refused: Map<string, RefusedChange>;
  readonly moved: Map<StreamId, MovedRecord>;
  /** Elements gone for good about which something is still to be decided, as they were. */
  readonly lastKnown: Map<ElementId, Element>;
  /** The record of the replica as it is on disk: what the next commit of settled state expects. */
  replicaText: string | null;
}

export interface StateTools {
  readonly workspace: WorkspaceId;
  readonly storage: DeviceStorage;
  readonly compression: Compression;
  readonly rules: ContentRules;
}

/** Another process may commit while this reads; then it is read again. */
const READS_MAX = 20;

export async function loadState(tools: StateTools): Promise<WorkspaceState> {
  const { storage, workspace } = tools;
  const position = async (): Promise<string> => {
    const records = await storage.get('state', workspace, [REPLICA, STREAM]);
    return JSON.stringify([REPLICA, STREAM].map((name) => records.find(({ key }) => key === name)?.value ?? null));
  };
  for (let reads = 0; ; reads += 1) {
    const before = await position();
    try {
      const state = await readState(tools);
      if ((await position()) === before) return state;
    } catch (error) {
      // What was read belongs together only if nothing moved meanwhile.
      if ((await position()) === before) throw error;
    }
    if (reads > READS_MAX)
      throw new WaypostError('storage-failed', 'This store is being written to without a pause: try again.');
  }
}

async function readState(tools: StateTools): Promise<WorkspaceState> {
  const { storage, workspace, rules } = tools;
  const texts = new Map((await storage.scan('state', workspace)).map(({ key, value }) => [key, value]));
  const replicaText = texts.get(REPLICA) ?? null;
  const replica = new Replica(readRecord(REPLICA, replicaText) ?? NEVER_SYNCED, replicaTools(tools));
  await readSkeleton(replica, tools);
  for (const { key, value } of await storage.scan('elements', workspace))
    replica.addRecord(key as ElementId, readElementRecord(value));

  const conflicts = new Map<ConflictId, Conflict>();
  for (const { value } of await storage.scan('conflicts', workspace)) {
    const conflict = JSON.parse(value) as Conflict;
    conflicts.set(conflict.id, conflict);
  }
  const outbox = new Outbox(workspace);
  outbox.load(
    (texts.get(STREAM) ?? null) as StreamId | null,
    texts,
    await storage.scan('outbox', workspace),
    replica.record.settled,
  );
  const view = await viewOver(replica, outbox, { rules, conflicts });
  const state: WorkspaceState = {
    ...{ replica, view, outbox, conflicts, replicaText },
    outcomes: readRecord(OUTCOMES, texts.get(OUTCOMES)) ?? [],
    recent: readRecord(RECENT, texts.get(RECENT)) ?? [],
    refused: new Map(),
    moved: new Map(),
    lastKnown: new Map(),
  };
  readKept(state, texts);
  return state;
}

/** Refused changes, and where changes of earlier streams went. */
export function readKept(state: WorkspaceState, texts: ReadonlyMap<string, string>): void {
  state.refused.clear();
  state.lastKnown.clear();
  for (const [key, value] of texts) {
    if (key.startsWith(LAST_KNOWN_PREFIX))
      state.lastKnown.set(key.slice(LAST_KNOWN_PREFIX.length) as ElementId, JSON.parse(value) as Element);
    if (key.startsWith(REFUSED_PREFIX)) state.refused.set(key, JSON.parse(value) as RefusedChange);
    if (key.startsWith(MOVED_PREFIX))
      state.moved.set(key.slice(MOVED_PREFIX.length) as StreamId, readMovedRecord(value));
  }
}

export function refusedKey({ stream, n }: { readonly stream: StreamId; readonly n: number }): string {
  return `${REFUSED_PREFIX}${stream}/${String(n).padStart(16, '0')}`;
}

/** The view over a settled state, worked out from nothing. */
export async function viewOver(
  replica: Replica,
  outbox: Outbox,
  { rules, conflicts }: { readonly rules: ContentRules; readonly conflicts: ReadonlyMap<ConflictId, Conflict> },
): Promise<View> {
  const view = new View(
    replica,
    rules,
    (id) => conflicts.size > 0 && [...conflicts.values()].some(({ element }) => element === id),
  );
  const bodies = await settledBodies(
    replica,
    outbox.entries.flatMap(({ writes }) => writes.flatMap((write) => (write.op === 'set' ? write.id : []))),
  );
  for (const entry of outbox.entries) view.append(entry, (id) => bodies.get(id) ?? null);
  return view;
}

/** Settled bodies of those ids that have one, and who trashed what is above them, which says what a set on them does. */
export async function settledBodies(replica: Replica, ids: Iterable<ElementId>): Promise<Map<ElementId, Element>> {
  const there = [...new Set(ids)].filter((id) => replica.entry(id) !== undefined);
  await replica.learnTrashers(there.flatMap((id) => [...upward(replica, id)].map(([above]) => above)));
  const bodies = await replica.load(there);
  const missing = there.find((id) => !bodies.has(id) && replica.entry(id) !== undefined);
  if (missing !== undefined) throw new MovedBodies(missing);
  return bodies;
}

/** Another process packed or replaced the pages: what this one knows of where bodies lie is out of date. */
export class MovedBodies extends Error {
  constructor(id: ElementId) {
    super(`The body of ${id} is not where it was.`);
    this.name = 'MovedBodies';
  }
}

export function replicaTools(tools: StateTools, source: BodySource = storedBodies(tools)): ReplicaTools {
  return { schemas: tools.rules.schemas, compression: tools.compression, source };
}

/** Bodies on disk. Their pages come after those of the skeleton. */
export function storedBodies({ storage, workspace }: StateTools): BodySource {
  return {
    page: async (number) => {
      const text = (await storage.get('state', workspace, [REPLICA]))[0]?.value;
      const at = number + (readRecord(REPLICA, text)?.pages?.skeleton ?? 0);
      return (await storage.pages(workspace, [at])).get(at) ?? null;
    },
    records: async (ids) =>
      (await storage.get('elements', workspace, ids)).flatMap(({ value }) => {
        const element = readElementRecord(value);
        return element === GONE ? [] : [element];
      }),
  };
}

async function readSkeleton(replica: Replica, { storage, workspace, compression }: StateTools): Promise<void> {
  const { pages } = replica.record;
  if (pages === null) return;
  const numbers = Array.from({ length: pages.skeleton }, (_, at) => at);
  const bytes = await storage.pages(workspace, numbers);
  let slot = 0;
  for (const number of numbers) {
    const page = bytes.get(number);
    if (page === undefined) throw new WaypostError('storage-failed', 'A page of this store is missing.');
    const slots = await readSkeletonPage(page, compression);
    replica.addSkeleton(slots, slot);
    slot += slots.length;
  }
}
