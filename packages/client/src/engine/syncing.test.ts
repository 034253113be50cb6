import {
  type Change,
  CHANGES_PER_COMMIT,
  type Element,
  type FieldWrite,
  type ServerMessage,
  wireElement,
} from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { actorNamed, based, creating, elementNamed, set, Story } from '../testing/story.ts';

describe('two devices of one person', () => {
  it('see what the other did, in order', async () => {
    const story = new Story();
    const [laptop, phone] = [await story.device('laptop'), await story.device('phone')];
    await laptop.does(creating('folder'), creating('note', { below: 'folder' }));
    await laptop.sets('note', 'name', 'renamed');
    await story.settle();
    expect(phone.tree()).toEqual({ folder: { renamed: {} } });
    expect(
      phone.events
        .filter(({ event }) => event === 'created' || event === 'changed')
        .map((event) => ('name' in event ? event.name : '')),
    ).toEqual(['folder', 'note', 'renamed']);
    await story.end();
  });

  it('work on without a server, and catch up when it returns', async () => {
    const story = new Story();
    const [laptop, phone] = [await story.device('laptop'), await story.device('phone')];
    await laptop.creates('note', { data: { text: 'a\nb\nc' } });
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'text', 'A\nb\nc');
    await phone.sets('note', 'text', 'a\nb\nC');
    await phone.creates('other');
    expect(laptop.device.status()).toMatchObject({ state: 'offline', phase: 'waiting', pending: 1 });
    story.server.returns();
    await story.settle(60_000);
    expect([await laptop.value('note', 'text'), await phone.value('note', 'text')]).toEqual(['A\nb\nC', 'A\nb\nC']);
    expect(laptop.tree()).toEqual({ note: {}, other: {} });
    expect(laptop.device.status()).toMatchObject({ state: 'online', phase: 'synced', pending: 0 });
    await story.end();
  });

  it('tell what became of a change when the delta brings it, not before [FD3]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const events: string[] = [];
    laptop.device.subscribe((event) => {
      if (event.event === 'settled')
        events.push(`settled ${laptop.device.status().pending} ${laptop.device.list(null).length}`);
    });
    await laptop.creates('note');
    const received: ServerMessage = {
      type: 'received',
      workspace: story.server.info.id,
      stream: laptop.device.current() as never,
      upTo: 1,
    };
    story.server.say(received);
    await story.settle();
    expect(events).toEqual(['settled 0 1']);
    await story.end();
  });
});

describe('what is shown', () => {
  it('is told anew of each element that may look different, for changes made here, elsewhere, and settled', async () => {
    const story = new Story();
    const [laptop, phone] = [await story.device('laptop'), await story.device('phone')];
    await laptop.creates('note');
    await story.settle();
    const told = (device: typeof laptop): readonly (readonly string[] | null)[] =>
      device.events.flatMap((event) => (event.event === 'shown' ? [event.ids] : []));
    const before = [told(laptop).length, told(phone).length];
    await laptop.sets('note', 'name', 'renamed');
    expect(told(laptop).slice(before[0])).toEqual([[elementNamed('note')]]);
    await story.settle();
    expect(new Set(told(laptop).slice(before[0]).flat())).toEqual(new Set([elementNamed('note')]));
    expect(told(phone).slice(before[1])).toEqual([[elementNamed('note')]]);
    await story.end();
  });
});

