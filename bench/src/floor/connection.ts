/** One WebSocket of the floor's clients, with messages decoded. */
import { once } from 'node:events';

import { WebSocket } from 'ws';

import { markOf, type PostmanUrl } from '../workload.ts';
import type { Change, ClientMessage, ServerMessage } from './wire.ts';

/** The snapshot of 100,000 requests is one frame of about 14 MB. */
const messageBytesMax = 256 * 2 ** 20;

export interface Receiver {
  message(message: ServerMessage, text: string): void;
  snapshot(compressed: Buffer): void;
}

export function openSocket(serverUrl: string, receiver: Receiver): WebSocket {
  const socket = new WebSocket(serverUrl.replace('http:', 'ws:'), {
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return receiver.snapshot(data);
    const text = data.toString();
    receiver.message(JSON.parse(text) as ServerMessage, text);
  });
  return socket;
}

export function send(socket: WebSocket, message: ClientMessage): void {
  socket.send(JSON.stringify(message));
}

export async function cut(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
}

/** The marks of the edits among some changes. */
export function marksIn(changes: readonly Change[]): number[] {
  return changes.flatMap(({ set }) => {
    if (!('url' in set)) return [];
    const mark = markOf((set['url'] as PostmanUrl).raw);
    return mark === null ? [] : [mark];
  });
}
