/** Messages over plain HTTP, for where WebSockets are blocked. */
import type { Transport } from '../engine/ports.ts';
import { HttpConnection } from '../portable/http-connection.ts';
import type { ServerAddress } from './proxy.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';
import { systemScheduler } from './time-and-chance.ts';

/** Throws `bad-message` where the address is none. */
export function createHttpTransport(address: ServerAddress): Transport {
  readServerUrl(address.url);
  const server = (token: string): ServerHttp => new ServerHttp(address, token);
  return {
    name: 'http',
    connect: (handlers) => new HttpConnection({ server, scheduler: systemScheduler }, handlers),
  };
}