describe('sending', () => {
  it('begins again after a reconnection from where the server has settled, and counts once [ST1]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('a');
    story.server.hangsUp();
    await laptop.creates('b');
    await story.settle(60_000);
    story.server.hangsUp();
    await laptop.creates('c');
    await story.settle(60_000);
    expect([...story.server.state.elements.values()].map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(laptop.device.status().pending).toBe(0);
    await story.end();
  });

  it('goes back to the number that a gap names [ST2]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('a');
    await story.settle();
    story.server.deaf = true;
    await laptop.creates('b');
    await story.settle(10);
    story.server.deaf = false;
    await laptop.creates('c');
    await story.settle();
    expect(laptop.tree()).toEqual({ a: {}, b: {}, c: {} });
    expect(laptop.device.status().phase).toBe('synced');
    await story.end();
  });

  it('sets a refused change aside with its content, and goes on', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('a'), creating('b', { below: 'a' }));
    await story.settle();
    const refused = await laptop.does({ do: 'move', id: elementNamed('a'), parent: elementNamed('b'), order: 'a0' });
    const next = await laptop.creates('c');
    expect(await laptop.outcome(refused)).toEqual({ kind: 'rejected', code: 'cycle' });
    expect(await laptop.outcome(next)).toEqual({ kind: 'applied', adjusted: [] });
    const [kept] = laptop.device.refused();
    expect(kept).toMatchObject({ n: refused.n, code: 'cycle' });
    expect(kept?.writes).toContain('"move"');
    if (kept !== undefined) await laptop.device.dismiss(kept);
    expect(laptop.device.refused()).toEqual([]);
    await story.end();
  });

  it('numbers anew what waits where the server knows more of the stream than this disk, which was put back', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const old = await story.device('laptop');
    await laptop.creates('a');
    await story.settle();
    // The server settles three more under the numbers that the other disk will use for its own work.
    const stream = [...story.server.state.streams.keys()][0];
    if (stream === undefined) throw new Error('Nothing was sent.');
    story.server.goesAway();
    await laptop.creates('waits');
    story.server.state.streams.set(stream, { settled: 4, outcomes: new Map() });
    story.server.returns();
    await story.settle(60_000);
    expect([...story.server.state.elements.keys()]).toContain(elementNamed('waits'));
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    await old.stop();
    await story.end();
  });

  it('numbers anew what waits where the server lost the end of the stream, also where it says so of every push', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const creates = async (name: string, count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) await laptop.creates(`${name} ${at}`);
    };
    const [sent, waiting] = [CHANGES_PER_COMMIT + 3, CHANGES_PER_COMMIT + 1];
    await creates('sent', sent);
    await story.settle();
    const [stream] = story.server.state.streams.keys();
    if (stream === undefined) throw new Error('Nothing was sent.');
    story.server.goesAway();
    await creates('waits', waiting);
    // As the number of a change without an effect: the head is what it was.
    story.server.state.streams.set(stream, { settled: sent - 1, outcomes: new Map() });
    story.server.returns();
    await story.settle(60_000);
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    expect(story.server.state.elements.size).toBe(sent + waiting);
    await story.end();
  });

  it('says what is in the way on the server, and goes on by itself when it no longer is', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    story.server.full = true;
    await laptop.creates('waits');
    await story.settle();
    const obstacle = { code: 'storage-full', message: 'It says storage-full.' };
    expect(laptop.device.status()).toMatchObject({ phase: 'syncing', pending: 1, detail: obstacle.message, obstacle });
    story.server.full = false;
    await story.settle(10_000);
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0, obstacle: null });
    await story.end();
  });

  it('goes on where membership is given back right after it was taken, however long the disk takes meanwhile', async () => {
    const story = new Story();
    let isHeld = false;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const laptop = await story.device('laptop', { faults: { before: () => (isHeld ? held : undefined) } });
    await laptop.creates('sent');
    await story.settle();
    const { info } = story.server;
    isHeld = true;
    const saving = laptop.creates('waits');
    story.server.say({ type: 'error', code: 'no-workspace', message: 'Not any more.', workspace: info.id, upTo: null });
    story.server.say({ type: 'workspaces', workspaces: [info] });
    await story.settle(0);
    isHeld = false;
    release();
    await saving;
    await story.settle(60_000);
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    await story.end();
  });
});

