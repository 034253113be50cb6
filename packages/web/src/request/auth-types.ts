/** Every type of authentication of the collection format, with its fields in the words of a person. */
export type AuthField = {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  /** Nothing for other eyes: dots where it is one line. */
  readonly isSecret?: true;
  /** Used by few: behind "More", unless it is a secret that is written there. */
  readonly isAdvanced?: true;
  /** Only where another field has one of these values. */
  readonly for?: readonly [key: string, values: readonly string[]];
} & (
  | { readonly input: 'text' | 'switch' | 'long' }
  | { readonly input: 'choice'; readonly options: readonly (readonly [value: string, label: string])[] }
);

export interface AuthType {
  readonly type: string;
  readonly label: string;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly fields: readonly AuthField[];
}

type More = Pick<AuthField, 'hint' | 'isAdvanced' | 'for'>;

const text = (key: string, label: string, more: More = {}): AuthField => ({
  ...{ key, label, input: 'text' },
  ...more,
});
const secret = (key: string, label: string, more: More = {}): AuthField => ({
  ...{ key, label, input: 'text', isSecret: true },
  ...more,
});
const flag = (key: string, label: string, more: More = {}): AuthField => ({
  ...{ key, label, input: 'switch' },
  ...more,
});
const choice = (
  key: string,
  label: string,
  options: readonly (readonly [string, string])[],
  more: More = {},
): AuthField => ({ ...{ key, label, input: 'choice', options }, ...more });

const ADVANCED = { isAdvanced: true } as const;

const IN_HEADER_OR_URL = [
  ['header', 'Header'],
  ['queryParams', 'URL'],
] as const;

const WITH_PERSON = ['authorization_code', 'authorization_code_with_pkce', 'implicit'] as const;
const WITH_TOKEN_URL = [
  ...['authorization_code', 'authorization_code_with_pkce', 'password_credentials', 'client_credentials'],
];

