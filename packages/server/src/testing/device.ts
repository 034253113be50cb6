/** A device as the server sees one: requests, and messages on a WebSocket. */
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { decodeServerMessage, PROTOCOL_VERSION, type Position, type ServerMessage } from '@waypost/protocol';
import WebSocket from 'ws';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON; undefined where there is none. */
  readonly body: unknown;
}

/** What stands somewhere inside JSON, or undefined. */
export function memberOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[step] : undefined;
  }
  return found;
}

export function textIn(value: unknown, ...path: readonly (string | number)[]): string {
  const found = memberOf(value, ...path);
  if (typeof found === 'string') return found;
  throw new Error(`there is no text at ${path.join('.')} in ${JSON.stringify(value)}`);
}

export function listIn(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = memberOf(value, ...path);
  if (Array.isArray(found)) return found;
  throw new Error(`there is no list at ${path.join('.')} in ${JSON.stringify(value)}`);
}

export const PASSWORD = 'correct horse battery';

export function newInstallation(): string {
  return randomUUID();
}

export async function request(
  url: string,
  method: string,
  options: {
    readonly token?: string;
    readonly body?: unknown;
    readonly raw?: string | Buffer<ArrayBuffer>;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const { token, body, raw, headers } = options;
  const hasBody = body !== undefined || raw !== undefined;
  const response = await fetch(url, {
    method,
    headers: {
      ...(hasBody && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: raw ?? (body === undefined ? null : JSON.stringify(body)),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

interface Credentials {
  readonly email: string;
  readonly password?: string;
  readonly installation?: string;
  readonly name?: string;
  readonly evict?: string;
  readonly setupToken?: string;
}

function credentials({
  email,
  password = PASSWORD,
  installation = newInstallation(),
  name = 'laptop',
  ...rest
}: Credentials) {
  return { email, password, installation, device: { name, kind: 'cli' }, ...rest };
}

export function signUp(url: string, who: Credentials): Promise<Answer> {
  return request(`${url}/api/accounts`, 'POST', { body: credentials(who) });
}

export function signIn(url: string, who: Credentials): Promise<Answer> {
  return request(`${url}/api/sessions`, 'POST', { body: credentials(who) });
}

/** Who a test speaks as, from the answer to a sign-in. */
export interface Device {
  readonly id: string;
  readonly token: string;
  readonly workspace: string;
}

export function deviceOf({ status, body }: Answer): Device {
  if (status !== 201) throw new Error(`not signed in: ${JSON.stringify(body)}`);
  const workspace = listIn(body, 'workspaces').find((one) => memberOf(one, 'kind') === 'personal');
  return { id: textIn(body, 'device', 'id'), token: textIn(body, 'token'), workspace: textIn(workspace, 'id') };
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** One WebSocket, with what was heard on it so far. */
export class Line {
  readonly socket: WebSocket;
  readonly closed: Promise<Closed>;
  readonly heard: ServerMessage[] = [];
  #waiting: (() => void)[] = [];

  constructor(url: string, options: WebSocket.ClientOptions = {}) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/sync`, { perMessageDeflate: false, ...options });
    this.socket.on('message', (bytes: Buffer, binary) => {
      const text = binary ? gunzipSync(bytes.subarray(1)).toString() : bytes.toString();
      const message = decodeServerMessage(text);
      if (message !== 'ignored') this.heard.push(message);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  async open(): Promise<void> {
    if (this.socket.readyState === WebSocket.OPEN) return;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('error', reject);
    });
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message of a type that was not returned before. */
  async hear<Type extends ServerMessage['type']>(type: Type): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      const at = this.heard.findIndex((message) => message.type === type);
      const [message] = at < 0 ? [] : this.heard.splice(at, 1);
      if (message !== undefined) return message as Extract<ServerMessage, { type: Type }>;
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`the line closed; heard ${JSON.stringify(this.heard)}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

export function hello(token: string, positions: readonly Position[] = [], pending = 0) {
  return { type: 'hello', protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION }, token, pending, positions };
}

/** A line on which the server has welcomed the device. */
export async function talk(url: string, token: string, positions: readonly Position[] = []): Promise<Line> {
  const line = new Line(url);
  await line.open();
  line.say(hello(token, positions));
  await line.hear('welcome');
  return line;
}
