/** The access token of an element's OAuth 2: which one this device keeps for it, and how a person gets another. */
import { browserCompression } from '@waypost/client/browser';
import type { ElementId } from '@waypost/protocol';
import {
  type AccessToken,
  type Failure,
  type PlainRequest,
  type SendOrder,
  tokensOf,
  tokenWrites,
} from '@waypost/runner';
import {
  answeredBy,
  askForToken,
  askPerson,
  compose,
  grantByItself,
  type OAuth2,
  oauth2Of,
  refreshToken,
  tokenName,
  tokenOrder,
  type TokenSending,
  writtenToken,
} from '@waypost/runner/sending';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { askInWindow, callbackUrl } from './asking-person.ts';
import { logSent } from './console-log.ts';
import { senderFor } from './sender-for.ts';
import { authSourceOf } from './source-of.ts';
import { surroundingsFor } from './surroundings.ts';
import { currentWay, logOf } from './use-sends.ts';

/** As a request would be sent now: with every name replaced. */
export interface TokenPlace {
  readonly oauth2: OAuth2;
  readonly isForPerson: boolean;
  /** Where a person is sent to, or where the token comes from. */
  readonly host: string;
  /** One is written there, and counts before any other. */
  readonly isWritten: boolean;
  readonly kept: AccessToken | null;
  readonly complete: (request: PlainRequest) => SendOrder;
}

/** Null where nothing is authenticated by OAuth 2. */
export async function tokenPlace(bench: Bench, id: ElementId): Promise<TokenPlace | null> {
  const sendable = await authSourceOf(bench, id);
  if (sendable === null) return null;
  const { auth, behaviour } = compose(sendable.source).order;
  const oauth2 = oauth2Of(auth);
  if (auth === null || oauth2 === null) return null;
  const surroundings = surroundingsFor(sendable.records);
  const isForPerson = grantByItself(oauth2) === null;
  return {
    ...{ oauth2, isForPerson, isWritten: writtenToken(auth) !== '' },
    host: URL.parse(isForPerson ? oauth2.authUrl : oauth2.accessTokenUrl)?.host ?? '',
    kept: tokensOf(sendable.records).get(tokenName(oauth2)) ?? null,
    complete: (request) => tokenOrder(request, behaviour, surroundings(request.url)),
  };
}

export interface GettingOptions {
  readonly desk: Desk;
  readonly bench: Bench;
  readonly place: TokenPlace;
  readonly signal: AbortSignal;
}

/** Kept on this device, or a sentence that says why not. Null where it was stopped. */
export async function getToken(options: GettingOptions): Promise<string | null> {
  const { oauth2, isForPerson } = options.place;
  const grant = isForPerson ? null : grantByItself(oauth2);
  const got = grant === null ? await getWithPerson(options) : await askForToken(oauth2, grant, sendingOf(options));
  return keep(options, got);
}

export async function refreshNow(options: GettingOptions): Promise<string | null> {
  const { oauth2, kept } = options.place;
  if (kept === null) return null;
  return keep(options, await refreshToken(oauth2, kept, sendingOf(options)));
}

export async function forgetToken({ bench, place }: GettingOptions): Promise<null> {
  await put(bench, place, null);
  return null;
}

async function getWithPerson(options: GettingOptions): Promise<AccessToken | Failure | string> {
  const { oauth2, host } = options.place;
  const asked = await askPerson(oauth2, {
    redirectUri: callbackUrl(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    digest: (bytes) => browserCompression.sha256(bytes),
  });
  if ('code' in asked) return asked;
  const { url, state } = asked;
  const read = (text: string) => answeredBy(oauth2, asked, { text, now: Date.now() });
  const back = await askInWindow({ url, state, read, signal: options.signal });
  switch (back.kind) {
    case 'blocked':
      return 'This browser kept the window from opening. Allow windows for this page and try again.';
    case 'late':
      return `Nobody came back from ${host} within ten minutes. Try again when it suits you.`;
    case 'stopped':
      return '';
    case 'answer':
      return 'kind' in back.answer ? askForToken(oauth2, back.answer, sendingOf(options)) : back.answer;
  }
}

async function keep({ bench, place }: GettingOptions, got: AccessToken | Failure | string): Promise<string | null> {
  if (typeof got === 'string') return got === '' ? null : got;
  if ('code' in got) return got.code === 'aborted' ? null : got.message;
  await put(bench, place, got);
  return null;
}

async function put({ device, workspace }: Bench, { oauth2 }: TokenPlace, token: AccessToken | null): Promise<void> {
  for (const { key, value } of tokenWrites(new Map([[tokenName(oauth2), token]])))
    await device.local.put(workspace, key, value);
}

/** The way that requests go just now. */
function sendingOf({ desk, bench, place, signal }: GettingOptions): TokenSending {
  return {
    sender: senderFor(currentWay(desk, bench), { desk, bench }),
    ...{ signal, now: () => Date.now(), complete: place.complete },
    tell: (event) => (event.kind === 'sent' ? logSent(logOf(desk), Date.now(), event.sent) : undefined),
  };
}
