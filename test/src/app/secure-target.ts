/** An API that only whoever shows a certificate may ask, behind a proxy that remembers where it was asked to lead. */
import { once } from 'node:events';
import { createServer as createProxy, type Server as Proxy } from 'node:http';
import { createServer as createApi, type Server as Api } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { finished } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { TEST_CERTIFICATE } from '@waypost/runner/certificates-for-tests';

const { key, certificate } = TEST_CERTIFICATE;

export class SecureTarget {
  /** What the proxy was asked to lead to. */
  readonly ledTo: string[] = [];
  readonly #api: Api;
  readonly #proxy: Proxy;

  private constructor(api: Api, proxy: Proxy) {
    this.#api = api;
    this.#proxy = proxy;
    proxy.on('connect', ({ url = '' }, client) => {
      this.ledTo.push(url);
      const target = connect(portOf(api), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(target).pipe(client);
      });
      finished(client, () => target.destroy());
      finished(target, () => client.destroy());
    });
  }

  static async start(): Promise<SecureTarget> {
    const asking = { key, cert: certificate, ca: certificate, requestCert: true, rejectUnauthorized: true };
    const api = createApi(asking, ({ socket }, response) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ caller: subject.CN }));
    });
    const proxy = createProxy();
    for (const server of [api, proxy]) server.listen(0, '127.0.0.1');
    await Promise.all([once(api, 'listening'), once(proxy, 'listening')]);
    return new SecureTarget(api, proxy);
  }

  get host(): string {
    return `127.0.0.1:${portOf(this.#api)}`;
  }

  get proxy(): string {
    return `http://127.0.0.1:${portOf(this.#proxy)}`;
  }

  async stop(): Promise<void> {
    for (const server of [this.#api, this.#proxy]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

function portOf(server: Api | Proxy): number {
  return (server.address() as AddressInfo).port;
}
