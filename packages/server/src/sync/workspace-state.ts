/**
 * The part of a workspace that a batch of changes can touch, loaded before judging and changed in memory only. Every
 * step can be undone, so that a refused change leaves nothing; what remains is written as one batch.
 */
import {
  type AccountId,
  type Actor,
  addToSum,
  type Conflict,
  type ConflictId,
  type ConflictType,
  type DeviceId,
  type ElementId,
  type JsonText,
  type Revision,
  type StreamId,
  takeFromSum,
  TREE_DEPTH_MAX,
} from '@waypost/protocol';
import type { HistoryRow, Membership, StoredElement, StoredRow, StreamRow, SyncBatch, WorkspaceRow } from './store.ts';

/** Whose change is being judged. */
export interface Author extends Actor {
  readonly stream: StreamId;
  readonly n: number;
}

export interface Loaded {
  readonly workspace: WorkspaceRow;
  readonly rows: readonly StoredRow[];
  readonly conflicts: readonly Conflict[];
  readonly streams: readonly StreamRow[];
  readonly roles: ReadonlyMap<AccountId, Membership['role'] | null>;
}

export class WorkspaceState {
  readonly from: Revision;
  readonly now: number;
  readonly roles: Loaded['roles'];
  #workspace: WorkspaceRow;
  readonly #rows = new Map<ElementId, StoredRow>();
  readonly #children = new Map<ElementId | null, Set<ElementId>>();
  readonly #conflicts = new Map<ConflictId, Conflict>();
  readonly #streams = new Map<StreamId, StreamRow>();
  readonly #touchedRows = new Set<ElementId>();
  readonly #touchedConflicts = new Set<ConflictId>();
  readonly #touchedStreams = new Set<StreamId>();
  readonly #history: HistoryRow[] = [];
  #undo: (() => void)[] = [];
  #author: Author | null = null;
  /** The number of the change being judged, once it has an effect. */
  #revision: Revision | null = null;
  #before = new Map<ElementId, Record<string, JsonText | null>>();

  constructor(loaded: Loaded, now: number) {
    this.#workspace = loaded.workspace;
    this.from = loaded.workspace.head;
    this.now = now;
    this.roles = loaded.roles;
    for (const row of loaded.rows) {
      this.#rows.set(row.id, row);
      if (!row.gone) this.#childrenOf(row.parent).add(row.id);
    }
    for (const conflict of loaded.conflicts) this.#conflicts.set(conflict.id, conflict);
    for (const stream of loaded.streams) this.#streams.set(stream.id, stream);
  }

  get workspace(): WorkspaceRow {
    return this.#workspace;
  }

  /** Starts judging one change. */
  begin(author: Author): void {
    this.#author = author;
    this.#revision = null;
    this.#before = new Map();
    this.#undo = [];
  }

