import type { Epoch } from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BEN, creation, type Node, type TestDevice, WORKSPACE, World, withoutShape } from './live.fixture.ts';

let world: World;
let node: Node;

beforeEach(() => {
  world = new World();
  node = world.node();
});

async function connected(account = ANNA, at = node): Promise<TestDevice> {
  const device = world.device(account);
  device.connect(at);
  await world.time.pass(0);
  return device;
}

async function expectEqual(...devices: TestDevice[]): Promise<void> {
  const stored = [...(await world.elements()).values()].map(withoutShape);
  for (const device of devices) {
    const held = [...device.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(held).toEqual(stored.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }
  expect(world.failures).toEqual([]);
}

describe('a conversation', () => {
  it('welcomes a device and brings it everything inline while there is little', async () => {
    const anna = await connected();
    anna.create({ name: 'one' });
    await world.time.pass(0);
    const ben = await connected(BEN);
    expect(ben.heard.map(({ type }) => type)).toEqual(['welcome', 'reset', 'delta']);
    await expectEqual(anna, ben);
  });

  it('answers a push once it is durable, and settles it in a delta', async () => {
    const anna = await connected();
    anna.heard.length = 0;
    anna.create({ name: 'one' });
    await world.time.pass(0);
    expect(anna.heard).toContainEqual({ type: 'received', workspace: WORKSPACE, stream: anna.stream, upTo: 1 });
    expect(anna.outcomes).toEqual(new Map([[1, 'applied']]));
    await expectEqual(anna);
  });

  it('brings an edit to every other device without passing time', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    const note = anna.create({ name: 'one' });
    await world.time.pass(0);
    ben.set(note, { name: 'two' });
    await world.time.pass(0);
    expect(anna.elements.get(note)?.data).toBe('{"name":"two"}');
    await expectEqual(anna, ben);
  });

  it('settles a change that changes nothing, and tells nobody else', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    const note = anna.create({ name: 'one' });
    await world.time.pass(0);
    const told = ben.heard.length;
    anna.set(note, { name: 'one' });
    await world.time.pass(0);
    expect(anna.outcomes.get(2)).toEqual({ kind: 'noop' });
    expect(ben.heard.length).toBe(told);
  });

  it('tells a conflict to the devices of the account it belongs to', async () => {
    const [anna, phone, ben] = [await connected(), await connected(), await connected(BEN)];
    const note = anna.create({ name: 'one' });
    await world.time.pass(0);
    anna.disconnect();
    ben.set(note, { name: 'theirs' });
    await world.time.pass(0);
    anna.sent += 1;
    anna.connect(node);
    // Made while it was away, over the first value.
    const held = anna.elements.get(note);
    anna.say({
      ...{ type: 'push', workspace: WORKSPACE, epoch: anna.epoch ?? ('' as never), stream: anna.stream },
      changes: [
        {
          n: 2,
          writes: [
            {
              ...{ op: 'set', id: note, schema: 0 },
              fields: [
                { group: 'name', base: { revision: held?.revision ?? 0, value: { text: '"one"' } }, value: '"mine"' },
              ],
            },
          ],
        },
      ],
    });
    await world.time.pass(0);
    expect(anna.outcomes.get(2)).toMatchObject({ kind: 'conflict', groups: ['name'] });
    expect(anna.conflicts.size).toBe(1);
    expect(phone.conflicts).toEqual(anna.conflicts);
    expect(ben.conflicts.size).toBe(0);
    await expectEqual(anna, phone, ben);
  });

  it('tells everyone of a commit whose result was unknown, also when its author never asks again', async () => {
    let fails = false;
    const faults = (point: string) => {
      if (fails && point === 'after-commit') throw new Error('the connection broke');
    };
    const unsure = world.node({ faults });
    const [anna, ben] = [await connected(ANNA, unsure), await connected(BEN, unsure)];
    fails = true;
    anna.create({ name: 'one' });
    await world.time.pass(0);
    expect(anna.heard).toContainEqual(expect.objectContaining({ type: 'error', code: 'storage-failed' }));
    // For the log.
    expect(world.failures.splice(0)).toMatchObject([{ code: 'storage-failed', message: 'the connection broke' }]);
    anna.disconnect();
    await expectEqual(ben);
  });

  it('refuses a gap with the number to go on from', async () => {
    const anna = await connected();
    anna.pushChanges([{ n: 3, writes: [creation(world.freshId(), {})] }]);
    await world.time.pass(0);
    expect(anna.heard.at(-1)).toMatchObject({ type: 'error', code: 'stream-gap', upTo: 0 });
  });

  it('refuses a workspace that the account is no member of', async () => {
    world.database.setMember(WORKSPACE, BEN, null);
    const ben = await connected(BEN);
    expect(ben.heard.at(-1)).toMatchObject({ type: 'error', code: 'no-workspace', workspace: WORKSPACE });
  });

  it('refuses a device that speaks only other versions, and says which side is old [WR2]', async () => {
    const anna = world.device();
    anna.connect(node);
    anna.disconnect();
    const conversation = node.live.open(anna);
    await conversation.handle({
      ...{ type: 'hello', protocol: { min: 9, max: 12 }, token: anna.actor.device, pending: 0, positions: [] },
    });
    expect(anna.heard.at(-1)).toMatchObject({ type: 'error', code: 'protocol-too-new' });
    expect(anna.closedBy).toBe('protocol-too-new');
  });

  it('asks a device that pushes thousands of changes a second to wait', async () => {
    const anna = await connected();
    const changes = Array.from({ length: 256 }, (_, at) => ({ n: at + 1, writes: [creation(world.freshId(), {})] }));
    for (let push = 0; push < 79; push += 1) anna.pushChanges(changes);
    await world.time.pass(0);
    expect(anna.heard).toContainEqual(expect.objectContaining({ type: 'error', code: 'rate-limited' }));
    await world.time.pass(1_000);
    anna.pushChanges(changes);
    await world.time.pass(0);
    expect(anna.heard.at(-1)).toMatchObject({ type: 'received' });
  });
});

