import type { Element, ElementId, Write } from '@waypost/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemas } from '../testing/kinds.ts';
import { actorNamed, compression, elementNamed } from '../testing/story.ts';
import { isContentWrite, replayContent } from './content.ts';
import { NEVER_SYNCED, type PreparedDelta, Replica } from './replica.ts';
import { isAlive, Layer, replayStructure, upward } from './tree.ts';
import { type PendingChange, View } from './view.ts';

const me = actorNamed('laptop');
const other = actorNamed('phone');
const rules = { schemas, me };
const NAMES = ['a', 'b', 'c', 'd', 'e'].map(elementNamed);

/** A settled state, a view over it that is kept up to date step by step, and what a server makes of what is sent. */
class World {
  readonly settled = new Map<ElementId, Element>();
  readonly replica = new Replica(NEVER_SYNCED, {
    schemas,
    compression,
    source: { page: async () => null, records: async () => [] },
  });
  readonly view = new View(this.replica, rules, () => false);
  pending: PendingChange[] = [];
  #revision = 0;
  #n = 0;

  constructor() {
    for (const made of NAMES.slice(0, 3)) this.hears([create({ id: made, parent: null, order: 'a0', name: 'x' })]);
  }

  does(writes: readonly Write[]): void {
    this.#n += 1;
    const change = { n: this.#n, writes, at: this.#n };
    this.pending.push(change);
    this.view.append(change, (id) => this.settled.get(id) ?? null);
  }

  /** Another device does something, and the server agrees. */
  hears(writes: readonly Write[]): void {
    this.#arrives(this.#judged(writes, other), 0);
  }

  /** The server settles the first changes: as predicted, or, for the ones in `refused`, not at all. */
  settles(count: number, refused: readonly boolean[]): void {
    const done = this.pending.slice(0, count);
    const changed = new Map<ElementId, Element | null>();
    for (const [at, { writes }] of done.entries()) {
      if (refused[at] === true) continue;
      for (const [id, element] of this.#judged(writes, me)) {
        changed.set(id, element);
        if (element === null) this.settled.delete(id);
        else this.settled.set(id, element);
      }
    }
    this.pending = this.pending.slice(count);
    this.#arrives(changed, done.at(-1)?.n ?? 0);
  }

  #judged(writes: readonly Write[], actor: typeof me): ReadonlyMap<ElementId, Element | null> {
    const layer = this.#layer();
    if (!replayStructure(layer, writes, actor.device)) return new Map();
    this.#revision += 1;
    const revision = this.#revision;
    const changed = new Map<ElementId, Element | null>();
    const now = (id: ElementId): Element | null => changed.get(id) ?? this.settled.get(id) ?? null;
    for (const [at, write] of writes.entries()) {
      if (!isContentWrite(write)) continue;
      const id = write.op === 'resend' ? write.element.id : write.id;
      // What the same change deletes later was written before.
      const sofar = this.#layer();
      replayStructure(sofar, writes.slice(0, at + 1), actor.device);
      if (write.op === 'set' && !isAlive(sofar, id)) continue;
      const element = replayContent(now(id), write, revision, { schemas, me: actor });
      if (element !== null) changed.set(id, { ...element, revision, by: actor });
    }
    for (const id of layer.ids) {
      const place = layer.place(id);
      const element = now(id);
      if (place === undefined) changed.set(id, null);
      else if (element !== null) {
        const trashed =
          place.trashed === null
            ? null
            : { revision, by: { ...actor, device: place.trashed as typeof me.device }, at: 0 };
        changed.set(id, { ...element, parent: place.parent, order: place.order, trashed, revision });
      }
    }
    return changed;
  }

  #layer(): Layer {
    return new Layer({
      place: (id) => placeOf(this.settled.get(id)),
      children: (parent) =>
        [...this.settled.values()].filter((element) => element.parent === parent).map(({ id }) => id),
    });
  }

  #arrives(changed: ReadonlyMap<ElementId, Element | null>, upTo: number): void {
    const elements = new Map(
      [...changed].flatMap(([id, element]) => (element === null ? [] : [[id, element] as const])),
    );
    const gone = new Set([...changed].flatMap(([id, element]) => (element === null ? [id] : [])));
    for (const [id, element] of elements) this.settled.set(id, element);
    for (const id of gone) this.settled.delete(id);
    const before = new Map([...changed.keys()].map((id) => [id, this.replica.place(id)]));
    this.replica.adopt({ elements, gone } as unknown as PreparedDelta, NEVER_SYNCED);
    this.view.settle({ upTo, changed: new Set(changed.keys()), before }, (id) => this.settled.get(id) ?? null);
  }

  /** The same view, worked out from nothing. */
  afresh(): View {
    const view = new View(this.replica, rules, () => false);
    for (const change of this.pending) view.append(change, (id) => this.settled.get(id) ?? null);
    return view;
  }
}

