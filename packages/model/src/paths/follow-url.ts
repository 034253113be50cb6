/** What else changes when a part of a request is set by path: the URL's other parts, and the mode of a new body. */
import { equalJson, type JsonNode, memberOf, nodeAt, scalar, stringOf } from '@waypost/protocol';
import { itemsOf, withValue } from '../json-edit.ts';
import { deriveRaw, queryOf } from '../kinds/url-groups.ts';
import { BASE_MEMBERS, queryRows, withTextOfParts, withUrlText } from '../url-edit.ts';
import { joinUrl, parseQuery, splitUrl } from '../url.ts';
import type { Step } from './path.ts';

/** Where a kind keeps its request; null for kinds without one. */
export function requestPrefix(kind: string): string | null {
  if (kind === 'request' || kind === 'history-entry') return 'request';
  return kind === 'example' ? 'originalRequest' : null;
}

export function followUrl(kind: string, before: JsonNode, after: JsonNode, steps: readonly Step[]): JsonNode {
  const prefix = requestPrefix(kind);
  const names = steps.map((step) => (step.by === 'name' ? step.name : '[]'));
  if (prefix === null || names[0] !== prefix) return after;
  if (names[1] === 'body') return withBodyMode(prefix, before, after, names[2]);
  if (names[1] !== 'url') return after;
  const path = [prefix, 'url'];
  const [was, is] = [nodeAt(before, path), nodeAt(after, path)];
  const part = names[2];
  const text = stringOf(part === undefined ? is : memberOf(is, 'raw'));
  if ((part === undefined || part === 'raw') && text !== undefined)
    return withValue(after, path, withUrlText(was, text));
  if (is === undefined) return after;
  if (part !== undefined && BASE_MEMBERS.includes(part)) return withValue(after, path, withTextOfParts(was, is));
  return withQueryInStep(prefix, was, after);
}

/** Rows and the text of the query say the same after an edit of either. */
function withQueryInStep(prefix: string, was: JsonNode | undefined, after: JsonNode): JsonNode {
  const path = [prefix, 'url', 'query'];
  const typed = stringOf(nodeAt(after, path));
  const query = typed === undefined ? nodeAt(after, path) : rowsOfText(was, typed);
  const unchanged =
    equalJson(memberOf(was, 'query'), query) && queryTextOf(was) === queryTextOf(nodeAt(after, [prefix, 'url']));
  if (unchanged) return after;
  if (query === undefined) return withoutQueryText(prefix, after);
  return deriveRaw(prefix)(withValue(after, path, withOldQuery(was, query)));
}

function withoutQueryText(prefix: string, after: JsonNode): JsonNode {
  const path = [prefix, 'url', 'raw'];
  const raw = stringOf(nodeAt(after, path));
  return raw === undefined ? after : withValue(after, path, scalar(joinUrl({ ...splitUrl(raw), query: null })));
}

/** Where only the text held the query, its parameters become rows before one is added: else they would be lost. */
function withOldQuery(was: JsonNode | undefined, query: JsonNode | undefined): JsonNode | undefined {
  const text = queryTextOf(was);
  if (text === null || memberOf(was, 'query')?.kind === 'array' || query?.kind !== 'array') return query;
  return { kind: 'array', items: [...queryRows([], parseQuery(text)), ...query.items] };
}

function rowsOfText(was: JsonNode | undefined, text: string): JsonNode {
  return {
    kind: 'array',
    items: queryRows(itemsOf(memberOf(was, 'query')), text === '' ? [] : parseQuery(text.replace(/^\?/, ''))),
  };
}

function queryTextOf(url: JsonNode | undefined): string | null {
  const raw = stringOf(memberOf(url, 'raw'));
  return raw === undefined ? queryOf(url) : splitUrl(raw).query;
}

const BODY_MODES: readonly string[] = ['raw', 'urlencoded', 'formdata', 'graphql', 'file'];

/** A body nobody chose a mode for is sent as what was put into it. */
function withBodyMode(prefix: string, before: JsonNode, after: JsonNode, part: string | undefined): JsonNode {
  const isNew =
    memberOf(nodeAt(before, [prefix, 'body']), 'mode') === undefined &&
    nodeAt(after, [prefix, 'body', 'mode']) === undefined;
  const isSet = part !== undefined && BODY_MODES.includes(part) && nodeAt(after, [prefix, 'body', part]) !== undefined;
  return isNew && isSet ? withValue(after, [prefix, 'body', 'mode'], scalar(part)) : after;
}
