/**
 * Node's agents, through which each connection of a relay is made: to no address that is refused, by its number or by what
 * its name leads to. One exchange has agents of its own, so that no connection serves two people, and no key or certificate
 * of one person stays behind.
 */
import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { AddressBlocked, type AddressGuard } from './address-guard.ts';

type Connected = (error: Error | null, stream: Duplex) => void;

export interface Agents {
  readonly http: Agent;
  readonly https: TlsAgent;
}

/** `authorities`: certificates to trust besides the usual ones, as PEM. */
export function guardedAgents(guard: AddressGuard, authorities: string | null): Agents {
  // For the rounds of one authentication; whoever made the exchange ends them with it.
  const options: AgentOptions = { keepAlive: true };
  const trusted = authorities === null ? {} : { ca: [...rootCertificates, authorities] };
  return { http: new GuardedAgent(guard, options), https: new GuardedTlsAgent(guard, { ...options, ...trusted }) };
}

class GuardedAgent extends Agent {
  readonly #guard: AddressGuard;

  constructor(guard: AddressGuard, options: AgentOptions) {
    super(options);
    this.#guard = guard;
  }

  override createConnection(options: ClientRequestArgs, connected?: Connected): Duplex | null | undefined {
    return super.createConnection(guarded(options, this.#guard), connected);
  }
}

class GuardedTlsAgent extends TlsAgent {
  readonly #guard: AddressGuard;

  constructor(guard: AddressGuard, options: AgentOptions) {
    super(options);
    this.#guard = guard;
  }

  override createConnection(options: RequestOptions, connected?: Connected): Duplex | null | undefined {
    return super.createConnection(guarded(options, this.#guard), connected);
  }
}

/** Throws {@link AddressBlocked}. Names are looked up by the guard; of numbers, and of sockets in the file system, nobody asks. */
function guarded<Options extends ClientRequestArgs>(options: Options, guard: AddressGuard): Options {
  const host = options.host ?? '';
  // A connection is made to `path` where there is one, and to the host otherwise; the path of the request is not in here.
  if (options.socketPath != null || options.path != null || host === '')
    throw new AddressBlocked('a socket of its own');
  if (guard.refuses(host)) throw new AddressBlocked(host);
  return { ...options, lookup: guard.lookup };
}
