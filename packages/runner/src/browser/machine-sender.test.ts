import { expect, it } from 'vitest';
import { plainOrder } from '../testing/orders.ts';
import { told } from '../testing/told.ts';
import { encodeEvent } from '../exchange-codec.ts';
import { failure } from '../failure.ts';
import { MachineSender } from './machine-sender.ts';

/** A server that knows one token at a time. */
class Server {
  token = 'first';
  readonly asked: string[] = [];

  readonly fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const path = String(input);
    this.asked.push(path);
    if (path === '/send/token') return Response.json({ token: this.token });
    const given = new Headers(init.headers).get('x-waypost-sender');
    if (given !== this.token) return Response.json({ error: { message: 'Load it again.' } }, { status: 403 });
    const event = { kind: 'failed', failure: failure('aborted'), timings: null } as const;
    return new Response(new Blob([...encodeEvent(event)]));
  };
}

it('asks for a token once, and again where the server was started anew', async () => {
  const server = new Server();
  const sender = new MachineSender({ fetch: server.fetch });
  for (let time = 0; time < 2; time += 1) expect((await told(sender, plainOrder({}))).failure?.code).toBe('aborted');
  expect(server.asked).toEqual(['/send/token', '/send', '/send']);
  server.token = 'second';
  expect((await told(sender, plainOrder({}))).failure?.code).toBe('aborted');
  expect(server.asked.slice(3)).toEqual(['/send', '/send/token', '/send']);
});

it('says why where the server does not send for this page', async () => {
  const refuse = async (): Promise<Response> =>
    Response.json({ error: { message: 'For pages of this Waypost only.' } }, { status: 403 });
  const sender = new MachineSender({ fetch: refuse });
  const { failure: why } = await told(sender, plainOrder({}));
  expect(why).toMatchObject({ code: 'not-allowed', message: expect.stringContaining('For pages of this') as string });
});
