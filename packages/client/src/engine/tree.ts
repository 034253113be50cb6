/**
 * Where elements stand: the settled tree, and layers over it. Pending structural writes are replayed in a layer by the
 * rules by which the server will judge them, so that what a person sees is always a tree, and is what will be.
 */
import { type DeviceId, type ElementId, PLACE, TRASH, TREE_DEPTH_MAX, type Write } from '@waypost/protocol';

/** Who put an element in the trash; null where it is not there. */
export type Trasher = DeviceId | 'unknown' | null;

export interface Place {
  readonly parent: ElementId | null;
  readonly order: string;
  /** Of the root of what was deleted; everything below it is in the trash with it. */
  readonly trashed: Trasher;
}

export interface Tree {
  place(id: ElementId): Place | undefined;
  /** In no order. */
  children(parent: ElementId | null): Iterable<ElementId>;
}

/** Places over another tree: changed ones, new ones, and ones that are no longer there. */
export class Layer implements Tree {
  readonly #below: Tree;
  readonly #places = new Map<ElementId, Place | null>();
  readonly #children = new Map<ElementId | null, Set<ElementId>>();

  constructor(below: Tree) {
    this.#below = below;
  }

  place(id: ElementId): Place | undefined {
    const own = this.#places.get(id);
    return own === undefined ? this.#below.place(id) : (own ?? undefined);
  }

  children(parent: ElementId | null): Iterable<ElementId> {
    // Mostly nothing is pending, and a large tree asks this for every element of it.
    return this.#places.size === 0 ? this.#below.children(parent) : this.#mixed(parent);
  }

  get ids(): Iterable<ElementId> {
    return this.#places.keys();
  }

  has(id: ElementId): boolean {
    return this.#places.has(id);
  }

  put(id: ElementId, place: Place | null): void {
    this.drop(id);
    this.#places.set(id, place);
    if (place === null) return;
    const siblings = this.#children.get(place.parent);
    if (siblings === undefined) this.#children.set(place.parent, new Set([id]));
    else siblings.add(id);
  }

  /** What the tree below says of the element counts again. */
  drop(id: ElementId): void {
    const own = this.#places.get(id);
    if (own === undefined) return;
    this.#places.delete(id);
    if (own !== null) this.#children.get(own.parent)?.delete(id);
  }

  clear(): void {
    this.#places.clear();
    this.#children.clear();
  }

  *#mixed(parent: ElementId | null): Iterable<ElementId> {
    for (const id of this.#below.children(parent)) if (!this.#places.has(id)) yield id;
    yield* this.#children.get(parent) ?? [];
  }
}

/**
 * Does one change's structural writes in the layer, all or, where one of them cannot be done, none. Returns whether they
 * were done.
 */
export function replayStructure(layer: Layer, writes: readonly Write[], me: DeviceId): boolean {
  const [only] = writes;
  // Most changes are one write, and one refused write has done nothing.
  if (writes.length === 1 && only !== undefined) return replayWrite(layer, only, me);
  const step = new Layer(layer);
  for (const write of writes) if (!replayWrite(step, write, me)) return false;
  for (const id of step.ids) layer.put(id, step.place(id) ?? null);
  return true;
}

/** Whether a write can change where anything stands, in every state. A set only brings back what it finds deleted. */
export function isStructural(write: Write): boolean {
  return write.op !== 'set' && write.op !== 'close' && write.op !== 'park';
}

/** From an element up to the top. A tree that is being loaded may end early. */
export function* upward(tree: Tree, from: ElementId | null): Iterable<readonly [ElementId, Place]> {
  let id = from;
  for (let steps = 0; id !== null && steps <= 2 * TREE_DEPTH_MAX; steps += 1) {
    const place = tree.place(id);
    if (place === undefined) return;
    yield [id, place];
    id = place.parent;
  }
}

/** An element and everything below it, parents first. */
export function* downward(tree: Tree, from: ElementId): Iterable<ElementId> {
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    yield id;
    for (const child of tree.children(id)) waiting.push(child);
  }
}