  /** The number of this change. Taken from the head when the change first has an effect: none is spent on nothing. */
  revision(): Revision {
    if (this.#revision !== null) return this.#revision;
    const workspace = this.#workspace;
    this.#undo.push(() => {
      this.#workspace = { ...this.#workspace, head: workspace.head };
      this.#revision = null;
    });
    this.#workspace = { ...workspace, head: workspace.head + 1 };
    this.#revision = this.#workspace.head;
    return this.#revision;
  }

  /** Ends a change that stands, and records its history. */
  finish(): void {
    for (const [element, values] of this.#before) this.#record(element, 'written', values);
    this.#undo = [];
    this.#author = null;
  }

  /** Takes back everything the change did. */
  abandon(): void {
    for (const step of this.#undo.reverse()) step();
    this.#undo = [];
    this.#before = new Map();
    this.#author = null;
  }

  row(id: ElementId): StoredRow | undefined {
    return this.#rows.get(id);
  }

  element(id: ElementId): StoredElement | undefined {
    const row = this.#rows.get(id);
    return row === undefined || row.gone ? undefined : row;
  }

  put(row: StoredRow): void {
    const before = this.#rows.get(row.id);
    const workspace = this.#workspace;
    const wasTouched = this.#touchedRows.has(row.id);
    this.#undo.push(() => {
      this.#place(row, before);
      const { sum, elements, tombstones } = workspace;
      this.#workspace = { ...this.#workspace, sum, elements, tombstones };
      if (!wasTouched) this.#touchedRows.delete(row.id);
    });
    this.#place(before, row);
    this.#touchedRows.add(row.id);
    let { sum, elements, tombstones } = workspace;
    if (before?.gone === false) sum = takeFromSum(sum, before.id, before.revision);
    if (!row.gone) sum = addToSum(sum, row.id, row.revision);
    elements += (row.gone ? 0 : 1) - (before?.gone === false ? 1 : 0);
    tombstones += (row.gone ? 1 : 0) - (before?.gone === true ? 1 : 0);
    this.#workspace = { ...workspace, sum, elements, tombstones };
  }

  /** Notes the value a write replaces; the first one of a change is the one that history keeps. */
  replaced(element: ElementId, group: string, value: JsonText | null): void {
    const values = this.#before.get(element) ?? {};
    this.#before.set(element, values);
    if (!Object.hasOwn(values, group)) values[group] = value;
  }

  /** Notes a value that did not come to stand. */
  unmerged(element: ElementId, values: Readonly<Record<string, JsonText | null>>): void {
    const length = this.#history.length;
    this.#undo.push(() => {
      this.#history.length = length;
    });
    this.#record(element, 'unmerged', values);
  }

  /** The element and all above it, nearest first; stops where a parent is missing. */
  *upward(id: ElementId | null): Generator<StoredElement> {
    let at = id === null ? undefined : this.element(id);
    for (let depth = 0; at !== undefined && depth <= TREE_DEPTH_MAX + 1; depth += 1) {
      yield at;
      at = at.parent === null ? undefined : this.element(at.parent);
    }
  }

  /** The element and everything below it, trashed or not. */
  *downward(id: ElementId): Generator<StoredElement> {
    const waiting = [id];
    while (waiting.length > 0) {
      const element = this.element(waiting.pop() as ElementId);
      if (element === undefined) continue;
      yield element;
      for (const child of this.#children.get(element.id) ?? []) waiting.push(child);
    }
  }

  setRecovered(id: ElementId): void {
    const { recovered } = this.#workspace;
    this.#undo.push(() => {
      this.#workspace = { ...this.#workspace, recovered };
    });
    this.#workspace = { ...this.#workspace, recovered: id };
  }

  conflict(id: ConflictId): Conflict | undefined {
    return this.#conflicts.get(id);
  }

  openConflicts(element: ElementId): Conflict[] {
    return [...this.#conflicts.values()].filter((conflict) => conflict.element === element && conflict.closed === null);
  }

  openConflict(element: ElementId, device: DeviceId, type: ConflictType): Conflict | undefined {
    return this.openConflictsOf(device, type).find((conflict) => conflict.element === element);
  }

  openConflictsOf(device: DeviceId, type: ConflictType): Conflict[] {
    return [...this.#conflicts.values()].filter(
      ({ mine, type: ofType, closed }) => mine.device === device && ofType === type && closed === null,
    );
  }

  putConflict(conflict: Conflict): void {
    const before = this.#conflicts.get(conflict.id);
    const wasTouched = this.#touchedConflicts.has(conflict.id);
    this.#undo.push(() => {
      if (before === undefined) this.#conflicts.delete(conflict.id);
      else this.#conflicts.set(conflict.id, before);
      if (!wasTouched) this.#touchedConflicts.delete(conflict.id);
    });
    this.#conflicts.set(conflict.id, conflict);
    this.#touchedConflicts.add(conflict.id);
  }

  stream(id: StreamId): StreamRow | undefined {
    return this.#streams.get(id);
  }

  /** Streams move on whatever becomes of a change, so this is not undone. */
  putStream(stream: StreamRow): void {
    this.#streams.set(stream.id, stream);
    this.#touchedStreams.add(stream.id);
  }

  touchedRows(): StoredRow[] {
    return [...this.#touchedRows].map((id) => this.#rows.get(id) as StoredRow);
  }

  touchedConflicts(): Conflict[] {
    return [...this.#touchedConflicts].map((id) => this.#conflicts.get(id) as Conflict);
  }

  /** Everything to write. */
  batch(outcomes: SyncBatch['outcomes']): SyncBatch {
    return {
      workspace: this.#workspace,
      rows: this.touchedRows(),
      collected: [],
      streams: [...this.#touchedStreams].map((id) => this.#streams.get(id) as StreamRow),
      outcomes,
      conflicts: this.touchedConflicts(),
      history: this.#history,
    };
  }

  /** Begins this server run's numbers in the workspace, the first time it writes there. */
  enterLife(life: string): void {
    const { lives } = this.#workspace;
    if (lives.at(-1)?.life === life) return;
    // The head before this run's first number, not after: else that number would count as the run before's.
    this.#workspace = { ...this.#workspace, lives: [...lives, { life, first: this.from }] };
  }

  #record(element: ElementId, status: HistoryRow['status'], values: HistoryRow['values']): void {
    const { account, device, stream, n } = this.#author as Author;
    const revision = this.revision();
    this.#history.push({ element, revision, by: { account, device }, at: this.now, stream, n, status, values });
  }

  #place(before: StoredRow | undefined, after: StoredRow | undefined): void {
    if (before?.gone === false) this.#childrenOf(before.parent).delete(before.id);
    if (after?.gone === false) this.#childrenOf(after.parent).add(after.id);
    if (after === undefined) this.#rows.delete((before as StoredRow).id);
    else this.#rows.set(after.id, after);
  }

  #childrenOf(parent: ElementId | null): Set<ElementId> {
    const known = this.#children.get(parent);
    if (known !== undefined) return known;
    const made = new Set<ElementId>();
    this.#children.set(parent, made);
    return made;
  }
}