function placeOf(element: Element | undefined) {
  return element === undefined ? undefined : { ...element, trashed: element.trashed?.by.device ?? null };
}

function shown(view: View): unknown {
  return NAMES.map((id) => {
    const body = view.pendingBody(id);
    return [view.summary(id), body === undefined ? null : { ...body, at: 0 }, view.list(id).map((line) => line.id)];
  });
}

const id = fc.constantFrom(...NAMES);
const parent = fc.option(id, { nil: null });
const order = fc.constantFrom('a0', 'a1', 'a2');
const word = fc.constantFrom('x', 'y', 'z');
const writes = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ op: fc.constant('create' as const), id, parent, order, name: word }).map(create),
    },
    {
      weight: 3,
      arbitrary: fc.record({ id, value: word, base: word, group: fc.constantFrom('name', 'text') }).map(setting),
    },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('move' as const), id, parent, order }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), id, cursor: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('restore' as const), id }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('purge' as const), id }) },
  ),
  { minLength: 1, maxLength: 3 },
);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: writes }) },
    { weight: 3, arbitrary: fc.record({ hears: writes }) },
    { weight: 2, arbitrary: fc.record({ settles: fc.nat(3), refused: fc.array(fc.boolean(), { maxLength: 3 }) }) },
  ),
  { maxLength: 24 },
);

function create({
  id: made,
  parent: below,
  order: at,
  name,
}: {
  id: ElementId;
  parent: ElementId | null;
  order: string;
  name: string;
}): Write {
  const data = JSON.stringify({ name, text: 'one\ntwo\nthree' });
  return { op: 'create', id: made, kind: 'note', schema: 1, parent: below, order: at, data, rows: {}, origin: null };
}

function setting({
  id: target,
  group,
  value,
  base,
}: {
  id: ElementId;
  group: string;
  value: string;
  base: string;
}): Write {
  const text = (lines: string): string => JSON.stringify(group === 'name' ? lines : `${lines}\ntwo\nthree`);
  return {
    op: 'set',
    id: target,
    schema: 1,
    fields: [{ group, value: text(value), base: { revision: 0, value: { text: text(base) } } }],
  };
}

type Step = { does: readonly Write[] } | { hears: readonly Write[] } | { settles: number; refused: readonly boolean[] };

function happens(world: World, step: Step): void {
  if ('does' in step) world.does(step.does);
  else if ('hears' in step) world.hears(step.hears);
  else world.settles(step.settles, step.refused);
}

describe('the view', () => {
  it('kept up to date step by step is the view worked out from nothing', () => {
    fc.assert(
      fc.property(steps.filter(createsOnce), (story) => {
        const world = new World();
        for (const step of story) {
          happens(world, step);
          expect(shown(world.view)).toEqual(shown(world.afresh()));
        }
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1_000) },
    );
  });

  it('is always a tree [TR4]', () => {
    fc.assert(
      fc.property(steps.filter(createsOnce), (story) => {
        const world = new World();
        for (const step of story) {
          happens(world, step);
          for (const element of NAMES) {
            if (world.view.place(element) === undefined) continue;
            const path = [...upward(world.view, element)];
            expect(path.at(-1)?.[1].parent).toBeNull();
            expect(new Set(path.map(([at]) => at)).size).toBe(path.length);
          }
        }
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 500) },
    );
  });

  it('of a device alone does not change when the server settles what it predicted [DV2]', () => {
    const alone = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ does: writes }) },
        { weight: 1, arbitrary: fc.record({ settles: fc.nat(3) }) },
      ),
      {
        maxLength: 24,
      },
    );
    fc.assert(
      fc.property(alone.filter(createsOnce), (story) => {
        const world = new World();
        for (const step of story) {
          if ('does' in step) {
            world.does(step.does);
            continue;
          }
          const before = contents(world);
          world.settles(step.settles, []);
          expect(contents(world)).toEqual(before);
        }
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1_000) },
    );
  });
});

/** An id is never used again [ID1]: nothing is created after something may have been purged. */
function createsOnce(story: readonly object[]): boolean {
  let purged = false;
  for (const step of story) {
    const done = 'does' in step ? step.does : 'hears' in step ? step.hears : [];
    for (const { op } of done as readonly Write[]) {
      if (op === 'create' && purged) return false;
      if (op === 'purge') purged = true;
    }
  }
  return true;
}

/** What a person sees, without the numbers that are the server's. */
function contents(world: World): unknown {
  return NAMES.map((element) => {
    const { view } = world;
    if (!view.isAlive(element)) return null;
    const body = view.pendingBody(element) ?? world.settled.get(element);
    return [view.place(element)?.parent, view.place(element)?.order, body?.data, view.summary(element)?.name];
  });
}
