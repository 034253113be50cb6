/**
 * The live half of the sync core, put together: what an edge needs to talk with devices. A WebSocket opens a
 * conversation; plain HTTP polls for what one would have delivered, and sends what one would have heard.
 */
import type { Actor, ClientMessage } from '@waypost/protocol';
import { ChangeBudget } from './change-budget.ts';
import { answerPush, Conversation, type ConversationPorts, errorMessage } from './conversation.ts';
import { Hub, type HubPorts } from './hub.ts';
import { type Hello, type Poll, openPoll } from './poll.ts';
import type { Wire } from './ports.ts';

export interface LivePorts extends Omit<ConversationPorts, 'hub' | 'budget'>, HubPorts {}

export interface Live {
  readonly hub: Hub;
  /** The edge hands it each message and says when the connection closed. */
  open(wire: Wire): Conversation;
  /** What a conversation that begins with this hello delivers, as message texts, once there is something or time is up. */
  poll(hello: Hello, waitMs: number): Poll;
  /** Pushes and acknowledgements of a device that polls, and the answers, as message texts. */
  send(actor: Actor, messages: readonly ClientMessage[]): Promise<string[]>;
}

export function createLive(ports: LivePorts): Live {
  const hub = new Hub(ports);
  const talking: ConversationPorts = { ...ports, hub, budget: new ChangeBudget(ports.clock) };
  return {
    hub,
    open: (wire) => new Conversation(talking, wire),
    poll: (hello, waitMs) => openPoll(talking, hello, waitMs),
    send: (actor, messages) => send(talking, actor, messages),
  };
}

async function send(ports: ConversationPorts, actor: Actor, messages: readonly ClientMessage[]): Promise<string[]> {
  const answers: string[] = [];
  for (const message of messages) {
    if (message.type === 'push') answers.push(JSON.stringify(await answerPush(ports, actor, message)));
    else if (message.type === 'have') ports.acknowledger.note(actor, message);
    else if (message.type === 'ping') answers.push(JSON.stringify({ type: 'pong' }));
    else
      answers.push(
        JSON.stringify(errorMessage('bad-message', { message: 'Say hello, and what to follow, by polling.' })),
      );
  }
  return answers;
}
