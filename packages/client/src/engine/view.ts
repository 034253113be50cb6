/**
 * What a person sees: the settled state with the pending changes on top. A pure function of both, kept up to date without
 * working everything out again: a change adds its own writes, and a delta only redoes what it touches. A property test
 * holds it against doing all of it from scratch.
 */
import { byOrder, type Element, type ElementId, type Write } from '@waypost/protocol';
import { type ContentRules, type ContentWrite, isContentWrite, replayContent, withPendingStamps } from './content.ts';
import type { ElementState, ElementSummary } from './device.ts';
import { type Label, labelOf } from './label.ts';
import type { Replica } from './replica.ts';
import { isAlive, isStructural, Layer, type Place, replayStructure, type Tree, upward } from './tree.ts';

/** A change of this device that the server has not settled. */
export interface PendingChange {
  readonly n: number;
  readonly writes: readonly Write[];
  readonly at: number;
}

/** An element as pending writes make it. Its place is the tree's to say. */
interface PendingBody {
  readonly element: Element;
  readonly label: Label;
}

interface PendingWrite {
  readonly n: number;
  readonly at: number;
  readonly write: ContentWrite;
  /** What it made of the element when it was replayed last; null where that is not worth keeping. */
  after: Element | null;
}

/** Larger results are worked out again rather than kept once for every pending write. */
const KEPT_RESULT_CHARS_MAX = 16 * 1024;

const NOTHING: readonly ElementSummary[] = [];

export class View implements Tree {
  readonly replica: Replica;
  readonly #rules: ContentRules;
  readonly #inConflict: (id: ElementId) => boolean;
  readonly #layer: Layer;
  readonly #bodies = new Map<ElementId, PendingBody>();
  readonly #contentWrites = new Map<ElementId, PendingWrite[]>();
  /** How many pending writes name an element, and how many of them are structural. */
  readonly #touched = new Map<ElementId, number>();
  readonly #structural = new Map<ElementId, number>();
  /** Changes that will be refused as a whole, as things stand. */
  #hopeless = new Set<number>();
  /** Numbers of changes that may have brought something back from the trash that they do not name. */
  readonly #reviving = new Set<number>();
  pending: PendingChange[] = [];

  constructor(replica: Replica, rules: ContentRules, inConflict: (id: ElementId) => boolean) {
    this.replica = replica;
    this.#rules = rules;
    this.#inConflict = inConflict;
    this.#layer = new Layer(replica);
  }

  place(id: ElementId): Place | undefined {
    return this.#layer.place(id);
  }

  children(parent: ElementId | null): Iterable<ElementId> {
    return this.#layer.children(parent);
  }

  /** The settled bodies that {@link append} and {@link settle} will need for these elements, besides those of a delta. */
  settledBodiesFor(ids: Iterable<ElementId>): Set<ElementId> {
    const needed = new Set<ElementId>();
    for (const id of ids) if (this.replica.entry(id) !== undefined) needed.add(id);
    for (const change of this.pending) {
      // A change of several writes may become hopeless, or hopeful again, and takes its contents with it.
      if (change.writes.length === 1 || !change.writes.some(isStructural)) continue;
      for (const write of change.writes)
        if (isContentWrite(write) && this.replica.entry(idOf(write)) !== undefined) needed.add(idOf(write));
    }
    return needed;
  }

