/** Saving what was read: in changes small enough that nothing on the screen waits, what is private to a person in its own place. */
import type { Device, Intent } from '@waypost/client';
import { homeOf, type ImportedElement } from '@waypost/model';
import {
  type ElementId,
  type JsonNode,
  memberOf,
  orderKeys,
  parseJson,
  printJson,
  scalar,
  stringOf,
  toValue,
  withMember,
  type WorkspaceId,
} from '@waypost/protocol';
import { GLOBALS, valueKey, valueRecord } from '@waypost/runner';
import type { FoundCredential } from './reading.ts';
import { ownWorkspace } from '../desk/own-workspace.ts';

export interface Batch {
  readonly workspace: WorkspaceId;
  readonly elements: readonly ImportedElement[];
}

/** Characters and elements of one change. */
const CHARS_MAX = 32 * 1024;
const ELEMENTS_MAX = 40;

/** Where each element goes: what only its person sees into the account's own workspace, where there is one. */
export function batchesOf(device: Device, workspace: WorkspaceId, elements: readonly ImportedElement[]): Batch[] {
  const own = ownWorkspace(device) ?? workspace;
  const places = new Map<ElementId, WorkspaceId>();
  const lists = new Map<WorkspaceId, ImportedElement[]>();
  for (const element of elements) {
    const above = element.parent === null ? undefined : places.get(element.parent);
    const place = above ?? (homeOf(element.kind) === 'account' ? own : workspace);
    places.set(element.id, place);
    const list = lists.get(place) ?? [];
    lists.set(place, list);
    list.push(element);
  }
  return [...lists].map(([place, list]) => ({ workspace: place, elements: behindWhatIsThere(device, place, list) }));
}

/** What stands beside something that is there stands behind it; below that everything stands as the file says. */
function behindWhatIsThere(
  device: Device,
  workspace: WorkspaceId,
  elements: readonly ImportedElement[],
): ImportedElement[] {
  const own = new Set(elements.map(({ id }) => id));
  const roots = elements.filter(({ parent }) => parent === null || !own.has(parent));
  const orders = new Map<ElementId, string>();
  for (const place of new Set(roots.map(({ parent }) => parent))) {
    const there = device.list(place, workspace);
    const added = roots.filter(({ parent }) => parent === place);
    const keys = orderKeys([...there, ...added.map(({ id }) => ({ id, order: null }))], () => Math.random());
    for (const [at, { id }] of added.entries()) orders.set(id, keys[there.length + at] as string);
  }
  return elements.map((element) => ({ ...element, order: orders.get(element.id) ?? element.order }));
}

export interface SaveProgress {
  readonly progress: (saved: number) => void;
  /** Nothing more is saved after it. */
  readonly signal: AbortSignal;
}

export async function saveBatches(
  device: Device,
  batches: readonly Batch[],
  { progress, signal }: SaveProgress,
): Promise<void> {
  let saved = 0;
  for (const { workspace, elements } of batches) {
    for (const piece of pieces(elements)) {
      if (signal.aborted) return;
      await device.change(piece.map(creation), workspace);
      saved += piece.length;
      progress(saved);
      // The screen has its turn.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

function* pieces(elements: readonly ImportedElement[]): Iterable<readonly ImportedElement[]> {
  let piece: ImportedElement[] = [];
  let chars = 0;
  for (const element of elements) {
    if (piece.length > 0 && (piece.length >= ELEMENTS_MAX || chars + element.data.length > CHARS_MAX)) {
      yield piece;
      piece = [];
      chars = 0;
    }
    piece.push(element);
    chars += element.data.length;
  }
  if (piece.length > 0) yield piece;
}

function creation({ id, kind, schema, parent, order, data, rows, origin }: ImportedElement): Intent {
  return { do: 'create', id, kind, schema, parent, order, data, rows, origin };
}

export interface LocalValue {
  readonly element: ElementId;
  readonly key: string;
  readonly record: string;
}

/** The elements without the values of those variables, and the values as they are kept on this device. */
export function keptHere(
  elements: readonly ImportedElement[],
  credentials: readonly FoundCredential[],
): { readonly elements: readonly ImportedElement[]; readonly values: readonly LocalValue[] } {
  const names = new Map<ElementId, Set<string>>();
  for (const { element, variable } of credentials)
    if (variable !== null) names.set(element, (names.get(element) ?? new Set()).add(variable));
  const values: LocalValue[] = [];
  const without = elements.map((element) => {
    const own = names.get(element.id);
    if (own === undefined) return element;
    const owner = element.kind === 'globals' ? GLOBALS : element.id;
    const keep = (name: string, value: unknown): void => {
      values.push({ element: element.id, key: valueKey(owner, name), record: valueRecord({ value }) });
    };
    return { ...element, data: printJson(withoutValues(parseJson(element.data), own, keep)) };
  });
  return { elements: without, values };
}

/** The rows stay where they are, with empty values: others see that there is something to fill in. */
function withoutValues(
  data: JsonNode,
  names: ReadonlySet<string>,
  keep: (name: string, value: unknown) => void,
): JsonNode {
  if (data.kind !== 'object') return data;
  const name = memberOf(data, 'values')?.kind === 'array' ? 'values' : 'variable';
  const list = memberOf(data, name);
  if (list?.kind !== 'array') return data;
  const items = list.items.map((row) => {
    const key = stringOf(memberOf(row, 'key'));
    const value = memberOf(row, 'value');
    if (row.kind !== 'object' || key === undefined || value === undefined || !names.has(key)) return row;
    keep(key, toValue(value));
    return withMember(row, 'value', scalar(''));
  });
  return withMember(data, name, { kind: 'array', items });
}
