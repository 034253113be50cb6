/**
 * What a JSON document is, by its content: file names lie. A document is a collection, an environment or globals; it may
 * stand in a wrapper (`{"collection": …}`), and several may stand in one file (a dump, or a plain list).
 */
import { type JsonNode, type JsonObject, memberOf, nodeAt, stringOf } from '@waypost/protocol';
import { itemsOf, objectOf } from '../../json-edit.ts';
import type { Wrapper } from './origin.ts';

export type DocumentKind = 'collection' | 'environment' | 'globals' | 'header-preset';

export interface Found {
  readonly kind: DocumentKind;
  readonly node: JsonObject;
  readonly wrapper: Wrapper | null;
  /** Where it stands in the file. */
  readonly path: string;
}

export interface Recognised {
  readonly documents: readonly Found[];
  /** Elements of a dump that no Postman document holds, as dump.ts writes them. */
  readonly others: readonly { readonly node: JsonObject; readonly path: string }[];
  /** Where something stands that is none of these. */
  readonly unread: readonly string[];
}

export function recognise(root: JsonNode): Recognised {
  const found = documentAt(root, '');
  if (found !== undefined) return { documents: [found], others: [], unread: [] };
  if (root.kind === 'array') return listed(root.items, '');
  if (root.kind === 'object' && isDump(root)) return dump(root);
  return { documents: [], others: [], unread: [''] };
}

/** Whether it is a collection in the format before 2.0, which lists its requests flat. */
export function isVersionOne(root: JsonNode): boolean {
  return memberOf(root, 'requests')?.kind === 'array' && memberOf(root, 'item') === undefined;
}

function documentAt(node: JsonNode, path: string): Found | undefined {
  if (node.kind !== 'object') return undefined;
  const kind = kindOf(node);
  if (kind !== undefined) return { kind, node, wrapper: null, path };
  if (isDump(node)) return undefined;
  const inside = node.members.flatMap(({ key, keySource, value }, at) => {
    const inner = value.kind === 'object' ? kindOf(value) : undefined;
    return value.kind === 'object' && inner !== undefined
      ? [{ at, key, name: keySource, kind: inner, node: value }]
      : [];
  });
  const [only] = inside;
  if (only === undefined || inside.length > 1) return undefined;
  const rest: JsonObject = { kind: 'object', members: node.members.toSpliced(only.at, 1) };
  return {
    kind: only.kind,
    node: only.node,
    wrapper: { at: only.at, name: only.name, rest },
    path: joined(path, only.key),
  };
}

function kindOf(node: JsonObject): DocumentKind | undefined {
  const info = memberOf(node, 'info');
  const described = info?.kind === 'object' && (memberOf(info, 'name') ?? memberOf(info, 'schema')) !== undefined;
  if (memberOf(node, 'item')?.kind === 'array') return 'collection';
  // OpenAPI documents have an `info` too.
  if (described && /collection/.test(stringOf(nodeAt(info, ['schema'])) ?? '')) return 'collection';
  if (memberOf(node, 'values')?.kind !== 'array') return undefined;
  return stringOf(memberOf(node, '_postman_variable_scope')) === 'globals' ? 'globals' : 'environment';
}

const DUMP_LISTS = ['collections', 'environments', 'globals', 'headerPresets', 'elements'] as const;

function isDump(node: JsonObject): boolean {
  return DUMP_LISTS.some((name) => memberOf(node, name)?.kind === 'array');
}

function dump(node: JsonObject): Recognised {
  const parts = [
    listed(itemsOf(memberOf(node, 'collections')), 'collections'),
    listed(itemsOf(memberOf(node, 'environments')), 'environments'),
  ];
  parts.push(dumpedGlobals(itemsOf(memberOf(node, 'globals'))), presets(itemsOf(memberOf(node, 'headerPresets'))));
  const others = itemsOf(memberOf(node, 'elements')).flatMap((item, at) =>
    item.kind === 'object' ? [{ node: item, path: `elements[${at}]` }] : [],
  );
  return {
    documents: parts.flatMap(({ documents }) => documents),
    others,
    unread: parts.flatMap(({ unread }) => unread),
  };
}

function listed(items: readonly JsonNode[], path: string): Recognised {
  const documents: Found[] = [];
  const unread: string[] = [];
  items.forEach((item, at) => {
    const found = documentAt(item, `${path}[${at}]`);
    if (found === undefined) unread.push(`${path}[${at}]`);
    else documents.push(found);
  });
  return { documents, others: [], unread };
}

/** Postman's dumps hold the variables themselves here, Waypost's whole documents. */
function dumpedGlobals(items: readonly JsonNode[]): Recognised {
  const documents = listed(items, 'globals');
  if (items.length === 0 || documents.documents.length > 0) return documents;
  const node = objectOf({ values: { kind: 'array', items } });
  return { documents: [{ kind: 'globals', node, wrapper: null, path: 'globals' }], others: [], unread: [] };
}

function presets(items: readonly JsonNode[]): Recognised {
  const documents: Found[] = [];
  const unread: string[] = [];
  items.forEach((node, at) => {
    const path = `headerPresets[${at}]`;
    if (node.kind === 'object') documents.push({ kind: 'header-preset', node, wrapper: null, path });
    else unread.push(path);
  });
  return { documents, others: [], unread };
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
