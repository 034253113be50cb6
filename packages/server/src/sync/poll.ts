/**
 * A conversation over plain HTTP: one request carries the hello, its response everything the socket would have carried
 * from then on, until there is something worth returning for. The next request begins at the cursors this one reached.
 */
import type { ClientMessage } from '@waypost/protocol';
import { Conversation, type ConversationPorts } from './conversation.ts';
import type { Frame, Wire } from './ports.ts';
import { BUFFERED_BYTES_MAX } from './subscription.ts';

export type Hello = Extract<ClientMessage, { type: 'hello' }>;

/** A storage that is stuck must not hold requests for ever. */
const CATCH_UP_MS_MAX = 20_000;

export interface Poll {
  /** The texts of the messages, in order. Never rejects. */
  readonly messages: Promise<string[]>;
  /** The request was given up. */
  cancel(): void;
}

export function openPoll(ports: ConversationPorts, hello: Hello, waitMs: number): Poll {
  const collected: string[] = [];
  let chars = 0;
  let isUrgent = false;
  let isTimeUp = false;
  let isOver = false;
  let finish: (messages: string[]) => void = () => undefined;
  const messages = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    cancelWait();
    cancelBound();
    conversation.closed();
    finish(collected);
  };
  /** It returns when all that was missed is told, and either something happened or nothing did for long enough. */
  const look = (): void => {
    const isFull = chars > BUFFERED_BYTES_MAX;
    if (isFull || (!conversation.isCatchingUp && (isUrgent || isTimeUp))) end();
  };
  const wire: Wire = {
    deliver(frame: Frame): void {
      if (isOver) return;
      collected.push(frame.text);
      chars += frame.text.length;
      isUrgent ||= frame.urgent;
      look();
    },
    bufferedBytes: () => chars,
    close: end,
  };
  const conversation = new Conversation(ports, wire, look);
  const cancelWait = ports.scheduler.after(waitMs, () => {
    isTimeUp = true;
    look();
  });
  const cancelBound = ports.scheduler.after(waitMs + CATCH_UP_MS_MAX, end);
  void conversation.handle(hello);
  return { messages, cancel: end };
}
