/**
 * Which value a `{{name}}` stands for: the environment in force, folders from the inside out, the collection, globals,
 * each with the values of this device before those that sync. As what is saved says it: that is what is sent.
 */
import type { Device, ElementView } from '@waypost/client';
import { type Scope, variablesOf } from '@waypost/model';
import { type ElementId, parseRecent, type WorkspaceId } from '@waypost/protocol';
import {
  GLOBALS,
  type LocalValue,
  type LocalValues,
  type LocalWrite,
  localValuesOf,
  valueKey,
  valueRecord,
} from '@waypost/runner';
import type { Elements } from './elements.ts';
import { ENVIRONMENT } from './local-keys.ts';

/** A scope that knows whose it is. */
export interface NamedScope extends Scope {
  readonly owner: ElementId;
  readonly name: string;
}

export interface VariablesOptions {
  readonly device: Device;
  readonly workspace: WorkspaceId;
  readonly elements: Elements;
  /** Names them among the tabs of one browser. */
  readonly channel: string;
}

const VALUES = valueKey('', '').slice(0, -1);
const NONE: LocalValues = new Map();

export class Variables {
  readonly #options: VariablesOptions;
  readonly #listeners = new Set<() => void>();
  readonly #others: BroadcastChannel;
  #environment: ElementId | null = null;
  #records = new Map<string, string>();
  #local = new Map<string, LocalValues>();

  private constructor(options: VariablesOptions) {
    this.#options = options;
    this.#others = new BroadcastChannel(`${options.channel}/values`);
    this.#others.addEventListener('message', () => void this.readAgain());
  }

  static async open(options: VariablesOptions): Promise<Variables> {
    const variables = new Variables(options);
    await variables.readAgain();
    return variables;
  }

  /** The environment in force on this device; null for none. */
  get environment(): ElementId | null {
    const chosen = this.#environment;
    if (chosen === null) return null;
    const summary = this.#options.elements.summary(chosen);
    return summary === null || summary.trashed ? null : chosen;
  }

  async chooseEnvironment(id: ElementId | null): Promise<void> {
    this.#environment = id;
    this.#tell();
    await this.#put(ENVIRONMENT, id);
  }

  /** Those of an element; of globals whichever element holds the shared ones. */
  localOf(owner: string): LocalValues {
    const known = this.#local.get(owner);
    if (known !== undefined) return known;
    const records = [...this.#records].map(([key, value]) => ({ key, value }));
    const values = localValuesOf(records, owner);
    const kept = values.size === 0 ? NONE : values;
    this.#local.set(owner, kept);
    return kept;
  }

  /** Null takes the local value away: the shared one counts again. */
  async setLocal(owner: string, name: string, value: LocalValue | null): Promise<void> {
    await this.write([{ key: valueKey(owner, name), value: value === null ? null : valueRecord(value) }]);
  }

  /** As sending leaves them: what scripts set stays on this device. */
  async write(writes: readonly LocalWrite[]): Promise<void> {
    for (const { key, value } of writes) {
      if (value === null) this.#records.delete(key);
      else this.#records.set(key, value);
    }
    this.#local = new Map();
    this.#tell();
    for (const { key, value } of writes) await this.#put(key, value);
  }

  /** From the nearest to the widest, for something below `parent`. Bodies that were not read yet are left out. */
  scopesBelow(parent: ElementId | null): readonly NamedScope[] {
    return this.sourcesBelow(parent).flatMap((id) => {
      const view = this.#options.elements.view(id);
      return view == null ? [] : [this.#scopeOf(view)];
    });
  }

  /** The elements that have a say, the nearest first. */
  sourcesBelow(parent: ElementId | null): readonly ElementId[] {
    const { elements } = this.#options;
    const above = parent === null ? [] : [parent, ...elements.ancestors(parent).map(({ id }) => id)];
    const { environment } = this;
    const globals = elements.list(null).filter(({ kind }) => kind === 'globals');
    return [
      ...(environment === null ? [] : [environment]),
      ...above.filter((id) => ['folder', 'collection'].includes(elements.summary(id)?.kind ?? '')),
      ...globals.map(({ id }) => id),
    ];
  }

  /** Tells when another environment is in force, or a local value is another. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#others.close();
    this.#listeners.clear();
  }

  /** After something else wrote local records of this workspace. */
  async readAgain(): Promise<void> {
    const { device, workspace } = this.#options;
    const records = await device.local.all(workspace);
    this.#records = new Map(records.filter(({ key }) => key.startsWith(VALUES)).map(({ key, value }) => [key, value]));
    this.#local = new Map();
    this.#environment = (records.find(({ key }) => key === ENVIRONMENT)?.value ?? null) as ElementId | null;
    this.#tell();
  }

  #scopeOf(view: ElementView): NamedScope {
    const data = parseRecent(view.data);
    const kind = view.kind as Scope['kind'];
    const own = this.localOf(ownerOf(view));
    const rows = variablesOf(data);
    const shown = new Set(rows.map(({ key }) => key));
    const unset = [...own].flatMap(([key, value]) => ('unset' in value ? [key] : []));
    // Scripts set values that nobody shares.
    const onlyHere = [...own].flatMap(([key, value]) =>
      shown.has(key) || 'unset' in value ? [] : [{ key, shared: '', enabled: true, secret: false }],
    );
    return {
      kind,
      owner: view.id,
      name: this.#options.elements.summary(view.id)?.name ?? '',
      variables: [...rows.filter(({ key }) => !unset.includes(key)), ...onlyHere],
      local: new Map([...own].flatMap(([key, value]) => ('unset' in value ? [] : [[key, textOfValue(value.value)]]))),
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #put(key: string, value: string | null): Promise<void> {
    const { device, workspace } = this.#options;
    await device.local.put(workspace, key, value);
    this.#others.postMessage(null);
  }
}

/** Whose local values an element's are. */
export function ownerOf({ id, kind }: { readonly id: ElementId; readonly kind: string }): string {
  return kind === 'globals' ? GLOBALS : id;
}

/** Scripts set values of any type; in a request they are text. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
