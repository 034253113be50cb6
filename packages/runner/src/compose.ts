/**
 * From a request as it is kept to the order that a sender is given: the request of its own collection with all above it,
 * every name replaced, and the authentication that is in force. Postman's own library does it, so that what goes out is what
 * newman would send.
 */
import sdk, { type Item } from 'postman-collection';
import { readBehaviour } from './behaviour.ts';
import type { AuthParameter, FormField, PlainBody, PlainRequest, Row, SendAuth, SendOrder } from './exchange.ts';
import { Scopes } from './scopes.ts';
import { type SendSource, type SourceElement, sentElement } from './source.ts';

/** What of an order the request says itself. */
export type ComposedOrder = Pick<SendOrder, 'request' | 'auth' | 'behaviour'>;

export interface Composed {
  readonly order: ComposedOrder;
  /** Names that nothing gives a value: they stay as written. */
  readonly unresolved: readonly string[];
  /** `src` of form fields and bodies that name files. */
  readonly files: readonly string[];
}

/** The request as it would be sent now, if no script changed it first. */
export function compose(source: SendSource): Composed {
  return composeItem(itemOf(source), new Scopes(source));
}

/** The request as the only one in its collection and folders, which have a say in authentication, scripts and settings. */
export function itemOf(source: SendSource): Item {
  const { lineage } = source;
  const sent = sentElement(source);
  let content: object = itemJson(sent);
  // An example stands below its request, which has no say in it.
  for (const element of lineage.slice(1).filter(({ kind }) => kind !== 'request')) {
    content = { ...jsonOf(element), item: [content] };
  }
  // What stands below nothing still needs something above it.
  if (lineage.at(-1)?.kind !== 'collection') content = { item: [content] };
  let found: Item | { readonly items: { idx(index: number): Item | typeof found } } = new sdk.Collection(content);
  while ('items' in found) found = found.items.idx(0);
  return found;
}

function itemJson(element: SourceElement): object {
  const { originalRequest, response: _response, ...data } = jsonOf(element);
  const request = withUrlParts(element.kind === 'example' ? originalRequest : data['request']);
  return element.kind === 'example' ? { name: data['name'], request } : { ...data, request };
}

/** A URL that is only a text in `raw` is that text; the library would read none from it, and send nothing. */
function withUrlParts(request: unknown): unknown {
  const { url, ...rest } = recordOf(request);
  const { raw, ...parts } = recordOf(url);
  if (typeof raw !== 'string' || parts['host'] !== undefined || parts['path'] !== undefined) return request;
  return { ...rest, url: { ...sdk.Url.parse(raw), ...parts } };
}

