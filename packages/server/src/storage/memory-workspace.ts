/** One workspace in memory: what the tables of the SQL store hold, and the reads and writes of the port over it. */
import type { AccountId, Conflict, ConflictId, ElementId, Revision, StreamId } from '@waypost/protocol';
import type {
  HistoryRow,
  OutcomeRow,
  StoredElement,
  StoredRow,
  StoredTombstone,
  StreamRow,
  SyncBatch,
  WorkspaceRow,
} from '../sync/store.ts';
import { ForkableMap } from './forkable-map.ts';

/** The key of the list of elements without a parent. */
const TOP = '';

export class MemoryWorkspace {
  row: WorkspaceRow;
  readonly #rows: ForkableMap<ElementId, StoredRow>;
  readonly #children: ForkableMap<string, ReadonlySet<ElementId>>;
  readonly #streams: ForkableMap<StreamId, StreamRow>;
  readonly #outcomes: ForkableMap<StreamId, readonly OutcomeRow[]>;
  readonly #conflicts: ForkableMap<ConflictId, Conflict>;
  readonly #history: ForkableMap<ElementId, readonly HistoryRow[]>;

  constructor(row: WorkspaceRow, from?: MemoryWorkspace) {
    this.row = row;
    this.#rows = from === undefined ? new ForkableMap() : from.#rows.fork();
    this.#children = from === undefined ? new ForkableMap() : from.#children.fork();
    this.#streams = from === undefined ? new ForkableMap() : from.#streams.fork();
    this.#outcomes = from === undefined ? new ForkableMap() : from.#outcomes.fork();
    this.#conflicts = from === undefined ? new ForkableMap() : from.#conflicts.fork();
    this.#history = from === undefined ? new ForkableMap() : from.#history.fork();
  }

  /** A copy to write to. The receiver stays as it is for whoever reads it. */
  fork(): MemoryWorkspace {
    return new MemoryWorkspace(this.row, this);
  }

