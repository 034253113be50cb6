/**
 * What one person, alone with one device, did: worked out here in the plainest way, and held against what the device
 * shows. A person alone must never notice that anything syncs.
 */
import type { Device, ElementSummary, Intent } from '@waypost/client';
import {
  byOrder,
  type Content,
  type ElementId,
  equalJsonText,
  type JsonText,
  mergeText,
  parseJson,
  printJson,
  readGroup,
  WaypostError,
  wayOf,
  type WorkspaceId,
  writeGroup,
} from '@waypost/protocol';
import { schemas } from './kinds.ts';
import type { Party } from './party.ts';

interface Thing {
  readonly id: ElementId;
  readonly kind: string;
  parent: ElementId | null;
  order: string;
  content: Content;
  trashed: boolean;
}

export class Shadow {
  #things: Map<ElementId, Thing>;
  /** What was asked for and not answered yet: after a crash it may have been saved or not. */
  #asked: readonly Intent[] | null = null;
  #asker: Party | null = null;

  constructor(things: Map<ElementId, Thing> = new Map()) {
    this.#things = things;
  }

  asked(intents: readonly Intent[], asker: Party): void {
    this.#asked = intents;
    this.#asker = asker;
  }

  /** What was asked for is on disk. */
  saved(): void {
    this.#things = done(this.#things, this.#asked ?? []);
    this.#asked = null;
  }

  failed(): void {
    this.#asked = null;
  }

  /** Whether somebody is still waiting for an answer. */
  get isUncertain(): boolean {
    return this.#asked !== null && this.#asker?.alive === true;
  }

