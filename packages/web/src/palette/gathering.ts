/**
 * Gathers what can be found in all workspaces, in pieces that leave the screen alone; again only after something changed.
 * Names are at hand at once. URLs are in the bodies, and are read the first time that somebody looks for something.
 */
import type { Device, ElementSummary } from '@waypost/client';
import { type ElementId, parseRecent, type WorkspaceId } from '@waypost/protocol';
import { createStore } from 'zustand/vanilla';
import type { Desk } from '../desk/desk.ts';
import { isSameLine, urlIn } from '../tree/urls.ts';
import { type Findable, SearchIndex } from './search.ts';

const FOUND_KINDS: ReadonlySet<string> = new Set([
  'collection',
  'folder',
  'request',
  'example',
  'environment',
  'globals',
  'header-preset',
]);
/** The screen gets its turn after this. */
const SLICE_MS = 8;
/** What is found by URL appears this often while they are read. */
const TELL_EVERY_MS = 1_000;

export class Gathering {
  readonly store = createStore<{ readonly index: SearchIndex }>(() => ({ index: new SearchIndex([]) }));
  readonly #device: Device;
  /** Changed since it was gathered. */
  readonly #stale = new Set<WorkspaceId>();
  readonly #parts = new Map<WorkspaceId, readonly Findable[]>();
  /** With the line each was read for: one that is still the same says nothing changed. */
  readonly #urls = new Map<ElementId, { readonly line: ElementSummary; readonly url: string }>();
  #running = false;
  #readingUrls = false;

  constructor(device: Device) {
    this.#device = device;
    device.subscribe((event) => {
      if (event.event === 'shown') this.#stale.add(event.workspace);
    });
  }

  async refresh(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      let isOther = false;
      const present = this.#device.workspaces();
      for (const { id, name } of present) {
        if (this.#parts.has(id) && !this.#stale.delete(id)) continue;
        this.#parts.set(id, await this.#gather(id, name));
        isOther = true;
      }
      for (const id of this.#parts.keys()) if (!present.some((one) => one.id === id)) isOther = this.#parts.delete(id);
      if (isOther) this.#show([...this.#parts.values()].flat());
    } finally {
      this.#running = false;
    }
  }

  /** Those that are not known yet, or may be others by now. */
  async refreshUrls(): Promise<void> {
    if (this.#readingUrls) return;
    this.#readingUrls = true;
    try {
      await this.#readUrls();
    } finally {
      this.#readingUrls = false;
    }
  }

  async #readUrls(): Promise<void> {
    let [sliceBegan, told] = [performance.now(), performance.now()];
    let isMore = false;
    for (const { id, kind, workspace } of this.store.getState().index.entries) {
      if (kind !== 'request') continue;
      const line = this.#device.summary(id, workspace);
      if (line === null || isSameLine(this.#urls.get(id)?.line, line)) continue;
      const view = await this.#device.read(id, workspace);
      if (view === null) continue;
      this.#urls.set(id, { line, url: urlIn(parseRecent(view.data)) });
      isMore = true;
      const now = performance.now();
      if (now - told > TELL_EVERY_MS) {
        this.#show(this.store.getState().index.entries);
        told = now;
      }
      if (now - sliceBegan < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      sliceBegan = performance.now();
    }
    if (isMore) this.#show(this.store.getState().index.entries);
  }

  #show(entries: readonly Findable[]): void {
    const { index } = this.store.getState();
    const urlOf = ({ id }: Findable): string | undefined => this.#urls.get(id)?.url;
    this.store.setState({ index: entries === index.entries ? index.withUrls(urlOf) : new SearchIndex(entries, urlOf) });
  }

  async #gather(workspace: WorkspaceId, name: string): Promise<Findable[]> {
    const found: Findable[] = [];
    const waiting: { readonly parent: ElementId | null; readonly path: string }[] = [{ parent: null, path: '' }];
    let began = performance.now();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { parent, path } = next;
      for (const summary of this.#device.list(parent, workspace)) {
        const { id, kind, detail } = summary;
        if (!FOUND_KINDS.has(kind)) continue;
        found.push({ workspace, workspaceName: name, id, kind, name: summary.name, detail, path });
        if (kind !== 'example')
          waiting.push({ parent: id, path: path === '' ? summary.name : `${path} / ${summary.name}` });
      }
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
    return found;
  }
}

const gatherings = new WeakMap<Desk, Gathering>();

export function gatheringOf(desk: Desk): Gathering {
  const known = gatherings.get(desk);
  if (known !== undefined) return known;
  const made = new Gathering(desk.device);
  gatherings.set(desk, made);
  return made;
}
