/**
 * What looks like a credential, so that a person can be asked before it is shared. A false alarm on every import would
 * teach people to ignore it: values that are variables, placeholders, addresses or words are let go.
 */
import { type JsonNode, memberOf, nodeAt, stringOf } from '@waypost/protocol';
import { authOf, authParameters } from './auth.ts';
import { itemsOf } from './json-edit.ts';
import { splitUrl } from './url.ts';

export interface Credential {
  /** Where in the element's data. */
  readonly path: string;
  /** What it looks like, in a few words. Never the value. */
  readonly reason: string;
}

/** Shapes that a provider gives to its keys, and nobody to anything else. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bgh[opsur]_[0-9A-Za-z]{36,}\b/, 'a GitHub token'],
  [/\bgithub_pat_[0-9A-Za-z_]{40,}\b/, 'a GitHub token'],
  [/\bglpat-[0-9A-Za-z_-]{20,}\b/, 'a GitLab token'],
  [/\bxox[abeoprs]-[0-9A-Za-z-]{10,}\b/, 'a Slack token'],
  [/\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}\b/, 'a Stripe key'],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, 'a Google API key'],
  [/\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/, 'a Postman API key'],
  [/\bsk-(?:ant-|proj-)?[0-9A-Za-z_-]{32,}\b/, 'an API key'],
  [/\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}/, 'a JSON Web Token'],
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
];

const SECRET_NAME =
  /pass(?:word|wd|phrase)|secret|token|api[-_ ]?key|private[-_ ]?key|access[-_ ]?key|auth[-_ ]?key|credential/i;
/** Names about a secret, not of one: `tokenUrl`, `password_policy`, `secretName`. */
const ABOUT_A_SECRET =
  /(?:ur[il]|endpoint|host|path|type|kind|name|ids?|expir\w*|ttl|lifetime|length|policy|prefix|scopes?|audience|issuer|method|field|header|location|status|count|hint|placement|timestamp|version|algorithm)$/i;
/** Headers that only number a request. */
const TRACE_NAME = /^postman-token$/i;
const PLACEHOLDER =
  /^(?:<.*>|\[.*\]|\*+|x+|\.+|-+)$|your|example|sample|dummy|change|replace|placeholder|insert|enter|todo|here|foo|bar$|^(?:test|demo|fake|mock)|^null$|^undefined$|^none$/i;
const CHARS_MIN = 8;

export function findCredentials(kind: string, data: JsonNode): Credential[] {
  return [
    ...rowCredentials(data, 'values'),
    ...rowCredentials(data, 'variable'),
    ...rowCredentials(data, 'headers'),
    ...authCredentials(kind, data),
    ...(kind === 'request' || kind === 'history-entry' ? requestCredentials(data, 'request') : []),
    ...(kind === 'example' ? requestCredentials(data, 'originalRequest') : []),
  ];
}

/** What a value of that name looks like, or null. */
export function looksLikeCredential(name: string, value: string): string | null {
  if (value.length < CHARS_MIN || isVariable(value)) return null;
  const shape = SHAPES.find(([pattern]) => pattern.test(value));
  if (shape !== undefined) return shape[1];
  if (/^(?:proxy-)?authorization$/i.test(name)) return authorizationReason(value);
  if (!SECRET_NAME.test(name) || TRACE_NAME.test(name) || ABOUT_A_SECRET.test(name.replaceAll(/[^A-Za-z]+$/g, '')))
    return null;
  if (/\s|^https?:/.test(value) || PLACEHOLDER.test(value) || value.includes('{{')) return null;
  // A word, or several, is a default or a description; a secret has digits or signs in it.
  return /[^A-Za-z_-]/.test(value) ? 'its name says so' : null;
}

function authorizationReason(value: string): string | null {
  const [, scheme = '', rest = ''] = /^(basic|bearer|token|apikey)\s+(\S+)$/i.exec(value) ?? [];
  if (rest.length < CHARS_MIN || rest.includes('{{') || PLACEHOLDER.test(rest) || !/[^A-Za-z]/.test(rest)) return null;
  return `a ${scheme.toLowerCase()} authorization`;
}

function rowCredentials(data: JsonNode, path: string): Credential[] {
  return itemsOf(nodeAt(data, path.split('.'))).flatMap((row) => {
    const [key, value] = [stringOf(memberOf(row, 'key')), stringOf(memberOf(row, 'value'))];
    return key === undefined || value === undefined ? [] : credential(`${path}[${key}]`, key, value);
  });
}

function authCredentials(kind: string, data: JsonNode): Credential[] {
  const auth = authOf(kind, data);
  const type = stringOf(memberOf(auth, 'type'));
  if (auth === undefined || type === undefined) return [];
  const at =
    kind === 'request' || kind === 'history-entry'
      ? 'request.auth'
      : kind === 'example'
        ? 'originalRequest.auth'
        : 'auth';
  return [...authParameters(auth, type)].flatMap(([key, node]) => {
    // The API key's own name is in `key`, and what it holds in `value`.
    const name = type === 'apikey' && key === 'value' ? 'apikey' : key;
    const value = stringOf(node);
    return value === undefined ? [] : credential(`${at}.${type}[${key}]`, name, value);
  });
}

function requestCredentials(data: JsonNode, prefix: string): Credential[] {
  const url = nodeAt(data, [prefix, 'url']);
  const raw = stringOf(url?.kind === 'object' ? memberOf(url, 'raw') : url) ?? '';
  const [, password = ''] = /:\/\/[^/@\s:]+:([^/@\s]+)@/.exec(splitUrl(raw).base) ?? [];
  const inUrl = password === '' || password.includes('{{') || PLACEHOLDER.test(password);
  return [
    ...rowCredentials(data, `${prefix}.header`),
    ...rowCredentials(data, `${prefix}.url.query`),
    ...rowCredentials(data, `${prefix}.body.urlencoded`),
    ...rowCredentials(data, `${prefix}.body.formdata`),
    ...(inUrl ? [] : [{ path: `${prefix}.url`, reason: 'a password in the address' }]),
  ];
}

function credential(path: string, name: string, value: string): Credential[] {
  const reason = looksLikeCredential(name, value);
  return reason === null ? [] : [{ path, reason }];
}

function isVariable(value: string): boolean {
  return /^\s*(?:[A-Za-z]+\s+)?\{\{[^{}]*\}\}\s*$/.test(value);
}
