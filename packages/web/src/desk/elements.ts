/**
 * Elements as the screen needs them: at hand without waiting, and told when they look different. The device knows names
 * and places of everything; bodies are read when something shows them, and kept while it does.
 */
import type { Device, ElementSummary, ElementView } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';

/** The lists as they are now: another object whenever any of them may be another. */
export interface Lists {
  readonly list: (parent: ElementId | null) => readonly ElementSummary[];
}

interface Watched {
  /** Undefined until it was read once; null where it is gone or in the trash. */
  view: ElementView | null | undefined;
  readonly listeners: Set<() => void>;
  reading: boolean;
  stale: boolean;
}

export class Elements {
  readonly #device: Device;
  readonly #workspace: WorkspaceId;
  readonly #watched = new Map<ElementId, Watched>();
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  /** Lists as they were asked for. One that nothing touched stays the same object, so that a big tree costs what changed in it. */
  #lists = new Map<ElementId | null, readonly ElementSummary[]>();
  /** In which of them an element stands. */
  #listedIn = new Map<ElementId, ElementId | null>();
  #shownLists: Lists = { list: (parent) => this.list(parent) };
  #version = 0;
  #telling = false;

  constructor(device: Device, workspace: WorkspaceId) {
    this.#device = device;
    this.#workspace = workspace;
    this.#stop = device.subscribe((event) => {
      if (event.event === 'shown' && event.workspace === workspace) this.#shown(event.ids);
    });
  }

  /** Rises whenever any list may be another. */
  get version(): number {
    return this.#version;
  }

  get lists(): Lists {
    return this.#shownLists;
  }

  list(parent: ElementId | null): readonly ElementSummary[] {
    const known = this.#lists.get(parent);
    if (known !== undefined) return known;
    const list = this.#device.list(parent, this.#workspace);
    // Of a hundred thousand elements most have nothing below them: to note that costs more than to ask again.
    if (list.length === 0) return list;
    this.#lists.set(parent, list);
    for (const { id } of list) this.#listedIn.set(id, parent);
    return list;
  }

  summary(id: ElementId): ElementSummary | null {
    return this.#device.summary(id, this.#workspace);
  }

  /** From the element's parent up to the top. */
  ancestors(id: ElementId): ElementSummary[] {
    const above: ElementSummary[] = [];
    let at = this.summary(id)?.parent ?? null;
    while (at !== null) {
      const summary = this.summary(at);
      if (summary === null) break;
      above.push(summary);
      at = summary.parent;
    }
    return above;
  }

  /** Undefined while it was not read yet; watch it to have it read. */
  view(id: ElementId): ElementView | null | undefined {
    return this.#watched.get(id)?.view;
  }

  read(id: ElementId): Promise<ElementView | null> {
    return this.#device.read(id, this.#workspace);
  }

  /** Tells of every change of one element's view. Returns how to stop. */
  watch(id: ElementId, listener: () => void): () => void {
    const watched = this.#watched.get(id) ?? { view: undefined, listeners: new Set(), reading: false, stale: true };
    this.#watched.set(id, watched);
    watched.listeners.add(listener);
    if (watched.stale) void this.#read(id, watched);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#watched.get(id) === watched) this.#watched.delete(id);
    };
  }

  /** Tells when {@link version} rose. */
  watchLists(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop();
    this.#watched.clear();
    this.#listeners.clear();
  }

  #shown(ids: readonly ElementId[] | null): void {
    for (const id of ids ?? this.#watched.keys()) {
      const watched = this.#watched.get(id);
      if (watched === undefined) continue;
      watched.stale = true;
      void this.#read(id, watched);
    }
    if (ids === null) {
      this.#lists = new Map();
      this.#listedIn = new Map();
    } else for (const id of ids) this.#forgetLists(id);
    this.#tell();
  }

  /** The lists that may show an element otherwise: where it stood, where it stands, and all below where it comes or goes. */
  #forgetLists(id: ElementId): void {
    const before = this.#listedIn.get(id);
    const now = this.summary(id);
    const isThere = now !== null && !now.trashed;
    if (before !== undefined) this.#lists.delete(before);
    if (now !== null) this.#lists.delete(now.parent);
    if (isThere && before !== undefined) return;
    this.#forgetBelow(id);
    // A change can bring back what is around it without naming that.
    if (isThere) for (const { parent } of this.ancestors(id)) this.#lists.delete(parent);
    else this.#listedIn.delete(id);
  }

  #forgetBelow(id: ElementId): void {
    const list = this.#lists.get(id);
    if (list === undefined) return;
    this.#lists.delete(id);
    for (const child of list) this.#forgetBelow(child.id);
  }

  /** Once for whatever happens in one turn. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.#version += 1;
      this.#shownLists = { list: (parent) => this.list(parent) };
      for (const listener of this.#listeners) listener();
    });
  }

  async #read(id: ElementId, watched: Watched): Promise<void> {
    if (watched.reading) return;
    watched.reading = true;
    try {
      while (watched.stale) {
        watched.stale = false;
        watched.view = await this.#device.read(id, this.#workspace);
      }
    } finally {
      watched.reading = false;
    }
    for (const listener of watched.listeners) listener();
  }
}
