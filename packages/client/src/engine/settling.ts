/**
 * What a delta, or what another process made of one, means for this device: the writes of its one commit, and the events
 * that tell of it.
 */
import { type Actor, type Element, type ElementId, type Outcome, TRASH, type WorkspaceId } from '@waypost/protocol';
import { groupsAbove, onlyMoved } from './content.ts';
import type { DeviceEvent, RefusedChange } from './device.ts';
import { settledChange } from './outcome-waiters.ts';
import type { OutboxEntry } from './outbox.ts';
import { outboxKey, type StorageWrite } from './ports.ts';
import {
  GONE,
  LAST_KNOWN_PREFIX,
  type OutcomeRecord,
  OUTCOMES,
  RECENT,
  type RecentRecord,
  type ReplicaRecord,
  REPLICA,
} from './records.ts';
import type { PreparedDelta, Replica, ReplicaTools } from './replica.ts';
import { labelOf } from './label.ts';
import { upward } from './tree.ts';
import { refusedKey, type WorkspaceState } from './workspace-state.ts';

/** Outcomes kept for other processes that wait for them, and elements named for those that follow. */
const OUTCOMES_KEPT_MAX = 500;
const RECENT_IDS_MAX = 1_000;

export interface SettlementOptions {
  readonly record: ReplicaRecord;
  readonly workspace: WorkspaceId;
  /** For people: when a refused change was refused. */
  readonly at: number;
  /** Settled bodies of what pending changes write, as they were before. */
  readonly held: ReadonlyMap<ElementId, Element>;
}

export interface Settlement {
  readonly writes: readonly StorageWrite[];
  readonly record: ReplicaRecord;
  readonly settled: readonly OutboxEntry[];
  readonly results: readonly OutcomeRecord[];
  readonly outcomes: readonly OutcomeRecord[];
  readonly recent: readonly RecentRecord[];
  readonly refused: readonly RefusedChange[];
  readonly lastKnown: readonly Element[];
  readonly decided: readonly ElementId[];
}

export function settlementOf(
  state: WorkspaceState,
  prepared: PreparedDelta,
  { record, workspace, at, held }: SettlementOptions,
): Settlement {
  const { stream } = state.outbox;
  const settled = state.outbox.entries.filter(({ n }) => n <= record.settled);
  const outcomeOf = (n: number): Outcome =>
    (prepared.settled?.stream === stream ? prepared.settled?.outcomes.get(n) : undefined) ?? {
      kind: 'applied',
      adjusted: [],
    };
  const results = settled.flatMap((entry) =>
    stream === null ? [] : resultOf({ ...entry, stream }, outcomeOf(entry.n), prepared),
  );
  const notable = results.filter(({ outcome }) => !isPlain(outcome));
  const outcomes = notable.length === 0 ? state.outcomes : [...state.outcomes, ...notable].slice(-OUTCOMES_KEPT_MAX);
  const refused = settled.flatMap((entry): RefusedChange[] => {
    const outcome = outcomeOf(entry.n);
    if (stream === null || outcome.kind !== 'rejected') return [];
    return [{ workspace, stream, n: entry.n, code: outcome.code, writes: JSON.stringify(entry.writes), at }];
  });
  const touched = [...prepared.elements.keys(), ...prepared.gone];
  const recent =
    touched.length === 0 && prepared.from === prepared.to ? state.recent : withRecent(state.recent, prepared, touched);
  const lastKnown = [...prepared.gone].flatMap((id) => held.get(id) ?? []);
  const decided = prepared.conflicts
    .filter(({ element, closed }) => closed !== null && state.lastKnown.has(element))
    .map(({ element }) => element);
  const put = (to: 'state' | 'conflicts' | 'elements' | 'outbox', key: string, value: string | null): StorageWrite => ({
    to,
    workspace,
    key,
    value,
  });
  return {
    ...{ record, settled, results, outcomes, recent, refused, lastKnown, decided },
    writes: [
      put('state', REPLICA, JSON.stringify(record)),
      ...[...prepared.elements].map(([id, element]) => put('elements', id, JSON.stringify(element))),
      ...[...prepared.gone].map((id) => put('elements', id, record.pages === null ? null : GONE)),
      ...settled.flatMap(({ n }) => (stream === null ? [] : put('outbox', outboxKey(stream, n), null))),
      ...(outcomes === state.outcomes ? [] : [put('state', OUTCOMES, JSON.stringify(outcomes))]),
      ...(recent === state.recent ? [] : [put('state', RECENT, JSON.stringify(recent))]),
      ...refused.map((change) => put('state', refusedKey(change), JSON.stringify(change))),
      ...lastKnown.map((element) => put('state', LAST_KNOWN_PREFIX + element.id, JSON.stringify(element))),
      ...decided.map((id) => put('state', LAST_KNOWN_PREFIX + id, null)),
      ...prepared.conflicts.map((conflict) =>
        put('conflicts', conflict.id, conflict.closed === null ? JSON.stringify(conflict) : null),
      ),
    ],
  };
}

type ElementEvent = Extract<DeviceEvent, { readonly name: string }>;

