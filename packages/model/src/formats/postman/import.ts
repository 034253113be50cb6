/**
 * Reading Postman's files: collections 2.0 and 2.1, environments, globals, dumps. Everything is kept token for token;
 * nothing is refused because a schema would not have it.
 */
import {
  type ElementId,
  type JsonNode,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  ordersBetween,
  parseJson,
  printJson,
  TREE_DEPTH_MAX,
  toValue,
} from '@waypost/protocol';
import { itemsOf, textOf } from '../../json-edit.ts';
import { schemas } from '../../kinds/schemas.ts';
import { findCredentials } from '../../secrets.ts';
import { type Imported, type ImportedElement, ImportError, positionIn, type ReportEntry } from '../imported.ts';
import { splitChildren } from './children.ts';
import { convertData, versionOf } from './convert.ts';
import { duplicateMembers } from './duplicates.ts';
import { NO_ORIGIN, type Origin, printOrigin } from './origin.ts';
import { type Found, isVersionOne, recognise } from './recognise.ts';

export interface ImportOptions {
  /** A fresh random id for each element. */
  readonly newId: () => ElementId;
}

/** Throws {@link ImportError} for what is not JSON, or JSON of another kind. */
export function importPostman(text: string, { newId }: ImportOptions): Imported {
  const bom = text.startsWith('\uFEFF');
  const root = parsed(bom ? text.slice(1) : text);
  const { documents, others, unread } = recognise(root);
  if (documents.length + others.length === 0) throw unrecognised(root);
  const reader = new Reader(newId);
  for (const path of unread)
    reader.report.push({ path, level: 'warning', message: 'This is no collection or environment and was left out.' });
  const single = documents.length === 1 && others.length === 0;
  const orders = ordersBetween(null, null, documents.length + others.length);
  documents.forEach((found, at) => reader.document(found, orders[at] as string, single && bom));
  others.forEach(({ node, path }, at) =>
    reader.dumped(node, path, { parent: null, order: orders[documents.length + at] as string, depth: 1 }),
  );
  for (const path of duplicateMembers(root)) {
    reader.report.push({
      path,
      level: 'warning',
      message: 'This name stands twice in one object: the last one counts, both are kept.',
    });
  }
  return reader.imported();
}

interface Place {
  readonly parent: ElementId | null;
  readonly order: string;
  readonly depth: number;
}

class Reader {
  readonly report: ReportEntry[] = [];
  readonly #newId: () => ElementId;
  readonly #elements: ImportedElement[] = [];

  constructor(newId: () => ElementId) {
    this.#newId = newId;
  }

  imported(): Imported {
    const counts: Record<string, number> = {};
    for (const { kind } of this.#elements) counts[kind] = (counts[kind] ?? 0) + 1;
    const root = this.#elements.filter(({ parent }) => parent === null).map(({ id }) => id);
    return { root, elements: this.#elements, counts, report: this.report };
  }

  document({ kind, node, wrapper, path }: Found, order: string, bom: boolean): void {
    const origin: Origin = { ...NO_ORIGIN, bom, wrapper };
    const place: Place = { parent: null, order, depth: 1 };
    if (kind !== 'collection') {
      const bare = !bom && wrapper === null;
      this.#add(kind, node, { path, place, origin: bare ? null : printOrigin(origin) });
      return;
    }
    const version = versionOf(node);
    if (version === '2.0') {
      this.report.push({
        path,
        level: 'info',
        message: 'Converted from collection format 2.0 to 2.1: the schema URL and the form of auth parameters.',
      });
    } else if (version === 'unknown') {
      this.report.push({
        path,
        level: 'warning',
        message: 'The schema URL is missing or unknown: read as collection format 2.1.',
      });
    }
    this.#item('collection', node, { path, place, origin, convert: version === '2.0' });
  }

  /** An element of a dump, with its children below it. */
  dumped(node: JsonObject, path: string, place: Place): void {
    const [kind, data] = [textOf(memberOf(node, 'kind')), memberOf(node, 'data')];
    if (kind === null || data?.kind !== 'object') {
      this.report.push({ path, level: 'warning', message: 'This is no element and was left out.' });
      return;
    }
    const origin = memberOf(node, 'origin');
    const id = this.#add(
      kind,
      data,
      { path: `${path}.data`, place, origin: origin === undefined ? null : printJson(origin) },
      versionIn(node),
    );
    const children = itemsOf(memberOf(node, 'children'));
    const orders = ordersBetween(null, null, children.length);
    children.forEach((child, at) => {
      if (child.kind !== 'object') return;
      this.dumped(child, `${path}.children[${at}]`, {
        parent: id,
        order: orders[at] as string,
        depth: place.depth + 1,
      });
    });
  }

  #item(kind: string, node: JsonObject, at: { path: string; place: Place; origin: Origin; convert: boolean }): void {
    const { path, place, convert } = at;
    const name = kind === 'request' ? 'response' : 'item';
    const { data, children, list } =
      kind === 'example' ? { data: node, children: [], list: null } : splitChildren(node, name);
    const origin = kind === 'example' ? null : printOrigin({ ...at.origin, list });
    const id = this.#add(kind, convert ? convertData(kind, data) : data, { path, place, origin });
    const orders = ordersBetween(null, null, children.length);
    children.forEach((child, index) => {
      this.#item(kind === 'request' ? 'example' : itemKind(child.node), child.node, {
        path: `${path === '' ? '' : `${path}.`}${name}[${child.at}]`,
        place: { parent: id, order: orders[index] as string, depth: place.depth + 1 },
        origin: NO_ORIGIN,
        convert,
      });
    });
  }

  #add(
    kind: string,
    data: JsonNode,
    at: { readonly path: string; readonly place: Place; readonly origin: string | null },
    schema = schemas(kind).version,
  ): ElementId {
    const id = this.#newId();
    const { path, place, origin } = at;
    this.#elements.push({
      id,
      kind,
      schema,
      parent: place.parent,
      order: place.order,
      data: printJson(data),
      rows: {},
      origin,
    });
    if (place.depth === TREE_DEPTH_MAX + 1) {
      this.report.push({
        path,
        level: 'warning',
        message: `Nested deeper than ${TREE_DEPTH_MAX} levels: a server will refuse to sync it.`,
      });
    }
    for (const credential of findCredentials(kind, data)) {
      const where = path === '' ? credential.path : `${path}.${credential.path}`;
      this.report.push({
        path: where,
        level: 'warning',
        message: `This looks like a credential (${credential.reason}): everyone in the workspace will see it.`,
      });
    }
    return id;
  }
}

function itemKind(node: JsonObject): 'folder' | 'request' {
  return memberOf(node, 'item')?.kind === 'array' ? 'folder' : 'request';
}

function versionIn(node: JsonObject): number | undefined {
  const schema = memberOf(node, 'schema');
  const value = schema === undefined ? undefined : toValue(schema);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function parsed(text: string): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const position = positionIn(text, error.position);
    const reason = error.message.replace(/ at character \d+$/, '');
    throw new ImportError(
      'not-json',
      `This file is not JSON: ${reason} in line ${position.line}, column ${position.column}.`,
      position,
    );
  }
}

function unrecognised(root: JsonNode): ImportError {
  const message = isVersionOne(root)
    ? 'This is a collection in format 1.0: open it in Postman and export it as Collection v2.1.'
    : 'This file is JSON, but no Postman collection, environment or dump.';
  return new ImportError('not-recognised', message, null);
}
