/**
 * Writing Postman's files: a collection 2.1 with all below it, an environment, or globals, token for token as they came
 * where nobody edited them; and everything in one file, which import reads again.
 */
import {
  byOrder,
  EMPTY_OBJECT,
  type JsonNode,
  type JsonObject,
  type JsonText,
  parseJson,
  scalar,
} from '@waypost/protocol';
import { arrayOf, objectOf } from '../../json-edit.ts';
import { labelOf } from '../../kinds/schemas.ts';
import { printPretty } from '../print.ts';
import { joinChildren } from './children.ts';
import { COLLECTION_SCHEMA_URL } from './convert.ts';
import { type Origin, parseOrigin } from './origin.ts';

/** What of an element export reads. */
export interface ExportedElement {
  readonly id: string;
  readonly kind: string;
  readonly schema: number;
  readonly parent: string | null;
  readonly order: string;
  readonly data: JsonText;
  readonly origin: JsonText | null;
}

/** One element with all below it, in any order. A folder, request, example or history entry gets a collection around it. */
export function exportPostman(root: ExportedElement, below: readonly ExportedElement[]): string {
  const tree = new Tree(below);
  const bom = parseOrigin(root.origin)?.bom === true ? '\uFEFF' : '';
  return bom + printPretty(isDocument(root.kind) ? wrapped(root, tree) : aroundIt(root, tree));
}

/** Everything of a workspace as one dump: documents as other tools read them, and what they have no place for as elements. */
export function exportAll(elements: readonly ExportedElement[]): string {
  const tree = new Tree(elements);
  const roots = tree.roots();
  const documents = (kind: string): JsonNode =>
    arrayOf(roots.filter((root) => root.kind === kind).map((root) => wrapped(root, tree)));
  const loose = [...roots.filter(({ kind }) => !isDocument(kind)), ...roots.flatMap((root) => strangers(root, tree))];
  const dump = objectOf({
    version: scalar(1),
    collections: documents('collection'),
    environments: documents('environment'),
    globals: documents('globals'),
    headerPresets: documents('header-preset'),
    elements: arrayOf(loose.map((element) => dumped(element, tree))),
  });
  return printPretty(dump);
}

class Tree {
  readonly #elements: readonly ExportedElement[];
  readonly #children = new Map<string | null, ExportedElement[]>();

  constructor(elements: readonly ExportedElement[]) {
    this.#elements = elements;
    for (const element of [...elements].sort(byOrder)) {
      const siblings = this.#children.get(element.parent);
      if (siblings === undefined) this.#children.set(element.parent, [element]);
      else siblings.push(element);
    }
  }

  children(parent: ExportedElement): readonly ExportedElement[] {
    return this.#children.get(parent.id) ?? [];
  }

  /** What stands at the top, or below something that is not here. */
  roots(): readonly ExportedElement[] {
    const ids = new Set(this.#elements.map(({ id }) => id));
    return this.#elements.filter(({ parent }) => parent === null || !ids.has(parent)).sort(byOrder);
  }
}

function isDocument(kind: string): boolean {
  return kind === 'collection' || kind === 'environment' || kind === 'globals' || kind === 'header-preset';
}

function wrapped(root: ExportedElement, tree: Tree): JsonNode {
  const node = itemOf(root, tree);
  const wrapper = parseOrigin(root.origin)?.wrapper ?? null;
  if (wrapper === null) return node;
  const { at, name, rest } = wrapper;
  return { kind: 'object', members: rest.members.toSpliced(at, 0, { key: '', keySource: name, value: node }) };
}

function aroundIt(root: ExportedElement, tree: Tree): JsonNode {
  const node = itemOf(root, tree);
  const { name } = labelOf(root.kind, parseJson(root.data));
  const item = root.kind === 'example' ? requestAround(node, name) : node;
  const info = objectOf({ name: scalar(name), schema: scalar(COLLECTION_SCHEMA_URL) });
  return objectOf({ info, item: arrayOf([item]) });
}

function requestAround(example: JsonObject, name: string): JsonObject {
  const request = example.members.findLast(({ key }) => key === 'originalRequest')?.value;
  return objectOf({ name: scalar(name), request: request ?? EMPTY_OBJECT, response: arrayOf([example]) });
}

/** An element as its format writes it, with those below it that the format has a place for. */
function itemOf(element: ExportedElement, tree: Tree): JsonObject {
  const data = dataOf(element);
  const list = listOf(element.kind);
  if (list === null) return data;
  const children = tree
    .children(element)
    .filter(({ kind }) => list.kinds.includes(kind))
    .map((child) => itemOf(child, tree));
  const origin: Origin | null = parseOrigin(element.origin);
  // A folder without `item` would be read as a request.
  const mayBeAbsent = origin !== null && origin.list === null && element.kind !== 'folder';
  return children.length === 0 && mayBeAbsent ? data : joinChildren(data, list.name, children, origin?.list ?? null);
}

function listOf(kind: string): { readonly name: string; readonly kinds: readonly string[] } | null {
  if (kind === 'collection' || kind === 'folder') return { name: 'item', kinds: ['folder', 'request'] };
  return kind === 'request' ? { name: 'response', kinds: ['example'] } : null;
}

/** Elements below a document that its format has no place for, the topmost of each branch. */
function strangers(element: ExportedElement, tree: Tree): readonly ExportedElement[] {
  if (!isDocument(element.kind) && listOf(element.kind) === null) return [];
  const kinds = listOf(element.kind)?.kinds ?? [];
  return tree.children(element).flatMap((child) => (kinds.includes(child.kind) ? strangers(child, tree) : [child]));
}

function dumped(element: ExportedElement, tree: Tree): JsonNode {
  return objectOf({
    kind: scalar(element.kind),
    schema: scalar(element.schema),
    data: dataOf(element),
    origin: element.origin === null ? undefined : parseJson(element.origin),
    children: arrayOf(tree.children(element).map((child) => dumped(child, tree))),
  });
}

function dataOf(element: ExportedElement): JsonObject {
  const data = parseJson(element.data);
  return data.kind === 'object' ? data : EMPTY_OBJECT;
}
