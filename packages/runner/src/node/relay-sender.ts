/**
 * What a shared server sends with, for whoever is signed in. It is not trusted with more than it needs, nor does it trust
 * whom it sends for: it connects to public addresses only (address-guard.ts), and tells one site nothing of another
 * (careful-redirects.ts), where each hop of a redirect is an exchange of its own and judged like the first.
 */
import { REDIRECTS_MAX } from '../bounds.ts';
import { withCarefulRedirects } from '../careful-redirects.ts';
import type { PlainRequest, SendEvent, Sender, SendOrder } from '../exchange.ts';
import { failure, type Failure } from '../failure.ts';
import type { AddressGuard } from './address-guard.ts';
import { createEngine } from './engine.ts';
import { guardedAgents } from './guarded-agents.ts';

export function createRelay(guard: AddressGuard): Sender {
  const engine = createEngine({ agents: ({ authorities }) => guardedAgents(guard, authorities) });
  const relay = withCarefulRedirects(judging(engine));
  return { send: (order, signal) => relay.send(bounded(order), signal) };
}

/** The agents connect straight to an address, and speak HTTP/1.1. */
function bounded(order: SendOrder): SendOrder {
  const { behaviour } = order;
  const maxRedirects = Math.min(behaviour.maxRedirects ?? REDIRECTS_MAX, REDIRECTS_MAX);
  return {
    ...order,
    behaviour: { ...behaviour, maxRedirects, protocolVersion: 'http1', insecureHTTPParser: false },
    proxy: { kind: 'none' },
  };
}

/** Sends what a relay sends at all. */
function judging(sender: Sender): Sender {
  return {
    send(order, signal) {
      const refused = refusalOf(order.request);
      return refused === null ? sender.send(order, signal) : only({ kind: 'failed', failure: refused, timings: null });
    },
  };
}

async function* only(event: SendEvent): AsyncGenerator<SendEvent, void, undefined> {
  yield event;
}

/** What no relay sends, whatever the address. The library knows schemes and methods that lead elsewhere than to a web server. */
function refusalOf({ method, url }: PlainRequest): Failure | null {
  // Without a scheme it is http: "example.org:80" too, which the parser takes for a scheme of that name.
  const parsed = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `http://${url}`);
  if (parsed === null) return failure('invalid-request', 'the address cannot be read');
  if (!/^https?:$/.test(parsed.protocol)) return failure('address-blocked', parsed.protocol);
  if (/^unix$/i.test(parsed.hostname)) return failure('address-blocked', 'unix');
  if (/^connect$/i.test(method.trim())) return failure('invalid-request', 'a relay makes no tunnels');
  return null;
}
