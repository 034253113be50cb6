/**
 * What people typed, so that it can be asked for at the end. Every typed value carries a mark of its own (`<17>`), except
 * where values must come back by chance; a mark that cannot be found anywhere is a lost value.
 */
import {
  canonicalJson,
  type DeviceId,
  type ElementId,
  type JsonText,
  parseJson,
  type Revision,
  type WorkspaceId,
} from '@waypost/protocol';

export interface Typed {
  readonly mark: number;
  readonly device: DeviceId;
  readonly workspace: WorkspaceId;
  readonly element: ElementId;
  /** Typed into what only a newer client knows. */
  readonly future: boolean;
  /** `change` has resolved: from here on it must not be lost. */
  saved: boolean;
  /** Why it may be gone: its only copy was in something that was destroyed for good. */
  excuse: string | null;
}

export interface Place {
  readonly parent: ElementId | null;
  readonly order: string;
}

export class Ledger {
  readonly typed: Typed[] = [];
  readonly #elements = new Set<ElementId>();
  /** Places that a person gave an element: what no merge may mix. */
  readonly #places = new Map<ElementId, Place[]>();
  readonly #made = new Set<ElementId>();
  /** What each device's person saw of a group, or of an element's existence, when they wrote it. */
  readonly #seen = new Map<string, Set<string>>();
  readonly #blind = new Set<string>();
  readonly #restored = new Set<string>();
  readonly #successors = new Map<readonly number[], readonly number[]>();
  readonly #lostInTrash = new Map<ElementId, Set<number>>();
  readonly #deletions = new Map<string, ReadonlyMap<ElementId, Revision>[]>();

  /** A mark for a value about to be typed. */
  type(device: DeviceId, workspace: WorkspaceId, element: ElementId, future: 'known' | 'future'): string {
    const mark = this.typed.length;
    this.#elements.add(element);
    this.typed.push({ mark, device, workspace, element, future: future === 'future', saved: false, excuse: null });
    return `<${mark}>`;
  }

  /** All that was typed since `from` is on the device's disk. */
  saved(marks: readonly number[]): void {
    for (const mark of marks) (this.typed[mark] as Typed).saved = true;
  }

  excuse(marks: Iterable<number>, reason: string): void {
    for (const mark of marks) {
      const typed = this.typed[mark];
      if (typed !== undefined) typed.excuse ??= reason;
    }
  }

  /** What is typed now may be saved in the place of what was typed before: nobody knows until {@link tookPlace}. */
  mayTakePlace(marks: readonly number[], of: readonly number[]): void {
    this.#successors.set(marks, of);
  }

  /** Whether it did is known. */
  tookPlace(marks: readonly number[]): void {
    this.#successors.delete(marks);
  }

  /** What was found in the end took the place of what was not; of what was only removed there is nothing to be found. */
  excuseSucceeded(found: ReadonlySet<number>): void {
    for (const [marks, before] of this.#successors)
      if (marks.length === 0 || marks.some((mark) => found.has(mark))) this.excuse(before, 'typed over');
  }

  /** Everything that the device's person typed into an element so far. */
  excuseTypedInto(element: ElementId, device: DeviceId, reason: string): void {
    for (const typed of this.typed) if (typed.element === element && typed.device === device) typed.excuse ??= reason;
  }

  /** It was in the trash, with this in it, when the server lost both. */
  lostInTrash(element: ElementId, marks: ReadonlySet<number>): void {
    this.#lostInTrash.set(element, new Set([...(this.#lostInTrash.get(element) ?? []), ...marks]));
  }

  /** What was deleted here and, as it was restored, once more and for good, nobody sends again. */
  purged(element: ElementId): void {
    this.excuse(this.#lostInTrash.get(element) ?? [], 'deleted before it was rolled back, and purged after');
  }

  /** A person made it; what else is made is what a decision asks a device to make. */
  make(element: ElementId, parent: ElementId | null, order: string): void {
    this.#made.add(element);
    this.place(element, parent, order);
  }

  hasMade(element: ElementId): boolean {
    return this.#made.has(element);
  }

  place(element: ElementId, parent: ElementId | null, order: string): void {
    const places = this.#places.get(element);
    if (places === undefined) this.#places.set(element, [{ parent, order }]);
    else places.push({ parent, order });
  }

  /** Undefined for elements that no person made. */
  placesOf(element: ElementId): readonly Place[] | undefined {
    return this.#places.get(element);
  }

  /** Every element that somebody typed something into. */
  get elements(): ReadonlySet<ElementId> {
    return this.#elements;
  }

  /** A person at the device began to write over this. */
  saw(device: DeviceId, element: ElementId, group: string, value: JsonText | null): void {
    const key = `${device} ${element} ${group}`;
    const values = this.#seen.get(key);
    if (values === undefined) this.#seen.set(key, new Set([canonical(value)]));
    else values.add(canonical(value));
  }

  /** As {@link saw}, where nobody looked. */
  sawWhatever(device: DeviceId, element: ElementId, group: string): void {
    this.#blind.add(`${device} ${element} ${group}`);
  }

  hasSeen(device: DeviceId, element: ElementId, group: string, value: JsonText | null): boolean {
    const key = `${device} ${element} ${group}`;
    return this.#blind.has(key) || (this.#seen.get(key)?.has(canonical(value)) ?? false);
  }

  /** Marks that others typed and the device's person never saw in this group: nobody there can have meant to remove them. */
  unseenMarks(device: DeviceId, element: ElementId, group: string, value: JsonText): number[] {
    const key = `${device} ${element} ${group}`;
    if (this.#blind.has(key)) return [];
    const seen = new Set<number>();
    for (const text of this.#seen.get(key) ?? []) marksIn(text, seen);
    return [...marksIn(value)].filter((mark) => !seen.has(mark) && this.typed[mark]?.device !== device);
  }

  /** A person at the device took it out of the trash, or decided about it. */
  broughtBack(device: DeviceId, element: ElementId): void {
    this.#restored.add(`${device} ${element}`);
  }

  hasBroughtBack(device: DeviceId, element: ElementId): boolean {
    return this.#restored.has(`${device} ${element}`);
  }

  /** A person at the device deleted it, while the device showed these elements at these revisions. */
  deleted(device: DeviceId, element: ElementId, shown: ReadonlyMap<ElementId, Revision>): void {
    const key = `${device} ${element}`;
    this.#deletions.set(key, [...(this.#deletions.get(key) ?? []), shown]);
  }

  deletionsOf(device: DeviceId, element: ElementId): readonly ReadonlyMap<ElementId, Revision>[] {
    return this.#deletions.get(`${device} ${element}`) ?? [];
  }
}

const MARK = /<(\d+)>/g;

/** All marks in a text. */
export function marksIn(text: string, into: Set<number> = new Set()): Set<number> {
  if (!text.includes('<')) return into;
  for (const match of text.matchAll(MARK)) into.add(Number(match[1]));
  return into;
}

export function marksInValues(values: Readonly<Record<string, JsonText | null>>, into: Set<number>): void {
  for (const value of Object.values(values)) if (value !== null) marksIn(value, into);
}

function canonical(value: JsonText | null): string {
  return value === null ? '' : canonicalJson(parseJson(value));
}