describe('a delta', () => {
  it('that settles more than comes next is not applied: what became of the changes before is asked for [FD9]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('a');
    await story.settle();
    const { head, streams } = story.server.state;
    const [stream] = [...streams.keys()];
    if (stream === undefined) throw new Error('Nothing was sent.');
    story.server.deaf = true;
    await laptop.creates('b');
    await laptop.creates('c');
    const settled = { stream, after: 2, upTo: 3, outcomes: [] };
    story.server.saysDelta({ from: head, to: head, own: { settled, conflicts: [] } });
    await story.settle(100);
    expect(laptop.device.status().pending).toBe(2);
    story.server.deaf = false;
    story.server.hangsUp();
    await story.settle(60_000);
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', pending: 0 });
    expect(story.server.state.elements.size).toBe(3);
    await story.end();
  });

  it('with a step missing is not applied; the device asks again', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('a');
    await story.settle();
    const follows = () => story.server.heard.filter(({ type }) => type === 'follow').length;
    const asked = follows();
    story.server.saysDelta({ from: 7, to: 8, gone: [[elementNamed('a'), 8]] });
    await story.settle();
    expect(laptop.tree()).toEqual({ a: {} });
    expect(follows()).toBe(asked + 1);
    await story.end();
  });

  it('in pages becomes visible together, at the last one [FD2]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.stop();
    for (const name of ['a', 'b', 'c', 'd']) story.server.does(actorNamed('phone'), [writeOf(name)]);
    story.server.pageMax = 1;
    const seen = new Set<number>();
    await laptop.start();
    laptop.device.subscribe(() => seen.add(laptop.device.list(null).length));
    await story.settle();
    expect(laptop.events.filter(({ event }) => event === 'progress').length).toBeGreaterThan(1);
    expect(laptop.device.list(null)).toHaveLength(4);
    expect([...seen].filter((count) => count !== 0 && count !== 4)).toEqual([]);
    await story.end();
  });

  it('whose last page waits for its turn when the connection ends is not taken for a whole one [FD2]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const [a, b] = [madeElsewhere('a'), madeElsewhere('b')];
    // One change made both: no page but the last reaches further than the delta began.
    story.server.saysDelta({ from: 0, to: 0, more: true, elements: [wireElement(a)] });
    await story.settle(0);
    for (const element of [a, b]) story.server.state.elements.set(element.id, element);
    story.server.state.head = 1;
    const saved = laptop.creates('mine');
    story.server.saysDelta({ from: 0, to: 1, elements: [wireElement(b)], sum: story.server.sum });
    await Promise.resolve();
    story.server.hangsUp();
    await saved;
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({ a: {}, b: {}, mine: {} });
    expect(story.server.requests).toEqual([]);
    await story.end();
  });

  it('is not begun in the middle of a revision, also where another tab has brought the device there [FD2]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: late } = await laptop.tab({ leads: true });
    await story.settle();
    const [a, b, c] = [madeElsewhere('a'), madeElsewhere('b', 2), madeElsewhere('c', 2)];
    // The late tab was not told of the first revision, and asks, when the second begins to come. The answer takes a while.
    story.server.busy = 1;
    story.server.saysDelta({ over: 1, from: 1, to: 1, more: true, elements: [wireElement(b)] });
    await story.settle(0);
    story.server.saysDelta({ over: 0, from: 0, to: 1, elements: [wireElement(a)] });
    await story.settle(0);
    expect(late.list(null).map(({ name }) => name)).toEqual(['a']);
    for (const element of [a, b, c]) story.server.state.elements.set(element.id, element);
    story.server.state.head = 2;
    story.server.saysDelta({ over: 1, from: 1, to: 2, elements: [wireElement(c)], sum: story.server.sum });
    await story.settle(60_000);
    expect(
      late
        .list(null)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['a', 'b', 'c']);
    expect(story.server.requests).toEqual([]);
    await late.close();
    await story.end();
  });

  it('with only the changed groups leads to the same text [FD5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { text: 'one\ntwo', settings: { a: 1.0, b: 2 } } });
    await story.settle();
    story.server.does(actorNamed('phone'), set('note', 'settings.a', 3, based(1, 1)));
    story.server.does(actorNamed('phone'), set('note', 'colour', 'red', based(1, undefined)));
    await story.settle();
    const [here, there] = [
      await laptop.device.read(elementNamed('note')),
      story.server.state.elements.get(elementNamed('note')),
    ];
    expect(here?.data).toBe(there?.data);
    expect(here?.stamps).toEqual(there?.stamps);
    await story.end();
  });

  it('whose changed groups lead to another text is completed by HTTP [FD5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const lines = [{ key: 'one' }, { key: 'two' }];
    await laptop.creates('note', { data: { settings: { b: 1, a: 2 }, rows: lines } });
    await story.settle();
    story.server.hangsUp();
    // What is removed and put back stands elsewhere, and of that the last value of each group says nothing.
    for (const [group, first] of [
      ['settings.b', 1],
      ['rows#1', lines[0]],
    ] as const) {
      story.server.does(actorNamed('phone'), unset('note', group, based(1, first)));
      story.server.does(actorNamed('phone'), set('note', group, first, based(2, undefined)));
    }
    await story.settle(60_000);
    const there = story.server.state.elements.get(elementNamed('note'));
    expect(there?.data).toBe('{"name":"note","settings":{"a":2,"b":1},"rows":[{"key":"two"},{"key":"one"}]}');
    const here = await laptop.device.read(elementNamed('note'));
    expect([here?.data, here?.rows]).toEqual([there?.data, there?.rows]);
    expect(story.server.requests).toContain(`/api/workspaces/${story.server.info.id}/elements/${elementNamed('note')}`);
    await story.end();
  });

  it('that names what fits no frame is completed by HTTP', async () => {
    const story = new Story();
    story.server.wholeMax = 50;
    const laptop = await story.device('laptop');
    const phone = await story.device('phone');
    await laptop.creates('note', { data: { text: 'long '.repeat(20) } });
    await story.settle();
    expect(await phone.value('note', 'text')).toBe('long '.repeat(20));
    expect(story.server.requests).toContain(`/api/workspaces/${story.server.info.id}/elements/${elementNamed('note')}`);
    await story.end();
  });

  it('whose checksum does not fit is answered by a reset, at most once an hour [FD6]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('a');
    await story.settle();
    // The server has something that it never told of.
    const hidden = madeElsewhere('hidden');
    story.server.state.elements.set(hidden.id, hidden);
    await laptop.creates('b');
    await story.settle(5_000);
    expect(laptop.tree()).toEqual({ a: {}, hidden: {}, b: {} });
    const again = story.server.requests.length;
    story.server.state.elements.set(elementNamed('more'), { ...hidden, id: elementNamed('more'), order: 'a9' });
    await laptop.creates('c');
    await story.settle(5_000);
    expect(story.server.requests).toHaveLength(again);
    expect(laptop.device.status()).toMatchObject({ state: 'error', phase: 'failed', error: { code: 'sum-mismatch' } });
    await story.end();
  });
});

