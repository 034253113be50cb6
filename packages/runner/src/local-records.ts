/**
 * How local values and cookies are kept on a device: records of a workspace that never sync, one for each value and each
 * cookie, so that tabs and commands that send at the same time do not undo each other's.
 */
import * as z from 'zod/mini';
import { cookieSchema } from './cookie-schema.ts';
import type { Cookie, CookieChanges, CookieKey } from './cookie.ts';
import type { AccessToken } from './oauth2.ts';
import type { LocalValue, LocalValues } from './source.ts';
import type { VariableChange } from './scopes.ts';

const localValueSchema = z.union([z.object({ unset: z.literal(true) }), z.object({ value: z.unknown() })]);

const tokenSchema = z.object({
  ...{ accessToken: z.string(), tokenType: z.string(), refreshToken: z.nullable(z.string()) },
  ...{ expiresAt: z.nullable(z.number()), scope: z.nullable(z.string()) },
});

export interface LocalRecord {
  readonly key: string;
  readonly value: string;
}

/** What is to be written; null takes a record away. */
export interface LocalWrite {
  readonly key: string;
  readonly value: string | null;
}

const VALUE = 'value/';
const COOKIE = 'cookie/';
/** A token can be had anew, so it is nothing that signing out would lose. */
const TOKEN = 'window/token/';

/** In place of an element's id, for globals: a workspace may have several elements of them, or none. */
export const GLOBALS = 'globals';

export function valueKey(owner: string, name: string): string {
  return `${VALUE}${owner}/${name}`;
}

export function valueRecord(value: LocalValue): string {
  return JSON.stringify(value);
}

/** The local values of one element, or of {@link GLOBALS}. What cannot be read counts as not there. */
export function localValuesOf(records: readonly LocalRecord[], owner: string): LocalValues {
  const prefix = valueKey(owner, '');
  const values = new Map<string, LocalValue>();
  for (const { key, value } of records) {
    const found = key.startsWith(prefix) ? localValueSchema.safeParse(jsonOf(value)) : null;
    if (found?.success === true) values.set(key.slice(prefix.length), found.data);
  }
  return values;
}

/** What scripts changed, as local values: never as shared ones. */
export function valueWrites(owner: string, changes: readonly VariableChange[]): LocalWrite[] {
  return changes.map(({ name, change }) => ({ key: valueKey(owner, name), value: valueRecord(change) }));
}

export function cookiesOf(records: readonly LocalRecord[]): Cookie[] {
  return records.flatMap(({ key, value }) => {
    const found = key.startsWith(COOKIE) ? cookieSchema.safeParse(jsonOf(value)) : null;
    return found?.success === true ? [found.data] : [];
  });
}

export function cookieWrites({ set, removed }: CookieChanges): LocalWrite[] {
  return [
    ...removed.map((cookie) => ({ key: cookieKey(cookie), value: null })),
    ...set.map((cookie) => ({ key: cookieKey(cookie), value: JSON.stringify(cookie) })),
  ];
}

/** By the name of each. */
export function tokensOf(records: readonly LocalRecord[]): Map<string, AccessToken> {
  const tokens = new Map<string, AccessToken>();
  for (const { key, value } of records) {
    const found = key.startsWith(TOKEN) ? tokenSchema.safeParse(jsonOf(value)) : null;
    if (found?.success === true) tokens.set(key.slice(TOKEN.length), found.data);
  }
  return tokens;
}

export function tokenWrites(tokens: ReadonlyMap<string, AccessToken | null>): LocalWrite[] {
  return [...tokens].map(([name, token]) => ({
    key: `${TOKEN}${name}`,
    value: token === null ? null : JSON.stringify(token),
  }));
}

function cookieKey({ domain, path, name }: CookieKey): string {
  return `${COOKIE}${domain}${path}/${name}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