describe('a device that was away', () => {
  it('gets what it missed, and settles what it sent before the connection broke', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    anna.create({ name: 'one' });
    anna.disconnect();
    await world.time.pass(0);
    ben.create({ name: 'two' });
    await world.time.pass(0);
    anna.connect(node);
    await world.time.pass(0);
    expect(anna.outcomes).toEqual(new Map([[1, 'applied']]));
    await expectEqual(anna, ben);
  });

  it('gets many edits in frames that fit, and shows nothing before the last', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    ben.disconnect();
    for (let n = 0; n < 300; n += 1) anna.create({ name: `note ${n}`, text: 'long '.repeat(1_000) });
    await world.time.pass(0);
    ben.heard.length = 0;
    ben.texts.length = 0;
    ben.connect(node);
    await world.time.pass(0);
    expect(ben.deltas.length).toBeGreaterThan(5);
    expect(ben.deltas.map(({ more }) => more)).toEqual(ben.deltas.map((_, at) => at < ben.deltas.length - 1));
    expect(Math.max(...ben.texts.map((text) => text.length))).toBeLessThanOrEqual(256 * 1024);
    await expectEqual(anna, ben);
  });

  it('gets one change of many elements in frames of which only the last moves the cursor', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    ben.disconnect();
    const folder = world.freshId();
    const text = 'long '.repeat(600);
    anna.push(
      creation(folder, { name: 'folder' }),
      ...Array.from({ length: 200 }, (_, n) => creation(world.freshId(), { name: `note ${n}`, text }, folder)),
    );
    await world.time.pass(0);
    ben.heard.length = 0;
    ben.connect(node);
    await world.time.pass(0);
    expect(ben.deltas.length).toBeGreaterThan(2);
    expect(ben.deltas.slice(0, -1).every(({ from, to }) => from === to)).toBe(true);
    await expectEqual(anna, ben);
  });

  it('gets only the changed groups of a large element it holds', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    const note = anna.create({ name: 'one', text: 'x'.repeat(100_000) });
    await world.time.pass(0);
    ben.disconnect();
    anna.set(note, { name: 'two' });
    await world.time.pass(0);
    ben.connect(node);
    await world.time.pass(0);
    expect(ben.texts.at(-1)?.length).toBeLessThan(2_000);
    await expectEqual(anna, ben);
  });

  it('gets an element whole that was made and edited while it was away, whatever page that is on', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    ben.disconnect();
    const note = anna.create({ name: 'one', text: 'x'.repeat(5_000) });
    for (let n = 0; n < 270; n += 1) anna.create({ text: 'x'.repeat(5_000) });
    await world.time.pass(0);
    anna.set(note, { name: 'two' });
    await world.time.pass(0);
    ben.connect(node);
    await world.time.pass(0);
    await expectEqual(anna, ben);
  });

  it('gets an element by reference that no frame could hold', async () => {
    const anna = await connected();
    const note = anna.create({ text: 'x'.repeat(400_000) });
    await world.time.pass(0);
    expect(anna.elements.get(note)?.data).toBe('fetched 400011');
  });

  it('takes a snapshot where there is much, and follows from there', async () => {
    const anna = await connected();
    for (let n = 0; n < 301; n += 1) anna.create({ name: `note ${n}` });
    await world.time.pass(0);
    const ben = await connected(BEN);
    expect(ben.heard.at(-1)).toMatchObject({ type: 'reset', reason: 'first' });
    await ben.takeSnapshot();
    ben.life = anna.life;
    anna.create({ name: 'later' });
    await world.time.pass(0);
    ben.say({ type: 'follow', position: ben.position });
    await world.time.pass(0);
    await expectEqual(anna, ben);
  });
});