  rows(ids: readonly ElementId[]): StoredRow[] {
    return [...new Set(ids)].flatMap((id) => this.#rows.get(id) ?? []);
  }

  withAncestors(ids: readonly ElementId[]): StoredRow[] {
    return this.#reach(ids, (row) => (row.gone || row.parent === null ? [] : [row.parent]));
  }

  withDescendants(ids: readonly ElementId[]): StoredRow[] {
    const starts = ids.flatMap((id) => [id, ...(this.#children.get(id) ?? [])]);
    return this.#reach(starts, (row) => this.#children.get(row.id) ?? []);
  }

  children(parent: ElementId | null): StoredElement[] {
    return [...(this.#children.get(parent ?? TOP) ?? [])].flatMap((id) => this.#element(id) ?? []);
  }

  changedAbove(revision: Revision, limit: number): StoredRow[] {
    const changed = this.#rows.filter((row) => row.revision > revision).sort(byRevision);
    const last = changed[limit - 1]?.revision ?? Number.MAX_SAFE_INTEGER;
    return changed.filter((row) => row.revision <= last);
  }

  elementsAfter(id: ElementId | null, limit: number): StoredElement[] {
    return this.#elements((element) => id === null || element.id > id)
      .sort(byId)
      .slice(0, limit);
  }

  streams(ids: readonly StreamId[]): StreamRow[] {
    return [...new Set(ids)].flatMap((id) => this.#streams.get(id) ?? []);
  }

  outcomesAbove(stream: StreamId, n: number): OutcomeRow[] {
    return (this.#outcomes.get(stream) ?? []).filter((outcome) => outcome.n > n);
  }

  openConflicts(elements: readonly ElementId[]): Conflict[] {
    const wanted = new Set(elements);
    return this.#conflictsWhere((conflict) => conflict.closed === null && wanted.has(conflict.element)).sort(byId);
  }

  conflicts(ids: readonly ConflictId[]): Conflict[] {
    return [...new Set(ids)].flatMap((id) => this.#conflicts.get(id) ?? []).sort(byId);
  }

  conflictsAbove(account: AccountId, revision: Revision): Conflict[] {
    return this.#conflictsWhere((one) => one.mine.account === account && one.revision > revision).sort(byRevision);
  }

  history(element: ElementId, limit: number): HistoryRow[] {
    return (this.#history.get(element) ?? []).slice(-limit).reverse();
  }

  trashedBefore(at: number, limit: number): StoredElement[] {
    const since = (element: StoredElement): number => element.trashed?.at ?? Number.MAX_SAFE_INTEGER;
    return this.#elements((element) => since(element) < at)
      .sort((one, other) => since(one) - since(other) || byId(one, other))
      .slice(0, limit);
  }

  tombstones(limit: number): StoredTombstone[] {
    const rows = this.#rows.filter((row) => row.gone).sort(byRevision);
    return rows.slice(0, limit).flatMap((row) => (row.gone ? row : []));
  }

  write(batch: SyncBatch): void {
    this.row = batch.workspace;
    for (const row of batch.rows) this.#put(row);
    for (const id of batch.collected) if (this.#rows.get(id)?.gone === true) this.#rows.delete(id);
    for (const stream of batch.streams) this.#streams.set(stream.id, stream);
    for (const outcome of batch.outcomes) {
      const others = (this.#outcomes.get(outcome.stream) ?? []).filter(({ n }) => n !== outcome.n);
      this.#outcomes.set(
        outcome.stream,
        [...others, outcome].sort((one, other) => one.n - other.n),
      );
    }
    for (const conflict of batch.conflicts) this.#conflicts.set(conflict.id, conflict);
    for (const row of batch.history) this.#history.set(row.element, [...(this.#history.get(row.element) ?? []), row]);
  }

  forgetOutcomes(stream: StreamId, upTo: number): void {
    this.#outcomes.set(stream, this.outcomesAbove(stream, upTo));
  }

  /** The number of versions removed. */
  thinHistory(keep: number, before: number): number {
    const undecided = new Set(this.#conflictsWhere(({ closed }) => closed === null).map(({ element }) => element));
    let removed = 0;
    const thinned = new Map<ElementId, readonly HistoryRow[]>();
    this.#history.forEach((versions, element) => {
      let newestSoFar = 0;
      const kept = versions.filter((version, at) => {
        newestSoFar = Math.max(newestSoFar, version.at);
        const old = at < versions.length - keep || newestSoFar < before;
        return !old || (version.status === 'unmerged' && undecided.has(element));
      });
      if (kept.length === versions.length) return;
      removed += versions.length - kept.length;
      thinned.set(element, kept);
    });
    for (const [element, kept] of thinned) this.#history.set(element, kept);
    return removed;
  }

  #put(row: StoredRow): void {
    const old = this.#rows.get(row.id);
    const oldPlace = placeOf(old);
    const newPlace = placeOf(row);
    this.#rows.set(row.id, row);
    if (oldPlace === newPlace) return;
    if (oldPlace !== undefined) {
      const left = new Set(this.#children.get(oldPlace));
      left.delete(row.id);
      if (left.size === 0) this.#children.delete(oldPlace);
      else this.#children.set(oldPlace, left);
    }
    if (newPlace !== undefined) this.#children.set(newPlace, new Set(this.#children.get(newPlace)).add(row.id));
  }

  /** These rows and all that lead on from them, each once. */
  #reach(ids: readonly ElementId[], next: (row: StoredRow) => Iterable<ElementId>): StoredRow[] {
    const seen = new Set(ids);
    // A set may grow while it is walked; what is added is walked too.
    const found: StoredRow[] = [];
    for (const id of seen) {
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      found.push(row);
      for (const further of next(row)) seen.add(further);
    }
    return found;
  }

  #element(id: ElementId): StoredElement | undefined {
    const row = this.#rows.get(id);
    return row === undefined || row.gone ? undefined : row;
  }

  #elements(wanted: (element: StoredElement) => boolean): StoredElement[] {
    const found: StoredElement[] = [];
    this.#rows.forEach((row) => {
      if (!row.gone && wanted(row)) found.push(row);
    });
    return found;
  }

  #conflictsWhere(wanted: (conflict: Conflict) => boolean): Conflict[] {
    return this.#conflicts.filter(wanted);
  }
}

/** The list of children a row stands in. */
function placeOf(row: StoredRow | undefined): string | undefined {
  return row === undefined || row.gone ? undefined : (row.parent ?? TOP);
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}

interface Numbered {
  readonly id: string;
  readonly revision: Revision;
}

function byRevision(one: Numbered, other: Numbered): number {
  return one.revision - other.revision || byId(one, other);
}
