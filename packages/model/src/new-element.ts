/** The data of an element made in Waypost: what Postman itself writes for a new one. */
import { type JsonNode, scalar } from '@waypost/protocol';
import { arrayOf, objectOf } from './json-edit.ts';
import { COLLECTION_SCHEMA_URL } from './formats/postman/convert.ts';
import { withUrlText } from './url-edit.ts';

export interface NewElement {
  readonly name: string;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

export function newElementData(kind: string, { name, method, url }: NewElement): JsonNode {
  const sent = objectOf({
    method: scalar(method ?? 'GET'),
    header: arrayOf([]),
    url: withUrlText(undefined, url ?? ''),
  });
  switch (kind) {
    case 'collection':
      return objectOf({ info: objectOf({ name: scalar(name), schema: scalar(COLLECTION_SCHEMA_URL) }) });
    case 'request':
    case 'history-entry':
      return objectOf({ name: scalar(name), request: sent });
    case 'example':
      return objectOf({
        name: scalar(name),
        originalRequest: sent,
        code: scalar(200),
        header: arrayOf([]),
        body: scalar(''),
      });
    case 'environment':
    case 'globals':
      return objectOf({ name: scalar(name), values: arrayOf([]), _postman_variable_scope: scalar(kind) });
    case 'header-preset':
      return objectOf({ name: scalar(name), headers: arrayOf([]) });
    default:
      return objectOf({ name: scalar(name) });
  }
}