describe('a device that is slow', () => {
  it('is sent nothing while a megabyte is on its way, then one fresh delta [FD7]', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    ben.buffered = 2 * 1024 * 1024;
    const told = ben.heard.length;
    const note = anna.create({ name: 'one' });
    await world.time.pass(0);
    anna.set(note, { name: 'two' });
    await world.time.pass(5_000);
    expect(ben.heard.length).toBe(told);
    ben.buffered = 0;
    await world.time.pass(200);
    expect(ben.heard.length).toBe(told + 1);
    await expectEqual(anna, ben);
  });

  it('is let go after thirty seconds', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    ben.buffered = 2 * 1024 * 1024;
    anna.create({ name: 'one' });
    await world.time.pass(31_000);
    expect(ben.closedBy).toBe('offline');
  });
});

describe('many devices on one workspace', () => {
  it('that come first miss nothing that is committed while they catch up, at whatever moment [FD1]', async () => {
    for (let turns = 0; turns < 60; turns += 1) {
      world = new World();
      node = world.node();
      const [anna, ben] = [world.device(), world.device(BEN)];
      // Over HTTP: whoever sends like this follows nothing.
      const write = JSON.parse(JSON.stringify(creation(world.freshId(), { name: 'one' }))) as never;
      void node.live.send(ben.actor, [
        {
          ...{ type: 'push', workspace: WORKSPACE, epoch: 'first' as Epoch, stream: ben.stream },
          changes: [{ n: 1, writes: [write] }],
        },
      ]);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      anna.connect(node);
      await world.time.pass(0);
      expect(anna.elements.size, `${turns} turns`).toBe(1);
    }
  });

  it('get the first delta at once, the next ones together, and authors theirs without waiting', async () => {
    const anna = await connected();
    const others: TestDevice[] = [];
    for (let n = 0; n < 200; n += 1) others.push(await connected(BEN));
    for (const device of [anna, ...others]) device.heard.length = 0;
    for (let n = 0; n < 5; n += 1) {
      anna.create({ name: `note ${n}` });
      await world.time.pass(1);
    }
    expect(anna.deltas.length).toBe(5);
    expect(others.map(({ deltas }) => deltas.length)).toEqual(others.map(() => 1));
    await world.time.pass(20);
    expect(others.map(({ deltas }) => deltas.length)).toEqual(others.map(() => 2));
    await expectEqual(anna, ...others.slice(0, 3));
  });

  it('get two edits of one large element that come within a window', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    const others: TestDevice[] = [];
    for (let n = 0; n < 100; n += 1) others.push(await connected(BEN));
    const note = anna.create({ name: 'one', title: 'one', text: 'x'.repeat(5_000) });
    await world.time.pass(100);
    for (const n of [1, 2, 3]) {
      anna.set(note, { name: `name ${n}` });
      ben.set(note, { title: `title ${n}` });
      await world.time.pass(1);
    }
    await world.time.pass(100);
    await expectEqual(anna, ben, ...others.slice(0, 3));
  });

  it('are handed one and the same frame where nothing in it is their own [FD7]', async () => {
    const [anna, ben, carl] = [await connected(), world.device(BEN), world.device(BEN)];
    const frames: object[][] = [[], []];
    for (const [at, device] of [ben, carl].entries()) {
      const deliver = device.deliver.bind(device);
      device.deliver = (frame) => {
        frames[at]?.push(frame);
        deliver(frame);
      };
      device.connect(node);
    }
    await world.time.pass(0);
    anna.create({ name: 'one' });
    await world.time.pass(0);
    expect(frames[0]?.at(-1)).toBe(frames[1]?.at(-1));
  });
});

