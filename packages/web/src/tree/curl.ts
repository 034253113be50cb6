/** A request as a command line for curl, quoted for a POSIX shell. Pure. */
import type { Authentication } from '@waypost/model';
import { type JsonNode, memberOf, nodeAt, stringOf, toValue } from '@waypost/protocol';

export interface CurlOptions {
  /** The one in force, inherited or its own. */
  readonly auth: Authentication | null;
  /** What becomes of every text: variables put in, or as it is. */
  readonly resolve: (text: string) => string;
}

interface Pair {
  readonly key: string;
  readonly value: string;
  readonly node: JsonNode;
}

export function curlOf(data: JsonNode, { auth, resolve }: CurlOptions): string {
  const request = memberOf(data, 'request');
  const method = stringOf(memberOf(request, 'method')) ?? 'GET';
  const headers = pairsAt(request, ['header']).map(({ key, value }): [string, string] => [
    resolve(key),
    resolve(value),
  ]);
  const body = bodyParts(memberOf(request, 'body'), resolve);
  const signed = authParts(auth, resolve);
  const has = (name: string): boolean => headers.some(([key]) => key.toLowerCase() === name);
  const added = body.type !== null && !has('content-type') ? [['Content-Type', body.type] as const] : [];
  const url = withQuery(resolve(urlOf(request)), signed.query);
  const implied = body.parts.length > 0 ? 'POST' : 'GET';
  const parts = [
    [
      'curl',
      ...(method === implied ? [] : [method === 'HEAD' ? '--head' : `--request ${quoted(method)}`]),
      quoted(url),
    ].join(' '),
    ...[...headers, ...signed.headers, ...added].map(
      ([key, value]) => `--header ${quoted(value === '' ? `${key};` : `${key}: ${value}`)}`,
    ),
    ...signed.options,
    ...body.parts,
  ];
  return parts.join(' \\\n  ');
}

/** The URL with its path variables put in; a query that is switched off is not part of it. */
function urlOf(request: JsonNode | undefined): string {
  const url = memberOf(request, 'url');
  const raw = stringOf(url?.kind === 'object' ? memberOf(url, 'raw') : url) ?? '';
  const values = new Map(pairsAt(request, ['url', 'variable']).map(({ key, value }) => [key, value]));
  return raw.replaceAll(/\/:([^/?#]+)/g, (written, name: string) => {
    const value = values.get(name);
    return value === undefined ? written : `/${encodeURI(value)}`;
  });
}

interface AuthParts {
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
  readonly options: readonly string[];
}

/** Kinds that sign each request anew say nothing that a fixed line could hold: they are left out. */
function authParts(auth: Authentication | null, resolve: (text: string) => string): AuthParts {
  const none: AuthParts = { headers: [], query: [], options: [] };
  if (auth === null) return none;
  const text = (name: string): string => resolve(stringOf(auth.parameters.get(name)) ?? '');
  switch (auth.type) {
    case 'basic':
    case 'digest':
    case 'ntlm': {
      const scheme = auth.type === 'basic' ? [] : [`--${auth.type}`];
      return { ...none, options: [...scheme, `--user ${quoted(`${text('username')}:${text('password')}`)}`] };
    }
    case 'bearer':
      return { ...none, headers: [['Authorization', `Bearer ${text('token')}`]] };
    case 'oauth2': {
      const prefix = text('headerPrefix').trim() || 'Bearer';
      return { ...none, headers: [['Authorization', `${prefix} ${text('accessToken')}`]] };
    }
    case 'apikey':
      return text('in') === 'query'
        ? { ...none, query: [[text('key'), text('value')]] }
        : { ...none, headers: [[text('key'), text('value')]] };
    default:
      return none;
  }
}

function withQuery(url: string, query: AuthParts['query']): string {
  if (query.length === 0) return url;
  const [, base = url, hash = ''] = /^([^#]*)(.*)$/s.exec(url) ?? [];
  const added = query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
  return `${base}${base.includes('?') ? '&' : '?'}${added}${hash}`;
}

interface BodyParts {
  readonly parts: readonly string[];
  /** The content type that sending would add. */
  readonly type: string | null;
}

function bodyParts(body: JsonNode | undefined, resolve: (text: string) => string): BodyParts {
  const nothing: BodyParts = { parts: [], type: null };
  switch (stringOf(memberOf(body, 'mode'))) {
    case 'raw': {
      const raw = stringOf(memberOf(body, 'raw')) ?? '';
      const language = stringOf(nodeAt(body, ['options', 'raw', 'language'])) ?? 'text';
      return raw === ''
        ? nothing
        : { parts: [`--data-raw ${quoted(resolve(raw))}`], type: TYPES[language] ?? 'text/plain' };
    }
    case 'urlencoded':
      return {
        parts: pairsAt(body, ['urlencoded']).map(
          ({ key, value }) => `--data-urlencode ${quoted(`${encodeURIComponent(resolve(key))}=${resolve(value)}`)}`,
        ),
        type: null,
      };
    case 'formdata':
      return { parts: pairsAt(body, ['formdata']).flatMap((pair) => formParts(pair, resolve)), type: null };
    case 'graphql': {
      const query = resolve(stringOf(nodeAt(body, ['graphql', 'query'])) ?? '');
      const variables = resolve(stringOf(nodeAt(body, ['graphql', 'variables'])) ?? '');
      return { parts: [`--data-raw ${quoted(graphqlBody(query, variables))}`], type: 'application/json' };
    }
    case 'file': {
      const src = stringOf(nodeAt(body, ['file', 'src']));
      return src === undefined
        ? nothing
        : { parts: [`--data-binary ${quoted(`@${src}`)}`], type: 'application/octet-stream' };
    }
    default:
      return nothing;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html',
  javascript: 'application/javascript',
};

function formParts({ key, value, node }: Pair, resolve: (text: string) => string): string[] {
  const name = resolve(key);
  if (stringOf(memberOf(node, 'type')) !== 'file') return [`--form-string ${quoted(`${name}=${resolve(value)}`)}`];
  const src = memberOf(node, 'src');
  const files = src === undefined ? [] : [toValue(src)].flat().filter((file) => typeof file === 'string');
  return files.map((file) => `--form ${quoted(`${name}=@"${file.replaceAll(/["\\]/g, String.raw`\$&`)}"`)}`);
}

function graphqlBody(query: string, variables: string): string {
  try {
    return JSON.stringify({ query, variables: variables.trim() === '' ? {} : (JSON.parse(variables) as unknown) });
  } catch {
    return JSON.stringify({ query, variables });
  }
}

function pairsAt(node: JsonNode | undefined, path: readonly string[]): Pair[] {
  const list = nodeAt(node, path);
  if (list?.kind !== 'array') return [];
  return list.items.flatMap((row): Pair[] => {
    const disabled = memberOf(row, 'disabled');
    if (disabled?.kind === 'scalar' && disabled.source === 'true') return [];
    const value = memberOf(row, 'value');
    const text = stringOf(value) ?? (value?.kind === 'scalar' && value.source !== 'null' ? value.source : '');
    return [{ key: stringOf(memberOf(row, 'key')) ?? '', value: text, node: row }];
  });
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
