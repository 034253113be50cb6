/**
 * What people typed, so that it can be asked for at the end. Every typed value carries a mark of its own (`<17>`), except
 * where values must come back by chance; a mark that cannot be found anywhere is a lost value.
 */
import type { ElementId, JsonText, WorkspaceId } from '@waypost/protocol';

export interface Typed {
  readonly mark: number;
  readonly device: string;
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
  /** Places that a person gave an element: what no merge may mix. */
  readonly #places = new Map<ElementId, Place[]>();
  #hands = 0;

  /** A mark for a value about to be typed. */
  type(device: string, workspace: WorkspaceId, element: ElementId, future: 'known' | 'future'): string {
    const mark = this.typed.length;
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

  place(element: ElementId, parent: ElementId | null, order: string): void {
    const places = this.#places.get(element);
    if (places === undefined) this.#places.set(element, [{ parent, order }]);
    else places.push({ parent, order });
  }

  /** Undefined for elements that no person made. */
  placesOf(element: ElementId): readonly Place[] | undefined {
    return this.#places.get(element);
  }

  /** Every element a person made or moved. */
  get elements(): ReadonlySet<ElementId> {
    return new Set(this.typed.map(({ element }) => element));
  }

  /** A number for each deed, to tell them apart in the trace. */
  nextDeed(): number {
    this.#hands += 1;
    return this.#hands;
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
