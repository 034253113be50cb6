import { describe, expect, it } from 'vitest';
import { actorNamed, based, creating, elementNamed, set, Story } from '../testing/story.ts';

const phone = actorNamed('phone');

function madeByPhone(name: string, more: Parameters<typeof creating>[1] = {}) {
  const { do: _do, ...made } = creating(name, more);
  return [{ op: 'create' as const, ...made }];
}

function pushed(story: Story) {
  return story.server.heard.flatMap((message) =>
    message.type === 'push' ? message.changes.flatMap(({ writes }) => writes) : [],
  );
}

describe('a first sync', () => {
  it('of a small workspace needs no snapshot [RS6]', async () => {
    const story = new Story();
    story.server.does(phone, madeByPhone('note'));
    const laptop = await story.device('laptop');
    expect(laptop.tree()).toEqual({ note: {} });
    expect(story.server.requests).toEqual([]);
    await story.end();
  });

  it('that was promised inline and did not come is made by snapshot [RS6]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    const { epoch } = story.server.state;
    const reset = { ...{ epoch, workspace: story.server.info.id }, restored: 0, settled: null } as const;
    story.server.say({ ...reset, type: 'reset', reason: 'asked', inline: true });
    await story.settle(100);
    expect(story.server.requests).toEqual([]);
    await story.settle(10_000);
    expect(story.server.requests.length).toBeGreaterThan(0);
    expect(laptop.tree()).toEqual({ note: {} });
    expect(laptop.device.status().phase).toBe('synced');
    const [line] = await laptop.device.log();
    expect(line?.message).toContain('is taken anew from the server');
    await story.end();
  });

  it('that began to come inline, and went with the connection, is made by snapshot [RS6]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    const { epoch } = story.server.state;
    const workspace = story.server.info.id;
    story.server.say({ type: 'reset', workspace, epoch, reason: 'first', restored: 0, settled: null, inline: true });
    story.server.saysDelta({ from: 0, to: 1, more: true });
    await story.settle(10_000);
    story.server.hangsUp();
    await story.settle(30_000);
    expect(laptop.device.status().phase).toBe('synced');
    expect(laptop.tree()).toEqual({ note: {} });
    await story.end();
  });

  it('of a large one has the tree as soon as the skeleton is here, and bodies on demand [RS5]', async () => {
    const story = new Story();
    story.server.inlineMax = 5;
    for (let at = 0; at < 35; at += 1)
      story.server.does(phone, madeByPhone(`note ${at}`, { data: { text: `text ${at}` } }));
    const fetcher = story.server.fetcher();
    const held: (() => void)[] = [];
    let holding = true;
    const slow: typeof fetcher = {
      post: (path, body) => fetcher.post(path, body),
      get: async (path, options) => {
        const bytes = await fetcher.get(path, options);
        const isBody =
          path.includes('snapshot/') && story.server.requests.filter((one) => one.includes('snapshot/')).length > 1;
        if (isBody && holding) await new Promise<void>((resolve) => held.push(resolve));
        return bytes;
      },
    };
    story.server.fetcher = () => slow;
    const laptop = await story.device('laptop');
    expect(laptop.device.list(null)).toHaveLength(35);
    expect(laptop.device.status().phase).toBe('syncing');
    holding = false;
    for (const release of held) release();
    await story.settle();
    expect(laptop.device.status().phase).toBe('synced');
    expect(await laptop.value('note 31', 'text')).toBe('text 31');
    const workspace = story.server.info.id;
    expect(laptop.events).toContainEqual({ event: 'progress', workspace, done: 35, total: 35 });
    expect(laptop.events.filter(({ event }) => event === 'filled')).toEqual([
      { event: 'filled', workspace, elements: 35 },
    ]);
    await story.end();
  });

  it('asks again where the server was too busy to be asked', async () => {
    const story = new Story();
    story.server.inlineMax = 5;
    story.server.busy = 2;
    for (let at = 0; at < 10; at += 1) story.server.does(phone, madeByPhone(`note ${at}`));
    const laptop = await story.device('laptop');
    await story.settle(10_000);
    expect(laptop.device.status().phase).toBe('synced');
    await story.end();
  });

  it('that breaks off goes on with what it has', async () => {
    const story = new Story();
    story.server.inlineMax = 5;
    for (let at = 0; at < 60; at += 1) story.server.does(phone, madeByPhone(`note ${at}`));
    const fetcher = story.server.fetcher();
    let left = 4;
    story.server.fetcher = () => ({
      post: (path, body) => fetcher.post(path, body),
      get: async (path, options) => {
        left -= 1;
        if (left === 0) story.server.goesAway();
        return fetcher.get(path, options);
      },
    });
    const laptop = await story.device('laptop');
    expect(laptop.device.status().state).toBe('offline');
    story.server.returns();
    await story.settle(120_000);
    expect(laptop.device.list(null)).toHaveLength(60);
    const chunks = story.server.requests.filter((path) => path.includes('snapshot/'));
    // The three that were under way when it broke off.
    expect(chunks.length - new Set(chunks).size).toBeLessThanOrEqual(3);
    await story.end();
  });

  it('is on disk afterwards, and what changes later stands beside it', async () => {
    const story = new Story();
    story.server.inlineMax = 5;
    for (let at = 0; at < 25; at += 1)
      story.server.does(phone, madeByPhone(`note ${at}`, { data: { text: `text ${at}` } }));
    const laptop = await story.device('laptop');
    await laptop.sets('note 3', 'name', 'renamed');
    story.server.does(phone, [{ op: 'delete', id: elementNamed('note 4'), cursor: 99 }]);
    story.server.does(phone, [{ op: 'purge', id: elementNamed('note 4') }]);
    await story.settle();
    story.server.goesAway();
    await laptop.stop();
    await laptop.start();
    expect(laptop.device.list(null)).toHaveLength(24);
    expect(laptop.line('note 3')?.name).toBe('renamed');
    expect(laptop.line('note 4')).toBeNull();
    expect(await laptop.value('note 5', 'text')).toBe('text 5');
    expect(await laptop.value('note 3', 'text')).toBe('text 3');
    await story.end();
  });
});

