/** What the engine fetches by plain HTTP. */
import type { Fetcher } from '../engine/ports.ts';
import type { ServerAddress } from './proxy.ts';
import { ServerHttp } from './server-http.ts';

export interface NodeFetcher extends Fetcher {
  /** Ends the connections that were kept open. */
  close(): void;
}

export function createFetcher(address: ServerAddress, token: string): NodeFetcher {
  const server = new ServerHttp(address, token);
  return {
    get: (path, options = {}) => server.request({ method: 'GET', path, raw: options.raw === true }),
    post: (path, body) => server.request({ method: 'POST', path, body: JSON.stringify(body) }),
    close: () => server.close(),
  };
}
