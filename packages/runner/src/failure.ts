/**
 * Why a request could not be sent or its response not be read: one closed list, with what a person can do about it. Each
 * is documented in docs/user/sending.md, and a test compares the two.
 */

interface FailureWords {
  /** What happened, as the beginning of a sentence; what exactly goes on from there. */
  readonly what: string;
  /** What a person can do about it. */
  readonly advice: string;
  /** Whether the same request may succeed if it is simply sent again. */
  readonly retry: boolean;
}

export const FAILURE_CODES = {
  'invalid-request': {
    what: 'This request cannot be sent as it is written',
    advice: 'Correct the part that is named and send again.',
    retry: false,
  },
  'unknown-host': {
    what: 'The name of the host is not known',
    advice: 'Check the spelling, the variables in the URL, and whether this network knows the name.',
    retry: true,
  },
  'connection-refused': {
    what: 'Nothing answers at this address',
    advice: 'Check the port, and whether the server is running.',
    retry: true,
  },
  unreachable: {
    what: 'The network does not lead to this address',
    advice: 'Check the network, a VPN, or whether a proxy is needed.',
    retry: true,
  },
  'connection-lost': {
    what: 'The connection ended before the response was complete',
    advice: 'Send again; where it happens each time, the server closes it, or speaks another protocol on this port.',
    retry: true,
  },
  timeout: {
    what: 'The response did not come in time',
    advice: 'Send again, or allow more time in the settings of the request.',
    retry: true,
  },
  'tls-untrusted': {
    what: 'The certificate of the server is not trusted',
    advice: 'Add the authority that signed it, or turn off certificate verification for this request.',
    retry: false,
  },
  'tls-failed': {
    what: 'No secure connection could be made',
    advice: 'Check whether the port speaks TLS, and the TLS versions and ciphers in the settings of the request.',
    retry: false,
  },
  'client-certificate': {
    what: 'The client certificate cannot be used',
    advice: 'Check its files and its passphrase.',
    retry: false,
  },
  'certificate-wanted': {
    what: 'The server lets in only whoever shows a certificate that it knows',
    advice: 'Add one for its host, or check the one that is there: under Sender, or with --client-cert.',
    retry: false,
  },
  'proxy-failed': {
    what: 'The proxy did not carry the request',
    advice: 'Check the address of the proxy and its credentials.',
    retry: true,
  },
  'too-many-redirects': {
    what: 'The server redirects again and again',
    advice: 'Look at the redirects, or turn off following them.',
    retry: false,
  },
  'response-too-large': {
    what: 'The response is larger than allowed',
    advice: 'Ask the server for less, or raise the limit for responses.',
    retry: false,
  },
  'response-malformed': {
    what: 'What came back is no HTTP response',
    advice:
      'Check the port and the protocol; where only its headers are at fault, allow them with the insecure parser.',
    retry: false,
  },
  'response-undecodable': {
    what: 'The compressed response cannot be decoded',
    advice: 'Switch off the Accept-Encoding header and send again.',
    retry: false,
  },
  'address-blocked': {
    what: 'The sender does not send to this address',
    advice: 'Send from a machine that may reach it, such as this one, or ask the administrator to allow it.',
    retry: false,
  },
  'too-large': {
    what: 'The request is larger than the sender takes',
    advice: 'Send less, or send from this machine.',
    retry: false,
  },
  'too-many': {
    what: 'The sender has too much to do for you just now',
    advice: 'Wait until some requests have ended, and send again.',
    retry: true,
  },
  'not-allowed': {
    what: 'The sender refuses to work for this page or person',
    advice: 'Pair it again, or sign in.',
    retry: false,
  },
  'token-refused': {
    what: 'No access token was given',
    advice: 'Check the client, its secret, the scope and the URLs of the authentication.',
    retry: false,
  },
  'cross-origin': {
    what: 'The browser cannot read an answer from there by itself: the server does not allow it, or does not answer',
    advice: 'Send through Waypost on this machine or through the agent.',
    retry: false,
  },
  'sender-unreachable': {
    what: 'The sender of requests cannot be reached',
    advice: 'Check whether it is running, and send again.',
    retry: true,
  },
  'sender-failed': {
    what: 'This is a bug in Waypost',
    advice: 'Send again; where it happens each time, please report it.',
    retry: true,
  },
  aborted: {
    what: 'Sending was stopped',
    advice: 'Send again when it suits you.',
    retry: true,
  },
} as const satisfies Readonly<Record<string, FailureWords>>;

export type FailureCode = keyof typeof FAILURE_CODES;

/** How sending ended without a complete response. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence that says what happened, and one that says what to do. */
  readonly message: string;
}

export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURE_CODES, text);
}

/** `detail` is what exactly happened, in a few words: an address, the name of a field. Never a secret. */
export function failure(code: FailureCode, detail = ''): Failure {
  const { what, advice } = FAILURE_CODES[code];
  return { code, message: `${what}${detail === '' ? '' : ` (${detail})`}. ${advice}` };
}