/** There, and neither it nor anything above it in the trash. */
export function isAlive(tree: Tree, id: ElementId): boolean {
  let top: Place | undefined;
  for (const [, place] of upward(tree, id)) {
    if (place.trashed !== null) return false;
    top = place;
  }
  return top !== undefined && top.parent === null;
}

function replayWrite(layer: Layer, write: Write, me: DeviceId): boolean {
  switch (write.op) {
    case 'create':
      return layer.place(write.id) !== undefined || placeNew(layer, write.id, write.parent, write.order);
    case 'move':
      return move(layer, write.id, write.parent, write.order);
    case 'delete': {
      const place = layer.place(write.id);
      if (place?.trashed === null) layer.put(write.id, { ...place, trashed: me });
      return true;
    }
    case 'set':
      bringBackOwn(layer, write.id, me);
      return true;
    case 'restore':
      return restore(layer, write.id);
    case 'purge': {
      const root = layer.place(write.id);
      if (root !== undefined && root.trashed !== null)
        for (const id of [...downward(layer, write.id)]) layer.put(id, null);
      return true;
    }
    case 'resend': {
      const { id, parent, order, groups } = write.element;
      const place = layer.place(id);
      if (place === undefined) return placeNew(layer, id, parent, order);
      if (groups[TRASH] !== undefined && place.trashed !== null) layer.put(id, { ...place, trashed: null });
      if (groups[PLACE] !== undefined) move(layer, id, home(layer, parent), order);
      return true;
    }
    case 'close':
    case 'park':
      return true;
  }
}

function placeNew(layer: Layer, id: ElementId, wanted: ElementId | null, order: string): boolean {
  const parent = home(layer, wanted);
  if (isCycle(layer, id, parent)) return false;
  layer.put(id, { parent, order, trashed: null });
  return true;
}

function move(layer: Layer, id: ElementId, parent: ElementId | null, order: string): boolean {
  const place = layer.place(id);
  if (place === undefined) return true;
  if (parent !== null && parent !== place.parent && !isAlive(layer, parent)) return false;
  if (parent === place.parent && order === place.order) return true;
  if (isCycle(layer, id, parent)) return false;
  layer.put(id, { ...place, parent, order });
  return true;
}

function restore(layer: Layer, id: ElementId): boolean {
  const place = layer.place(id);
  if (place === undefined) return false;
  const parent = home(layer, place.parent);
  if (place.trashed !== null || parent !== place.parent) layer.put(id, { ...place, parent, trashed: null });
  return true;
}

/** A write on something this device itself deleted brings it back; on what another one deleted, a person decides. */
function bringBackOwn(layer: Layer, id: ElementId, me: DeviceId): void {
  const trashed = [...upward(layer, id)].filter(([, place]) => place.trashed !== null);
  if (trashed.length === 0 || trashed.some(([, place]) => place.trashed !== me)) return;
  for (const [at, place] of trashed) layer.put(at, { ...place, trashed: null });
}

/** The nearest place above that is alive, or the top. */
function home(layer: Layer, parent: ElementId | null): ElementId | null {
  for (const [id] of upward(layer, parent)) if (isAlive(layer, id)) return id;
  return null;
}

/** Whether the place would be below the element itself, or too deep. */
function isCycle(layer: Layer, id: ElementId, parent: ElementId | null): boolean {
  let depth = 0;
  for (const [above] of upward(layer, parent)) {
    if (above === id) return true;
    depth += 1;
  }
  return depth + heightOf(layer, id) > TREE_DEPTH_MAX;
}

function heightOf(layer: Layer, id: ElementId): number {
  let height = 0;
  let level: ElementId[] = [id];
  while (level.length > 0 && height <= TREE_DEPTH_MAX) {
    height += 1;
    level = level.flatMap((parent) => [...layer.children(parent)]);
  }
  return height;
}
