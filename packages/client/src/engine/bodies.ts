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

/** More than 100,000 usual requests, so that a whole workspace can be exported without reading pages twice. */
const CACHED_CHARS_MAX = 256 * 1024 * 1024;
const CACHED_ELEMENTS_MAX = 300_000;

export class Bodies {
  readonly #source: BodySource;
  readonly #compression: Compression;
  readonly #whereabouts: (id: ElementId) => Whereabouts | undefined;
  /** What was used since the last time that half of the room was full. */
  #recent = new Cache();
  /** What was used before. The next time it is forgotten: a list in the order of use would take longer than reading again. */
  #older = new Cache();
  readonly #reading = new Map<number, Promise<ReadonlyMap<ElementId, Element>>>();

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
      else if (slot !== undefined) {
        const wanted = byPage.get(slot.page);
        if (wanted === undefined) byPage.set(slot.page, [id]);
        else wanted.push(id);
      }
    }
    if (beside.length > 0) for (const element of await this.#source.records(beside)) this.#take(element, found);
    for (const [page, wanted] of byPage) {
      const elements = await this.#readPage(page);
      for (const id of wanted) {
        const element = elements.get(id);
        if (element !== undefined) this.#take(element, found);
      }
    }
    return found;
  }

  /**
   * Whoever asks for a page while it is being read waits for the same reading: unpacking one takes milliseconds. All of it
   * is kept, as whoever reads one request often reads the collection it is of.
   */
  #readPage(page: number): Promise<ReadonlyMap<ElementId, Element>> {
    const known = this.#reading.get(page);
    if (known !== undefined) return known;
    const reading = (async () => {
      try {
        const bytes = await this.#source.page(page);
        const elements = bytes === null ? [] : await readBodyPage(bytes, this.#compression);
        for (const element of elements) this.keep(element);
        return new Map(elements.map((element) => [element.id, element]));
      } finally {
        this.#reading.delete(page);
      }
    })();
    this.#reading.set(page, reading);
    return reading;
  }

  /** Nothing that is older, or newer, than what counts: a read may end after a delta was applied. */
  keep(element: Element): void {
    if (this.#whereabouts(element.id)?.revision !== element.revision) return;
    this.forget(element.id);
    this.#recent.add(element);
    if (this.#recent.chars <= CACHED_CHARS_MAX / 2 && this.#recent.size <= CACHED_ELEMENTS_MAX / 2) return;
    this.#older = this.#recent;
    this.#recent = new Cache();
  }

  forget(id: ElementId): void {
    this.#recent.remove(id);
    this.#older.remove(id);
  }

  #take(element: Element, found: Map<ElementId, Element>): void {
    if (this.#whereabouts(element.id)?.revision !== element.revision) return;
    this.keep(element);
    found.set(element.id, element);
  }

  #cached(id: ElementId): Element | undefined {
    const element = this.#recent.get(id) ?? this.#older.get(id);
    if (element === undefined) return undefined;
    if (this.#whereabouts(id)?.revision !== element.revision) {
      this.forget(id);
      return undefined;
    }
    if (this.#recent.get(id) === undefined) this.keep(element);
    return element;
  }
}

class Cache {
  readonly #elements = new Map<ElementId, Element>();
  chars = 0;

  get size(): number {
    return this.#elements.size;
  }

  get(id: ElementId): Element | undefined {
    return this.#elements.get(id);
  }

  add(element: Element): void {
    this.#elements.set(element.id, element);
    this.chars += element.data.length;
  }

  remove(id: ElementId): void {
    const known = this.#elements.get(id);
    if (known === undefined) return;
    this.#elements.delete(id);
    this.chars -= known.data.length;
  }
}
