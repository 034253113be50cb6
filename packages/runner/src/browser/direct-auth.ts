/** Authentication as far as headers and the query can carry it; what needs several rounds or a signature is not for browsers. */
import type { PlainRequest, Row, SendAuth } from '../exchange.ts';
import { failure, type Failure } from '../failure.ts';

export interface Signed {
  readonly url: string;
  readonly header: readonly Row[];
}

export function applyAuth(request: PlainRequest, auth: SendAuth | null): Signed | Failure {
  const plain = { url: request.url, header: request.header };
  if (auth === null || auth.type === 'noauth') return plain;
  const parameter = (key: string): string => {
    const value = auth.parameters.find((one) => one.key === key)?.value;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  switch (auth.type) {
    case 'basic':
      return withHeader(plain, 'Authorization', `Basic ${base64(`${parameter('username')}:${parameter('password')}`)}`);
    case 'bearer':
      return withHeader(plain, 'Authorization', `Bearer ${parameter('token')}`);
    case 'apikey':
      return parameter('in') === 'query'
        ? withQuery(plain, parameter('key'), parameter('value'))
        : withHeader(plain, parameter('key'), parameter('value'));
    case 'oauth2':
      if (parameter('accessToken') === '') return plain;
      if (parameter('addTokenTo') === 'queryParams') return withQuery(plain, 'access_token', parameter('accessToken'));
      return withHeader(
        plain,
        'Authorization',
        `${parameter('headerPrefix') || 'Bearer'} ${parameter('accessToken')}`.trim(),
      );
    default:
      return failure(
        'invalid-request',
        `authentication of type ${auth.type} cannot be done by a browser; send through this machine or the agent`,
      );
  }
}

/** A header that the person wrote stays as written. */
function withHeader({ url, header }: Signed, key: string, value: string): Signed {
  const isWritten = header.some((row) => row.disabled !== true && row.key.toLowerCase() === key.toLowerCase());
  return key === '' || isWritten ? { url, header } : { url, header: [...header, { key, value }] };
}

function withQuery({ url, header }: Signed, key: string, value: string): Signed {
  const [address = '', ...fragment] = url.split('#');
  const pair = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  const joined = `${address}${address.includes('?') ? '&' : '?'}${pair}`;
  return { url: [joined, ...fragment].join('#'), header };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
