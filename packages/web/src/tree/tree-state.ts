/** What the tree of one workspace looks like just now: expanded, selected, filtered. It outlives the panel. */
import type { ElementId } from '@waypost/protocol';
import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bench } from '../desk/bench.ts';
import { EXPANDED } from '../desk/local-keys.ts';
import { remember, remembered } from '../desk/remember.ts';

export interface TreeLook {
  readonly expanded: ReadonlySet<ElementId>;
  readonly selected: ReadonlySet<ElementId>;
  /** What the keyboard is on. */
  readonly active: ElementId | null;
  /** Where a selection with Shift began. */
  readonly anchor: ElementId | null;
  readonly renaming: ElementId | null;
  readonly filter: string;
  /** To be scrolled into view; a new object each time. */
  readonly reveal: { readonly id: ElementId } | null;
}

const expandedSchema = z.array(z.string());
/** Remembered of a tree; the rest is closed when the app opens again. */
const EXPANDED_KEPT_MAX = 5_000;
const WRITE_AFTER_MS = 400;

export class TreeState {
  readonly store: StoreApi<TreeLook>;
  readonly #bench: Bench;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.store = createStore(() => ({
      ...{ expanded: new Set<ElementId>(), selected: new Set<ElementId>(), active: null, anchor: null },
      ...{ renaming: null, filter: '', reveal: null },
    }));
    void this.#remembered();
  }

  get look(): TreeLook {
    return this.store.getState();
  }

  expand(ids: Iterable<ElementId>, isExpanded = true): void {
    const { expanded } = this.look;
    const changed = [...ids].filter((id) => expanded.has(id) !== isExpanded);
    if (changed.length === 0) return;
    const now = new Set(expanded);
    for (const id of changed) {
      if (isExpanded) now.add(id);
      else now.delete(id);
    }
    this.store.setState({ expanded: now });
    this.#rememberSoon();
  }

  collapseAll(): void {
    this.store.setState({ expanded: new Set() });
    this.#rememberSoon();
  }

  /** One element, with the keyboard on it. */
  select(id: ElementId | null): void {
    this.store.setState({ selected: new Set(id === null ? [] : [id]), active: id, anchor: id });
  }

  /** Adds it to the selection or takes it out. */
  toggle(id: ElementId): void {
    const selected = new Set(this.look.selected);
    if (!selected.delete(id)) selected.add(id);
    this.store.setState({ selected, active: id, anchor: id });
  }

  /** From where the selection began up to an element; `between` are the rows from one to the other. */
  selectTo(id: ElementId, between: readonly ElementId[]): void {
    this.store.setState({ selected: new Set(between), active: id });
  }

  /** What a command is about: the selection, where the element at hand is part of it. */
  chosen(id: ElementId): readonly ElementId[] {
    const { selected } = this.look;
    return selected.has(id) ? [...selected] : [id];
  }

  rename(id: ElementId | null): void {
    this.store.setState({ renaming: id });
  }

  filter(filter: string): void {
    this.store.setState({ filter });
  }

  /** Opens what is above an element and brings it into view. */
  reveal(id: ElementId): void {
    this.expand(this.#bench.elements.ancestors(id).map((above) => above.id));
    this.store.setState({ reveal: { id } });
  }

  async #remembered(): Promise<void> {
    const expanded = await remembered(this.#bench, EXPANDED, expandedSchema);
    if (expanded !== null) this.expand(expanded as ElementId[]);
  }

  #rememberSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const kept = [...this.look.expanded].slice(-EXPANDED_KEPT_MAX);
      remember(this.#bench, EXPANDED, kept);
    }, WRITE_AFTER_MS);
  }
}

const trees = new WeakMap<Bench, TreeState>();

export function treeOf(bench: Bench): TreeState {
  const known = trees.get(bench);
  if (known !== undefined) return known;
  const tree = new TreeState(bench);
  trees.set(bench, tree);
  return tree;
}
