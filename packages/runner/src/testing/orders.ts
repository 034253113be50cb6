/** Orders to send, for tests, said by what is special about them. */
import { RESPONSE_BYTES_MAX } from '../bounds.ts';
import type { SendOrder } from '../exchange.ts';

export function plainOrder(special: Partial<SendOrder>): SendOrder {
  return {
    request: { method: 'GET', url: 'http://127.0.0.1/', header: [], body: null },
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

export function orderTo(url: string, special: Partial<SendOrder> = {}): SendOrder {
  return plainOrder({ request: { method: 'GET', url, header: [], body: null }, ...special });
}
