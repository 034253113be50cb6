/** Somebody's API for the app's tests: answers by path, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DOCUMENT, FILM } from './media.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class Recorder {
  readonly url: string;
  readonly asked: Asked[] = [];
  /** Streams that whoever asked for them left. */
  left = 0;
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<Recorder> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Recorder(server);
  }

  last(path: string): Asked | undefined {
    return this.asked.findLast(({ url }) => url.startsWith(path));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(pieces).toString();
    this.asked.push({ method, url, headers, body });
    const path = url.split('?')[0] ?? '';
    switch (path) {
      case '/echo':
        response.setHeader('content-type', 'application/json');
        response.setHeader('set-cookie', 'sid=abc; HttpOnly');
        return void response.end(JSON.stringify({ amount: 1.5, headers, body }).replace('1.5', '1.50'));
      case '/page':
        response.setHeader('content-type', 'text/html');
        return void response.end(
          `<h1>Harbour</h1><img src="${this.url}/image"><link rel="stylesheet" href="${this.url}/style"><script src="${this.url}/script"></script>`,
        );
      case '/large':
        response.setHeader('content-type', 'application/json');
        return void response.end(largeBody());
      case '/document':
        response.setHeader('content-type', 'application/pdf');
        return void response.end(DOCUMENT);
      case '/film':
        // What it is has to be found out.
        return void response.end(FILM);
      case '/broken-film':
        response.setHeader('content-type', 'video/mp4');
        return void response.end(FILM.subarray(0, 100));
      case '/stream':
        return this.#stream(response);
      default:
        response.statusCode = 404;
        return void response.end('not here');
    }
  }

  /** One event now; the others never come. */
  #stream(response: ServerResponse): void {
    response.setHeader('content-type', 'text/event-stream');
    response.write('event: ship\ndata: Alma\n\n');
    response.on('close', () => {
      this.left += 1;
    });
  }
}

/** 50 MB of JSON on one line. */
function largeBody(): string {
  const row = (at: number): string => `{"id":${at},"name":"Ship ${at}","note":"${'n'.repeat(960)}"}`;
  return `[${Array.from({ length: 50_000 }, (_unused, at) => row(at)).join(',')}]`;
}
