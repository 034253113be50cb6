/** The settings of a request (`protocolProfileBehavior` of the format) in plain words, with what holds if nothing is said. */
import type { JsonNode } from '@waypost/protocol';

export type Behaviour = {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
} & (
  | { readonly input: 'switch'; readonly usually: boolean }
  | { readonly input: 'number'; readonly usually: number }
  | {
      readonly input: 'choice';
      readonly usually: string;
      readonly options: readonly (readonly [value: string, label: string])[];
    }
  | { readonly input: 'list'; readonly usually: readonly string[]; readonly example: string }
);

export const BEHAVIOURS: readonly Behaviour[] = [
  {
    key: 'followRedirects',
    title: 'Follow redirects',
    hint: 'Off, the redirect itself is shown.',
    input: 'switch',
    usually: true,
  },
  {
    key: 'maxRedirects',
    title: 'Redirects at most',
    hint: 'One more is an error.',
    input: 'number',
    usually: 10,
  },
  {
    key: 'followOriginalHttpMethod',
    title: 'Keep the method on redirects',
    hint: 'Otherwise a redirected POST becomes a GET, as in a browser.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'followAuthorizationHeader',
    title: 'Send the Authorization header to other hosts',
    hint: 'Keeps it when a redirect leads to another host. Only where you trust every host on the way.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'removeRefererHeaderOnRedirect',
    title: 'Leave out the Referer on redirects',
    hint: '',
    input: 'switch',
    usually: false,
  },
  {
    key: 'strictSSL',
    title: 'Verify certificates',
    hint: 'Off, anybody between you and the server can read and change what is sent.',
    input: 'switch',
    usually: true,
  },
  {
    key: 'disableUrlEncoding',
    title: 'Send the URL as written',
    hint: 'Characters that a URL cannot hold are otherwise encoded.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'disableCookies',
    title: 'Without cookies',
    hint: 'Neither sends cookies of the jar nor keeps new ones.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'disableBodyPruning',
    title: 'Send a body with GET and HEAD',
    hint: 'Otherwise the body is left out where the method has none.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'protocolVersion',
    title: 'HTTP version',
    hint: '',
    input: 'choice',
    usually: 'http1',
    options: [
      ['http1', 'HTTP/1.1'],
      ['http2', 'HTTP/2'],
      ['auto', 'HTTP/2 where the server has it'],
    ],
  },
  {
    key: 'insecureHTTPParser',
    title: 'Lenient with broken responses',
    hint: 'Takes headers that HTTP does not allow.',
    input: 'switch',
    usually: false,
  },
  {
    key: 'tlsPreferServerCiphers',
    title: "The server's order of ciphers",
    hint: '',
    input: 'switch',
    usually: false,
  },
  {
    key: 'tlsDisabledProtocols',
    title: 'TLS versions not to use',
    hint: 'Separated by commas.',
    input: 'list',
    usually: [],
    example: 'TLSv1, TLSv1_1',
  },
  {
    key: 'tlsCipherSelection',
    title: 'Ciphers to use',
    hint: 'In this order, separated by commas.',
    input: 'list',
    usually: [],
    example: 'TLS_AES_128_GCM_SHA256',
  },
];

/** What a person typed as a list. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

export function hasSettings(own: JsonNode | undefined): boolean {
  return own?.kind === 'object' && own.members.length > 0;
}
