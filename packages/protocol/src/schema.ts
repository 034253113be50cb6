/**
 * What the engine and the server know of a kind: how its data falls into field groups and how each is judged. They have
 * never heard of a request; a schema is all they are given.
 */
import type { JsonNode } from './json.ts';

/** How a group is judged when two devices wrote it (SPEC, section JG). */
export type Way = 'ask' | 'text' | 'latest';

/**
 * Where a group's value stands in the data. Paths are dotted member names, known to the schema and without dots of
 * their own; `''` is the root.
 */
export type GroupRule = ValueRule | RowsRule | CompositeRule;

export interface ValueRule {
  readonly rule: 'value';
  readonly path: string;
  readonly way: Way;
}

/** An array whose entries are groups of their own, known by row ids that are kept beside the data. */
export interface RowsRule {
  readonly rule: 'rows';
  readonly path: string;
  /** The member by which a person tells rows apart: `key`, `listen`. Rows are aligned by it. */
  readonly key: string;
  /** Whether two devices that add a row of one key mean the same row. Then its id is made of the key. */
  readonly unique: boolean;
  /** A dotted path inside each row that is long text, judged apart from the rest of the row. */
  readonly text: string | null;
  /** Brings derived members of the data up to date after a row was written. */
  readonly derive: ((data: JsonNode) => JsonNode) | null;
}

/** Several members that must come from one writer, as one value. */
export interface CompositeRule {
  readonly rule: 'composite';
  readonly name: string;
  readonly way: Way;
  /** The paths it owns, so that they are groups of nothing else. */
  readonly claims: readonly string[];
  /** The group's value, or undefined where none of its members is there. */
  readonly read: (data: JsonNode) => JsonNode | undefined;
  /** `blocked` where the value cannot stand without destroying what the composite does not own. */
  readonly write: (data: JsonNode, value: JsonNode | undefined) => JsonNode | 'blocked';
}

export interface KindSchema {
  readonly kind: string;
  /** Raised when the meaning of the data changes; changes carry the one they were written under. */
  readonly version: number;
  readonly rules: readonly GroupRule[];
  /**
   * Objects whose members are groups. A member that no rule names is a group by itself, judged as `ask`: unknown
   * members are carried and merged like known ones. The root is always a container.
   */
  readonly containers: readonly string[];
  /** The name a person sees, and one more word for lists (a method, a code). */
  readonly label: (data: JsonNode) => { readonly name: string; readonly detail: string };
  /** Kinds that may stand below this one. */
  readonly children: readonly string[];
  /** Whether it may stand at the top of a workspace. */
  readonly top: boolean;
}

/** The schema of a kind. Kinds it does not know get {@link unknownKind}, so that a newer device's work survives. */
export type Schemas = (kind: string) => KindSchema;

/** What is known of a kind from the future: every top-level member is a group. */
export function unknownKind(kind: string): KindSchema {
  return {
    kind,
    version: 0,
    rules: [],
    containers: [],
    label: () => ({ name: '', detail: '' }),
    children: [],
    top: true,
  };
}
