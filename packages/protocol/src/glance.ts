/**
 * Looking at a few members of JSON text, such as a name in a list, without a tree of all of it: the language's own parser
 * reads it in a fraction of the time, and nodes are made only of what is looked at.
 */
import {
  type JsonArray,
  type JsonMember,
  type JsonNode,
  type JsonObject,
  memberOf,
  parseJson,
  scalar,
} from './json.ts';

/**
 * As {@link parseJson}, for reading and never for writing back: of members of one name only the last is there, and names
 * that look like integers come first. Every string and number is exact.
 */
export function glanceAt(text: string): JsonNode {
  let whole: JsonNode | undefined;
  return glimpse(JSON.parse(text), () => (whole ??= parseJson(text)));
}

/** The same node as {@link parseJson} has it: a number of `JSON.parse` may have lost digits. */
type Exact = () => JsonNode | undefined;

function glimpse(value: unknown, exact: Exact): JsonNode {
  if (Array.isArray(value)) return new GlimpsedArray(value, exact);
  if (typeof value === 'object' && value !== null) return new GlimpsedObject(value, exact);
  return (typeof value === 'number' ? exact() : undefined) ?? scalar(value as string | number | boolean | null);
}

class GlimpsedObject implements JsonObject {
  readonly kind = 'object';
  readonly #value: object;
  readonly #exact: Exact;
  #members: readonly JsonMember[] | null = null;

  constructor(value: object, exact: Exact) {
    this.#value = value;
    this.#exact = exact;
  }

  get members(): readonly JsonMember[] {
    this.#members ??= Object.entries(this.#value).map(([key, value]) => ({
      key,
      keySource: JSON.stringify(key),
      value: glimpse(value, () => memberOf(this.#exact(), key)),
    }));
    return this.#members;
  }
}

class GlimpsedArray implements JsonArray {
  readonly kind = 'array';
  readonly #value: readonly unknown[];
  readonly #exact: Exact;
  #items: readonly JsonNode[] | null = null;

  constructor(value: readonly unknown[], exact: Exact) {
    this.#value = value;
    this.#exact = exact;
  }

  get items(): readonly JsonNode[] {
    this.#items ??= this.#value.map((value, at) =>
      glimpse(value, () => {
        const array = this.#exact();
        return array?.kind === 'array' ? array.items[at] : undefined;
      }),
    );
    return this.#items;
  }
}