/** What happened to elements, for whoever watches. Called before the delta is adopted. */
export function* eventsOf(
  workspace: WorkspaceId,
  replica: Replica,
  prepared: Pick<PreparedDelta, 'elements' | 'gone' | 'to'>,
  schemas: ReplicaTools['schemas'],
): Iterable<ElementEvent> {
  for (const element of prepared.elements.values()) {
    const { id, kind, revision, by, at } = element;
    const was = replica.entry(id);
    const label = labelOf(schemas, element);
    const told = (event: ElementEvent['event'], groups: readonly string[]): ElementEvent => ({
      ...{ workspace, id, kind },
      get name() {
        return label.name;
      },
      ...{ revision, by, at, event, groups },
    });
    if (was === undefined) {
      yield told(element.trashed === null ? 'created' : 'deleted', []);
      continue;
    }
    if (was.revision === revision) continue;
    const groups = groupsAbove(element, was.revision);
    const turned = (was.trashed !== null) !== (element.trashed !== null);
    if (turned) yield told(element.trashed === null ? 'restored' : 'deleted', []);
    const moved = was.parent !== element.parent || was.order !== element.order;
    if (moved) yield told('moved', ['@place']);
    const written = groups.filter((group) => !group.startsWith('@'));
    if (written.length > 0 && !onlyMoved(groups)) yield told('changed', written);
    else if (!turned && !moved && !groups.includes(TRASH)) yield told('changed', []);
  }
  for (const id of prepared.gone) {
    const was = replica.entry(id);
    // From the trash to nothing is no news: it was deleted when it went to the trash.
    if (was === undefined || [...upward(replica, id)].some(([, place]) => place.trashed !== null)) continue;
    yield {
      workspace,
      id,
      kind: was.kind,
      name: was.label.name,
      revision: prepared.to,
      event: 'deleted',
      groups: [],
      by: NOBODY,
      at: 0,
    };
  }
}

/** Beyond this, whoever watches is better served by looking at everything again. */
const DIFFERENCES_TOLD_MAX = 1_000;

/** What happened between two readings of the same store, where nobody was there to see it happen. */
export async function differenceEvents(
  workspace: WorkspaceId,
  before: WorkspaceState,
  after: WorkspaceState,
  schemas: ReplicaTools['schemas'],
): Promise<readonly DeviceEvent[]> {
  const [was, is] = [before.replica, after.replica];
  if (was.record.epoch === null || was.record.epoch !== is.record.epoch) return [];
  const changed = [...is.entries()]
    .filter(({ id, revision }) => was.entry(id)?.revision !== revision)
    .map(({ id }) => id);
  if (changed.length > DIFFERENCES_TOLD_MAX) return [];
  const gone = new Set([...was.entries()].filter(({ id }) => is.entry(id) === undefined).map(({ id }) => id));
  const elements = await is.load(changed);
  const { stream } = before.outbox;
  const settled = before.outbox.entries.flatMap(({ n }): DeviceEvent[] => {
    const receipt = stream === null ? null : { workspace, stream, n };
    const became = receipt === null ? null : settledChange(after, receipt);
    return receipt === null || became === null ? [] : [{ event: 'settled', receipt, settled: became }];
  });
  return [...eventsOf(workspace, was, { elements, gone, to: is.record.cursor }, schemas), ...settled];
}

/** A tombstone does not say who deleted: they did it while this device was away. */
const NOBODY = { account: '', device: '' } as Actor;

/**
 * What is lost with the power comes again from the server, and the entries it settles are settled again; but what became of
 * them the server forgets once it is told that it is here. A refused change must not be taken for an applied one then.
 */
export function durabilityOf({ results }: Settlement): 'strict' | 'relaxed' {
  return results.every(({ outcome }) => isPlain(outcome)) ? 'relaxed' : 'strict';
}

export function isPlain(outcome: Outcome): boolean {
  return outcome.kind === 'applied' && outcome.adjusted.length === 0;
}

/** The revision at which a change stands: that of what it wrote, where the delta brought it, else the delta's. */
function resultOf(
  entry: OutboxEntry & Pick<OutcomeRecord, 'stream'>,
  outcome: Outcome,
  prepared: PreparedDelta,
): OutcomeRecord {
  const [write] = entry.writes;
  const id = write === undefined || write.op === 'close' ? null : write.op === 'resend' ? write.element.id : write.id;
  const revision = (id === null ? undefined : prepared.elements.get(id)?.revision) ?? prepared.to;
  return { stream: entry.stream, n: entry.n, outcome, revision };
}

function withRecent(
  recent: readonly RecentRecord[],
  { from, to }: PreparedDelta,
  ids: readonly ElementId[],
): readonly RecentRecord[] {
  if (ids.length > RECENT_IDS_MAX) return [];
  const next = [...recent, { from, to, ids }];
  let count = next.reduce((sum, { ids: named }) => sum + named.length, 0);
  while (count > RECENT_IDS_MAX) count -= next.shift()?.ids.length ?? 0;
  return next.slice(-100);
}
