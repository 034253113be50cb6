/** What every Transport must do, against a server that says what the test tells it to. */
import type { ClientMessage, DeviceId, Epoch, ServerMessage, StreamId, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloseReason, Connection, Transport } from '../engine/ports.ts';

/** Answers `hello` with a welcome, `ping` with `pong` and `push` with `received`; the rest is up to the test. */
export interface TestServer {
  /** All it heard but polls repeating a hello, in order. */
  readonly heard: readonly ClientMessage[];
  say(message: ServerMessage | { readonly type: string }): void;
  /** Something that is no message. */
  sayGarbage(): void;
  /** Ends every connection at once, as a crash does, and answers no more. */
  stop(): Promise<void>;
}

export interface TransportWorld {
  readonly transport: Transport;
  readonly server: TestServer;
  /** Part of what it says where nobody answers. */
  readonly nobody: string;
}

const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001' as WorkspaceId;
const STREAM = 'bbbbbbbb-0000-4000-8000-000000000001' as StreamId;
export const TEST_EPOCH = 'epoch' as Epoch;

export function describeTransport(name: string, makeWorld: () => Promise<TransportWorld>): void {
  describe(`${name} as a transport`, () => {
    let world: TransportWorld;
    let device: TestDevice;

    beforeEach(async () => {
      world = await makeWorld();
      device = new TestDevice(world.transport);
    });
    afterEach(async () => {
      device.connection.close();
      await world.server.stop();
    });

    it('opens, takes the hello and brings the welcome', async () => {
      await device.greet();
      await vi.waitFor(() => expect(world.server.heard).toEqual([hello()]));
      expect(device.received.map(({ type }) => type)).toEqual(['welcome']);
      expect(device.closed).toEqual([]);
    });

    it('takes messages from before it opened', async () => {
      device.connection.send(hello());
      await device.hears('welcome');
      await vi.waitFor(() => expect(world.server.heard).toEqual([hello()]));
    });

    it('brings what is said to it, in order, whatever its length', async () => {
      await device.greet();
      const said = [delta(1, 10), delta(2, 1_000_000), delta(3, 10), delta(4, 20_000)];
      for (const message of said) world.server.say(message);
      await device.hears('delta', 4);
      expect(device.received.slice(1)).toEqual(said);
    });

    it('takes pushes in order, whatever their length, and brings their answers', async () => {
      await device.greet();
      // The second fits no frame, however well it is compressed; the third is compressed.
      const pushes = [push(1, 10), push(2, 600_000), push(3, 20_000), push(4, 10)];
      for (const message of pushes) device.connection.send(message);
      await device.hears('received', 4);
      await vi.waitFor(() => expect(world.server.heard.slice(1)).toEqual(pushes));
      expect(device.received.flatMap((message) => (message.type === 'received' ? [message.upTo] : []))).toEqual([
        1, 2, 3, 4,
      ]);
      await vi.waitFor(() => expect(device.connection.bufferedBytes()).toBe(0));
    });

    it('counts what is on its way', async () => {
      await device.greet();
      device.connection.send(push(1, 600_000));
      expect(device.connection.bufferedBytes()).toBeGreaterThan(500_000);
      await device.hears('received');
    });

    it('answers a ping though a large push is on its way', async () => {
      await device.greet();
      device.connection.send(push(1, 600_000));
      device.connection.send({ type: 'ping' });
      await device.hears('pong');
    });

    it('passes over what only a newer version understands', async () => {
      await device.greet();
      world.server.say({ type: 'from the future' });
      world.server.say(delta(1, 10));
      await device.hears('delta');
      expect(device.received.map(({ type }) => type)).toEqual(['welcome', 'delta']);
    });

    it('ends when what it hears is no message', async () => {
      await device.greet();
      world.server.sayGarbage();
      expect((await device.ends()).code).toBe('bad-message');
    });

    it('tells of a sign-out before it ends', async () => {
      await device.greet();
      world.server.say({ type: 'signed-out', erase: true });
      expect((await device.ends()).code).toBe('signed-out');
      expect(device.received.at(-1)).toEqual({ type: 'signed-out', erase: true });
    });

    it('ends once, and in words, when the server is gone', async () => {
      await device.greet();
      await world.server.stop();
      const reason = await device.ends();
      expect(reason.code).toBe('offline');
      expect(reason.detail).toMatch(new RegExp(`broke|${world.nobody}`));
      device.connection.send(push(1, 10));
      device.connection.close();
      await settled();
      expect(device.closed).toHaveLength(1);
    });

    it('ends once, and in words, when there is no server', async () => {
      await world.server.stop();
      const late = new TestDevice(world.transport);
      late.connection.send(hello());
      const reason = await late.ends();
      expect(reason.code).toBe('offline');
      expect(reason.detail).toContain(world.nobody);
      await settled();
      expect(late.closed).toHaveLength(1);
    });

    it('says nothing more after it was closed, than that it is', async () => {
      await device.greet();
      device.connection.close();
      world.server.say(delta(1, 10));
      expect((await device.ends()).code).toBe('offline');
      await settled();
      expect(device.received.map(({ type }) => type)).toEqual(['welcome']);
      expect(device.closed).toHaveLength(1);
    });

    it('can be closed before it opened', async () => {
      const early = new TestDevice(world.transport);
      early.connection.close();
      await early.ends();
      await settled();
      expect([early.opened, early.closed.length]).toEqual([false, 1]);
    });
  });
}

