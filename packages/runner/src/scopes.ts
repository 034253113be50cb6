/**
 * The variables of one sending, in Postman's order: what is given for this time, values that scripts keep for it, the
 * environment, folders from the inside out, the collection, globals. Scripts change them while it goes on.
 */
import sdk, { type VariableScope } from 'postman-collection';
import type { ScriptScopes, ScriptVariable } from './script.ts';
import type { LocalValue, LocalValues, SendSource, SourceElement } from './source.ts';

export interface VariableChange {
  readonly name: string;
  readonly change: LocalValue;
}

/** What scripts changed, to be kept as local values. */
export interface VariableChanges {
  readonly environment: readonly VariableChange[];
  readonly collection: readonly VariableChange[];
  readonly globals: readonly VariableChange[];
}

type Row = Readonly<Record<string, unknown>>;

export class Scopes {
  /** What was given, and what scripts set with `pm.variables`. */
  readonly #own = new sdk.VariableScope({ values: [] });
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #environment: VariableScope;
  readonly #collection: VariableScope;
  readonly #globals: VariableScope;
  readonly #before: readonly Readonly<Record<string, unknown>>[];

  constructor(source: SendSource) {
    this.#data = source.values;
    this.#environment = scopeOf(source.environment === null ? [] : rowsOf(source.environment));
    this.#collection = scopeOf(collectionRows(source.lineage));
    this.#globals = scopeOf(
      withLocal(
        source.globals.flatMap((globals) => rowsOf(globals)),
        source.localGlobals,
      ),
    );
    this.#before = this.#kept().map(valuesOf);
  }

  /** Where to look a name up, in this order. A list of its own each time: the library adds to it. */
  definitions(): unknown[] {
    return [this.#own.values, this.#data, ...this.#kept().map(({ values }) => values)];
  }

  get data(): Readonly<Record<string, unknown>> {
    return this.#data;
  }

  /** As scripts are given them. */
  forScripts(): ScriptScopes {
    return {
      environment: listOf(this.#environment),
      collection: listOf(this.#collection),
      globals: listOf(this.#globals),
      request: listOf(this.#own),
    };
  }

  /** As a script left them. */
  take({ environment, collection, globals, request }: ScriptScopes): void {
    update(this.#environment, environment);
    update(this.#collection, collection);
    update(this.#globals, globals);
    update(this.#own, request);
  }

  changes(): VariableChanges {
    const [environment = [], collection = [], globals = []] = this.#kept().map((scope, index) =>
      changesBetween(this.#before[index] ?? {}, valuesOf(scope)),
    );
    return { environment, collection, globals };
  }

  #kept(): VariableScope[] {
    return [this.#environment, this.#collection, this.#globals];
  }
}

function scopeOf(values: readonly Row[]): VariableScope {
  return new sdk.VariableScope({ values });
}

/** Those of folders stand before those of the collection, the inner ones first; of one name the nearest counts. */
function collectionRows(lineage: readonly SourceElement[]): Row[] {
  const rows: Row[] = [];
  const known = new Set<unknown>();
  for (const element of lineage.filter(({ kind }) => kind === 'folder' || kind === 'collection')) {
    const own = rowsOf(element).filter((row) => !known.has(nameOf(row)));
    for (const row of own) {
      rows.push(row);
      if (isOn(row)) known.add(nameOf(row));
    }
  }
  return rows;
}

/** `values` of environments and globals, `variable` of folders and collections, as they are in force here. */
function rowsOf({ kind, data, local }: SourceElement): Row[] {
  const json = JSON.parse(data) as unknown;
  const list: unknown = Reflect.get(Object(json), kind === 'folder' || kind === 'collection' ? 'variable' : 'values');
  const rows = Array.isArray(list) ? list.filter((row): row is Row => typeof row === 'object' && row !== null) : [];
  return withLocal(rows, local);
}

function withLocal(rows: readonly Row[], local: LocalValues): Row[] {
  if (local.size === 0) return [...rows];
  // One that is switched off is off, whatever value it has here.
  const shared = new Set(rows.map(nameOf));
  const replaced = rows.flatMap((row) => {
    const own = isOn(row) ? local.get(String(nameOf(row))) : undefined;
    if (own === undefined) return [row];
    return 'unset' in own ? [] : [{ ...row, value: own.value }];
  });
  const added = [...local].flatMap(([key, own]) =>
    shared.has(key) || 'unset' in own ? [] : [{ key, value: own.value }],
  );
  return [...replaced, ...added];
}

/** Format 2.0 and hand-written files name them by `id`. */
function nameOf(row: Row): unknown {
  return row['key'] ?? row['id'];
}

function isOn(row: Row): boolean {
  return row['enabled'] !== false && row['disabled'] !== true;
}

function listOf(scope: VariableScope): ScriptVariable[] {
  return Object.entries(valuesOf(scope)).map(([key, value]) => ({ key, value }));
}

function update(scope: VariableScope, left: readonly ScriptVariable[]): void {
  const after = Object.fromEntries(left.map(({ key, value }) => [key, value]));
  for (const { name, change } of changesBetween(valuesOf(scope), after)) {
    if ('unset' in change) scope.unset(name);
    else scope.set(name, change.value);
  }
}

function valuesOf(scope: VariableScope): Record<string, unknown> {
  return scope.values.toObject(true, true);
}

function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): VariableChange[] {
  const set = Object.entries(after)
    .filter(([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value))
    .map(([name, value]): VariableChange => ({ name, change: { value } }));
  const unset = Object.keys(before)
    .filter((name) => !Object.hasOwn(after, name))
    .map((name): VariableChange => ({ name, change: { unset: true } }));
  return [...set, ...unset];
}
