/**
 * Variables: which value a `{{name}}` stands for. Scopes are given from the nearest to the widest (a data row, the
 * environment, folders from the inside out, the collection, globals); the nearest that knows a name decides.
 */
import { type JsonNode, memberOf, nodeAt } from '@waypost/protocol';
import { isEnabled, itemsOf, textOf } from './json-edit.ts';

export interface Variable {
  readonly key: string;
  /** What syncs. */
  readonly shared: string;
  readonly enabled: boolean;
  readonly secret: boolean;
}

export interface Scope {
  readonly kind: 'data' | 'environment' | 'folder' | 'collection' | 'globals';
  readonly variables: readonly Variable[];
  /** Values that never leave this device, by key; they replace the shared ones when sending. */
  readonly local: ReadonlyMap<string, string>;
}

export interface Value {
  readonly value: string;
  readonly scope: Scope['kind'];
  readonly from: 'shared' | 'local';
}

export interface Resolution {
  readonly text: string;
  /** Names that no scope knows; they stay in the text as written. */
  readonly unknown: readonly string[];
  /** Names whose value leads back to themselves; they stay in the text as written. */
  readonly cyclic: readonly string[];
}

/** Names like `$guid` are made when sending; what makes them is given here, with undefined for names it does not know. */
export type MadeValues = (name: string) => string | undefined;

/** A value may name other variables this deep; deeper ones are taken for a cycle. */
const NESTING_MAX = 32;

const REFERENCE = /\{\{([^{}]*)\}\}/g;

/** The variables an element holds: `values` of environments and globals, `variable` of collections, folders and requests. */
export function variablesOf(data: JsonNode): Variable[] {
  const list = nodeAt(data, ['values']) ?? nodeAt(data, ['variable']);
  return itemsOf(list).flatMap((row) => {
    // Format 2.0 and hand-written files name them by `id`.
    const key = textOf(memberOf(row, 'key')) ?? textOf(memberOf(row, 'id'));
    if (key === null || key === '') return [];
    const secret = textOf(memberOf(row, 'type')) === 'secret';
    return [{ key, shared: textOf(memberOf(row, 'value')) ?? '', enabled: isEnabled(row), secret }];
  });
}

/** The value in force. Of several rows with one key in a scope the last that is switched on counts. */
export function lookUp(name: string, scopes: readonly Scope[]): Value | null {
  for (const { kind, variables, local } of scopes) {
    const variable = variables.findLast(({ key, enabled }) => enabled && key === name);
    if (variable === undefined) continue;
    const own = local.get(name);
    return own === undefined
      ? { value: variable.shared, scope: kind, from: 'shared' }
      : { value: own, scope: kind, from: 'local' };
  }
  return null;
}

/** The text with every `{{name}}` replaced, names inside of values and of names included. */
export function resolveVariables(
  text: string,
  scopes: readonly Scope[],
  made: MadeValues = () => undefined,
): Resolution {
  const unknown = new Set<string>();
  const cyclic = new Set<string>();
  const replaced = (part: string, within: readonly string[]): string => {
    const once = part.replace(REFERENCE, (written, name: string) => {
      const key = name.trim();
      if (within.includes(key) || within.length >= NESTING_MAX) {
        cyclic.add(key);
        return written;
      }
      const value = lookUp(name, scopes)?.value ?? lookUp(key, scopes)?.value;
      if (value !== undefined) return replaced(value, [...within, key]);
      const fresh = made(key);
      if (fresh === undefined) unknown.add(key);
      return fresh ?? written;
    });
    // A name put together from other variables, as in `{{url_{{stage}}}}`, can be looked up only now.
    const complete = once !== part && /\{\{[^{}]*\{\{/.test(part) && within.length < NESTING_MAX;
    return complete ? replaced(once, [...within, '']) : once;
  };
  return { text: replaced(text, []), unknown: [...unknown], cyclic: [...cyclic] };
}

/** The names a text refers to, each once, as written. */
export function variableNames(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map((match) => (match[1] ?? '').trim()))];
}
