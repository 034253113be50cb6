/**
 * Collection format 2.0 brought to 2.1. The two differences that are made, and no others (docs/internals/postman-format.md):
 * the schema's URL, and auth parameters, which 2.0 holds as an object and 2.1 as a list of `{ key, value, type }`.
 */
import { type JsonNode, type JsonObject, nodeAt, scalar, stringOf } from '@waypost/protocol';
import { arrayOf, objectOf, withValue } from '../../json-edit.ts';

export const COLLECTION_SCHEMA_URL = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

export type FormatVersion = '2.0' | '2.1' | 'unknown';

/** The version by the schema URL, which is spelled in several ways. */
export function versionOf(collection: JsonNode): FormatVersion {
  const url = stringOf(nodeAt(collection, ['info', 'schema'])) ?? '';
  if (/\/v2\.1(\.\d+)?\//.test(url)) return '2.1';
  return /\/v2(\.0(\.\d+)?)?\//.test(url) ? '2.0' : 'unknown';
}

/** A collection, folder, request or example of 2.0 as it stands in 2.1. */
export function convertData(kind: string, data: JsonNode): JsonNode {
  if (kind === 'collection')
    return withAuth(withValue(data, ['info', 'schema'], scalar(COLLECTION_SCHEMA_URL)), ['auth']);
  if (kind === 'folder') return withAuth(data, ['auth']);
  return withAuth(data, kind === 'request' ? ['request', 'auth'] : ['originalRequest', 'auth']);
}

function withAuth(data: JsonNode, path: readonly string[]): JsonNode {
  const auth = nodeAt(data, path);
  return auth?.kind === 'object' ? withValue(data, path, convertAuth(auth)) : data;
}

function convertAuth(auth: JsonObject): JsonObject {
  const members = auth.members.map((member) => {
    const { value } = member;
    return value.kind === 'object' && member.key !== 'type'
      ? { ...member, value: arrayOf(value.members.map(attribute)) }
      : member;
  });
  return { kind: 'object', members };
}

function attribute({ key, value }: { readonly key: string; readonly value: JsonNode }): JsonNode {
  return objectOf({
    key: scalar(key),
    value,
    type: scalar(stringOf(value) === undefined ? typeName(value) : 'string'),
  });
}

function typeName(value: JsonNode): string {
  if (value.kind !== 'scalar' || value.source === 'null') return 'any';
  return value.source === 'true' || value.source === 'false' ? 'boolean' : 'number';
}
