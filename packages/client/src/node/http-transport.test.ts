import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientMessage, ServerMessage } from '@waypost/protocol';
import {
  delta,
  describeTransport,
  hello,
  position,
  push,
  TEST_EPOCH,
  TestDevice,
} from '../contract/transport-contract.ts';
import { FakeServer } from './fake-server.fixture.ts';
import { createHttpTransport } from './http-transport.ts';

describeTransport('plain HTTP', async () => {
  const server = await FakeServer.start();
  return { server, nobody: 'refused', transport: createHttpTransport({ url: `http://127.0.0.1:${server.port}` }) };
});

describe('plain HTTP', () => {
  let server: FakeServer;
  let device: TestDevice;
  const at = position();
  const { stream } = push(1, 1) as Extract<ClientMessage, { type: 'push' }>;

  beforeEach(async () => {
    server = await FakeServer.start();
    device = new TestDevice(createHttpTransport({ url: `http://127.0.0.1:${server.port}` }));
  });
  afterEach(async () => {
    device.connection.close();
    await server.stop();
  });

  const polls = async (count: number) => vi.waitFor(() => expect(server.polls).toHaveLength(count));

  it('asks at once where things stand, and then waits for news', async () => {
    await device.greet();
    await polls(2);
    const paths = server.requests.map(({ path }) => path);
    expect(paths).toEqual(['/api/sync/poll?wait=0', '/api/sync/poll']);
    expect(server.requests[0]?.authorization).toBe('Bearer token');
  });

  it('asks at once, too, where a workspace that the hello had no room for stands', async () => {
    await device.greet();
    await polls(2);
    device.connection.send({ type: 'follow', position: at });
    await polls(4);
    const waits = server.requests.map(({ path }) => !path.endsWith('?wait=0'));
    expect(waits).toEqual([false, true, false, true]);
  });

  it('asks again from where the last delta ended', async () => {
    await device.greet();
    await polls(2);
    server.say(delta(7, 10));
    await polls(3);
    expect(server.polls[2]).toEqual([{ ...at, epoch: TEST_EPOCH, life: 'life', cursor: 7 }]);
  });

  it('says in each poll what waits still, less by what was settled since the hello', async () => {
    await device.greet({ ...hello([{ ...at, stream, have: 4 }]), pending: 3 });
    await polls(2);
    device.connection.send({ type: 'have', workspace: at.workspace, stream, upTo: 6 });
    server.say(delta(7, 10));
    await vi.waitFor(() => expect(server.pending).toContain(1));
    expect(server.pending.slice(0, 2)).toEqual([3, 3]);
  });

  it('does not ask about a workspace whose cursor leads nowhere until it is followed again', async () => {
    await device.greet();
    await polls(2);
    server.say({
      type: 'reset',
      workspace: at.workspace,
      epoch: TEST_EPOCH,
      reason: 'first',
      restored: 0,
      settled: null,
      inline: false,
    });
    await polls(3);
    expect(server.polls[2]).toEqual([]);
    const found = { ...at, epoch: TEST_EPOCH, life: 'life', cursor: 40 };
    device.connection.send({ type: 'follow', position: found });
    await polls(5);
    expect(server.polls.slice(3)).toEqual([[found], [found]]);
  });

  it('goes on where a reset brought everything along', async () => {
    await device.greet();
    await polls(2);
    server.say({
      type: 'reset',
      workspace: at.workspace,
      epoch: TEST_EPOCH,
      reason: 'first',
      restored: 0,
      settled: null,
      inline: true,
    });
    server.say(delta(3, 10));
    await vi.waitFor(() =>
      expect(server.polls.at(-1)).toEqual([{ ...at, epoch: TEST_EPOCH, life: 'life', cursor: 3 }]),
    );
  });

  it('says which outcomes it holds only when the device does, and waits for that', async () => {
    await device.greet();
    device.connection.send(push(1, 10));
    await device.hears('received');
    // The stream is new to the server: the poll that knew nothing of it was given up.
    await vi.waitFor(() => expect(server.polls.at(-1)).toEqual([{ ...at, stream, have: 0 }]));
    const before = server.polls.length;
    const settled: ServerMessage = {
      ...delta(1, 10),
      own: { settled: { stream, after: 0, upTo: 1, outcomes: [] }, conflicts: [] },
    };
    server.say(settled);
    await device.hears('delta');
    expect(server.polls).toHaveLength(before);
    device.connection.send({ type: 'have', workspace: at.workspace, stream, upTo: 1 });
    await polls(before + 1);
    expect(server.polls.at(-1)).toEqual([{ ...at, epoch: TEST_EPOCH, life: 'life', cursor: 1, stream, have: 1 }]);
  });

  it('hears one welcome, though every poll brings one', async () => {
    await device.greet();
    server.say(delta(1, 10));
    server.say(delta(2, 10));
    await device.hears('delta', 2);
    expect(device.received.filter(({ type }) => type === 'welcome')).toHaveLength(1);
  });

  it('sends long bodies as gzip', async () => {
    await device.greet();
    device.connection.send(push(1, 10));
    device.connection.send(push(2, 20_000));
    await device.hears('received', 2);
    const sends = server.requests.filter(({ path }) => path === '/api/sync/send');
    expect(sends.map(({ encoding }) => encoding)).toEqual(['', 'gzip']);
  });

  it('tells of a sign-out that any request is answered with', async () => {
    server.on('POST /api/sync/send', (response) => {
      response.writeHead(401).end('{"erase":true,"error":{"code":"signed-out","message":"Signed out.","retry":false}}');
    });
    await device.greet();
    device.connection.send(push(1, 10));
    expect((await device.ends()).code).toBe('signed-out');
    expect(device.received.at(-1)).toEqual({ type: 'signed-out', erase: true });
  });

  it('begins with the positions of its hello', async () => {
    const found = { ...at, epoch: TEST_EPOCH, life: 'life', cursor: 12 };
    await device.greet(hello([found]));
    expect(server.polls[0]).toEqual([found]);
  });
});
