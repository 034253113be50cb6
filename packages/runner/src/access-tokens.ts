/**
 * The access tokens of one device: which one a request takes, and how a new one comes. A token is kept by where it comes from
 * and for whom (`tokenName`), so that requests with the same authentication share it, and another environment has another.
 */
import { REDIRECTS_MAX, TOKEN_ANSWER_BYTES_MAX } from './bounds.ts';
import type { PlainRequest, SendAuth, SendEvent, Sender, SendOrder } from './exchange.ts';
import { failure, type Failure } from './failure.ts';
import {
  type AccessToken,
  grantByItself,
  type OAuth2,
  oauth2Of,
  readToken,
  type TokenGrant,
  tokenName,
  tokenRequest,
  withToken,
  writtenToken,
} from './oauth2.ts';

/** A token that ends this soon may be over when it arrives. */
const MARGIN_MS = 10_000;

export type KeptTokens = ReadonlyMap<string, AccessToken>;

type Authorized =
  | { readonly kind: 'ready'; readonly auth: SendAuth | null }
  /** There is none, and only a person can get one. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Goes the way that requests go, with the limits, proxy and certificates for its address. */
export interface TokenSending {
  readonly sender: Sender;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly complete: (request: PlainRequest) => SendOrder;
  /** Told what really went out. */
  readonly tell?: (event: SendEvent) => void;
}

export class AccessTokens {
  readonly #kept: Map<string, AccessToken>;
  readonly #got = new Map<string, AccessToken>();

  constructor(kept: KeptTokens) {
    this.#kept = new Map(kept);
  }

  /** What is to be kept on the device. */
  get got(): KeptTokens {
    return this.#got;
  }

  /** What is written in the request counts; then what is kept and still good; then a new one, where nobody is needed for it. */
  async authorize(auth: SendAuth | null, sending: TokenSending): Promise<Authorized> {
    const oauth2 = oauth2Of(auth);
    if (auth === null || oauth2 === null || writtenToken(auth) !== '') return { kind: 'ready', auth };
    const kept = this.#kept.get(tokenName(oauth2));
    if (kept !== undefined && isGood(kept, sending.now())) return { kind: 'ready', auth: withToken(auth, kept) };
    const refreshed = kept === undefined ? null : await this.#refreshed(oauth2, kept, sending);
    if (refreshed !== null) return { kind: 'ready', auth: withToken(auth, refreshed) };
    const grant = grantByItself(oauth2);
    if (grant === null) return { kind: 'missing' };
    const answer = await askForToken(oauth2, grant, sending);
    if ('code' in answer) return { kind: 'failed', failure: answer };
    this.#keep(oauth2, answer);
    return { kind: 'ready', auth: withToken(auth, answer) };
  }

  /** Null where it cannot be, so that there has to be another way. */
  async #refreshed(oauth2: OAuth2, kept: AccessToken, sending: TokenSending): Promise<AccessToken | null> {
    const answer = await refreshToken(oauth2, kept, sending);
    if ('code' in answer) return null;
    this.#keep(oauth2, answer);
    return answer;
  }

  #keep(oauth2: OAuth2, token: AccessToken): void {
    this.#kept.set(tokenName(oauth2), token);
    this.#got.set(tokenName(oauth2), token);
  }
}

function isGood({ expiresAt }: AccessToken, now: number): boolean {
  return expiresAt === null || expiresAt - MARGIN_MS > now;
}

/** A new one. The refresh token stays where no other is given. */
export async function refreshToken(
  oauth2: OAuth2,
  kept: AccessToken,
  sending: TokenSending,
): Promise<AccessToken | Failure> {
  if (kept.refreshToken === null) return failure('token-refused', 'there is nothing to refresh it with');
  const answer = await askForToken(oauth2, { kind: 'refresh', refreshToken: kept.refreshToken }, sending);
  return 'code' in answer ? answer : { ...answer, refreshToken: answer.refreshToken ?? kept.refreshToken };
}

export async function askForToken(
  oauth2: OAuth2,
  grant: TokenGrant,
  { sender, signal, now, complete, tell = () => undefined }: TokenSending,
): Promise<AccessToken | Failure> {
  const request = tokenRequest(oauth2, grant);
  if (request.url === '') return failure('token-refused', 'there is no token URL');
  const order = { ...complete(request), responseBytesMax: TOKEN_ANSWER_BYTES_MAX };
  const decoder = new TextDecoder();
  let text = '';
  let status = 0;
  for await (const event of sender.send(order, signal)) {
    if (event.kind === 'sent') tell({ kind: 'sent', sent: { ...event.sent, reason: 'auth' } });
    if (event.kind === 'head') ({ status } = event.head);
    if (event.kind === 'body') text += decoder.decode(event.bytes, { stream: true });
    if (event.kind === 'failed') return atTokenUrl(event.failure);
  }
  const answer = readToken(text, now());
  return 'code' in answer && status >= 400 ? failure('token-refused', `${status}: ${detailOf(answer)}`) : answer;
}

/** The order of a request for a token: nothing of the jar goes along. */
export function tokenOrder(
  request: PlainRequest,
  { strictSSL }: SendOrder['behaviour'],
  surroundings: Pick<SendOrder, 'timeoutMs' | 'responseBytesMax' | 'certificate' | 'authorities' | 'proxy'>,
): SendOrder {
  const behaviour = { maxRedirects: REDIRECTS_MAX, ...(strictSSL === undefined ? {} : { strictSSL }) };
  return { request, auth: null, files: [], cookies: [], behaviour, ...surroundings };
}

/** Otherwise it would be taken for the address of the request. */
function atTokenUrl({ code, message }: Failure): Failure {
  return code === 'aborted' ? { code, message } : { code, message: `The token URL: ${message}` };
}

function detailOf({ message }: Failure): string {
  return /\((.*)\)\. /s.exec(message)?.[1] ?? '';
}
