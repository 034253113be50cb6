/**
 * A workspace in the middle of a commit, right before the change with a number: read off what history says was replaced
 * by that change and by those behind it.
 */
import { type ElementId, type JsonText, PLACE, type Revision, type Stamp, TRASH } from '@waypost/protocol';
import type { MemoryDatabase } from '@waypost/server/memory';
import { HISTORY_CREATED, type HistoryRow } from '@waypost/server/sync';

export type Workspace = NonNullable<ReturnType<MemoryDatabase['content']['workspaces']['get']>>;

const ALL = Number.MAX_SAFE_INTEGER;

export class Moment {
  readonly #before: Workspace;
  readonly #after: Workspace;
  readonly #revision: Revision;

  constructor(before: Workspace, after: Workspace, revision: Revision) {
    this.#before = before;
    this.#after = after;
    this.#revision = revision;
  }

  /** An element and what stands below it, without what is in the trash. */
  *alive(root: ElementId): Generator<ElementId> {
    const moved = this.#after.changedAbove(this.#before.row.head, ALL);
    const candidates = new Set([...this.#before.withDescendants([root]), ...moved].map(({ id }) => id));
    for (const id of candidates) {
      if (this.#upward(id).includes(root) && !this.isInTrash(id)) yield id;
    }
  }

  /** Whether the element, or something above it, had been deleted. */
  isInTrash(id: ElementId): boolean {
    return this.#upward(id).some((one) => this.#isTrashed(one));
  }

  /** Who wrote each group last, and when. A text merged within the commit counts as its writer's. */
  stamps(id: ElementId): ReadonlyMap<string, Stamp> {
    const [was] = this.#before.rows([id]);
    const stamps = new Map<string, Stamp>();
    if (was?.gone === false) {
      stamps.set(HISTORY_CREATED, was.created);
      for (const [group, stamp] of Object.entries(was.stamps)) stamps.set(group, stamp);
    }
    for (const { revision, by, values } of this.#written(id)) {
      if (revision <= this.#before.row.head || revision >= this.#revision) continue;
      for (const [group, replaced] of Object.entries(values)) {
        // Only coming back from the trash counts as somebody's work.
        if (group !== TRASH || replaced === 'true') stamps.set(group, { revision, author: by.device });
      }
    }
    return stamps;
  }

  #upward(id: ElementId): ElementId[] {
    const above = [id];
    for (let at = this.#parent(id); at !== null && !above.includes(at); at = this.#parent(at)) above.push(at);
    return above;
  }

  /** Null also of what was not there. */
  #parent(id: ElementId): ElementId | null {
    if (this.#replaced(id, HISTORY_CREATED) !== undefined) return null;
    const place = this.#replaced(id, PLACE);
    if (typeof place === 'string') return (JSON.parse(place) as [ElementId | null, string])[0];
    const [row] = this.#after.rows([id]);
    return row?.gone === false ? row.parent : null;
  }

  #isTrashed(id: ElementId): boolean {
    const replaced = this.#replaced(id, TRASH);
    if (replaced !== undefined) return replaced === 'true';
    const [row] = this.#after.rows([id]);
    return row?.gone === false && row.trashed !== null;
  }

  /** What a group held: what the first change from the moment on replaced in it. Undefined where none did. */
  #replaced(id: ElementId, group: string): JsonText | null | undefined {
    const first = this.#written(id).find(({ revision, values }) => revision >= this.#revision && group in values);
    return first?.values[group];
  }

  /** Oldest first. */
  #written(id: ElementId): HistoryRow[] {
    return this.#after
      .history(id, ALL)
      .filter(({ status }) => status === 'written')
      .reverse();
  }
}
