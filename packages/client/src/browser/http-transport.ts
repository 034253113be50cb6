/** Messages over plain HTTP, for where WebSockets are blocked. */
import type { Transport } from '../engine/ports.ts';
import { HttpConnection } from '../portable/http-connection.ts';
import { readServerUrl, ServerHttp } from './server-http.ts';
import { browserScheduler } from './time-and-chance.ts';

/** Throws `bad-message` where the address is none. */
export function createHttpTransport(url: string): Transport {
  readServerUrl(url);
  const server = (token: string): ServerHttp => new ServerHttp(url, token);
  return {
    name: 'http',
    connect: (handlers) => new HttpConnection({ server, scheduler: browserScheduler }, handlers),
  };
}
