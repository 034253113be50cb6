/** A target that sends as much as it can get rid of, and counts it. Only on this machine. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PIECE = Buffer.alloc(64 * 1024, 'x');
/** In a row, without getting rid of anything. */
const TURNS = 200;

export class Flood {
  readonly #server: Server;
  /** What the system took off its hands. */
  sent = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Each answer has so many bytes, a multiple of 64 KiB. */
  static async start(bytes: number): Promise<Flood> {
    const server = createServer();
    const flood = new Flood(server);
    server.on('request', (_request, response) => void flood.#answer(response, bytes));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return flood;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Until it can send nothing for a while, as far as turns of this process tell. */
  async stuck(): Promise<void> {
    let before = -1;
    for (let still = 0; still < TURNS; still += 1) {
      if (this.sent !== before) still = 0;
      before = this.sent;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async #answer(response: ServerResponse, bytes: number): Promise<void> {
    response.setHeader('content-type', 'application/octet-stream');
    for (let written = 0; written < bytes; written += PIECE.length) {
      if (!response.write(PIECE) && !(await hasRoom(response))) return;
      this.sent += PIECE.length;
    }
    response.end();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** False where the other side is gone. */
async function hasRoom(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (): void => {
      response.off('drain', answer).off('close', answer);
      resolve(!response.destroyed);
    };
    response.on('drain', answer).on('close', answer);
  });
}
