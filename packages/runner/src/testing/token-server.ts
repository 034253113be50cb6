/** A small server of OAuth 2 and of what it protects. Only on this machine. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { id: 'harbour', secret: 's3cret' };
export const PERSON = { username: 'anna', password: 'lighthouse' };

export class TokenServer {
  readonly #server: Server;
  /** Of each request for a token, what its form said. */
  readonly asked: Readonly<Record<string, string>>[] = [];
  /** By code, what a person was asked with. */
  readonly #codes = new Map<string, URLSearchParams>();
  #count = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TokenServer> {
    const server = createServer();
    const tokens = new TokenServer(server);
    server.on('request', (request, response) => void tokens.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return tokens;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const url = new URL(request.url ?? '', this.url);
    if (url.pathname === '/token') {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString()));
      this.asked.push(form);
      const answer = this.#token(form, request.headers.authorization ?? '');
      response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer));
    }
    if (url.pathname === '/authorize') {
      response.writeHead(200, { 'content-type': 'text/html' });
      return void response.end(this.#question(url.searchParams));
    }
    // What it protects: says which token came.
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: request.headers.authorization ?? null }));
  }

  /** The page that a person is asked on, with an answer to somebody else among the others. */
  #question(asked: URLSearchParams): string {
    const code = `code-${this.#codes.size + 1}`;
    this.#codes.set(code, asked);
    const state = asked.get('state') ?? '';
    const link = (words: string, answer: Readonly<Record<string, string>>): string =>
      `<p><a href="${asked.get('redirect_uri') ?? ''}?${new URLSearchParams(answer).toString()}">${words}</a></p>`;
    const links = [
      link('Agree', { code, state }),
      link('Refuse', { error: 'access_denied', error_description: 'not today', state }),
      link('Mix up', { code, state: 'of somebody else' }),
    ];
    return `<!doctype html><title>Who are you</title>${links.join('')}`;
  }

  #token(form: Readonly<Record<string, string>>, authorization: string): object {
    const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
    const isClient =
      authorization === basic || (form['client_id'] === CLIENT.id && form['client_secret'] === CLIENT.secret);
    const { grant_type: grant = '' } = form;
    if (!isClient) return { error: 'invalid_client', error_description: 'who are you' };
    if (!this.#isGranted(form)) return { error: 'invalid_grant' };
    this.#count += 1;
    return {
      ...{ access_token: `${grant}-${this.#count}`, token_type: 'bearer', expires_in: 3600 },
      ...(grant === 'client_credentials' ? {} : { refresh_token: `again-${this.#count}` }),
    };
  }

  #isGranted(form: Readonly<Record<string, string>>): boolean {
    switch (form['grant_type']) {
      case 'client_credentials':
        return true;
      case 'password':
        return form['username'] === PERSON.username && form['password'] === PERSON.password;
      case 'refresh_token':
        return form['refresh_token']?.startsWith('again-') === true;
      case 'authorization_code': {
        const asked = this.#codes.get(form['code'] ?? '');
        this.#codes.delete(form['code'] ?? '');
        const hash = createHash('sha256')
          .update(form['code_verifier'] ?? '')
          .digest('base64url');
        return asked?.get('redirect_uri') === form['redirect_uri'] && asked?.get('code_challenge') === hash;
      }
      default:
        return false;
    }
  }
}
