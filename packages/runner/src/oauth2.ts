/**
 * OAuth 2 from the side of a client (RFC 6749): what the collection format says of it, the requests for a token, and
 * what is answered to them. Who sends them, and where a token is kept, is left to others.
 */
import * as z from 'zod/mini';
import { toBase64 } from './base64.ts';
import type { AuthParameter, PlainRequest, Row, SendAuth } from './exchange.ts';
import { failure, type Failure } from './failure.ts';

type Grant =
  | 'authorization_code'
  | 'authorization_code_with_pkce'
  | 'implicit'
  | 'password_credentials'
  | 'client_credentials';

export interface OAuth2 {
  readonly grant: Grant;
  readonly authUrl: string;
  readonly accessTokenUrl: string;
  /** Mostly the same as the one above. */
  readonly refreshTokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly username: string;
  readonly password: string;
  /** Where the credentials of the client go. */
  readonly clientAuthentication: 'header' | 'body';
  readonly audience: string;
  readonly resource: string;
  /** What somebody added to the address that a person is sent to, and to each of the two requests. */
  readonly authParams: readonly Extra[];
  readonly tokenParams: readonly Extra[];
  readonly refreshParams: readonly Extra[];
}

interface Extra {
  readonly key: string;
  readonly value: string;
  readonly sendAs: 'request_body' | 'request_header' | 'request_url';
}

export interface AccessToken {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly refreshToken: string | null;
  /** Since 1970, by the clock of this device; null where nobody said. */
  readonly expiresAt: number | null;
  readonly scope: string | null;
}

/** What a token is asked for with. */
export type TokenGrant =
  | { readonly kind: 'client' }
  | { readonly kind: 'password' }
  /** What came back with a person; `verifier` proves that whoever asks is who sent them. */
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string; readonly verifier: string | null }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

/** With every name replaced. Null for another type of authentication. */
export function oauth2Of(auth: SendAuth | null): OAuth2 | null {
  if (auth?.type !== 'oauth2') return null;
  const text = (key: string): string => textOf(auth.parameters, key);
  const accessTokenUrl = text('accessTokenUrl');
  return {
    grant: GRANTS.find((grant) => grant === text('grant_type')) ?? 'authorization_code',
    ...{ authUrl: text('authUrl'), accessTokenUrl, refreshTokenUrl: text('refreshTokenUrl') || accessTokenUrl },
    ...{ clientId: text('clientId'), clientSecret: text('clientSecret'), scope: text('scope') },
    ...{ username: text('username'), password: text('password') },
    clientAuthentication: text('client_authentication') === 'body' ? 'body' : 'header',
    ...{ audience: text('audience'), resource: text('resource') },
    authParams: extrasOf(auth.parameters, 'authRequestParams'),
    tokenParams: extrasOf(auth.parameters, 'tokenRequestParams'),
    refreshParams: extrasOf(auth.parameters, 'refreshRequestParams'),
  };
}

/** A token that somebody wrote there; empty for none. */
export function writtenToken({ parameters }: SendAuth): string {
  return textOf(parameters, 'accessToken').trim();
}

export function withToken(auth: SendAuth, { accessToken, tokenType }: AccessToken): SendAuth {
  const others = auth.parameters.filter(({ key }) => key !== 'accessToken' && key !== 'tokenType');
  const token: AuthParameter[] = [
    { key: 'accessToken', value: accessToken },
    { key: 'tokenType', value: tokenType },
  ];
  return { ...auth, parameters: [...others, ...token] };
}

/** The grants that need nobody in front of a screen. */
export function grantByItself({ grant }: OAuth2): TokenGrant | null {
  if (grant === 'client_credentials') return { kind: 'client' };
  return grant === 'password_credentials' ? { kind: 'password' } : null;
}

/** Where the token comes from and for whom: another client, environment or scope has another token. No secret is in it. */
export function tokenName(oauth2: OAuth2): string {
  const { grant, authUrl, accessTokenUrl, clientId, scope, username, audience, resource } = oauth2;
  return JSON.stringify([grant, authUrl, accessTokenUrl, clientId, scope, username, audience, resource]);
}

