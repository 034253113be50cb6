import { expect, it } from 'vitest';
import type { Cookie } from './cookie.ts';
import type { SendOrder } from './exchange.ts';
import { failure } from './failure.ts';
import { forStranger } from './stranger.ts';
import { plainOrder } from './testing/orders.ts';
import { gathered } from './testing/told.ts';

it('a stranger is given the cookies of the one host, and neither certificate nor proxy', async () => {
  const asked: SendOrder[] = [];
  const sender = forStranger({
    async *send(order) {
      asked.push(order);
      yield { kind: 'failed', failure: failure('aborted'), timings: null };
    },
  });
  const order = plainOrder({
    request: { method: 'GET', url: 'ships.harbour.com/x', header: [], body: null },
    cookies: [
      cookie('own', 'ships.harbour.com', true),
      cookie('above', 'harbour.com', false),
      cookie('above alone', 'harbour.com', true),
      cookie('like it', 'ps.harbour.com', false),
      cookie('other', 'example.com', false),
    ],
    certificate: { kind: 'pem', certificate: 'C', key: 'K', passphrase: null },
    proxy: { kind: 'given', url: 'http://user:secret@inside:3128', tunnel: false },
  });
  const { notes } = await gathered(sender.send(order, new AbortController().signal));
  expect(notes).toEqual([expect.stringContaining('certificate stays on this machine')]);
  expect(asked[0]?.cookies.map(({ name }) => name)).toEqual(['own', 'above']);
  expect(JSON.stringify(asked)).not.toMatch(/"K"|secret/);
});

function cookie(name: string, domain: string, hostOnly: boolean): Cookie {
  return {
    ...{ name, value: '1', domain, hostOnly, path: '/', expiresAt: null },
    ...{ secure: false, httpOnly: false, sameSite: null, createdAt: 0 },
  };
}
