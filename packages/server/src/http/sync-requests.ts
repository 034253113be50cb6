/** Sync where WebSockets are blocked: pushes are posted, and one long poll carries everything else. */
import {
  CHANGES_PER_PUSH_MAX,
  type ClientMessage,
  clientMessageSchema,
  type Decoded,
  decodeClientMessage,
  INFLATED_BYTES_MAX,
  WaypostError,
  WORKSPACES_PER_DEVICE_MAX,
} from '@waypost/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Live } from '../sync/live.ts';
import type { Poll } from '../sync/poll.ts';
import { callerOf } from './callers.ts';

/** Shorter than the half minute after which proxies give up on a silent request. */
const POLL_MS = 25_000;
/** Every position a device may have, each with the longest names of its epoch and of the run that issued it. */
const POLL_BYTES_MAX = 768 * WORKSPACES_PER_DEVICE_MAX;
/** Messages in one request: as many pushes of one change as a push may hold changes. */
const MESSAGES_MAX = CHANGES_PER_PUSH_MAX;

/** For signed-in devices. Returns how to end the polls that wait. */
export function syncRequestRoutes(app: FastifyInstance, live: Live): () => void {
  const polls = new Set<Poll>();

  app.post('/api/sync/send', { bodyLimit: INFLATED_BYTES_MAX }, async (request, reply) => {
    const { device } = callerOf(request);
    const answers = await live.send({ account: device.account, device: device.id }, readMessages(request.body));
    return sendTexts(reply, answers);
  });

  app.post<{ Querystring: { wait?: string } }>(
    '/api/sync/poll',
    { bodyLimit: POLL_BYTES_MAX },
    async (request, reply) => {
      const hello = readMessage(request.body);
      if (hello === 'ignored' || hello.type !== 'hello') throw new WaypostError('bad-message', 'A poll is a hello.');
      // A device that just connected asks where it stands, and must not wait for news to hear the welcome.
      const poll = live.poll(hello, request.query.wait === '0' ? 0 : POLL_MS);
      polls.add(poll);
      // The device hung up: nobody is left to answer.
      const hungUp = () => poll.cancel();
      request.raw.socket.once('close', hungUp);
      const texts = await poll.messages;
      request.raw.socket.off('close', hungUp);
      polls.delete(poll);
      return sendTexts(reply, texts);
    },
  );

  return () => {
    for (const poll of polls) poll.cancel();
  };
}

function sendTexts(reply: FastifyReply, texts: readonly string[]): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(`[${texts.join(',')}]`);
}

function readMessages(body: unknown): ClientMessage[] {
  if (!Array.isArray(body) || body.length > MESSAGES_MAX) {
    throw new WaypostError('bad-message', `The body is an array of at most ${MESSAGES_MAX} messages.`);
  }
  return body.map(readMessage).filter((message) => message !== 'ignored');
}

function readMessage(value: unknown): Decoded<ClientMessage> {
  const parsed = clientMessageSchema.safeParse(value);
  // Only what is not valid takes the long way, which knows what to say about it.
  return parsed.success ? parsed.data : decodeClientMessage(JSON.stringify(value ?? null));
}
