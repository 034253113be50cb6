/**
 * The URLs of a workspace's requests, for finding them. The device knows names at once; URLs are in the bodies, and are
 * read the first time somebody looks for something, in pieces that leave the screen alone.
 */
import type { ElementSummary } from '@waypost/client';
import { type ElementId, type JsonNode, memberOf, stringOf } from '@waypost/protocol';
import { useEffect, useSyncExternalStore } from 'react';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import type { Lists } from '../desk/elements.ts';

/** Told about this often while they are read. */
const TELL_EVERY_MS = 1_000;
/** The screen gets its turn after this. */
const SLICE_MS = 8;

/** By request, in small letters, as far as they were read. */
export interface KnownUrls {
  readonly get: (id: ElementId) => string | undefined;
}

export class Urls {
  readonly #bench: Bench;
  readonly #listeners = new Set<() => void>();
  /** With the line of the list they were read for: one that is still the same says nothing changed. */
  readonly #known = new Map<ElementId, { readonly line: ElementSummary; readonly url: string }>();
  /** A new object whenever it says more, so that whoever paints sees it. */
  shown: KnownUrls = { get: () => undefined };
  #read: Lists | null = null;
  #wanted: Lists | null = null;
  #reading = false;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads what is not known yet, or is another by now. */
  async refresh(lists: Lists): Promise<void> {
    this.#wanted = lists;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#read !== this.#wanted) {
      const now = this.#wanted;
      this.#read = now;
      await this.#readAll(now);
    }
    this.#reading = false;
  }

  async #readAll(lists: Lists): Promise<void> {
    const { elements } = this.#bench;
    let [sliceBegan, told] = [performance.now(), performance.now()];
    const waiting: (ElementId | null)[] = [null];
    while (waiting.length > 0) {
      for (const line of lists.list(waiting.pop() as ElementId | null)) {
        const { id, kind } = line;
        if (kind === 'collection' || kind === 'folder') waiting.push(id);
        if (kind !== 'request') continue;
        if (isSameLine(this.#known.get(id)?.line, line)) continue;
        const view = await elements.read(id);
        if (view === null) continue;
        this.#known.set(id, { line, url: urlIn(contentOf(view).data) });
        const now = performance.now();
        if (now - told > TELL_EVERY_MS) {
          this.#tell();
          told = now;
        }
        if (now - sliceBegan < SLICE_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        sliceBegan = performance.now();
      }
    }
    this.#tell();
  }

  #tell(): void {
    this.shown = { get: (id) => this.#known.get(id)?.url };
    for (const listener of this.#listeners) listener();
  }
}

/** That of a request, in small letters. */
export function urlIn(data: JsonNode): string {
  const url = memberOf(memberOf(data, 'request'), 'url');
  return (stringOf(url?.kind === 'object' ? memberOf(url, 'raw') : url) ?? '').toLowerCase();
}

/** Whether the element has the body it had when its line was `before`. */
export function isSameLine(before: ElementSummary | undefined, now: ElementSummary): boolean {
  return before === now || (now.state === 'synced' && before?.state === 'synced' && before.revision === now.revision);
}

const all = new WeakMap<Bench, Urls>();

function urlsOf(bench: Bench): Urls {
  const known = all.get(bench) ?? new Urls(bench);
  all.set(bench, known);
  return known;
}

/** URLs as far as they are known; where lists are given, those of what is in them are read. */
export function useUrls(bench: Bench, wanted: Lists | null): KnownUrls {
  const urls = urlsOf(bench);
  const shown = useSyncExternalStore(urls.watch, () => urls.shown);
  useEffect(() => {
    if (wanted !== null) void urls.refresh(wanted);
  }, [urls, wanted]);
  return shown;
}
