/** Finding elements by a few characters of what they are called. Pure, and quick over a hundred thousand of them. */
import uFuzzy from '@leeoniya/ufuzzy';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { searchWords } from '../design/words.ts';

export interface Findable {
  readonly workspace: WorkspaceId;
  readonly id: ElementId;
  readonly kind: string;
  readonly name: string;
  /** A method, a code. */
  readonly detail: string;
  /** Where it stands, from the top of its workspace down; empty at the top. */
  readonly path: string;
  readonly workspaceName: string;
}

/** The URLs of requests in small letters, as far as they were read. */
export type UrlOf = (entry: Findable) => string | undefined;

const NO_URLS: UrlOf = () => undefined;

/** More than anybody reads. */
const FOUND_MAX = 60;
/** Of more than this only some are put in order: the next character will leave few enough. */
const RANKED_MAX = 5_000;
/** URLs fit or do not: there is little to put in order. */
const BY_URL_MAX = 300;

// One wrong, missing or swapped character in a word is forgiven.
const latin = new uFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
const anyScript = new uFuzzy({
  unicode: true,
  interSplit: String.raw`[^\p{L}\d']+`,
  intraSplit: String.raw`\p{Ll}\p{Lu}`,
  intraBound: String.raw`\p{L}\d|\d\p{L}|\p{Ll}\p{Lu}`,
  intraChars: String.raw`[\p{L}\d']`,
  intraContr: String.raw`'\p{L}{1,2}\b`,
});

export class SearchIndex {
  readonly entries: readonly Findable[];
  readonly #texts: string[];
  /** What the last query left, for the next one that only adds to it. */
  #last: { readonly query: string; readonly places: number[] } | null = null;

  readonly #urlOf: UrlOf;

  constructor(entries: readonly Findable[], urlOf: UrlOf = NO_URLS) {
    this.entries = entries;
    this.#urlOf = urlOf;
    this.#texts = entries.map(textOf);
  }

  /** The same elements, with URLs that were read meanwhile. */
  withUrls(urlOf: UrlOf): SearchIndex {
    return new SearchIndex(this.entries, urlOf);
  }

  /** Its URL, where that is what `query` was found in and nothing else of the element says it. */
  urlFound(entry: Findable, query: string): string | null {
    const url = this.#urlOf(entry);
    if (url === undefined) return null;
    const said = textOf(entry).toLowerCase();
    return searchWords(query).some((word) => url.includes(word) && !said.includes(word)) ? url : null;
  }

  /** The best first; of what fits as well, what was open of late. */
  find(query: string, recent: readonly ElementId[]): Findable[] {
    const words = query.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) return [];
    const late = new Map(recent.map((id, at) => [id, 1 / (1 + at)]));
    const places = this.#places(query.trim(), words);
    const named = places.slice(0, RANKED_MAX).map((at) => this.entries[at] as Findable);
    const entries = named.length < FOUND_MAX ? [...new Set([...named, ...this.#byUrl(query)])] : named;
    const scores = new Map(
      entries.map((entry) => [entry, scoreOf(entry, query.trim(), words) + (late.get(entry.id) ?? 0)]),
    );
    return entries.toSorted((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0)).slice(0, FOUND_MAX);
  }

  /** What has some of the words in its URL, letter by letter, and the others there or in what it is called. */
  #byUrl(query: string): Findable[] {
    const words = searchWords(query);
    const found: Findable[] = [];
    for (const entry of this.entries) {
      const url = this.#urlOf(entry);
      if (url === undefined || !words.some((word) => url.includes(word))) continue;
      const others = words.filter((word) => !url.includes(word));
      if (others.length > 0) {
        const said = textOf(entry).toLowerCase();
        if (!others.every((word) => said.includes(word))) continue;
      }
      found.push(entry);
      if (found.length === BY_URL_MAX) break;
    }
    return found;
  }

  /** What has all the words in it, in any order. */
  #places(query: string, words: readonly string[]): number[] {
    const within = this.#last !== null && query.startsWith(this.#last.query) ? this.#last.places : undefined;
    let places = within;
    for (const word of words) {
      const fuzzy = /^[\x20-\x7e]*$/.test(word) ? latin : anyScript;
      places = fuzzy.filter(this.#texts, word, places) ?? [];
    }
    this.#last = { query, places: places ?? [] };
    return this.#last.places;
  }
}

function textOf({ kind, name, detail, path, workspaceName }: Findable): string {
  return `${name} ${kind === 'request' ? `${detail} ` : ''}${path} ${workspaceName}`;
}

/** How well a name fits: as a whole, from its beginning, by the beginnings of its words; short ones before long ones. */
function scoreOf({ kind, name, detail }: Findable, query: string, words: readonly string[]): number {
  const lower = name.toLowerCase();
  const wanted = query.toLowerCase();
  const whole = lower === wanted ? 16 : lower.startsWith(wanted) ? 8 : lower.includes(wanted) ? 4 : 0;
  let each = 0;
  for (const word of words) {
    const one = word.toLowerCase();
    const at = lower.indexOf(one);
    if (at >= 0) each += at === 0 || !/[\p{L}\d]/u.test(lower[at - 1] ?? '') ? 3 : 1.5;
    else if (detail.toLowerCase() === one) each += 1;
  }
  // Whoever looks for a request has no use for the answers kept below it.
  return whole + each / words.length - Math.min(name.length, 100) / 1000 - (kind === 'example' ? 0.5 : 0);
}
