/** The contract of transports with those of the browser, against servers that the test keeps outside of the page. */
import { createHttpTransport, createWebSocketTransport } from '@waypost/client/browser';
import { describeTransport, type TransportWorld } from '@waypost/client/contract';
import type { ClientMessage } from '@waypost/protocol';

/** What the test does for the page. */
export interface Outside {
  startServer(): Promise<string>;
  say(server: string, text: string | null): Promise<void>;
  stop(server: string): Promise<void>;
}

declare global {
  var outside: Outside;
  /** The test tells what a server heard. */
  var heard: (server: string, message: ClientMessage) => void;
}

const logs = new Map<string, ClientMessage[]>();
globalThis.heard = (server, message) => logs.get(server)?.push(message);

async function world(): Promise<Omit<TransportWorld, 'transport'> & { readonly url: string }> {
  const url = await outside.startServer();
  const log: ClientMessage[] = [];
  logs.set(url, log);
  const server = {
    heard: log,
    say: (message: object) => void outside.say(url, JSON.stringify(message)),
    sayGarbage: () => void outside.say(url, null),
    stop: () => outside.stop(url),
  };
  return { url, server, nobody: 'cannot be reached' };
}

describeTransport('a WebSocket of the browser', async () => {
  const made = await world();
  return { ...made, transport: createWebSocketTransport(made.url) };
});

describeTransport('plain HTTP of the browser', async () => {
  const made = await world();
  return { ...made, transport: createHttpTransport(made.url) };
});
