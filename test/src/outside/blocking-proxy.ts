/** What stands between a device and its server in many a company: HTTP passes, WebSockets do not. */
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What becomes of the request for a WebSocket: it is refused; it is passed on as an ordinary request, without the headers
 * that ask for one; the connection is cut; or it is taken, and nothing ever comes back.
 */
export const BLOCKINGS = ['refused', 'stripped', 'cut', 'silent'] as const;
export type Blocking = (typeof BLOCKINGS)[number];

export class BlockingProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(blocking: Blocking, targetPort: number): Promise<BlockingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new BlockingProxy(server);
    server.on('connection', (socket) => proxy.#hold(socket));
    server.on('request', (asked, answer) => {
      const onward = passOn(asked, targetPort, asked.headers);
      onward.on('response', (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      answer.on('close', () => onward.destroy());
    });
    server.on('upgrade', (asked, stream) => {
      const socket = stream as Socket;
      if (blocking === 'refused') socket.end(REFUSAL);
      if (blocking === 'cut') socket.destroy();
      if (blocking === 'stripped') passStripped(asked, { socket, targetPort });
    });
    return proxy;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\nConnection: close\r\n\r\nForbidden';

function passOn(asked: IncomingMessage, port: number, headers: IncomingMessage['headers']): ClientRequest {
  const onward = request({ host: '127.0.0.1', port, method: asked.method, path: asked.url, headers });
  asked.pipe(onward);
  return onward;
}

function passStripped(asked: IncomingMessage, way: { readonly socket: Socket; readonly targetPort: number }): void {
  const { upgrade: _upgrade, connection: _connection, ...headers } = asked.headers;
  const onward = passOn(asked, way.targetPort, headers);
  onward.on('error', () => way.socket.destroy());
  onward.on('response', (from) => {
    const length = from.headers['content-length'] ?? '0';
    way.socket.write(`HTTP/1.1 ${from.statusCode} No\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`);
    from.pipe(way.socket);
  });
}
