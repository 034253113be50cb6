/** A server on a port of its own that speaks the protocol and says what a test tells it to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type ClientMessage,
  decodeClientMessage,
  FRAME_BYTES_MAX,
  type Position,
  type ServerMessage,
} from '@waypost/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TestServer } from '../contract/transport-contract.ts';

const WELCOME: ServerMessage = {
  type: 'welcome',
  protocol: 1,
  account: { id: 'eeeeeeee-0000-4000-8000-000000000001' as never, email: 'ada@example.org' },
  device: { id: 'eeeeeeee-0000-4000-8000-000000000002' as never, name: 'A' },
  workspaces: [],
};

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly encoding: string;
  readonly body: string;
}

export class FakeServer implements TestServer {
  readonly heard: ClientMessage[] = [];
  readonly requests: SeenRequest[] = [];
  /** The positions each poll brought. */
  readonly polls: Position[][] = [];
  /** How much each poll said was waiting on the device. */
  readonly pending: number[] = [];
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false });
  readonly #routes = new Map<string, (response: ServerResponse, body: string) => void>();
  #socket: WebSocket | null = null;
  #unsaid: string[] = [];
  #waiting: ServerResponse | null = null;
  #greeted = false;
  #heardBy: (message: ClientMessage) => void = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('upgrade', (request, socket, head) => {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.#socket = webSocket;
        webSocket.on('message', (data: Buffer, binary) => {
          const text = binary ? gunzipSync(data.subarray(1)).toString() : data.toString();
          for (const answer of this.#answers(text)) this.say(answer);
        });
      });
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#request(request, response));
  }

  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<FakeServer> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Answers requests to a path, `METHOD /path`. */
  on(route: string, answer: (response: ServerResponse, body: string) => void): void {
    this.#routes.set(route, answer);
  }

  /** For a test in another process, which cannot look into {@link heard}. */
  heardBy(listener: (message: ClientMessage) => void): void {
    this.#heardBy = listener;
  }

  say(message: ServerMessage | { readonly type: string }): void {
    this.#deliver(JSON.stringify(message));
    if (message.type === 'signed-out') this.#socket?.close(4401);
  }

  sayGarbage(): void {
    this.#deliver('{"type":"delta"}');
  }

  async stop(): Promise<void> {
    this.#socket?.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #deliver(text: string): void {
    if (this.#socket === null) {
      this.#unsaid.push(text);
      this.#answerPoll();
    } else if (text.length > 4096) {
      this.#socket.send(Buffer.concat([Buffer.of(1), gzipSync(text)]));
    } else {
      this.#socket.send(text);
    }
  }

  #answers(text: string): ServerMessage[] {
    const message = decodeClientMessage(text);
    if (message === 'ignored') return [];
    this.#hear(message);
    if (message.type === 'hello') return [WELCOME];
    if (message.type === 'ping') return [{ type: 'pong' }];
    if (message.type !== 'push') return [];
    const { workspace, stream, changes } = message;
    return [{ type: 'received', workspace, stream, upTo: changes.at(-1)?.n ?? 0 }];
  }

  #hear(message: ClientMessage): void {
    this.heard.push(message);
    this.#heardBy(message);
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const encoding = request.headers['content-encoding'] ?? '';
    const body = (encoding === 'gzip' ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks)).toString();
    const { method = '', url: path = '' } = request;
    this.requests.push({ method, path, authorization: request.headers.authorization ?? '', encoding, body });
    const route = this.#routes.get(`${method} ${path}`);
    if (route !== undefined) route(response, body);
    else if (path.startsWith('/api/sync/poll')) this.#poll(response, body, path.endsWith('wait=0'));
    else if (path === '/api/sync/send') {
      const messages = JSON.parse(body) as unknown[];
      response.end(JSON.stringify(messages.flatMap((message) => this.#answers(JSON.stringify(message)))));
    } else response.writeHead(404).end();
  }

  #poll(response: ServerResponse, body: string, atOnce: boolean): void {
    const message = decodeClientMessage(body);
    if (message === 'ignored' || message.type !== 'hello') return void response.writeHead(400).end();
    if (!this.#greeted) this.#hear(message);
    this.#greeted = true;
    this.polls.push(message.positions);
    this.pending.push(message.pending);
    this.#waiting = response;
    response.on('close', () => {
      if (this.#waiting === response) this.#waiting = null;
    });
    if (atOnce || this.#unsaid.length > 0) this.#answerPoll();
  }

  #answerPoll(): void {
    if (this.#waiting === null) return;
    const body = gzipSync(`[${[JSON.stringify(WELCOME), ...this.#unsaid].join(',')}]`);
    this.#waiting.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    this.#waiting = null;
    this.#unsaid = [];
  }
}
