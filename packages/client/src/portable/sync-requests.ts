/** The two requests by which a device syncs where no WebSocket is. */
import {
  type ClientMessage,
  type Decoded,
  decodeServerMessage,
  type ServerMessage,
  serverMessageSchema,
  WaypostError,
} from '@waypost/protocol';
import type { CloseReason } from '../engine/ports.ts';
import type { AbortSignal } from './abort.ts';
import type { ServerRequests } from './server-requests.ts';

/** How a connection ends that this device closed. */
export const CLOSED_HERE: CloseReason = { code: 'offline', detail: 'The connection was closed by this device.' };

type Hello = Extract<ClientMessage, { type: 'hello' }>;

/** The server answers after 25 s at the latest, and may then still be reading what was missed. */
const POLL_SILENCE_MS = 60_000;

export class SyncRequests {
  readonly #server: ServerRequests;

  constructor(server: ServerRequests) {
    this.#server = server;
  }

  /** Pushes and other messages, and what the server says to them at once. */
  async send(messages: readonly ClientMessage[]): Promise<readonly ServerMessage[]> {
    return this.#ask({ path: '/api/sync/send', body: JSON.stringify(messages) });
  }

  /** What a conversation that begins with this hello brings. `wait`: until there is something to say. */
  async poll(
    hello: Hello,
    options: { readonly wait: boolean; readonly signal: AbortSignal },
  ): Promise<readonly ServerMessage[]> {
    return this.#ask({
      path: options.wait ? '/api/sync/poll' : '/api/sync/poll?wait=0',
      body: JSON.stringify(hello),
      silenceMs: POLL_SILENCE_MS,
      signal: options.signal,
    });
  }

  close(): void {
    this.#server.close();
  }

  async #ask(request: {
    path: string;
    body: string;
    silenceMs?: number;
    signal?: AbortSignal;
  }): Promise<readonly ServerMessage[]> {
    try {
      const answers = await this.#server.json({ method: 'POST', ...request });
      if (!Array.isArray(answers))
        throw new WaypostError('bad-message', 'The server answered with something else than messages.');
      return answers.map(readMessage).filter((message) => message !== 'ignored');
    } catch (error) {
      if (!(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
      return [{ type: 'signed-out', erase: error.details['erase'] === true }];
    }
  }
}

function readMessage(value: unknown): Decoded<ServerMessage> {
  const parsed = serverMessageSchema.safeParse(value);
  // Only what is not valid takes the long way, which knows what to say about it.
  return parsed.success ? parsed.data : decodeServerMessage(JSON.stringify(value ?? null));
}