describe('a reset', () => {
  it('keeps what waits, conflicts and local records [RS2]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.does(phone, set('note', 'name', 'theirs', based(1, 'note')));
    await laptop.sets('note', 'name', 'mine', { value: 'note', revision: 1 });
    await story.settle();
    story.server.goesAway();
    await laptop.creates('waits');
    await laptop.device.local.put(story.server.info.id, 'draft/1', 'draft');
    // Its tombstones were collected: the cursor leads nowhere.
    const { epoch } = story.server.state;
    story.server.returns();
    await story.settle(1);
    story.server.say({
      type: 'reset',
      workspace: story.server.info.id,
      epoch,
      reason: 'floor',
      restored: 0,
      settled: null,
      inline: false,
    });
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({ theirs: {}, waits: {} });
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0, conflicts: 1 });
    expect(await laptop.device.local.all(story.server.info.id)).toEqual([{ key: 'draft/1', value: 'draft' }]);
    await story.end();
  });

  it('never leads below where the device was in the same epoch [RS4]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('one');
    await story.settle();
    const behind = story.server.backup();
    await laptop.creates('two');
    await story.settle();
    const ahead = story.server.backup();
    const { epoch } = story.server.state;
    story.server.state = behind;
    story.server.say({
      type: 'reset',
      workspace: story.server.info.id,
      epoch,
      reason: 'asked',
      restored: 0,
      settled: null,
      inline: false,
    });
    await story.settle(5);
    story.server.state = ahead;
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({ one: {}, two: {} });
    await story.end();
  });
});

