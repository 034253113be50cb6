/** A server that keeps what it is asked, byte for byte, and answers as it is told. Only on this machine. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

// What Node thinks of the libraries that send is no news to who reads the results.
process.noDeprecation = true;

export interface Received {
  readonly method: string;
  readonly target: string;
  /** In their order, names as written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The whole response as text, or null to leave the request unanswered. `socket` for what no text can say. */
export type Answering = (received: Received, socket: Socket) => string | null;

export class Recorder {
  readonly received: Received[] = [];
  readonly scheme: 'http' | 'https';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, scheme: 'http' | 'https') {
    this.#server = server;
    this.scheme = scheme;
  }

  /** With `tls` it speaks TLS on every connection. */
  static async start(
    answer: Answering = () => OK,
    tls: TlsOptions | null = null,
    host = '127.0.0.1',
  ): Promise<Recorder> {
    const server = tls === null ? createServer() : createTlsServer(tls);
    const recorder = new Recorder(server, tls === null ? 'http' : 'https');
    server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => recorder.#listen(socket, answer));
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return recorder;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The recorder is closed.');
    return address.port;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #listen(socket: Socket, answer: Answering): void {
    let waiting: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (;;) {
        const taken = takeRequest(waiting);
        if (taken === null) return;
        waiting = waiting.subarray(taken.bytes);
        this.received.push(taken.received);
        const response = answer(taken.received, socket);
        if (response !== null && !socket.destroyed) socket.write(response, 'latin1');
      }
    });
  }
}

/** An answer with a body of known length; the connection stays open. */
export function answered(status: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body, 'latin1')) });
  return `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

const OK = answered('200 OK', {}, 'ok');

/** One whole request from the beginning of the bytes, or null while it is not all here. */
function takeRequest(bytes: Buffer): { readonly received: Received; readonly bytes: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [requestLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const space = requestLine.indexOf(' ');
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const valueOf = (name: string): string => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const rest = bytes.subarray(headEnd + 4);
  const body = valueOf('transfer-encoding').toLowerCase().includes('chunked')
    ? takeChunked(rest)
    : takeLength(rest, Number(valueOf('content-length')));
  if (body === null) return null;
  return {
    received: {
      method: requestLine.slice(0, space),
      target: requestLine.slice(space + 1).replace(/ HTTP\/1\.[01]$/, ''),
      headers,
      body: body.body,
    },
    bytes: headEnd + 4 + body.bytes,
  };
}

interface TakenBody {
  readonly body: Buffer;
  readonly bytes: number;
}

function takeLength(bytes: Buffer, length: number): TakenBody | null {
  return bytes.length < length ? null : { body: bytes.subarray(0, length), bytes: length };
}

function takeChunked(bytes: Buffer): TakenBody | null {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + length + 2;
    if (bytes.length < next) return null;
    if (length === 0) return { body: Buffer.concat(pieces), bytes: next };
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = next;
  }
}
