/** Connections to the server, straight or through an HTTP proxy that is asked to CONNECT. */
import type { Agent, AgentOptions, ClientRequestArgs, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { http } from './http-module.ts';

/** How to reach a server. */
export interface ServerAddress {
  /** `http://` or `https://`, with the folder it is served under if it has one. */
  readonly url: string;
  /** PEM certificates to trust beside those of the system. */
  readonly ca?: string;
  /** `http://` or `https://` address of a proxy for sync, with name and password if it wants them. */
  readonly proxy?: string;
  /** Until the server answers at all. */
  readonly connectTimeoutMs?: number;
}

export const CONNECT_TIMEOUT_MS = 10_000;

type TlsAgentOptions = AgentOptions & tls.ConnectionOptions;
type Connected = (error: Error | null, stream?: Duplex) => void;

/** An agent for all requests to one server. Destroy it when done. */
export function createAgent({ url, ca, proxy }: ServerAddress): Agent {
  const trusted = ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] };
  const isSecure = url.startsWith('https:');
  const options = { keepAlive: true, ...(isSecure && trusted) };
  if (proxy !== undefined) {
    const way = new URL(proxy);
    return isSecure ? new SecureTunnelAgent(way, options) : new TunnelAgent(way, options);
  }
  return isSecure ? new https.Agent(options) : new http.Agent(options);
}

class TunnelAgent extends http.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: TlsAgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, connected: Connected): undefined {
    openTunnel(this.#proxy, options, connected);
  }
}

class SecureTunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: TlsAgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: https.RequestOptions & tls.ConnectionOptions, connected: Connected): undefined {
    openTunnel(this.#proxy, options, (error, stream) => {
      if (error !== null || stream === undefined) return connected(error ?? new Error('The tunnel has no stream.'));
      const host = options.servername ?? options.host ?? '';
      const secured = tls.connect({
        ...options,
        socket: stream,
        servername: host,
        ALPNProtocols: ['http/1.1'],
      });
      const failed = (error: Error) => connected(error);
      secured.once('error', failed);
      secured.once('secureConnect', () => {
        secured.off('error', failed);
        connected(null, secured);
      });
    });
  }
}

function openTunnel(proxy: URL, target: ClientRequestArgs, connected: Connected): void {
  const host = target.host ?? '';
  const authority = `${host.includes(':') ? `[${host}]` : host}:${target.port ?? 80}`;
  const request = (proxy.protocol === 'https:' ? https : http).request({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...credentials(proxy) },
    agent: false,
    timeout: CONNECT_TIMEOUT_MS,
  });
  request.once('connect', (response, socket) => {
    if (response.statusCode === 200) return connected(null, socket);
    socket.destroy();
    connected(new ProxyRefusal(`answered ${response.statusCode} to CONNECT ${authority}`));
  });
  request.once('response', (response) => {
    response.destroy();
    connected(new ProxyRefusal(`answered ${response.statusCode} to CONNECT ${authority}`));
  });
  request.once('timeout', () => request.destroy(new ProxyRefusal('did not answer in time')));
  request.once('error', (error) =>
    connected(error instanceof ProxyRefusal ? error : new ProxyRefusal(`cannot be reached (${error.message})`)),
  );
  request.end();
}

/** What the proxy did wrong, as the end of a sentence that begins with its address. */
export class ProxyRefusal extends Error {
  readonly code = 'PROXY';
}

function credentials({ username, password }: URL): OutgoingHttpHeaders {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
