/**
 * Sending by a machine that is not the person's own, such as a shared server's relay. It is given what this one request
 * takes, and nothing else: the cookies that its own host would get, no client certificate, no proxy of the person's network.
 */
import type { Cookie } from './cookie.ts';
import type { SendEvent, Sender, SendOrder } from './exchange.ts';

export function forStranger(sender: Sender): Sender {
  return {
    async *send(order, signal): AsyncGenerator<SendEvent, void, undefined> {
      if (order.certificate !== null) {
        const message = 'The client certificate stays on this machine: it is not given to a server that sends for you.';
        yield { kind: 'note', note: { level: 'warn', message } };
      }
      yield* sender.send(withoutSecrets(order), signal);
    },
  };
}

function withoutSecrets(order: SendOrder): SendOrder {
  const host = URL.parse(withScheme(order.request.url))?.hostname ?? '';
  const cookies = order.cookies.filter((cookie) => belongsTo(cookie, host));
  return { ...order, cookies, certificate: null, proxy: { kind: 'none' } };
}

function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
}

function belongsTo({ domain, hostOnly }: Cookie, host: string): boolean {
  return domain === host || (!hostOnly && host.endsWith(`.${domain}`));
}