describe('what ends or changes a conversation', () => {
  it('signing a device out is heard at once, and nothing is sent to it any more', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    node.live.hub.signOut(ben.actor.device, { erase: true });
    expect(ben.heard.at(-1)).toEqual({ type: 'signed-out', erase: true });
    expect(ben.closedBy).toBe('signed-out');
    const told = ben.heard.length;
    anna.create({ name: 'one' });
    await world.time.pass(0);
    expect(ben.heard.length).toBe(told);
  });

  it('a member who is removed hears nothing of the workspace any more', async () => {
    const [anna, ben] = [await connected(), await connected(BEN)];
    world.database.setMember(WORKSPACE, BEN, null);
    node.live.hub.workspacesChanged(BEN);
    anna.create({ name: 'secret' });
    await world.time.pass(0);
    expect(
      ben.heard
        .slice(-2)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['error', 'workspaces']);
    expect(ben.elements.size).toBe(0);
  });

  it('what was read for a member before it was removed is not sent to it', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      world = new World();
      node = world.node();
      const anna = await connected();
      anna.create({ name: 'secret' });
      await world.time.pass(0);
      const ben = world.device(BEN);
      ben.connect(node);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const told = ben.heard.length;
      world.database.setMember(WORKSPACE, BEN, null);
      node.live.hub.workspacesChanged(BEN);
      await world.time.pass(0);
      expect(ben.heard.slice(told).filter(({ type }) => type === 'delta' || type === 'reset')).toEqual([]);
    }
  });

  it('a member who is given a workspace while being welcomed is told of it', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      world = new World();
      node = world.node();
      world.database.setMember(WORKSPACE, BEN, null);
      const ben = world.device(BEN);
      ben.connect(node);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      world.database.setMember(WORKSPACE, BEN, 'editor');
      node.live.hub.workspacesChanged(BEN);
      await world.time.pass(0);
      const told = ben.heard.flatMap((message) => ('workspaces' in message ? [message.workspaces] : []));
      expect(told.at(-1)).toMatchObject([{ id: WORKSPACE }]);
    }
  });

  it('a change of membership that could not be read is told a little later', async () => {
    world.database.setMember(WORKSPACE, BEN, null);
    const ben = await connected(BEN);
    world.accountsFail = true;
    world.database.setMember(WORKSPACE, BEN, 'editor');
    node.live.hub.workspacesChanged(BEN);
    await world.time.pass(500);
    world.accountsFail = false;
    await world.time.pass(2_000);
    expect(ben.heard.at(-1)).toMatchObject({ type: 'workspaces', workspaces: [{ id: WORKSPACE }] });
  });

  it('a server that goes says so, also to those who come late', async () => {
    const anna = await connected();
    node.live.hub.close(5_000);
    expect(anna.heard.at(-1)).toEqual({ type: 'goaway', withinMs: 5_000 });
    const ben = await connected(BEN);
    expect(ben.heard).toContainEqual({ type: 'goaway', withinMs: 5_000 });
  });
});

