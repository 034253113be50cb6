/** Gathers what can be found in all workspaces, in pieces that leave the screen alone; again only after something changed. */
import type { Device } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { createStore } from 'zustand/vanilla';
import type { Desk } from '../desk/desk.ts';
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

export class Gathering {
  readonly store = createStore<{ readonly index: SearchIndex }>(() => ({ index: new SearchIndex([]) }));
  readonly #device: Device;
  /** Changed since it was gathered. */
  readonly #stale = new Set<WorkspaceId>();
  readonly #parts = new Map<WorkspaceId, readonly Findable[]>();
  #running = false;

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
      if (isOther) this.store.setState({ index: new SearchIndex([...this.#parts.values()].flat()) });
    } finally {
      this.#running = false;
    }
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
