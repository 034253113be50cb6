/**
 * The settled state of a workspace: what the server last said. The skeleton of everything is in memory, bodies are read
 * when somebody looks. A delta is first prepared, which may wait for bodies, then written by the caller in one commit, and
 * then adopted at once; nobody sees anything in between.
 */
import {
  addToSum,
  type Conflict,
  type Delta,
  type Element,
  type ElementId,
  elementMetaOf,
  elementOf,
  EMPTY_SUM,
  type Epoch,
  type Outcome,
  patchedElement,
  type Revision,
  type Schemas,
  type StreamId,
  type Sum,
  takeFromSum,
  WaypostError,
  type WireElement,
} from '@waypost/protocol';
import { Bodies, type BodySource, type Whereabouts } from './bodies.ts';
import { type Label, labelOf } from './label.ts';
import { findSlot, type SkeletonSlot } from './pages.ts';
import type { Compression } from './ports.ts';
import { GONE, type ReplicaRecord } from './records.ts';
import { downward, type Place, type Tree } from './tree.ts';

/** What the skeleton knows of an element. */
export interface Entry extends Place {
  readonly id: ElementId;
  readonly kind: string;
  readonly label: Label;
  readonly revision: Revision;
  /** Position in the pages; null where the body lies beside them. */
  readonly slot: number | null;
}

export interface ReplicaTools {
  readonly schemas: Schemas;
  readonly compression: Compression;
  readonly source: BodySource;
}

export const NEVER_SYNCED: ReplicaRecord = {
  ...{ epoch: null, life: null, cursor: 0, sum: EMPTY_SUM, settled: 0 },
  ...{ pages: null, generation: 0, mismatchAt: null },
};

/** A delta, page by page, worked out over the settled state and not yet adopted. */
export interface PreparedDelta {
  readonly epoch: Epoch;
  readonly life: string;
  readonly from: Revision;
  readonly to: Revision;
  readonly elements: ReadonlyMap<ElementId, Element>;
  readonly gone: ReadonlySet<ElementId>;
  readonly names: Delta['names'];
  /** Of this device's own counting, at `to`. */
  readonly sum: Sum;
  /** The server's; null in a delta that does not say. */
  readonly expectedSum: Sum | null;
  readonly settled: {
    readonly stream: StreamId;
    readonly after: number;
    readonly upTo: number;
    readonly outcomes: ReadonlyMap<number, Outcome>;
  } | null;
  readonly conflicts: readonly Conflict[];
}

export class Replica implements Tree {
  readonly #tools: ReplicaTools;
  readonly #entries = new Map<ElementId, Entry>();
  /** Made when somebody first asks for a list: opening a large store must not wait for it. */
  #children: Map<ElementId | null, Set<ElementId>> | null = null;
  readonly #bodies: Bodies;
  record: ReplicaRecord;
  /** Elements, and signs of gone ones, that stand beside the pages. */
  readonly beside = new Set<ElementId>();

  constructor(record: ReplicaRecord, tools: ReplicaTools) {
    this.record = record;
    this.#tools = tools;
    this.#bodies = new Bodies(tools.source, tools.compression, (id) => this.#whereabouts(id));
  }

  /** Before any list is asked for. Later pages and records win over earlier ones. */
  addSkeleton(slots: readonly SkeletonSlot[], firstSlot: number): void {
    for (const [at, slot] of slots.entries()) {
      if (slot === 0) continue;
      const [id, kind, parent, order, name, detail, revision, trashed] = slot;
      const entry = {
        id,
        kind,
        parent,
        order,
        label: { name, detail },
        revision,
        trashed: trashed === 1 ? ('unknown' as const) : null,
      };
      this.#entries.set(id, { ...entry, slot: firstSlot + at });
    }
  }

  addRecord(id: ElementId, element: Element | typeof GONE): void {
    this.beside.add(id);
    if (element === GONE) this.#remove(id);
    else this.#put(this.#entryOf(element));
  }

  get size(): number {
    return this.#entries.size;
  }

  entry(id: ElementId): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  place(id: ElementId): Place | undefined {
    return this.#entries.get(id);
  }

  children(parent: ElementId | null): Iterable<ElementId> {
    this.#children ??= this.#index();
    return this.#children.get(parent) ?? [];
  }

  below(id: ElementId): Iterable<ElementId> {
    return downward(this, id);
  }

  /** Bodies by id. One that is there and yet missing means that another process moved things: reload and ask again. */
  load(ids: Iterable<ElementId>): Promise<Map<ElementId, Element>> {
    return this.#bodies.load(ids);
  }

