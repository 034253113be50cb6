/**
 * The grants that need a person: the address they are sent to, and what comes back with them. `state` tells whose answer it
 * is, and with PKCE (RFC 7636) a code is worth nothing to whoever else may see it.
 */
import { base64UrlOf } from './base64.ts';
import { failure, type Failure } from './failure.ts';
import { type AccessToken, type OAuth2, readToken, type TokenGrant } from './oauth2.ts';

/** What was sent along, to compare with what comes back. */
export interface Asked {
  readonly url: string;
  readonly state: string;
  readonly verifier: string | null;
  readonly redirectUri: string;
}

export interface Asking {
  /** The page that hands the answer over. */
  readonly redirectUri: string;
  readonly random: (length: number) => Uint8Array;
  /** SHA-256, in hexadecimal digits. */
  readonly digest: (bytes: Uint8Array) => Promise<string>;
}

/** In bytes, before they are written as text: RFC 7636 asks for at least 256 bits. */
const SECRET_LENGTH = 32;

/** The address is of http or https, or this fails: it comes from whoever wrote the request. */
export async function askPerson(oauth2: OAuth2, { redirectUri, random, digest }: Asking): Promise<Asked | Failure> {
  const url = URL.parse(oauth2.authUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    const why = oauth2.authUrl.trim() === '' ? 'there is no authorization URL' : 'the authorization URL is not of http';
    return failure('token-refused', why);
  }
  const [state, secret] = [base64UrlOf(random(SECRET_LENGTH)), base64UrlOf(random(SECRET_LENGTH))];
  const verifier = oauth2.grant === 'authorization_code_with_pkce' ? secret : null;
  const fields = {
    ...{ response_type: oauth2.grant === 'implicit' ? 'token' : 'code', client_id: oauth2.clientId },
    ...{ redirect_uri: redirectUri, scope: oauth2.scope, state },
    ...{ audience: oauth2.audience, resource: oauth2.resource },
    ...(verifier === null ? {} : await challenge(verifier, digest)),
  };
  for (const [key, value] of Object.entries(fields)) if (value !== '') url.searchParams.set(key, value);
  for (const { key, value } of oauth2.authParams) url.searchParams.append(key, value);
  return { url: url.href, state, verifier, redirectUri };
}

async function challenge(verifier: string, digest: Asking['digest']): Promise<Readonly<Record<string, string>>> {
  const digits = await digest(new TextEncoder().encode(verifier));
  const hash = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return { code_challenge: base64UrlOf(hash), code_challenge_method: 'S256' };
}

/** From the query or the fragment that a person came back with. Null for an answer to somebody else. */
export function answeredBy(
  { grant }: OAuth2,
  { state, verifier, redirectUri }: Asked,
  { text, now }: { readonly text: string; readonly now: number },
): AccessToken | Failure | Extract<TokenGrant, { kind: 'code' }> | null {
  const fields = new URLSearchParams(text);
  if (fields.get('state') !== state) return null;
  const code = fields.get('code') ?? '';
  if (grant !== 'implicit' && code !== '') return { kind: 'code', code, redirectUri, verifier };
  // What is refused is said as in an answer to a request.
  if (grant !== 'implicit' && !fields.has('error')) return failure('token-refused', 'no code came back');
  return readToken(text, now);
}