describe('a restored server', () => {
  it('gets back what it lost, and the device goes on in a new stream [EP2, EP4]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('kept');
    await story.settle();
    const backup = story.server.backup();
    await laptop.does(creating('folder'), creating('lost', { below: 'folder' }));
    await laptop.sets('kept', 'name', 'renamed');
    await story.settle();
    const [first] = [...story.server.state.streams.keys()];
    story.server.restore(backup);
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({ renamed: {}, folder: { lost: {} } });
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    const resent = pushed(story).filter(({ op }) => op === 'resend');
    expect(resent).toMatchObject([
      { element: { id: elementNamed('kept'), groups: { name: { revision: 3, own: true } } } },
      { element: { id: elementNamed('folder'), created: { own: true } } },
      { element: { id: elementNamed('lost') } },
    ]);
    expect([...story.server.state.streams.keys()]).not.toEqual([first]);
    const told = laptop.events.find(({ event }) => event === 'restored-server');
    expect(told).toMatchObject({ deletedHere: [] });
    await story.end();
  });

  it('gets all of it back, also when it is restored once more before the device has joined it [EP4]', async () => {
    const story = new Story();
    const fetcher = story.server.fetcher();
    let isFirst = true;
    // Nobody hears that all is fetched.
    story.server.fetcher = () => ({
      post: (path, body) => fetcher.post(path, body),
      get: (path, options) => {
        story.server.deaf = isFirst;
        return fetcher.get(path, options);
      },
    });
    const laptop = await story.device('laptop');
    const empty = story.server.backup();
    await laptop.creates('lost');
    await story.settle();
    story.server.goesAway();
    story.server.restore(empty);
    story.server.does(phone, madeByPhone('newer'));
    story.server.returns();
    await story.settle(5_000);
    // Both share all of the epoch between, and nothing with what the device holds.
    story.server.restore(story.server.backup());
    story.server.deaf = false;
    isFirst = false;
    await story.settle(60_000);
    expect(story.server.heard.filter(({ type }) => type === 'hello').at(-1)).toMatchObject({
      positions: [{ epoch: 'after 0, first', cursor: 1 }],
    });
    expect(laptop.tree()).toEqual({ newer: {}, lost: {} });
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    await story.end();
  });

  it('settles what it still knows of the old stream, and the rest follows behind what is sent again [EP2, EP3]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('kept');
    await story.settle();
    const backup = story.server.backup();
    await laptop.sets('kept', 'name', 'lost');
    await story.settle();
    story.server.goesAway();
    const waiting = await laptop.sets('kept', 'name', 'waits');
    await laptop.does({ do: 'delete', id: elementNamed('kept') });
    story.server.restore(backup);
    story.server.returns();
    const outcome = laptop.device.outcome(waiting, 60_000);
    await story.settle(60_000);
    const [resend, edit, deletion] = pushed(story).slice(-3);
    expect(resend).toMatchObject({ op: 'resend' });
    expect(edit).toMatchObject({ op: 'set', fields: [{ base: { revision: 1, value: { text: '"lost"' } } }] });
    expect(deletion).toMatchObject({ op: 'delete', cursor: 1 });
    expect(await outcome).toMatchObject({ outcome: { kind: 'applied' } });
    expect(laptop.tree()).toEqual({});
    await story.end();
  });

  it('is told of deletes, and does not get them again [EP5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('trashed'), creating('purged'));
    await story.settle();
    const backup = story.server.backup();
    await laptop.does({ do: 'delete', id: elementNamed('trashed') }, { do: 'delete', id: elementNamed('purged') });
    await laptop.does({ do: 'purge', id: elementNamed('purged') });
    await story.settle();
    story.server.restore(backup);
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({ trashed: {}, purged: {} });
    const told = laptop.events.find(({ event }) => event === 'restored-server');
    expect(told).toMatchObject({ resent: [], deletedHere: [elementNamed('trashed'), elementNamed('purged')] });
    await story.end();
  });

  it('gets the conflicts parked again that only this device still holds [EP6]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    const backup = story.server.backup();
    story.server.does(phone, set('note', 'name', 'theirs', based(1, 'note')));
    await laptop.sets('note', 'name', 'mine', { value: 'note', revision: 1 });
    await story.settle();
    const [before] = await laptop.device.conflicts();
    story.server.restore(backup);
    await story.settle(60_000);
    const [after] = await laptop.device.conflicts();
    expect(after).toMatchObject({ id: before?.id, fields: [{ group: 'name', mine: '"mine"' }] });
    const parked = pushed(story).find(({ op }) => op === 'park');
    expect(parked).toMatchObject({ fields: [{ revision: 1 }] });
    await story.end();
  });

  it('is joined once, also when the power fails in the middle', async () => {
    for (let cutAt = 1; cutAt < 12; cutAt += 1) {
      const story = new Story();
      let left = Number.POSITIVE_INFINITY;
      const before = (): Promise<void> | void => {
        left -= 1;
        if (left <= 0) return new Promise(() => undefined);
      };
      const laptop = await story.device('laptop', { faults: { before } });
      await laptop.creates('kept');
      await story.settle();
      const backup = story.server.backup();
      await laptop.creates('lost');
      await story.settle();
      story.server.goesAway();
      await laptop.creates('waits');
      story.server.restore(backup);
      left = cutAt;
      story.server.returns();
      await story.settle(60_000);
      laptop.cutPower();
      await laptop.start();
      await story.settle(60_000);
      expect(laptop.tree(), `cut at ${cutAt}`).toEqual({ kept: {}, lost: {}, waits: {} });
      expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0, conflicts: 0 });
      await story.end();
    }
  });
});
