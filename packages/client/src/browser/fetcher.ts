/** What the engine fetches by plain HTTP. */
import type { Fetcher } from '../engine/ports.ts';
import { ServerHttp } from './server-http.ts';

export interface BrowserFetcher extends Fetcher {
  /** Gives up what is under way. */
  close(): void;
}

export function createFetcher(url: string, token: string): BrowserFetcher {
  const server = new ServerHttp(url, token);
  return {
    get: (path, options = {}) => server.request({ method: 'GET', path, raw: options.raw === true }),
    post: (path, body) => server.request({ method: 'POST', path, body: JSON.stringify(body) }),
    close: () => server.close(),
  };
}
