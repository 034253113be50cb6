/** Changing one place of a JSON tree, and reading parts of it by their JavaScript type. */
import {
  EMPTY_OBJECT,
  type JsonNode,
  type JsonObject,
  memberOf,
  printJson,
  scalar,
  stringOf,
  withMember,
  withoutMember,
} from '@waypost/protocol';

/** The tree with the value at a path of member names set or, undefined, removed; whatever is no object gives way. */
export function withNode(
  root: JsonNode | undefined,
  path: readonly string[],
  value: JsonNode | undefined,
): JsonNode | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (root?.kind !== 'object' && value === undefined) return root;
  const object: JsonObject = root?.kind === 'object' ? root : EMPTY_OBJECT;
  const inner = withNode(memberOf(object, key), rest, value);
  return inner === undefined ? withoutMember(object, key) : withMember(object, key, inner);
}

/** As {@link withNode}, for a root that stays an object. */
export function withValue(root: JsonNode, path: readonly string[], value: JsonNode | undefined): JsonNode {
  return withNode(root, path, value) ?? EMPTY_OBJECT;
}

/** An object of the given members; undefined ones are left out. */
export function objectOf(members: Readonly<Record<string, JsonNode | undefined>>): JsonObject {
  const present = Object.entries(members).filter((entry): entry is [string, JsonNode] => entry[1] !== undefined);
  return { kind: 'object', members: present.map(([key, value]) => ({ key, keySource: JSON.stringify(key), value })) };
}

export function arrayOf(items: readonly JsonNode[]): JsonNode {
  return { kind: 'array', items };
}

export function strings(texts: readonly string[]): JsonNode {
  return arrayOf(texts.map((text) => scalar(text)));
}

export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** A scalar as a person reads it: strings without quotes, null and absent as null, the rest as written. */
export function textOf(node: JsonNode | undefined): string | null {
  if (node === undefined) return null;
  const text = stringOf(node);
  if (text !== undefined) return text;
  const source = printJson(node);
  return source === 'null' ? null : source;
}

export function isTrue(node: JsonNode | undefined): boolean {
  return node?.kind === 'scalar' && node.source === 'true';
}

/** Rows are switched off by `disabled: true` or, in older files, by `enabled: false`. */
export function isEnabled(row: JsonNode): boolean {
  const enabled = memberOf(row, 'enabled');
  return !isTrue(memberOf(row, 'disabled')) && !(enabled?.kind === 'scalar' && enabled.source === 'false');
}
