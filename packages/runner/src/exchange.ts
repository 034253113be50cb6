/**
 * What a sender is asked, and what it tells while it happens. The same words inside one process and across a network
 * (exchange-codec.ts); whatever sends is a {@link Sender}: this process, the Waypost server, an agent, a relay, the browser.
 */
import type { Cookie, CookieChanges } from './cookie.ts';
import type { Failure } from './failure.ts';

/** Sends requests. Scripts are no part of it: they ran before, or run after, where the person is. */
export interface Sender {
  /**
   * Sends once, and tells what happens in order: any number of `note`, `sent`, one `head`, its `body`, and as the last
   * event exactly one `ended` or `failed`. Never throws. Aborting the signal, or leaving the loop early, stops it.
   */
  send(order: SendOrder, signal: AbortSignal): AsyncIterable<SendEvent>;
}

/** One request to send. Every variable is replaced by now: what is still written as `{{name}}` is sent that way. */
export interface SendOrder {
  readonly request: PlainRequest;
  /** The authentication in force, from wherever it was inherited; null for none. */
  readonly auth: SendAuth | null;
  /** What the form fields and the body that name files hold. A file that is named and not here is left out, with a note. */
  readonly files: readonly SendFile[];
  readonly behaviour: Behaviour;
  /** For the whole exchange, redirects included; null for no limit but the sender's own. */
  readonly timeoutMs: number | null;
  /** A larger decoded body ends with `response-too-large`; a sender may allow less. */
  readonly responseBytesMax: number;
  /**
   * The cookies that this sender may see. One that is trusted gets the whole jar of the workspace, since a redirect may
   * lead to any host; one that is not gets those of the request's own host.
   */
  readonly cookies: readonly Cookie[];
  readonly certificate: ClientCertificate | null;
  /** Certificates of authorities to trust besides the usual ones, as PEM. */
  readonly authorities: string | null;
  readonly proxy: Proxy;
}

/** A request in the collection format's own shape, without its authentication and with its URL as text. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly header: readonly Row[];
  readonly body: PlainBody | null;
}

export interface Row {
  readonly key: string;
  readonly value: string;
  readonly disabled?: boolean;
}

/** The member that `mode` names is the body; a sender ignores the others. */
export interface PlainBody {
  readonly mode: 'raw' | 'urlencoded' | 'formdata' | 'file' | 'graphql';
  readonly raw?: string;
  readonly urlencoded?: readonly Row[];
  readonly formdata?: readonly FormField[];
  readonly file?: { readonly src?: string; readonly content?: string };
  readonly graphql?: { readonly query?: string; readonly operationName?: string; readonly variables?: unknown };
  readonly options?: { readonly raw?: { readonly language?: string } };
}

export interface FormField {
  readonly key: string;
  readonly type?: 'text' | 'file';
  /** Of a text field; of a file field without `src` its content in base64. */
  readonly value?: string;
  readonly src?: string | readonly string[];
  readonly fileName?: string;
  readonly contentType?: string;
  readonly disabled?: boolean;
}

export interface SendAuth {
  /** `basic`, `bearer`, `digest`, `oauth1`, … as the collection format names them. */
  readonly type: string;
  readonly parameters: readonly AuthParameter[];
}

export interface AuthParameter {
  readonly key: string;
  /** Text mostly; switches are true or false, and some types hold lists. */
  readonly value: unknown;
}

export interface SendFile {
  /** As `src` in the request names it. */
  readonly src: string;
  readonly content: Blob;
}

/**
 * The collection format's `protocolProfileBehavior`, that of the request over those of the folders and the collection above it.
 * What is absent is as Postman has it; certificates are verified unless this says otherwise.
 */
export interface Behaviour {
  readonly followRedirects?: boolean;
  readonly followOriginalHttpMethod?: boolean;
  /** Keep the Authorization header when a redirect leads to another host. */
  readonly followAuthorizationHeader?: boolean;
  readonly maxRedirects?: number;
  readonly removeRefererHeaderOnRedirect?: boolean;
  readonly strictSSL?: boolean;
  readonly tlsPreferServerCiphers?: boolean;
  readonly tlsDisabledProtocols?: readonly string[];
  readonly tlsCipherSelection?: readonly string[];
  readonly disableUrlEncoding?: boolean;
  readonly disableCookies?: boolean;
  /** Headers that are otherwise added by themselves, in lower case. */
  readonly disabledSystemHeaders?: Readonly<Record<string, boolean>>;
  readonly disableBodyPruning?: boolean;
  readonly protocolVersion?: 'http1' | 'http2' | 'auto';
  readonly insecureHTTPParser?: boolean;
}

export type ClientCertificate =
  | { readonly kind: 'pem'; readonly certificate: string; readonly key: string; readonly passphrase: string | null }
  /** `pfx` in base64. */
  | { readonly kind: 'pfx'; readonly pfx: string; readonly passphrase: string | null };

export type Proxy =
  | { readonly kind: 'none' }
  /** What the sender's own machine says, in HTTP_PROXY and the like. */
  | { readonly kind: 'system' }
  /** `tunnel`: reach plain HTTP through CONNECT too, as HTTPS always is. */
  | { readonly kind: 'given'; readonly url: string; readonly tunnel: boolean };

export type HeaderLine = readonly [name: string, value: string];

export type SendEvent =
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'sent'; readonly sent: SentRequest }
  | { readonly kind: 'head'; readonly head: ResponseHead }
  /** A piece of the body as it came, decoded from its Content-Encoding. */
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly end: ResponseEnd }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly timings: Timings | null };

/** What did not stop the request, and a person should know: a file left out, a signature that could not be made. */
export interface Note {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** One request as it really went out: of each hop of a redirect, and of each round of an authentication. */
export interface SentRequest {
  /** `auth`: a round that an authentication needed, like the first one of digest. */
  readonly reason: 'request' | 'redirect' | 'auth';
  readonly method: string;
  readonly url: string;
  /** In their order. */
  readonly headers: readonly HeaderLine[];
  readonly httpVersion: string;
  /** What was answered to it, where it is not the last one. */
  readonly answer: { readonly status: number; readonly headers: readonly HeaderLine[] } | null;
  readonly timings: Timings | null;
}

export interface ResponseHead {
  readonly status: number;
  /** As the server wrote it; empty with HTTP/2. */
  readonly reason: string;
  /** In their order, repeated ones repeated. */
  readonly headers: readonly HeaderLine[];
  readonly httpVersion: string;
  readonly remote: { readonly address: string; readonly port: number } | null;
  readonly tls: Tls | null;
}

export interface Tls {
  readonly protocol: string;
  readonly cipher: string;
  /** Why it was not trusted, where verification was off; null where it is. */
  readonly untrusted: string | null;
  readonly subject: string;
  readonly issuer: string;
  /** As the certificate writes them. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly fingerprint: string;
}

export interface ResponseEnd {
  readonly timings: Timings;
  readonly sizes: Sizes;
  /** What the responses did to the jar, redirects included. */
  readonly cookies: CookieChanges;
}

/** Milliseconds. Null where it did not happen: a name that was an address, a connection that was open already. */
export interface Timings {
  /** Since 1970, by the sender's clock. */
  readonly startedAt: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  readonly downloadMs: number | null;
  readonly totalMs: number;
}

/** Bytes. */
export interface Sizes {
  readonly requestHeaders: number;
  readonly requestBody: number;
  readonly responseHeaders: number;
  /** Decoded. */
  readonly responseBody: number;
  /** As it came over the network. */
  readonly responseBodyEncoded: number;
}