/** A device's end of a connection: what came, in order. */
export class TestDevice {
  readonly received: ServerMessage[] = [];
  readonly closed: CloseReason[] = [];
  readonly connection: Connection;
  opened = false;

  constructor(transport: Transport) {
    this.connection = transport.connect({
      opened: () => {
        this.opened = true;
      },
      received: (message) => this.received.push(message),
      closed: (reason) => this.closed.push(reason),
    });
  }

  async greet(message = hello()): Promise<void> {
    await vi.waitFor(() => expect(this.opened).toBe(true));
    this.connection.send(message);
    await this.hears('welcome');
  }

  async hears(type: ServerMessage['type'], times = 1): Promise<void> {
    await vi.waitFor(() => expect(this.received.filter((message) => message.type === type)).toHaveLength(times), {
      timeout: 5_000,
    });
  }

  async ends(): Promise<CloseReason> {
    await vi.waitFor(() => expect(this.closed).not.toEqual([]), { timeout: 5_000 });
    return this.closed[0] as CloseReason;
  }
}

type Hello = Extract<ClientMessage, { type: 'hello' }>;

export function hello(positions: Hello['positions'] = [position()]): Hello {
  return { type: 'hello', protocol: { min: 1, max: 1 }, token: 'token', pending: 0, positions };
}

export function position(): Hello['positions'][number] {
  return { workspace: WORKSPACE, epoch: null, life: null, cursor: 0, stream: null, have: 0 };
}

/** A push of one change with so many characters in it that do not compress. */
export function push(n: number, chars: number): ClientMessage {
  const data = JSON.stringify({ text: noise(chars) });
  const id = 'cccccccc-0000-4000-8000-000000000001' as never;
  const write = {
    op: 'create',
    id,
    kind: 'note',
    schema: 1,
    parent: null,
    order: 'a0',
    data,
    rows: {},
    origin: null,
  } as const;
  return { type: 'push', workspace: WORKSPACE, epoch: TEST_EPOCH, stream: STREAM, changes: [{ n, writes: [write] }] };
}

export function delta(to: number, chars: number): Extract<ServerMessage, { type: 'delta' }> {
  const names = {
    ['dddddddd-0000-4000-8000-000000000001' as DeviceId]: {
      account: STREAM as never,
      email: noise(chars),
      device: 'A',
    },
  };
  const shared = {
    workspace: WORKSPACE,
    epoch: TEST_EPOCH,
    life: 'life',
    from: to - 1,
    to,
    elements: [],
    gone: [],
    names,
  };
  return { type: 'delta', ...shared, sum: { a: 0, b: 0 }, more: false, own: { settled: null, conflicts: [] } };
}

/** The same characters every time. */
function noise(chars: number): string {
  let state = 1;
  let text = '';
  while (text.length < chars) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += String.fromCharCode(33 + ((state >>> 16) % 90));
  }
  return text;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