describe('several nodes', () => {
  it('tell each other by hints', async () => {
    const [one, two] = [world.node({ alone: false, life: 'l' }), world.node({ alone: false, life: 'l' })];
    const [anna, ben] = [await connected(ANNA, one), await connected(BEN, two)];
    anna.create({ name: 'one' });
    await world.time.pass(5);
    await expectEqual(anna, ben);
    ben.create({ name: 'two' });
    anna.create({ name: 'three' });
    await world.time.pass(10);
    await expectEqual(anna, ben);
  });

  it('find what a lost hint would have said', async () => {
    const [one, two] = [world.node({ alone: false, life: 'l' }), world.node({ alone: false, life: 'l' })];
    const [anna, ben] = [await connected(ANNA, one), await connected(BEN, two)];
    world.hintsAreLost = true;
    anna.create({ name: 'one' });
    await world.time.pass(100);
    expect(ben.elements.size).toBe(0);
    await world.time.pass(2_000);
    await expectEqual(anna, ben);
  });

  it('find a membership whose hint was lost', async () => {
    const [one, two] = [world.node({ alone: false, life: 'l' }), world.node({ alone: false, life: 'l' })];
    world.database.setMember(WORKSPACE, BEN, null);
    const ben = await connected(BEN, two);
    world.hintsAreLost = true;
    world.database.setMember(WORKSPACE, BEN, 'editor');
    one.live.hub.workspacesChanged(BEN);
    await world.time.pass(10_000);
    expect(ben.heard.filter(({ type }) => type === 'workspaces')).toMatchObject([{ workspaces: [{ id: WORKSPACE }] }]);
  });

  it('close the other nodes’ conversations of a device that is signed out', async () => {
    const [one, two] = [world.node({ alone: false, life: 'l' }), world.node({ alone: false, life: 'l' })];
    const ben = await connected(BEN, two);
    const { account, device } = ben.actor;
    world.database.setDevice(device, { account, email: 'ben@example.org', name: 'Ben', active: false });
    one.live.hub.signOut(device, { erase: false });
    await world.time.pass(5);
    expect(ben.closedBy).toBe('signed-out');
  });

  it('leave alone a device that signed in again before the word of its sign-out came', async () => {
    const [one, two] = [world.node({ alone: false, life: 'l' }), world.node({ alone: false, life: 'l' })];
    const ben = await connected(BEN, two);
    one.live.hub.signOut(ben.actor.device, { erase: false });
    await world.time.pass(5);
    expect(ben.closedBy).toBe(null);
  });
});

describe('polling over HTTP', () => {
  const hello = (device: TestDevice) => ({
    ...{ type: 'hello' as const, protocol: { min: 1, max: 1 }, token: device.actor.device, pending: 0 },
    positions: [device.position],
  });

  it('returns at once where there is something to tell', async () => {
    const anna = await connected();
    anna.create({ name: 'one' });
    await world.time.pass(0);
    const ben = world.device(BEN);
    const poll = node.live.poll(hello(ben), 25_000);
    await world.time.pass(0);
    for (const text of await poll.messages) ben.deliver({ text });
    await expectEqual(anna, ben);
  });

  it('waits for something to happen, and returns when nothing does', async () => {
    const anna = await connected();
    const ben = await connected(BEN);
    ben.disconnect();
    let messages: string[] | null = null;
    void node.live.poll(hello(ben), 25_000).messages.then((all) => {
      messages = all;
    });
    await world.time.pass(10_000);
    expect(messages).toBeNull();
    anna.create({ name: 'one' });
    await world.time.pass(0);
    expect(messages).toHaveLength(3);
    const quiet = node.live.poll(hello(anna), 25_000);
    await world.time.pass(25_000);
    expect((await quiet.messages).map((text) => (JSON.parse(text) as { type: string }).type)).toEqual([
      'welcome',
      'delta',
    ]);
  });

  it('sends pushes and answers them', async () => {
    const anna = await connected();
    const answers = await node.live.send(anna.actor, [
      {
        ...{ type: 'push', workspace: WORKSPACE, epoch: anna.epoch ?? ('' as never), stream: anna.stream },
        changes: [{ n: 1, writes: [JSON.parse(JSON.stringify(creation(world.freshId(), {}))) as never] }],
      },
    ]);
    expect(answers.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'received', workspace: WORKSPACE, stream: anna.stream, upTo: 1 },
    ]);
    await world.time.pass(0);
    await expectEqual(anna);
  });
});
