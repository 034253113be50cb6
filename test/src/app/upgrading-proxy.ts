/** In front of a server: from a moment on, the app it serves is another version. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class UpgradingProxy {
  readonly url: string;
  /** Whether the newer version is out. */
  isNewer = false;
  /** Files that are not there, as those of an older version are not. */
  missing: RegExp | null = null;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async before(url: string): Promise<UpgradingProxy> {
    const { hostname, port, host } = new URL(url);
    const server = createServer((from, to) => {
      const path = from.url ?? '/';
      const headers = { ...from.headers, host, 'accept-encoding': 'identity' };
      if (proxy.missing?.test(path) === true) {
        to.writeHead(404).end();
        return;
      }
      // Always the whole file, for the newer one to be made of.
      delete headers['if-none-match'];
      delete headers['if-modified-since'];
      const onward = request({ hostname, port, path, method: from.method, headers }, (answer) => {
        if (path !== '/sw.js' || !proxy.isNewer) {
          to.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(to);
          return;
        }
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts)
            .toString('utf8')
            .replace(/APP_VERSION="/, 'APP_VERSION="newer-');
          to.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' }).end(text);
        });
      });
      onward.on('error', () => to.destroy());
      from.pipe(onward);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new UpgradingProxy(server);
    return proxy;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
