/**
 * Header presets: sets of headers a person adds to requests by name. Private, so they live in the account's own workspace;
 * without an account in the one at hand, where everything stays on this device.
 */
import type { Device, ElementSummary, IntendedField } from '@waypost/client';
import { newElementData, schemas, withValue } from '@waypost/model';
import {
  type Content,
  differences,
  type ElementId,
  type JsonNode,
  orderBetween,
  printJson,
  type WorkspaceId,
} from '@waypost/protocol';
import { contentOf } from './draft.ts';
import { newElementId } from './new-id.ts';
import { ownWorkspace } from './own-workspace.ts';

export class Presets {
  readonly #device: Device;
  readonly #workspace: WorkspaceId;
  #last: readonly ElementSummary[] = [];

  constructor(device: Device, atHand: WorkspaceId) {
    this.#device = device;
    this.#workspace = ownWorkspace(device) ?? atHand;
  }

  /** The same list as long as it says the same. */
  list(): readonly ElementSummary[] {
    const now = this.#device
      .list(null, this.#workspace)
      .filter(({ kind, trashed }) => kind === 'header-preset' && !trashed)
      .sort((one, other) => one.name.localeCompare(other.name));
    const isSame =
      now.length === this.#last.length &&
      now.every(({ id, name, revision }, at) => {
        const before = this.#last[at];
        return before?.id === id && before.name === name && before.revision === revision;
      });
    if (!isSame) this.#last = now;
    return this.#last;
  }

  watch(listener: () => void): () => void {
    return this.#device.subscribe((event) => {
      if (event.event === 'shown' && event.workspace === this.#workspace) listener();
    });
  }

  async read(id: ElementId): Promise<Content | null> {
    const view = await this.#device.read(id, this.#workspace);
    return view === null ? null : contentOf(view);
  }

  async create(name: string, headers: JsonNode): Promise<ElementId> {
    const id = newElementId();
    const data = withValue(newElementData('header-preset', { name }), ['headers'], headers);
    const last = this.#device.list(null, this.#workspace).at(-1)?.order ?? null;
    const order = orderBetween(last, null, Math.random());
    const made = { kind: 'header-preset', schema: schemas('header-preset').version, parent: null, order, origin: null };
    await this.#device.change([{ do: 'create', id, ...made, data: printJson(data), rows: {} }], this.#workspace);
    return id;
  }

  /** Null where it is gone. */
  async open(id: ElementId): Promise<OpenPreset | null> {
    const content = await this.read(id);
    if (content === null) return null;
    const save = async (fields: readonly IntendedField[]): Promise<void> => {
      await this.#device.change([{ do: 'set', id, fields, autosave: true }], this.#workspace);
    };
    return new OpenPreset(id, content, save);
  }

  async remove(id: ElementId): Promise<void> {
    await this.#device.change([{ do: 'delete', id }], this.#workspace);
  }

  async restore(id: ElementId): Promise<void> {
    await this.#device.change([{ do: 'restore', id }], this.#workspace);
  }
}

/** One preset under edit. Every change is kept at once: it is no draft. */
export class OpenPreset {
  readonly id: ElementId;
  readonly #save: (fields: readonly IntendedField[]) => Promise<void>;
  readonly #listeners = new Set<() => void>();
  #content: Content;

  constructor(id: ElementId, content: Content, save: (fields: readonly IntendedField[]) => Promise<void>) {
    this.id = id;
    this.#content = content;
    this.#save = save;
  }

  get content(): Content {
    return this.#content;
  }

  replace(content: Content): void {
    const fields = differences(schemas('header-preset'), this.#content, content).map(
      ({ group, after: value }): IntendedField => ({ group, value }),
    );
    this.#content = content;
    for (const listener of this.#listeners) listener();
    if (fields.length > 0) void this.#save(fields);
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
