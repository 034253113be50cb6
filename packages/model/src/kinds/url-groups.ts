/**
 * A request's URL as field groups. Where a person types is one group: method, URL up to the `?`, fragment, and the parts
 * they fall into. Query parameters are rows; the query in `url.raw` follows from them and belongs to no group.
 */
import {
  type CompositeRule,
  type JsonNode,
  type JsonObject,
  memberOf,
  nodeAt,
  scalar,
  stringOf,
  withMember,
  withoutMember,
} from '@waypost/protocol';
import { isEnabled, itemsOf, objectOf, textOf, withValue } from '../json-edit.ts';
import { joinUrl, printQuery, type QueryParameter, splitUrl } from '../url.ts';

/** In the order in which Postman writes them. Written anew they stand in this order, whatever was there before. */
const URL_PARTS = ['raw', 'protocol', 'auth', 'host', 'port', 'path', 'hash'] as const;

/**
 * `prefix` is the path of the request in the data. The value is `{ method, url }`, both as they stand but for the query;
 * or `{ request }` where the request is no object (a URL, null).
 */
export function targetRule(prefix: string): CompositeRule {
  return {
    rule: 'composite',
    name: 'target',
    way: 'ask',
    claims: [prefix, `${prefix}.method`, `${prefix}.url`, ...URL_PARTS.map((part) => `${prefix}.url.${part}`)],
    read: (data) => readTarget(memberOf(data, prefix)),
    write: (data, value) => {
      const request = writeTarget(memberOf(data, prefix), value);
      return request === 'blocked' ? 'blocked' : withValue(data, [prefix], request);
    },
  };
}

/** Brings the query in `url.raw` up to date with the rows that are switched on. A URL without `raw` stays without. */
export function deriveRaw(prefix: string): (data: JsonNode) => JsonNode {
  return (data) => {
    const url = nodeAt(data, [prefix, 'url']);
    const raw = stringOf(memberOf(url, 'raw'));
    const query = memberOf(url, 'query');
    if (raw === undefined || query?.kind !== 'array') return data;
    const derived = withQueryText(raw, queryOf(url));
    return derived === raw ? data : withValue(data, [prefix, 'url', 'raw'], scalar(derived));
  };
}

/** The query that the rows of a URL object make. */
export function queryOf(url: JsonNode | undefined): string | null {
  return printQuery(itemsOf(memberOf(url, 'query')).filter(isEnabled).map(parameterOf));
}

export function parameterOf(row: JsonNode): QueryParameter {
  return { key: textOf(memberOf(row, 'key')), value: textOf(memberOf(row, 'value')) };
}

function readTarget(request: JsonNode | undefined): JsonNode | undefined {
  if (request === undefined) return undefined;
  if (request.kind !== 'object') return objectOf({ request });
  const url = memberOf(request, 'url');
  return objectOf({ method: memberOf(request, 'method'), url: url?.kind === 'object' ? readUrl(url) : url });
}

function readUrl(url: JsonObject): JsonObject {
  const parts = Object.fromEntries(URL_PARTS.map((part) => [part, memberOf(url, part)]));
  const raw = stringOf(parts['raw']);
  // Without rows the query is only in the text, and then it is part of what this group holds.
  if (raw === undefined || !hasRows(url)) return objectOf(parts);
  return objectOf({ ...parts, raw: scalar(joinUrl({ ...splitUrl(raw), query: null })) });
}

function writeTarget(request: JsonNode | undefined, value: JsonNode | undefined): JsonNode | undefined | 'blocked' {
  const whole = memberOf(value, 'request');
  if (value === undefined || whole !== undefined) {
    const rest = request?.kind === 'object' ? withoutTarget(request) : undefined;
    if (rest === undefined || rest.members.length === 0) return whole;
    return whole === undefined ? rest : 'blocked';
  }
  const object: JsonObject = request?.kind === 'object' ? request : objectOf({});
  const url = writeUrl(memberOf(object, 'url'), memberOf(value, 'url'));
  return url === 'blocked'
    ? 'blocked'
    : withOrWithout(withOrWithout(object, 'method', memberOf(value, 'method')), 'url', url);
}

function writeUrl(present: JsonNode | undefined, value: JsonNode | undefined): JsonNode | undefined | 'blocked' {
  const url = present?.kind === 'object' ? present : undefined;
  const others = (url?.members ?? []).filter(({ key }) => !isPart(key));
  if (value?.kind !== 'object') {
    if (others.length === 0) return value;
    return value === undefined ? { kind: 'object', members: others } : 'blocked';
  }
  const raw = stringOf(memberOf(value, 'raw'));
  const written =
    raw === undefined || url === undefined || !hasRows(url)
      ? value
      : withMember(value, 'raw', scalar(withQueryOf(url, raw)));
  const parts = URL_PARTS.flatMap((part) => {
    const node = memberOf(written, part);
    return node === undefined ? [] : [{ key: part, keySource: JSON.stringify(part), value: node }];
  });
  return { kind: 'object', members: [...parts, ...others] };
}

/** The text with the query that stands in the URL now, verbatim: its rows are other groups. */
function withQueryOf(url: JsonObject, raw: string): string {
  const present = stringOf(memberOf(url, 'raw'));
  return withQueryText(raw, present === undefined ? queryOf(url) : splitUrl(present).query);
}

/**
 * The text with another query. It has none where a `{{` left open would join what is left and right of a `?` or `#` to
 * one variable: then only the rows say what the query is.
 */
function withQueryText(raw: string, query: string | null): string {
  const { base, fragment } = splitUrl(raw);
  const text = joinUrl({ base, query, fragment });
  const again = splitUrl(text);
  return again.base === base && again.fragment === fragment ? text : joinUrl({ base, query: null, fragment });
}

function withoutTarget(request: JsonObject): JsonObject {
  const url = writeUrl(memberOf(request, 'url'), undefined);
  return withOrWithout(withoutMember(request, 'method'), 'url', url === 'blocked' ? undefined : url);
}

function hasRows(url: JsonObject): boolean {
  return memberOf(url, 'query')?.kind === 'array';
}

function withOrWithout(object: JsonObject, key: string, value: JsonNode | undefined): JsonObject {
  return value === undefined ? withoutMember(object, key) : withMember(object, key, value);
}

function isPart(key: string): boolean {
  return (URL_PARTS as readonly string[]).includes(key);
}
