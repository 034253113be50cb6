/** Orders to send, for tests, said by what is special about them. */
import { RESPONSE_BYTES_MAX, type SendOrder } from '@waypost/runner';

export function orderTo(url: string, special: Partial<SendOrder> = {}): SendOrder {
  return {
    request: { method: 'GET', url, header: [], body: null },
    auth: null,
    files: [],
    behaviour: {},
    timeoutMs: 10_000,
    responseBytesMax: RESPONSE_BYTES_MAX,
    cookies: [],
    certificate: null,
    authorities: null,
    proxy: { kind: 'none' },
    ...special,
  };
}