  /** Who put something in the trash is not in a snapshot's skeleton; it becomes known when its body is read. */
  async learnTrashers(ids: Iterable<ElementId>): Promise<void> {
    const unknown = [...ids].filter((id) => this.#entries.get(id)?.trashed === 'unknown');
    if (unknown.length === 0) return;
    for (const [id, element] of await this.load(unknown)) {
      const entry = this.#entries.get(id);
      if (entry !== undefined && element.trashed !== null)
        this.#entries.set(id, { ...entry, trashed: element.trashed.by.device });
    }
  }

  /** Works out what pages of a delta, one on the other, make of the settled state. `fetchElement` gets what the delta does not bring. */
  async prepare(
    pages: readonly Delta[],
    fetchElement: (id: ElementId) => Promise<Element | null>,
  ): Promise<PreparedDelta> {
    const [first, last] = [pages[0], pages.at(-1)];
    if (first === undefined || last === undefined) throw new RangeError('A delta has at least one page.');
    const elements = new Map<ElementId, Element>();
    const gone = new Set<ElementId>();
    for (const page of pages) {
      const patched = page.elements.filter((wire) => 'changed' in wire && !elements.has(wire.id)).map(({ id }) => id);
      const held = await this.load(patched);
      for (const wire of page.elements) {
        elements.set(
          wire.id,
          await this.#resolved(wire, elements.get(wire.id) ?? held.get(wire.id) ?? null, fetchElement),
        );
        gone.delete(wire.id);
      }
      for (const [id] of page.gone) {
        elements.delete(id);
        gone.add(id);
      }
    }
    const outcomes = new Map(
      pages.flatMap((page) => page.own.settled?.outcomes.map(({ n, outcome }) => [n, outcome] as const) ?? []),
    );
    const settled = pages.findLast((page) => page.own.settled !== null)?.own.settled ?? null;
    const begins = pages.find((page) => page.own.settled?.stream === settled?.stream)?.own.settled ?? null;
    return {
      ...{ epoch: last.epoch, life: last.life, from: first.from, to: last.to, elements, gone },
      names: Object.assign({}, ...pages.map((page) => page.names)) as Delta['names'],
      sum: this.#sumWith(elements, gone),
      expectedSum: last.sum,
      settled:
        settled === null || begins === null
          ? null
          : { stream: settled.stream, after: begins.after, upTo: settled.upTo, outcomes },
      conflicts: pages.flatMap((page) => page.own.conflicts),
    };
  }

  /** The record that a prepared delta leads to. */
  recordAfter(prepared: PreparedDelta, stream: StreamId | null): ReplicaRecord {
    const { epoch, life, to, sum, settled } = prepared;
    const upTo = settled !== null && settled.stream === stream ? settled.upTo : 0;
    return { ...this.record, epoch, life, cursor: to, sum, settled: Math.max(this.record.settled, upTo) };
  }

  adopt(prepared: PreparedDelta, record: ReplicaRecord): void {
    this.record = record;
    for (const [id, element] of prepared.elements) {
      this.beside.add(id);
      this.#put(this.#entryOf(element));
      this.#bodies.keep(element);
    }
    for (const id of prepared.gone) {
      if (this.#entries.get(id)?.slot === null && record.pages === null) this.beside.delete(id);
      else this.beside.add(id);
      this.#remove(id);
    }
  }

  /** After packing: where the bodies of these elements lie now. */
  moveBodies(slots: ReadonlyMap<ElementId, number>, record: ReplicaRecord): void {
    this.record = record;
    for (const [id, slot] of slots) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) this.#entries.set(id, { ...entry, slot });
    }
    this.beside.clear();
  }

  async #resolved(
    wire: WireElement,
    held: Element | null,
    fetchElement: (id: ElementId) => Promise<Element | null>,
  ): Promise<Element> {
    if ('data' in wire) return elementOf(wire);
    if ('changed' in wire) {
      if (held === null)
        throw new WaypostError('sum-mismatch', 'A change arrived for something this device does not have.');
      const patched = patchedElement(this.#tools.schemas(wire.kind), held, wire);
      if (patched !== null) return patched;
    }
    // It may be newer than this delta; then the next one brings the same again, with the numbers that belong to it.
    const fetched = (await fetchElement(wire.id)) ?? held;
    const meta = elementMetaOf(wire);
    return { ...meta, data: fetched?.data ?? '{}', rows: fetched?.rows ?? {}, origin: fetched?.origin ?? null };
  }

  #sumWith(elements: ReadonlyMap<ElementId, Element>, gone: ReadonlySet<ElementId>): Sum {
    let { sum } = this.record;
    for (const id of [...elements.keys(), ...gone]) {
      const before = this.#entries.get(id);
      if (before !== undefined) sum = takeFromSum(sum, id, before.revision);
    }
    for (const [id, { revision }] of elements) sum = addToSum(sum, id, revision);
    return sum;
  }

  #entryOf(element: Element): Entry {
    const { id, kind, parent, order, revision } = element;
    const trashed = element.trashed?.by.device ?? null;
    return { id, kind, parent, order, revision, trashed, label: labelOf(this.#tools.schemas, element), slot: null };
  }

  #whereabouts(id: ElementId): Whereabouts | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { revision, slot } = entry;
    return { revision, slot: slot === null ? null : findSlot(this.record.pages?.bodies ?? [], slot) };
  }

  #put(entry: Entry): void {
    const before = this.#entries.get(entry.id);
    this.#entries.set(entry.id, entry);
    if (this.#children === null || before?.parent === entry.parent) return;
    if (before !== undefined) this.#children.get(before.parent)?.delete(entry.id);
    addTo(this.#children, entry.parent, entry.id);
  }

  #remove(id: ElementId): void {
    const before = this.#entries.get(id);
    if (before === undefined) return;
    this.#entries.delete(id);
    this.#children?.get(before.parent)?.delete(id);
    this.#bodies.forget(id);
  }

  #index(): Map<ElementId | null, Set<ElementId>> {
    const index = new Map<ElementId | null, Set<ElementId>>();
    for (const { id, parent } of this.#entries.values()) addTo(index, parent, id);
    return index;
  }
}

function addTo(index: Map<ElementId | null, Set<ElementId>>, parent: ElementId | null, id: ElementId): void {
  const children = index.get(parent);
  if (children === undefined) index.set(parent, new Set([id]));
  else children.add(id);
}