function jsonOf({ data }: SourceElement): Record<string, unknown> {
  const json = JSON.parse(data) as unknown;
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

/** After its scripts changed what they wanted. */
export function composeItem(item: Item, scopes: Scopes): Composed {
  const url = sdk.Property.replaceSubstitutions(item.request.url.toString(), scopes.definitions());
  const resolved = resolvedJson(item, scopes);
  const request = { ...plainRequest(Reflect.get(resolved, 'request')), url };
  const auth = item.getAuth();
  const order = {
    request,
    auth: auth === undefined ? null : sendAuth(resolvedJson(auth, scopes)),
    behaviour: readBehaviour(item.getProtocolProfileBehaviorResolved()),
  };
  return { order, unresolved: namesIn(order), files: filesOf(request.body) };
}

function resolvedJson(part: Pick<Item, 'toObjectResolved'>, scopes: Scopes): object {
  return Object(part.toObjectResolved(null, scopes.definitions(), { ignoreOwnVariables: true })) as object;
}

type Json = Readonly<Record<string, unknown>>;

/** Of a request in the collection format, as the library prints it. Its URL is left to the caller. */
export function plainRequest(json: unknown): PlainRequest {
  const { method, header, body } = recordOf(json);
  return {
    method: text(method) === '' ? 'GET' : text(method),
    url: '',
    header: listOf(header).map(headerOf),
    body: typeof body === 'object' && body !== null ? bodyOf(recordOf(body)) : null,
  };
}

function bodyOf(body: Json): PlainBody | null {
  if (body['disabled'] === true) return null;
  const options = recordOf(recordOf(body['options'])['raw'])['language'];
  const language = typeof options === 'string' ? { options: { raw: { language: options } } } : {};
  switch (body['mode']) {
    case 'raw':
      return { mode: 'raw', raw: typeof body['raw'] === 'string' ? body['raw'] : printed(body['raw']), ...language };
    case 'urlencoded':
      return { mode: 'urlencoded', urlencoded: listOf(body['urlencoded']).map(rowOf) };
    case 'formdata':
      return { mode: 'formdata', formdata: listOf(body['formdata']).map(fieldOf) };
    case 'file':
      return { mode: 'file', file: fileOf(recordOf(body['file'])) };
    case 'graphql':
      return { mode: 'graphql', graphql: graphqlOf(recordOf(body['graphql'])) };
    default:
      return null;
  }
}

function fileOf({ src, content }: Json): NonNullable<PlainBody['file']> {
  return { ...(typeof src === 'string' ? { src } : {}), ...(typeof content === 'string' ? { content } : {}) };
}

function graphqlOf({ query, operationName, variables }: Json): NonNullable<PlainBody['graphql']> {
  return {
    ...(typeof query === 'string' ? { query } : {}),
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(variables === undefined ? {} : { variables }),
  };
}

/** The library writes a value that is null as that word. */
function headerOf(row: Json): Row {
  return rowOf(row['value'] === null ? { ...row, value: 'null' } : row);
}

function rowOf(row: Json): Row {
  return { key: text(row['key']), value: text(row['value']), ...offOf(row) };
}

function fieldOf(field: Json): FormField {
  const { key, type, value, src, fileName, contentType } = field;
  const isFile = type === 'file';
  return {
    key: text(key),
    ...(isFile ? { type: 'file' } : {}),
    ...(isFile && typeof value !== 'string' ? {} : { value: typeof value === 'string' ? value : printed(value) }),
    ...(typeof src === 'string' ? { src } : Array.isArray(src) ? { src: src.map(text) } : {}),
    ...(typeof fileName === 'string' ? { fileName } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...offOf(field),
  };
}

function offOf(row: Json): { readonly disabled?: boolean } {
  return row['disabled'] === true ? { disabled: true } : {};
}

/** Null for none: a type that the format does not have is none, too. */
export function sendAuth(json: unknown): SendAuth | null {
  const auth = recordOf(json);
  const type = text(auth['type']);
  if (type === '' || type === 'noauth') return null;
  const parameters = listOf(auth[type]).map(({ key, value }): AuthParameter => ({ key: text(key), value }));
  return { type, parameters };
}

/** Names still in the text of what will be sent: not those of rows that are off. */
function namesIn({ request, auth }: ComposedOrder): string[] {
  const isOn = ({ disabled }: { readonly disabled?: boolean }): boolean => disabled !== true;
  const { body } = request;
  const sent = [
    request.url,
    request.header.filter(isOn),
    body === null ? '' : Array.isArray(body[body.mode]) ? (body[body.mode] as readonly Row[]).filter(isOn) : body,
    auth ?? '',
  ];
  const names = [...JSON.stringify(sent).matchAll(/\{\{([^{}]*?)\}\}/g)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}

function filesOf(body: PlainBody | null): string[] {
  if (body?.mode === 'file') return body.file?.src === undefined ? [] : [body.file.src];
  if (body?.mode !== 'formdata') return [];
  const fields = (body.formdata ?? []).filter(({ type, disabled }) => type === 'file' && disabled !== true);
  return [...new Set(fields.flatMap(({ src }) => src ?? []))].filter((src) => src !== '');
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

/** As Node writes a form value that is no text. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
}

function printed(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