  /**
   * Puts one more change on top. `settledBody` knows the elements it sets that nothing pending touched before; `resultOf`
   * what its writes make of what is seen here, where that was worked out already.
   */
  append(
    change: PendingChange,
    settledBody: (id: ElementId) => Element | null,
    resultOf: (write: Write) => Element | null | undefined = () => undefined,
  ): void {
    this.pending.push(change);
    this.#count(change, 1);
    if (!this.#replayTree(change)) this.#hopeless.add(change.n);
    for (const write of change.writes) {
      if (!isContentWrite(write)) continue;
      const id = idOf(write);
      const pendingWrite: PendingWrite = { n: change.n, at: change.at, write, after: null };
      const writes = this.#contentWrites.get(id);
      if (writes === undefined) this.#contentWrites.set(id, [pendingWrite]);
      else writes.push(pendingWrite);
      if (this.#hopeless.has(change.n)) continue;
      // One that is hopeless leaves nothing for those behind it, which whoever composed them could not know.
      const result = this.#hopeless.size === 0 ? resultOf(write) : undefined;
      if (result === undefined) this.#replayOne(id, this.#bodies.get(id)?.element ?? settledBody(id), pendingWrite);
      else this.#keep(id, result, pendingWrite);
    }
  }

  /**
   * Brings the view up to date after the settled state changed: `settle` pending changes up to a number are in it now, and
   * `changed` elements are others than `before`. `settledBody` knows those of them that pending changes still write.
   * Returns what may stand elsewhere now besides those: a pending move that became impossible leaves its element where it was.
   */
  settle(
    {
      upTo,
      changed,
      before,
    }: {
      readonly upTo: number;
      readonly changed: ReadonlySet<ElementId>;
      readonly before: ReadonlyMap<ElementId, Place | undefined>;
    },
    settledBody: (id: ElementId) => Element | null,
  ): ReadonlySet<ElementId> {
    const affected = new Set(changed);
    const rest = this.pending.findIndex(({ n }) => n > upTo);
    for (const change of this.pending.splice(0, rest < 0 ? this.pending.length : rest)) {
      this.#count(change, -1);
      for (const id of idsOf(change.writes)) affected.add(id);
    }
    const { turned, moved } = this.#redoTree(affected, before, upTo);
    for (const id of turned) {
      affected.add(id);
      // A change that became possible, or impossible, changes what was predicted: nothing of it may be kept.
      this.#bodies.delete(id);
    }
    for (const id of affected) this.#redoContent(id, upTo, settledBody(id));
    return new Set([...turned, ...moved]);
  }

  /** The entry is replaced before it was ever sent. */
  replace(change: PendingChange, settledBody: (id: ElementId) => Element | null): void {
    const at = this.pending.findIndex(({ n }) => n === change.n);
    const before = this.pending[at];
    if (before === undefined) return;
    this.#count(before, -1);
    this.#count(change, 1);
    this.pending[at] = change;
    for (const write of change.writes) {
      if (!isContentWrite(write)) continue;
      const id = idOf(write);
      const writes = (this.#contentWrites.get(id) ?? []).map((other) =>
        other.n === change.n ? { n: change.n, at: change.at, write, after: null } : other,
      );
      this.#contentWrites.set(id, writes);
      this.#bodies.delete(id);
      this.#replayFrom(id, settledBody(id), writes);
    }
  }

  /** Elements that pending changes write. */
  get touched(): Iterable<ElementId> {
    return this.#touched.keys();
  }

  isTouched(id: ElementId): boolean {
    return this.#touched.has(id);
  }

  /** Whether a pending change deletes it for good. */
  isPurged(id: ElementId): boolean {
    return this.#layer.has(id) && this.#layer.place(id) === undefined;
  }

  isInTrash(id: ElementId): boolean {
    for (const [, place] of upward(this, id)) if (place.trashed !== null) return true;
    return false;
  }

  isAlive(id: ElementId): boolean {
    return isAlive(this, id);
  }

  /** The element as pending writes leave it, or undefined where none of them changes its data. */
  pendingBody(id: ElementId): Element | undefined {
    const body = this.#bodies.get(id);
    return body === undefined ? undefined : this.placed(body.element);
  }

  /** An element where the view has it. */
  placed(element: Element): Element {
    const place = this.place(element.id);
    return place === undefined ? element : { ...element, parent: place.parent, order: place.order };
  }

  state(id: ElementId): ElementState {
    if (this.#touched.has(id)) {
      const settled = this.replica.entry(id);
      const elsewhere =
        settled === undefined
          ? !this.#bodies.has(id)
          : settled.trashed !== null && settled.trashed !== this.#rules.me.device;
      return elsewhere ? 'deleted elsewhere' : 'saved here';
    }
    return this.#inConflict(id) ? 'conflict' : 'synced';
  }

  summary(id: ElementId): ElementSummary | null {
    const place = this.place(id);
    return place === undefined ? null : this.#line(id, place, this.isInTrash(id));
  }

  list(parent: ElementId | null): readonly ElementSummary[] {
    const list: ElementSummary[] = [];
    // What is above all of them is looked at once, and not at all for the many that have nothing below them.
    for (const id of this.children(parent)) {
      const place = this.place(id);
      if (place?.trashed === null) list.push(this.#line(id, place, false));
    }
    if (list.length === 0 || (parent !== null && !this.isAlive(parent))) return NOTHING;
    return list.sort(byOrder);
  }

  #line(id: ElementId, { parent, order }: Place, trashed: boolean): ElementSummary {
    const body = this.#bodies.get(id);
    const entry = this.replica.entry(id);
    const { name, detail } = (body ?? entry)?.label ?? { name: '', detail: '' };
    const kind = body?.element.kind ?? entry?.kind ?? '';
    return { id, kind, parent, order, name, detail, revision: entry?.revision ?? 0, trashed, state: this.state(id) };
  }

  trash(): readonly ElementSummary[] {
    const trashed = new Set<ElementId>();
    for (const entry of this.replica.entries()) if (entry.trashed !== null) trashed.add(entry.id);
    for (const id of this.#layer.ids) trashed.add(id);
    const roots = [...trashed].filter((id) => {
      const place = this.place(id);
      return place !== undefined && place.trashed !== null && (place.parent === null || !this.isInTrash(place.parent));
    });
    const latestFirst = (id: ElementId): number =>
      this.#touched.has(id) ? Number.MAX_SAFE_INTEGER : (this.replica.entry(id)?.revision ?? 0);
    return roots
      .sort((a, b) => latestFirst(b) - latestFirst(a) || (a < b ? -1 : 1))
      .flatMap((id) => this.summary(id) ?? []);
  }

  /**
   * Redoes the pending structure where that can differ from what is there. `turned`: elements whose content that changes;
   * `moved`: those that may stand elsewhere.
   */
  #redoTree(
    affected: ReadonlySet<ElementId>,
    before: ReadonlyMap<ElementId, Place | undefined>,
    upTo: number,
  ): { readonly turned: ReadonlySet<ElementId>; readonly moved: ReadonlySet<ElementId> } {
    const asSeen = [...affected].every((id) => {
      const settled = this.replica.place(id);
      const seen = this.#layer.has(id) ? this.#layer.place(id) : before.has(id) ? before.get(id) : settled;
      return !this.#structural.has(id) && equalLivePlaces(seen, settled);
    });
    if (asSeen && this.#hopeless.size === 0 && this.#reviving.size === 0) {
      // Everything else was replayed over exactly this.
      for (const id of affected) this.#layer.drop(id);
      return { turned: new Set(), moved: new Set() };
    }
    const layered = [...this.#layer.ids];
    this.#layer.clear();
    this.#reviving.clear();
    const hopeless = new Set<number>();
    for (const change of this.pending) if (!this.#replayTree(change)) hopeless.add(change.n);
    const turned = [...hopeless, ...this.#hopeless].filter(
      (n) => n > upTo && hopeless.has(n) !== this.#hopeless.has(n),
    );
    this.#hopeless = hopeless;
    return {
      turned: new Set(this.pending.filter(({ n }) => turned.includes(n)).flatMap(({ writes }) => [...idsOf(writes)])),
      moved: new Set([...layered, ...this.#layer.ids]),
    };
  }

  /** Whether it could be done. A set that finds its element in the trash may bring back more than it names. */
  #replayTree({ n, writes }: PendingChange): boolean {
    const sets = writes.filter((write) => write.op === 'set');
    if (sets.length > 0 && (sets.length < writes.length || sets.some(({ id }) => this.isInTrash(id))))
      this.#reviving.add(n);
    return replayStructure(this.#layer, writes, this.#rules.me.device);
  }

  #redoContent(id: ElementId, upTo: number, settled: Element | null): void {
    const writes = this.#contentWrites.get(id);
    if (writes === undefined) return;
    const rest = writes.filter(({ n }) => n > upTo);
    if (rest.length === 0) {
      this.#contentWrites.delete(id);
      this.#bodies.delete(id);
      return;
    }
    const last = writes.length > rest.length ? (writes[writes.length - rest.length - 1]?.after ?? null) : null;
    this.#contentWrites.set(id, rest);
    const body = this.#bodies.get(id);
    if (
      last !== null &&
      settled !== null &&
      body !== undefined &&
      sameContent(last, settled) &&
      this.#hopeless.size === 0
    ) {
      // It settled as predicted, so what comes on top stays as it is; only the numbers are the server's.
      const { data, rows } = body.element;
      const stamped = rest.reduce(
        (element, { write }) => (write.op === 'set' ? withPendingStamps(element, write.fields, this.#rules) : element),
        { ...settled, data, rows },
      );
      this.#bodies.set(id, { ...body, element: stamped });
      return;
    }
    this.#bodies.delete(id);
    this.#replayFrom(id, settled, rest);
  }

  #replayFrom(id: ElementId, settled: Element | null, writes: readonly PendingWrite[]): void {
    let element = settled;
    for (const write of writes) {
      if (this.#hopeless.has(write.n)) continue;
      element = this.#replayOne(id, element, write);
    }
  }

  #replayOne(id: ElementId, over: Element | null, pendingWrite: PendingWrite): Element | null {
    const element = replayContent(over, pendingWrite.write, pendingWrite.at, this.#rules);
    this.#keep(id, element, pendingWrite);
    return element;
  }

  #keep(id: ElementId, element: Element | null, pendingWrite: PendingWrite): void {
    pendingWrite.after = element !== null && element.data.length <= KEPT_RESULT_CHARS_MAX ? element : null;
    if (element !== null) this.#bodies.set(id, { element, label: labelOf(this.#rules.schemas, element) });
  }

  #count({ writes }: PendingChange, by: 1 | -1): void {
    for (const write of writes) {
      const id = idOf(write);
      if (id === null) continue;
      add(this.#touched, id, by);
      if (isStructural(write)) add(this.#structural, id, by);
    }
  }
}

function add(counts: Map<ElementId, number>, id: ElementId, by: 1 | -1): void {
  const count = (counts.get(id) ?? 0) + by;
  if (count === 0) counts.delete(id);
  else counts.set(id, count);
}

/** The element a write is about; null for closing a conflict, which names none. */
export function idOf(write: Exclude<Write, { op: 'close' }>): ElementId;
export function idOf(write: Write): ElementId | null;
export function idOf(write: Write): ElementId | null {
  if (write.op === 'close') return null;
  return write.op === 'resend' ? write.element.id : write.id;
}

export function idsOf(writes: readonly Write[]): Set<ElementId> {
  return new Set(writes.flatMap((write) => idOf(write) ?? []));
}

/** Things in the trash are never equal: what a set does depends on who put them there. */
function equalLivePlaces(one: Place | undefined, other: Place | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.trashed === null && other.trashed === null && one.parent === other.parent && one.order === other.order;
}

function sameContent(one: Element, other: Element): boolean {
  return (
    one.data === other.data && (one.rows === other.rows || JSON.stringify(one.rows) === JSON.stringify(other.rows))
  );
}
