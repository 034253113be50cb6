/** Which authentication a request is sent with: its own, or the nearest one above it. */
import { type JsonNode, memberOf, nodeAt, stringOf } from '@waypost/protocol';

export interface Authentication {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, JsonNode>;
  /** How far up it was found: 0 in the request itself, 1 in its parent, … */
  readonly from: number;
}

/** One element of the way from a request up to its collection. */
export interface AuthLevel {
  readonly kind: string;
  readonly data: JsonNode;
}

/**
 * The authentication in force, or null for none. `levels` runs from the request up. `auth` that is absent, null or names
 * no type inherits; `noauth` stops the search.
 */
export function effectiveAuth(levels: readonly AuthLevel[]): Authentication | null {
  for (const [from, { kind, data }] of levels.entries()) {
    const auth = authOf(kind, data);
    const type = stringOf(memberOf(auth, 'type'));
    if (auth === undefined || type === undefined || type === '') continue;
    return type === 'noauth' ? null : { type, parameters: authParameters(auth, type), from };
  }
  return null;
}

/** Where a kind keeps its authentication. */
export function authOf(kind: string, data: JsonNode): JsonNode | undefined {
  if (kind === 'example') return nodeAt(data, ['originalRequest', 'auth']);
  return kind === 'request' || kind === 'history-entry' ? nodeAt(data, ['request', 'auth']) : memberOf(data, 'auth');
}

/** The parameters of one type: a list of `{ key, value }` in format 2.1, an object in 2.0 and in some files of 2.1. */
export function authParameters(auth: JsonNode, type: string): Map<string, JsonNode> {
  const node = memberOf(auth, type);
  const parameters = new Map<string, JsonNode>();
  if (node?.kind === 'object') for (const { key, value } of node.members) parameters.set(key, value);
  if (node?.kind === 'array') {
    for (const item of node.items) {
      const [key, value] = [stringOf(memberOf(item, 'key')), memberOf(item, 'value')];
      if (key !== undefined && value !== undefined) parameters.set(key, value);
    }
  }
  return parameters;
}
