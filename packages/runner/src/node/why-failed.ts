/** An error of the library, of Node or of OpenSSL, as one of our own codes. */
import { failure, type Failure, type FailureCode } from '../failure.ts';

const CODES: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EAI_FAIL: 'unknown-host',
  ENODATA: 'unknown-host',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
  ERR_ADDRESS_BLOCKED: 'address-blocked',
  EPROTO: 'tls-failed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_HAS_EXPIRED: 'tls-untrusted',
  CERT_NOT_YET_VALID: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  CERT_REVOKED: 'tls-untrusted',
  HOSTNAME_MISMATCH: 'tls-untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-untrusted',
  ERR_INVALID_CHAR: 'invalid-request',
  ERR_INVALID_HTTP_TOKEN: 'invalid-request',
  ERR_INVALID_PROTOCOL: 'invalid-request',
  ERR_INVALID_URL: 'invalid-request',
  ERR_UNESCAPED_CHARACTERS: 'invalid-request',
  ERR_HTTP_INVALID_HEADER_VALUE: 'invalid-request',
  ERR_INVALID_ARG_VALUE: 'invalid-request',
  ERR_SOCKET_BAD_PORT: 'invalid-request',
  HPE_HEADER_OVERFLOW: 'response-too-large',
  Z_DATA_ERROR: 'response-undecodable',
  Z_BUF_ERROR: 'response-undecodable',
};

/** What says by its words alone what it is, the first that fits. */
const WORDS: readonly (readonly [RegExp, FailureCode])[] = [
  [/^NETERR: getaddrinfo ENOTFOUND/, 'address-blocked'],
  [/url is empty|Invalid URI|Invalid protocol|Invalid URL/i, 'invalid-request'],
  [/maxRedirects/, 'too-many-redirects'],
  [/Maximum response size/, 'response-too-large'],
  // Its refusal of a tunnel is taken for the answer of the server, which then has no certificate.
  [/tunneling socket|proxy|socks|^SSL Error: undefined/i, 'proxy-failed'],
  [
    /mac verify failure|bad decrypt|PKCS12|not enough data|PEM|key values mismatch|no start line|ee key too small/i,
    'client-certificate',
  ],
  [/alert (?:certificate (?:required|unknown|expired|revoked)|bad certificate|unknown ca)/i, 'certificate-wanted'],
  // Older TLS says no more than this where a certificate is missing, and says it of ciphers too.
  [/alert handshake failure/i, 'tls-failed'],
  [/^SSL Error|self[- ]signed|certificate/i, 'tls-untrusted'],
  [/wrong version number|unsupported protocol|no protocols available|no cipher match|SSL routines/i, 'tls-failed'],
  [/Parse Error/i, 'response-malformed'],
  [/decompress|incorrect header check|brotli/i, 'response-undecodable'],
  [/socket hang up|aborted|premature/i, 'connection-lost'],
];

/** What the words say more exactly than the code. */
const SURE: ReadonlySet<FailureCode> = new Set(['proxy-failed', 'client-certificate', 'certificate-wanted']);

export function whyFailed(error: Error): Failure {
  const { code } = error as { readonly code?: unknown };
  const byCode = typeof code === 'string' ? codeOf(code) : undefined;
  const [, byWords] = WORDS.find(([words]) => words.test(error.message)) ?? [];
  // A tunnel that was refused comes with the code of the connection to the proxy, and a restricted address with none.
  const found = byWords !== undefined && SURE.has(byWords) ? byWords : (byCode ?? byWords);
  return failure(found ?? 'sender-failed', detailOf(error, byWords));
}

function codeOf(code: string): FailureCode | undefined {
  const known = CODES[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return 'response-malformed';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_')) return 'tls-failed';
  if (code.startsWith('ERR_HTTP2_')) return 'connection-lost';
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT')) return 'response-undecodable';
  return undefined;
}

/** The words of the error on one line. A blocked address is named without saying that it was looked up in vain. */
function detailOf(error: Error, words: FailureCode | undefined): string {
  const line = error.message.replaceAll(/\s+/g, ' ').trim();
  if (words === 'address-blocked') return line.replace(/^NETERR: getaddrinfo ENOTFOUND /, '');
  return line
    .replace(/^\w+:(?:error:\w+:)?/, '')
    .replaceAll(/:\.\.\/deps\/\S+/g, '')
    .replace(/[.:]+$/, '');
}
