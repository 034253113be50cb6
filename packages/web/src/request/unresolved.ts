/** Variables of a request that nothing gives a value: shown before it is sent, since they would go out as written. */
import {
  type Authentication,
  isEnabled,
  itemsOf,
  readPath,
  resolveVariables,
  type Scope,
  textOf,
  variablesOf,
} from '@waypost/model';
import { type Content, type JsonNode, memberOf, nodeAt } from '@waypost/protocol';
import { MADE_VALUES } from '@waypost/runner';
import { requestMember, requestPath } from './editing.ts';

export interface Unresolved {
  readonly unknown: readonly string[];
  /** Values that lead back to themselves. */
  readonly cyclic: readonly string[];
}

/** `auth` is the one in force, from wherever it is inherited. */
export function unresolvedIn(
  kind: string,
  content: Content,
  { scopes, auth }: { readonly scopes: readonly Scope[]; readonly auth: Authentication | null },
): Unresolved {
  const request = memberOf(content.data, requestMember(kind) ?? 'request');
  const body = memberOf(request, 'body');
  const mode = textOf(memberOf(body, 'mode')) ?? '';
  const texts = [
    textOf(readPath(kind, content, requestPath(kind, 'url.raw'))) ?? '',
    ...textsOfRows(nodeAt(request, ['url', 'variable'])),
    ...textsOfRows(memberOf(request, 'header')),
    ...(memberOf(body, 'disabled') === undefined ? textsIn(onlyOn(memberOf(body, mode))) : []),
    ...[...(auth?.parameters.values() ?? [])].flatMap(textsIn),
  ].filter((text) => text.includes('{{'));
  if (texts.length === 0) return { unknown: [], cyclic: [] };
  const own: Scope = { kind: 'data', variables: variablesOf(content.data), local: new Map() };
  const { unknown, cyclic } = resolveVariables(texts.join('\n'), [...scopes, own], (name) =>
    Object.hasOwn(MADE_VALUES, name) ? '' : undefined,
  );
  return { unknown: unknown.filter((name) => name !== ''), cyclic };
}

function textsOfRows(rows: JsonNode | undefined): string[] {
  return itemsOf(rows)
    .filter(isEnabled)
    .flatMap((row) => textsIn(row));
}

function onlyOn(node: JsonNode | undefined): JsonNode | undefined {
  return node?.kind === 'array' ? { kind: 'array', items: node.items.filter(isEnabled) } : node;
}

function textsIn(node: JsonNode | undefined): string[] {
  if (node === undefined) return [];
  if (node.kind === 'array') return node.items.flatMap(textsIn);
  if (node.kind === 'object')
    return node.members.filter(({ key }) => key !== 'description').flatMap(({ value }) => textsIn(value));
  const text = textOf(node);
  return text === null ? [] : [text];
}