describe('what is called synced', () => {
  it('is neither an open connection nor an empty outbox alone [DV5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    expect(laptop.device.status().phase).toBe('synced');
    story.server.deaf = true;
    await laptop.creates('note');
    expect(laptop.device.status()).toMatchObject({ state: 'online', phase: 'syncing', pending: 1 });
    story.server.hangsUp();
    await story.settle(3_000);
    expect(laptop.device.status().phase).not.toBe('synced');
    const synced = laptop.device.whenSynced(120_000);
    story.server.deaf = false;
    await story.settle(120_000);
    expect(await synced).toBe(true);
    await story.end();
  });

  it('is not true within the time when the server does not answer', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    story.server.goesAway();
    await laptop.creates('note');
    const synced = laptop.device.whenSynced(2_000);
    await story.settle(3_000);
    expect(await synced).toBe(false);
    await story.end();
  });
});

describe('what is shown anew', () => {
  it('includes what waits to be moved and cannot be any more', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('box'), creating('note'));
    await story.settle();
    story.server.goesAway();
    await laptop.does({ do: 'move', id: elementNamed('note'), parent: elementNamed('box'), order: 'a0' });
    expect(laptop.tree()).toEqual({ box: { note: {} } });
    story.server.does(actorNamed('phone'), [{ op: 'delete', id: elementNamed('box'), cursor: 1 }]);
    laptop.events.length = 0;
    story.server.returns();
    await story.settle();
    expect(laptop.tree()).toEqual({ note: {} });
    const shown = laptop.events.flatMap((event) => (event.event === 'shown' && event.ids !== null ? [event.ids] : []));
    expect(shown[0]).toEqual(expect.arrayContaining([elementNamed('box'), elementNamed('note')]));
    await story.end();
  });
});

describe('what is in the trash', () => {
  it('can be read, with who put it there', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('box'), creating('note', { below: 'box' }));
    await story.settle();
    story.server.does(actorNamed('phone'), [{ op: 'delete', id: elementNamed('box'), cursor: 1 }]);
    await story.settle();
    expect(await laptop.device.read(elementNamed('box'))).toBeNull();
    expect(await laptop.device.readTrashed(elementNamed('box'))).toMatchObject({
      trashed: { by: actorNamed('phone') },
    });
    expect(await laptop.device.readTrashed(elementNamed('note'))).toMatchObject({ trashed: null });
    await laptop.does({ do: 'restore', id: elementNamed('box') });
    expect(await laptop.device.readTrashed(elementNamed('box'))).toBeNull();
    await story.end();
  });
});

describe('local records', () => {
  it('stay on the device [DV6]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const workspace = story.server.info.id;
    await laptop.device.local.put(workspace, 'draft/1', 'SECRET-DRAFT');
    await laptop.device.local.put(workspace, 'value/token', 'SECRET-VALUE');
    await laptop.creates('note');
    await story.settle();
    expect(JSON.stringify(story.server.heard)).not.toContain('SECRET');
    expect(await laptop.device.unsynced()).toMatchObject({ drafts: 1, localValues: 1, changes: 0 });
    await laptop.device.local.put(workspace, 'draft/1', null);
    expect(await laptop.device.local.all(workspace)).toEqual([{ key: 'value/token', value: 'SECRET-VALUE' }]);
    await story.end();
  });
});

describe('signing out from afar', () => {
  it('ends the conversation for good and says so', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    story.server.say({ type: 'signed-out', erase: true });
    await story.settle(120_000);
    expect(laptop.events).toContainEqual({ event: 'signed-out', erase: true });
    expect(laptop.device.status()).toMatchObject({ state: 'offline', phase: 'signed-out' });
    expect(story.server.heard.filter(({ type }) => type === 'hello')).toHaveLength(1);
    await story.end();
  });
});

function writeOf(name: string) {
  const { do: _do, ...made } = creating(name);
  return { op: 'create' as const, ...made };
}

/** What the first change of another device made. */
function madeElsewhere(name: string, revision = 1): Element {
  const { do: _do, ...made } = creating(name);
  const by = actorNamed('phone');
  return { ...made, revision, created: { revision, author: by.device }, stamps: {}, trashed: null, by, at: 1 };
}

function unset(name: string, group: string, base: FieldWrite['base']): Change['writes'] {
  return [{ op: 'set', id: elementNamed(name), schema: 1, fields: [{ group, value: null, base }] }];
}