  /** How the device differs from what was done; null where it does not. */
  difference(device: Device, workspace: WorkspaceId): string | null {
    const shown = outline(device, workspace);
    const difference = compare(this.#outline(this.#things), shown);
    if (difference === null || this.#asked === null) return difference;
    // The process died before it could say whether this was saved; what is on disk decides, and once for all.
    const after = done(this.#things, this.#asked);
    if (compare(this.#outline(after), shown) !== null) return difference;
    this.#things = after;
    this.#asked = null;
    return null;
  }

  /**
   * Finds out whether what a process died over was saved, from what it did to data. False where the disk does not let
   * anybody look.
   */
  async decide(device: Device, workspace: WorkspaceId): Promise<boolean> {
    if (this.#asked === null || this.isUncertain) return true;
    const after = done(this.#things, this.#asked);
    try {
      const saved =
        (await dataDifference(after, device, workspace)) === null &&
        compare(this.#outline(after), outline(device, workspace)) === null;
      if (saved) this.#things = after;
    } catch (error) {
      if (error instanceof WaypostError) return false;
      throw error;
    }
    this.#asked = null;
    return true;
  }

  /** As {@link difference}, of an element's data. */
  dataDifference(device: Device, workspace: WorkspaceId): Promise<string | null> {
    return dataDifference(this.#things, device, workspace);
  }

  #outline(things: ReadonlyMap<ElementId, Thing>): string[] {
    const below = new Map<ElementId | null, Thing[]>();
    for (const thing of things.values()) {
      if (thing.trashed) continue;
      const siblings = below.get(thing.parent);
      if (siblings === undefined) below.set(thing.parent, [thing]);
      else siblings.push(thing);
    }
    const lines: string[] = [];
    const visit = (parent: ElementId | null, depth: number): void => {
      for (const { id, kind, order, content } of (below.get(parent) ?? []).sort(byOrder)) {
        lines.push(line({ id, kind, order, name: schemas(kind).label(content.data).name }, depth));
        visit(id, depth + 1);
      }
    };
    visit(null, 0);
    const isShown = ({ trashed, parent }: Thing): boolean =>
      trashed && (parent === null || isAlive(things, things.get(parent) as Thing));
    return [...lines, ...trashLines([...things.values()].filter(isShown))];
  }
}

async function dataDifference(
  things: ReadonlyMap<ElementId, Thing>,
  device: Device,
  workspace: WorkspaceId,
): Promise<string | null> {
  for (const thing of things.values()) {
    if (!isAlive(things, thing)) continue;
    const view = await device.read(thing.id, workspace);
    const data = printJson(thing.content.data);
    if (view === null) return `${thing.id} cannot be read`;
    if (view.data !== data) return `${thing.id} is ${view.data}, and the person made it ${data}`;
  }
  return null;
}

function outline(device: Device, workspace: WorkspaceId): string[] {
  const lines: string[] = [];
  const visit = (parent: ElementId | null, depth: number): void => {
    for (const summary of device.list(parent, workspace)) {
      lines.push(line(summary, depth));
      visit(summary.id, depth + 1);
    }
  };
  visit(null, 0);
  return [...lines, ...trashLines(device.trash(workspace))];
}

function trashLines(trash: readonly { readonly id: ElementId }[]): string[] {
  return trash.map(({ id }) => `in the trash ${id}`).sort();
}

function line(
  { id, kind, order, name }: Pick<ElementSummary, 'id' | 'kind' | 'order' | 'name'>,
  depth: number,
): string {
  return `${' '.repeat(depth)}${id} ${kind} ${order} ${name}`;
}

function compare(expected: readonly string[], shown: readonly string[]): string | null {
  for (let at = 0; at < Math.max(expected.length, shown.length); at += 1) {
    if (expected[at] !== shown[at])
      return `line ${at} is "${shown[at] ?? 'nothing'}", and should be "${expected[at] ?? 'nothing'}"`;
  }
  return null;
}

/**
 * What one change makes of things. One tab may not have heard yet what another did: what is moved to where nothing can stand
 * stays, with all that was done in the same change [PL2] [TR3].
 */
function done(things: ReadonlyMap<ElementId, Thing>, intents: readonly Intent[]): Map<ElementId, Thing> {
  const after = new Map([...things].map(([id, thing]) => [id, { ...thing }]));
  for (const intent of intents) {
    if (intent.do === 'move' && !canMove(after, intent)) return new Map(things);
    apply(after, intent);
  }
  return after;
}

function canMove(
  things: ReadonlyMap<ElementId, Thing>,
  { id, parent }: { readonly id: ElementId; readonly parent: ElementId | null },
): boolean {
  if (parent === null || things.get(id)?.parent === parent) return true;
  const to = things.get(parent);
  if (to === undefined || !isAlive(things, to)) return false;
  for (let at: Thing | undefined = to; at !== undefined; at = at.parent === null ? undefined : things.get(at.parent))
    if (at.id === id) return false;
  return true;
}

function apply(things: Map<ElementId, Thing>, intent: Intent): void {
  const thing = things.get(intent.id);
  switch (intent.do) {
    case 'create': {
      const { id, kind, parent, order, data, rows } = intent;
      const alive = parent === null ? null : nearestAlive(things, parent);
      things.set(id, { id, kind, parent: alive, order, content: { data: parseJson(data), rows }, trashed: false });
      return;
    }
    case 'set':
      if (thing === undefined) return;
      for (const { group, value, base } of intent.fields)
        thing.content = written(thing, group, merged(thing, group, value, base));
      for (
        let at: Thing | undefined = thing;
        at !== undefined;
        at = at.parent === null ? undefined : things.get(at.parent)
      )
        at.trashed = false;
      return;
    case 'move':
      if (thing !== undefined) Object.assign(thing, { parent: intent.parent, order: intent.order });
      return;
    case 'delete':
      if (thing !== undefined) thing.trashed = true;
      return;
    case 'restore':
      if (thing === undefined) return;
      thing.trashed = false;
      thing.parent = thing.parent === null ? null : nearestAlive(things, thing.parent);
      return;
    case 'purge':
      if (thing?.trashed === true) remove(things, intent.id);
  }
}

/**
 * [JG5] A text that was begun over an earlier one is merged with what its person wrote since. [JG9] What another tab left as
 * it had seen it says nothing.
 */
function merged(
  thing: Thing,
  group: string,
  value: JsonText | null,
  base: { readonly value: JsonText | null } | undefined,
): JsonText | null {
  const schema = schemas(thing.kind);
  const way = wayOf(schema, group);
  if (base === undefined || way === 'latest') return value;
  const current = readGroup(schema, thing.content, group);
  if (current !== null && value !== null && equalJsonText(base.value, value)) return current;
  if (way !== 'text' || equalJsonText(base.value, current)) return value;
  return mergeText(base.value, value, current) ?? value;
}

function written(thing: Thing, group: string, value: JsonText | null): Content {
  const next = writeGroup(schemas(thing.kind), thing.content, group, value);
  return next === 'blocked' ? thing.content : next;
}

function nearestAlive(things: ReadonlyMap<ElementId, Thing>, id: ElementId): ElementId | null {
  let at = things.get(id);
  while (at !== undefined && !isAlive(things, at)) at = at.parent === null ? undefined : things.get(at.parent);
  return at?.id ?? null;
}

function isAlive(things: ReadonlyMap<ElementId, Thing>, thing: Thing): boolean {
  for (let at: Thing | undefined = thing; ; ) {
    if (at === undefined || at.trashed) return false;
    if (at.parent === null) return true;
    at = things.get(at.parent);
  }
}

function remove(things: Map<ElementId, Thing>, id: ElementId): void {
  things.delete(id);
  for (const thing of [...things.values()]) if (thing.parent === id) remove(things, thing.id);
}
