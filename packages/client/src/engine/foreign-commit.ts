/** What another tab or process committed to this store, read without reading everything again where that can be. */
import type { Conflict, Element, ElementId, StreamId } from '@waypost/protocol';
import { nextNumberKey } from './ports.ts';
import {
  GONE,
  OUTCOMES,
  readElementRecord,
  readRecord,
  RECENT,
  type RecentRecord,
  REPLICA,
  type ReplicaRecord,
  SENT_PREFIX,
  SQUASHED,
  STREAM,
} from './records.ts';
import type { PreparedDelta } from './replica.ts';
import type { Settlement } from './settling.ts';
import { readKept, type StateTools, type WorkspaceState } from './workspace-state.ts';

export type ForeignCommit =
  | { readonly kind: 'nothing' }
  /** It went on while this was read: parts of two moments are no state. */
  | { readonly kind: 'again' }
  /** Too much changed, or the ground did: everything has to be read again. */
  | { readonly kind: 'reload' }
  | {
      readonly kind: 'news';
      /** The next number of the stream: entries before it are on disk. */
      readonly next: number;
      /** What the process that holds the connection applied. */
      readonly delta: {
        readonly prepared: PreparedDelta;
        readonly settlement: Settlement;
        readonly replicaText: string;
      } | null;
    };

export async function readForeignCommit(state: WorkspaceState, tools: StateTools): Promise<ForeignCommit> {
  const { storage, workspace } = tools;
  const texts = new Map((await storage.scan('state', workspace)).map(({ key, value }) => [key, value]));
  const { outbox } = state;
  const stream = (texts.get(STREAM) ?? null) as StreamId | null;
  if (stream !== outbox.stream || Number(texts.get(SQUASHED) ?? '0') !== outbox.squashed) return { kind: 'reload' };
  readKept(state, texts);
  if (stream !== null) outbox.sentUpTo = Math.max(outbox.sentUpTo, Number(texts.get(SENT_PREFIX + stream) ?? '0'));
  const next = stream === null ? 1 : Number(texts.get(nextNumberKey(stream)) ?? '1');
  const replicaText = texts.get(REPLICA) ?? null;
  if (replicaText === state.replicaText)
    return next > outbox.next ? { kind: 'news', next, delta: null } : { kind: 'nothing' };

  const record = readRecord(REPLICA, replicaText);
  const was = state.replica.record;
  const recent = readRecord(RECENT, texts.get(RECENT)) ?? [];
  if (record === null || replicaText === null || record.generation !== was.generation || record.epoch !== was.epoch)
    return { kind: 'reload' };
  const ids = changedBetween(recent, was.cursor, record.cursor);
  if (ids === null) return { kind: 'reload' };

  const records = new Map(
    (await storage.get('elements', workspace, ids)).map(({ key, value }) => [key, readElementRecord(value)]),
  );
  const conflicts = (await storage.scan('conflicts', workspace)).map(({ value }) => JSON.parse(value) as Conflict);
  const outcomes = readRecord(OUTCOMES, texts.get(OUTCOMES)) ?? [];
  const [after] = await storage.get('state', workspace, [REPLICA]);
  if (after?.value !== replicaText) return { kind: 'again' };

  const elements = new Map<ElementId, Element>();
  const gone = new Set<ElementId>();
  for (const id of ids) {
    const element = records.get(id) ?? GONE;
    if (element === GONE) gone.add(id);
    else elements.set(id, element);
  }
  return { kind: 'news', next, delta: { ...asDelta(), replicaText } };

  function asDelta(): { prepared: PreparedDelta; settlement: Settlement } {
    const settled = outbox.entries.filter(({ n }) => n <= settledUpTo(record));
    const results = settled.flatMap(({ n }) => {
      if (stream === null) return [];
      const found = outcomes.findLast((outcome) => outcome.stream === stream && outcome.n === n);
      return found ?? { stream, n, outcome: { kind: 'applied' as const, adjusted: [] }, revision: record?.cursor ?? 0 };
    });
    const prepared: PreparedDelta = {
      ...{
        from: was.cursor,
        to: record?.cursor ?? 0,
        elements,
        gone,
        names: {},
        sum: record?.sum ?? was.sum,
        expectedSum: null,
      },
      epoch: record?.epoch ?? ('' as PreparedDelta['epoch']),
      life: record?.life ?? '',
      settled: null,
      conflicts: differingConflicts(state.conflicts, conflicts),
    };
    const none = { writes: [], refused: [], lastKnown: [], decided: [] };
    return { prepared, settlement: { ...none, record: record ?? was, settled, results, outcomes, recent } };
  }
}

function settledUpTo(record: ReplicaRecord | null): number {
  return record?.settled ?? 0;
}

/** The elements that deltas between two cursors touched; null where that is no longer known. */
function changedBetween(recent: readonly RecentRecord[], from: number, to: number): ElementId[] | null {
  const ids = new Set<ElementId>();
  let at = from;
  for (const step of recent) {
    if (step.to <= at) continue;
    if (step.from > at) return null;
    for (const id of step.ids) ids.add(id);
    at = step.to;
  }
  return at === to ? [...ids] : null;
}

function differingConflicts(known: ReadonlyMap<string, Conflict>, stored: readonly Conflict[]): Conflict[] {
  const open = new Set<string>(stored.map(({ id }) => id));
  const closed = [...known.values()]
    .filter(({ id }) => !open.has(id))
    .map((conflict): Conflict => ({ ...conflict, closed: 'theirs' }));
  return [...stored.filter((conflict) => known.get(conflict.id)?.revision !== conflict.revision), ...closed];
}