export function tokenRequest(oauth2: OAuth2, grant: TokenGrant): PlainRequest {
  const isRefresh = grant.kind === 'refresh';
  const { clientId, clientSecret, clientAuthentication } = oauth2;
  const extras = isRefresh ? oauth2.refreshParams : oauth2.tokenParams;
  const inHeader = clientAuthentication === 'header' && clientSecret !== '';
  const header: Row[] = [
    { key: 'Accept', value: 'application/json' },
    // As Postman has it; RFC 6749 encodes both first, which few servers undo.
    ...(inHeader ? [{ key: 'Authorization', value: `Basic ${base64Of(`${clientId}:${clientSecret}`)}` }] : []),
    ...rowsOf(extras, 'request_header'),
  ];
  const body: Row[] = [
    ...grantRows(oauth2, grant),
    ...(inHeader ? [] : filled({ client_id: clientId, client_secret: clientSecret })),
    ...(isRefresh ? [] : filled({ audience: oauth2.audience, resource: oauth2.resource })),
    ...rowsOf(extras, 'request_body'),
  ];
  return {
    method: 'POST',
    url: withQuery(isRefresh ? oauth2.refreshTokenUrl : oauth2.accessTokenUrl, rowsOf(extras, 'request_url')),
    header,
    body: { mode: 'urlencoded', urlencoded: body },
  };
}

function grantRows({ scope, username, password }: OAuth2, grant: TokenGrant): Row[] {
  switch (grant.kind) {
    case 'client':
      return filled({ grant_type: 'client_credentials', scope });
    case 'password':
      return filled({ grant_type: 'password', username, password, scope });
    case 'code': {
      const { code, redirectUri, verifier } = grant;
      const proof = { redirect_uri: redirectUri, code_verifier: verifier ?? '' };
      return filled({ grant_type: 'authorization_code', code, ...proof });
    }
    case 'refresh':
      return filled({ grant_type: 'refresh_token', refresh_token: grant.refreshToken });
  }
}

/** What a server answers with, in JSON or as a form. Whoever refreshes keeps the refresh token where no other came. */
export function readToken(text: string, now: number): AccessToken | Failure {
  const said = answerSchema.safeParse(fieldsIn(text));
  if (!said.success) return failure('token-refused', 'the answer is no answer of OAuth 2');
  const { access_token, token_type, refresh_token, expires_in, scope, error, error_description } = said.data;
  if (access_token === undefined || access_token === '') {
    const why = [error, error_description].filter((part) => part !== undefined && part !== '').join(': ');
    return failure('token-refused', why === '' ? 'there is none in the answer' : why);
  }
  const seconds = Number(expires_in ?? Number.NaN);
  return {
    accessToken: access_token,
    tokenType: token_type ?? 'Bearer',
    refreshToken: refresh_token ?? null,
    expiresAt: Number.isFinite(seconds) ? now + seconds * 1_000 : null,
    scope: scope ?? null,
  };
}

const answerSchema = z.object({
  access_token: z.optional(z.string()),
  token_type: z.optional(z.string()),
  refresh_token: z.optional(z.nullable(z.string())),
  expires_in: z.optional(z.nullable(z.union([z.number(), z.string()]))),
  scope: z.optional(z.nullable(z.string())),
  error: z.optional(z.string()),
  error_description: z.optional(z.string()),
});

const GRANTS: readonly Grant[] = [
  'authorization_code',
  'authorization_code_with_pkce',
  'implicit',
  'password_credentials',
  'client_credentials',
];

function fieldsIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return Object.fromEntries(new URLSearchParams(text.trim()));
  }
}

function textOf(parameters: readonly AuthParameter[], key: string): string {
  const value = parameters.find((parameter) => parameter.key === key)?.value;
  return typeof value === 'string' ? value : '';
}

const extraSchema = z.object({
  key: z.string(),
  value: z.string(),
  enabled: z.optional(z.boolean()),
  send_as: z.optional(z.enum(['request_body', 'request_header', 'request_url'])),
});

function extrasOf(parameters: readonly AuthParameter[], key: string): Extra[] {
  const list = parameters.find((parameter) => parameter.key === key)?.value;
  return (Array.isArray(list) ? list : []).flatMap((one) => {
    const { data } = extraSchema.safeParse(one);
    if (data === undefined || data.enabled === false) return [];
    return [{ key: data.key, value: data.value, sendAs: data.send_as ?? 'request_body' }];
  });
}

function rowsOf(extras: readonly Extra[], sendAs: Extra['sendAs']): Row[] {
  return extras.filter((extra) => extra.sendAs === sendAs).map(({ key, value }) => ({ key, value }));
}

function filled(fields: Readonly<Record<string, string>>): Row[] {
  return Object.entries(fields).flatMap(([key, value]) => (value === '' ? [] : [{ key, value }]));
}

function withQuery(url: string, rows: readonly Row[]): string {
  if (rows.length === 0) return url;
  const query = new URLSearchParams(rows.map(({ key, value }) => [key, value])).toString();
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function base64Of(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}