export const AUTH_TYPES: readonly AuthType[] = [
  {
    type: 'bearer',
    label: 'Bearer token',
    about: 'Sent as Authorization: Bearer.',
    fields: [secret('token', 'Token')],
  },
  {
    type: 'basic',
    label: 'Basic',
    about: 'User name and password, sent with every request.',
    fields: [text('username', 'User name'), secret('password', 'Password')],
  },
  {
    type: 'apikey',
    label: 'API key',
    about: 'A name and a value in a header, or in the URL.',
    fields: [
      text('key', 'Name'),
      secret('value', 'Value'),
      choice('in', 'Where', [
        ['header', 'Header'],
        ['query', 'Query parameter'],
      ]),
    ],
  },
  {
    type: 'oauth2',
    label: 'OAuth 2.0',
    about: 'Sends an access token. It is kept on this device, never synced, and refreshed where that is possible.',
    fields: [
      choice('grant_type', 'Grant', [
        ['authorization_code', 'Authorization code'],
        ['authorization_code_with_pkce', 'Authorization code with PKCE'],
        ['implicit', 'Implicit'],
        ['password_credentials', 'Password'],
        ['client_credentials', 'Client credentials'],
      ]),
      text('authUrl', 'Authorization URL', { for: ['grant_type', WITH_PERSON] }),
      text('accessTokenUrl', 'Token URL', { for: ['grant_type', WITH_TOKEN_URL] }),
      text('clientId', 'Client ID'),
      secret('clientSecret', 'Client secret', { for: ['grant_type', WITH_TOKEN_URL] }),
      text('username', 'User name', { for: ['grant_type', ['password_credentials']] }),
      secret('password', 'Password', { for: ['grant_type', ['password_credentials']] }),
      text('scope', 'Scope'),
      secret('accessToken', 'Access token', {
        hint: 'One that is written here is sent as it is, instead of the one on this device.',
        isAdvanced: true,
      }),
      choice('addTokenTo', 'Where', IN_HEADER_OR_URL, ADVANCED),
      text('headerPrefix', 'Prefix', { hint: 'Bearer, if nothing else is said.', isAdvanced: true }),
      choice(
        'client_authentication',
        'Client credentials',
        [
          ['header', 'In a header'],
          ['body', 'In the body'],
        ],
        ADVANCED,
      ),
      text('refreshTokenUrl', 'Refresh URL', { hint: 'The token URL, if nothing else is said.', isAdvanced: true }),
      text('audience', 'Audience', ADVANCED),
      text('resource', 'Resource', ADVANCED),
      text('tokenName', 'Name of the token', ADVANCED),
    ],
  },
  {
    type: 'digest',
    label: 'Digest',
    about: 'Answers the challenge of the server, so that the password itself is not sent.',
    fields: [
      text('username', 'User name'),
      secret('password', 'Password'),
      flag('disableRetryRequest', 'Do not send again after the challenge', ADVANCED),
      text('realm', 'Realm', ADVANCED),
      text('nonce', 'Nonce', ADVANCED),
      choice(
        'algorithm',
        'Algorithm',
        ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess'].map(
          (name) => [name, name] as const,
        ),
        ADVANCED,
      ),
      text('qop', 'Quality of protection', ADVANCED),
      text('nonceCount', 'Nonce count', ADVANCED),
      text('clientNonce', 'Client nonce', ADVANCED),
      text('opaque', 'Opaque', ADVANCED),
    ],
  },
  {
    type: 'jwt',
    label: 'JWT bearer',
    about: 'Makes a JSON Web Token for each request, and signs it.',
    fields: [
      choice(
        'algorithm',
        'Algorithm',
        [
          'HS256',
          'HS384',
          'HS512',
          'RS256',
          'RS384',
          'RS512',
          'PS256',
          'PS384',
          'PS512',
          'ES256',
          'ES384',
          'ES512',
        ].map((name) => [name, name] as const),
      ),
      secret('secret', 'Secret', { hint: 'For HS algorithms.' }),
      flag('isSecretBase64Encoded', 'The secret is Base64'),
      {
        key: 'privateKey',
        label: 'Private key',
        hint: 'PEM, for RS, PS and ES algorithms.',
        input: 'long',
        isSecret: true,
      },
      { key: 'payload', label: 'Payload', input: 'long' },
      { key: 'header', label: 'Header of the token', input: 'long', isAdvanced: true },
      text('headerPrefix', 'Prefix', ADVANCED),
      choice(
        'addTokenTo',
        'Where',
        [
          ['header', 'Header'],
          ['queryParam', 'Query parameter'],
        ],
        ADVANCED,
      ),
      text('queryParamKey', 'Name of the parameter', ADVANCED),
    ],
  },
  {
    type: 'awsv4',
    label: 'AWS signature',
    about: 'Signs the request as Amazon Web Services want it (version 4).',
    fields: [
      text('accessKey', 'Access key'),
      secret('secretKey', 'Secret key'),
      text('region', 'Region', { hint: 'us-east-1, if nothing else is said.' }),
      text('service', 'Service'),
      secret('sessionToken', 'Session token', ADVANCED),
      flag('addAuthDataToQuery', 'Sign in the URL instead of headers', ADVANCED),
    ],
  },
  {
    type: 'oauth1',
    label: 'OAuth 1.0',
    about: 'Signs the request with the keys of the consumer and of the token.',
    fields: [
      choice(
        'signatureMethod',
        'Signature',
        ['HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA512', 'RSA-SHA1', 'RSA-SHA256', 'RSA-SHA512', 'PLAINTEXT'].map(
          (name) => [name, name] as const,
        ),
      ),
      text('consumerKey', 'Consumer key'),
      secret('consumerSecret', 'Consumer secret'),
      text('token', 'Token'),
      secret('tokenSecret', 'Token secret'),
      {
        key: 'privateKey',
        label: 'Private key',
        hint: 'PEM, for RSA signatures.',
        input: 'long',
        isSecret: true,
        isAdvanced: true,
      },
      text('callback', 'Callback URL', ADVANCED),
      text('verifier', 'Verifier', ADVANCED),
      text('timestamp', 'Timestamp', ADVANCED),
      text('nonce', 'Nonce', ADVANCED),
      text('version', 'Version', ADVANCED),
      text('realm', 'Realm', ADVANCED),
      flag('includeBodyHash', 'Include the hash of the body', ADVANCED),
      flag('addParamsToHeader', 'In a header', ADVANCED),
      flag('addEmptyParamsToSign', 'Sign empty parameters too', ADVANCED),
      flag('disableHeaderEncoding', 'Leave the header unencoded', ADVANCED),
    ],
  },
  {
    type: 'hawk',
    label: 'Hawk',
    about: 'Signs the request with a shared key.',
    fields: [
      text('authId', 'ID'),
      secret('authKey', 'Key'),
      choice('algorithm', 'Algorithm', [
        ['sha256', 'sha256'],
        ['sha1', 'sha1'],
      ]),
      text('user', 'User', ADVANCED),
      text('nonce', 'Nonce', ADVANCED),
      text('extraData', 'ext', ADVANCED),
      text('app', 'app', ADVANCED),
      text('delegation', 'dlg', ADVANCED),
      text('timestamp', 'Timestamp', ADVANCED),
      flag('includePayloadHash', 'Include the hash of the body', ADVANCED),
    ],
  },
  {
    type: 'ntlm',
    label: 'NTLM',
    about: 'Signs in to Windows servers.',
    fields: [
      text('username', 'User name'),
      secret('password', 'Password'),
      text('domain', 'Domain', ADVANCED),
      text('workstation', 'Workstation', ADVANCED),
      flag('disableRetryRequest', 'Do not send again after the challenge', ADVANCED),
    ],
  },
  {
    type: 'edgegrid',
    label: 'Akamai EdgeGrid',
    about: 'Signs the request as Akamai wants it.',
    fields: [
      secret('accessToken', 'Access token'),
      secret('clientToken', 'Client token'),
      secret('clientSecret', 'Client secret'),
      text('nonce', 'Nonce', ADVANCED),
      text('timestamp', 'Timestamp', ADVANCED),
      text('baseURL', 'Base URL', ADVANCED),
      text('headersToSign', 'Headers to sign', ADVANCED),
      text('maxBodySize', 'Bytes of the body that are signed', ADVANCED),
    ],
  },
  {
    type: 'asap',
    label: 'ASAP (Atlassian)',
    about: 'Makes a token for service to service calls, and signs it.',
    fields: [
      choice(
        'alg',
        'Algorithm',
        ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'].map(
          (name) => [name, name] as const,
        ),
      ),
      text('iss', 'Issuer'),
      text('aud', 'Audience'),
      text('kid', 'Key ID'),
      { key: 'privateKey', label: 'Private key', hint: 'PEM.', input: 'long', isSecret: true },
      text('sub', 'Subject', ADVANCED),
      text('exp', 'Expires after', ADVANCED),
      { key: 'claims', label: 'More claims', hint: 'As JSON.', input: 'long', isAdvanced: true },
    ],
  },
];

/** Whether it counts, with what the other fields hold. A choice that nobody made is its first one. */
export function isInForce({ fields }: AuthType, field: AuthField, valueOf: (key: string) => string): boolean {
  if (field.for === undefined) return true;
  const [key, values] = field.for;
  const other = fields.find((one) => one.key === key);
  const first = other?.input === 'choice' ? (other.options[0]?.[0] ?? '') : '';
  return values.includes(valueOf(key) === '' ? first : valueOf(key));
}

export function authTypeOf(type: string): AuthType | undefined {
  return AUTH_TYPES.find((one) => one.type === type);
}
