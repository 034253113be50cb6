/** Bodies of settled elements, read from disk when somebody looks, and kept while there is room. */
import type { Element, ElementId, Revision } from '@waypost/protocol';
import { readBodyPage } from './pages.ts';
import type { Compression } from './ports.ts';

/** Where bodies lie. Pages are counted from the first page of bodies. */
export interface BodySource {
  /** Null where it is not there any more: another process replaced the pages. */
  page(number: number): Promise<Uint8Array | null>;
  records(ids: readonly ElementId[]): Promise<readonly Element[]>;
}

/** Which body of an element counts now. */
export interface Whereabouts {
  readonly revision: Revision;
  /** Null where it lies beside the pages. */
  readonly slot: { readonly page: number; readonly at: number } | null;
}

/** About what a tree of 100,000 requests holds, so that a whole workspace can be exported without reading pages twice. */
const CACHED_CHARS_MAX = 64 * 1024 * 1024;
const CACHED_ELEMENTS_MAX = 150_000;

export class Bodies {
  readonly #source: BodySource;
  readonly #compression: Compression;
  readonly #whereabouts: (id: ElementId) => Whereabouts | undefined;
  /** Least recently used first. */
  readonly #cache = new Map<ElementId, Element>();
  #cachedChars = 0;

  constructor(source: BodySource, compression: Compression, whereabouts: (id: ElementId) => Whereabouts | undefined) {
    this.#source = source;
    this.#compression = compression;
    this.#whereabouts = whereabouts;
  }

  /**
   * The bodies that count now. One that should be there and is missing was moved by another process: the whereabouts have
   * to be read again.
   */
  async load(ids: Iterable<ElementId>): Promise<Map<ElementId, Element>> {
    const found = new Map<ElementId, Element>();
    const beside: ElementId[] = [];
    const byPage = new Map<number, ElementId[]>();
    for (const id of ids) {
      const cached = this.#cached(id);
      const slot = this.#whereabouts(id)?.slot;
      if (cached !== undefined) found.set(id, cached);
      else if (slot === null) beside.push(id);
      else if (slot !== undefined) byPage.set(slot.page, [...(byPage.get(slot.page) ?? []), id]);
    }
    if (beside.length > 0) for (const element of await this.#source.records(beside)) this.#take(element, found);
    for (const [page, wanted] of byPage) {
      const bytes = await this.#source.page(page);
      if (bytes === null) continue;
      const elements = await readBodyPage(bytes, this.#compression);
      const wantedOnes = new Set(wanted);
      // The others too: whoever reads one request often reads the collection it is of. Those asked for last.
      for (const element of elements) if (!wantedOnes.has(element.id)) this.keep(element);
      for (const element of elements) if (wantedOnes.has(element.id)) this.#take(element, found);
    }
    return found;
  }

  /** Nothing that is older, or newer, than what counts: a read may end after a delta was applied. */
  keep(element: Element): void {
    if (this.#whereabouts(element.id)?.revision !== element.revision) return;
    this.forget(element.id);
    this.#cache.set(element.id, element);
    this.#cachedChars += element.data.length;
    for (const [id, oldest] of this.#cache) {
      if (this.#cachedChars <= CACHED_CHARS_MAX && this.#cache.size <= CACHED_ELEMENTS_MAX) return;
      this.#cache.delete(id);
      this.#cachedChars -= oldest.data.length;
    }
  }

  forget(id: ElementId): void {
    const known = this.#cache.get(id);
    if (known === undefined) return;
    this.#cache.delete(id);
    this.#cachedChars -= known.data.length;
  }

  #take(element: Element, found: Map<ElementId, Element>): void {
    if (this.#whereabouts(element.id)?.revision !== element.revision) return;
    this.keep(element);
    found.set(element.id, element);
  }

  #cached(id: ElementId): Element | undefined {
    const element = this.#cache.get(id);
    if (element === undefined) return undefined;
    this.#cache.delete(id);
    if (this.#whereabouts(id)?.revision !== element.revision) {
      this.#cachedChars -= element.data.length;
      return undefined;
    }
    this.#cache.set(id, element);
    return element;
  }
}
