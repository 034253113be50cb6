/** Editing a request's URL: as text, from which its parts follow, or a part, from which the text follows. */
import {
  type JsonArray,
  type JsonNode,
  type JsonObject,
  memberOf,
  scalar,
  withMember,
  withoutMember,
} from '@waypost/protocol';
import { isEnabled, itemsOf, objectOf, strings, textOf } from './json-edit.ts';
import { parameterOf } from './kinds/url-groups.ts';
import {
  type BaseParts,
  joinUrl,
  parseBase,
  parseQuery,
  pathVariableNames,
  printBase,
  printParameter,
  type QueryParameter,
  splitUrl,
} from './url.ts';

/** Parts that the text is made of, besides the query. */
export const BASE_MEMBERS: readonly string[] = ['protocol', 'auth', 'host', 'port', 'path', 'hash'];

/** The URL with another text. One that is a plain string stays one; rows keep what they hold besides key and value. */
export function withUrlText(url: JsonNode | undefined, raw: string): JsonNode {
  if (url !== undefined && url.kind !== 'object') return scalar(raw);
  const present: JsonObject = url ?? objectOf({});
  const { base, query, fragment } = splitUrl(raw);
  const parts = parseBase(base);
  const written = objectOf({
    raw: scalar(raw),
    protocol: textNode(parts.protocol),
    auth: authNode(present, parts.auth),
    host: parts.host.length === 0 ? undefined : strings(parts.host),
    port: textNode(parts.port),
    path: parts.path === null ? undefined : strings(parts.path),
    hash: textNode(fragment),
  });
  const others = present.members.filter(({ key }) => key !== 'raw' && !BASE_MEMBERS.includes(key));
  const whole: JsonObject = { kind: 'object', members: [...written.members, ...others] };
  return withPathVariables(withQuery(whole, parseQuery(query)), namesOf(present), pathVariableNames(parts.path));
}

/** After a part other than the query was edited: the text follows, where there is one, and so do the path variables. */
export function withTextOfParts(before: JsonNode | undefined, url: JsonNode): JsonNode {
  if (url.kind !== 'object') return url;
  const raw = textOf(memberOf(url, 'raw'));
  const whole = withPathVariables(url, before === undefined ? [] : namesOf(before), namesOf(url));
  if (raw === null) return whole;
  const text = joinUrl({
    base: printBase(partsOf(url)),
    query: splitUrl(raw).query,
    fragment: textOf(memberOf(url, 'hash')),
  });
  return withMember(whole, 'raw', scalar(text));
}

/** The rows of a query given as text. Rows that are switched off are not in it and stay where they are. */
export function queryRows(rows: readonly JsonNode[], parameters: readonly QueryParameter[]): readonly JsonNode[] {
  const free = rows.filter(isEnabled);
  const take = (matches: (row: JsonNode) => boolean): JsonNode | undefined => {
    const at = free.findIndex(matches);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  };
  // Rows that say the same already come first, else one of two equal keys would lose its description.
  const same = parameters.map((parameter) =>
    take((row) => printParameter(parameterOf(row)) === printParameter(parameter)),
  );
  const made = parameters.map(
    (parameter, at) =>
      same[at] ??
      withParameter(
        take((row) => parameterOf(row).key === parameter.key),
        parameter,
      ),
  );
  const result = [...made];
  rows.forEach((row, at) => {
    if (!isEnabled(row)) result.splice(Math.min(at, result.length), 0, row);
  });
  return result;
}

function withParameter(row: JsonNode | undefined, { key, value }: QueryParameter): JsonNode {
  if (row?.kind === 'object') return withMember(row, 'value', scalar(value));
  return objectOf({ key: scalar(key), value: scalar(value) });
}

function withQuery(url: JsonObject, parameters: readonly QueryParameter[]): JsonObject {
  const present = memberOf(url, 'query');
  if (present?.kind !== 'array' && parameters.length === 0) return url;
  const query: JsonArray = { kind: 'array', items: queryRows(itemsOf(present), parameters) };
  return withMember(url, 'query', query);
}

/** Variables whose segment went away go with it; those that no path ever named stay. */
function withPathVariables(url: JsonObject, before: readonly string[], after: readonly string[]): JsonObject {
  const rows = itemsOf(memberOf(url, 'variable'));
  const keyOf = (row: JsonNode): string => textOf(memberOf(row, 'key')) ?? textOf(memberOf(row, 'id')) ?? '';
  const kept = rows.filter((row) => after.includes(keyOf(row)) || !before.includes(keyOf(row)));
  const known = kept.map(keyOf);
  const added = after
    .filter((name) => !known.includes(name))
    .map((name) => objectOf({ key: scalar(name), value: scalar('') }));
  if (added.length === 0 && kept.length === rows.length) return url;
  const items = [...kept, ...added];
  return items.length === 0 ? withoutMember(url, 'variable') : withMember(url, 'variable', { kind: 'array', items });
}

function namesOf(url: JsonNode): string[] {
  return pathVariableNames(partsOf(url).path);
}

function partsOf(url: JsonNode): BaseParts {
  const path = memberOf(url, 'path');
  return {
    protocol: textOf(memberOf(url, 'protocol')),
    auth: authOf(memberOf(url, 'auth')),
    host: segments(memberOf(url, 'host'), '.') ?? [],
    port: textOf(memberOf(url, 'port')),
    path: segments(path, '/'),
  };
}

/** Host and path are lists, or texts in some files; a path segment may be an object with a `value`. */
function segments(node: JsonNode | undefined, separator: string): string[] | null {
  if (node?.kind === 'array')
    return node.items.map((item) => textOf(item.kind === 'object' ? memberOf(item, 'value') : item) ?? '');
  const text = textOf(node);
  if (text === null) return null;
  return (separator === '/' ? text.replace(/^\//, '') : text).split(separator);
}

function authOf(node: JsonNode | undefined): BaseParts['auth'] {
  const user = textOf(memberOf(node, 'user'));
  return user === null ? null : { user, password: textOf(memberOf(node, 'password')) };
}

/** Members of `auth` besides user and password are not in the text; without a user in it they stay as they are. */
function authNode(present: JsonObject, auth: BaseParts['auth']): JsonNode | undefined {
  const node = memberOf(present, 'auth');
  if (auth === null) return authOf(node) === null ? node : undefined;
  return objectOf({ user: scalar(auth.user), password: textNode(auth.password) });
}

function textNode(text: string | null): JsonNode | undefined {
  return text === null ? undefined : scalar(text);
}
