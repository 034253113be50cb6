import { ERRORS, WaypostError } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { actorNamed, based, creating, elementNamed, set, Story } from '../testing/story.ts';
import type { StorageBatch } from './ports.ts';

describe('a change', () => {
  it('is on the disk for good before it is called saved [DV1]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    story.server.goesAway();
    await laptop.creates('note');
    laptop.cutPower();
    await laptop.start();
    expect(laptop.tree()).toEqual({ note: {} });
    expect(laptop.device.status().pending).toBe(1);
    await story.end();
  });

  it('is refused with the reason when the disk is full, and nothing of it is shown', async () => {
    const story = new Story();
    let full = false;
    const before = ({ kind }: { kind: string }): void => {
      if (full && kind === 'commit') throw new WaypostError('storage-full');
    };
    const laptop = await story.device('laptop', { faults: { before } });
    full = true;
    await expect(laptop.creates('note')).rejects.toThrow(ERRORS['storage-full'].advice);
    expect(laptop.tree()).toEqual({});
    full = false;
    await laptop.creates('note');
    expect(laptop.tree()).toEqual({ note: {} });
    await story.end();
  });

  it('shares one wait for the disk with others made in the same turn', async () => {
    const story = new Story();
    const commits: StorageBatch[] = [];
    const before = ({ batch, durability }: { batch: StorageBatch | null; durability: string | null }): void => {
      if (batch !== null && durability === 'strict') commits.push(batch);
    };
    const laptop = await story.device('laptop', { faults: { before } });
    commits.length = 0;
    const receipts = await Promise.all(['a', 'b', 'c'].map((name) => laptop.creates(name)));
    expect(receipts.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(commits).toHaveLength(1);
    await story.end();
  });

  it('sees what an earlier change of the same turn wrote', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await Promise.all([laptop.creates('note'), laptop.sets('note', 'name', 'one'), laptop.sets('note', 'name', 'two')]);
    await story.settle();
    const bases = story.server.heard
      .flatMap((message) => (message.type === 'push' ? message.changes : []))
      .flatMap(({ writes }) =>
        writes.flatMap((write) => (write.op === 'set' ? write.fields.map(({ base }) => base) : [])),
      );
    expect(bases).toEqual([based(0, 'note'), based(0, 'one')]);
    expect(await laptop.value('note', 'name')).toBe('two');
    await story.end();
  });

  it('that no server could read is refused at once', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await expect(laptop.does({ ...creating('note'), data: '{"half":' })).rejects.toThrow('This is not JSON');
    await expect(laptop.sets('nobody', 'name', 'x')).rejects.toThrow('There is no element');
    expect(laptop.device.status().pending).toBe(0);
    await story.end();
  });

  it('of what this device has just deleted for good is refused, and asks nobody', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    const id = elementNamed('note');
    const done = await Promise.allSettled([
      laptop.does({ do: 'delete', id }),
      laptop.does({ do: 'purge', id }),
      laptop.sets('note', 'name', 'late'),
    ]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(laptop.sets('note', 'name', 'later')).rejects.toThrow('deleted for good on this device');
    story.server.returns();
    await story.settle(60_000);
    expect(laptop.device.status()).toMatchObject({ pending: 0, conflicts: 0 });
    expect(laptop.tree()).toEqual({});
    await story.end();
  });

  it('that is large is sent in several that fit a frame each', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const text = 'x'.repeat(30_000);
    const receipt = await laptop.does(
      ...Array.from({ length: 20 }, (_, at) => creating(`note ${at}`, { data: { text } })),
    );
    expect(receipt.n).toBeGreaterThan(3);
    expect(await laptop.outcome(receipt)).toEqual({ kind: 'applied', adjusted: [] });
    const sizes = story.server.heard.filter(({ type }) => type === 'push').map((push) => JSON.stringify(push).length);
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
    await story.end();
  });

  it('that fits no frame is posted', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const receipt = await laptop.creates('note', { data: { text: 'y'.repeat(400_000) } });
    await laptop.creates('next');
    expect(await laptop.outcome(receipt)).toEqual({ kind: 'applied', adjusted: [] });
    await story.settle();
    expect(story.server.requests).toContain('/api/sync/send');
    expect(laptop.device.status().pending).toBe(0);
    await story.end();
  });
});

describe('what a write takes along', () => {
  it('is what the person saw, and does not move on when a delta arrives [DV3]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const phone = await story.device('phone');
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'name', 'mine');
    await laptop.does({ do: 'delete', id: elementNamed('note') });
    story.server.does(actorNamed('phone'), set('note', 'name', 'theirs', based(1, 'note')));
    story.server.returns();
    await story.settle(60_000);
    const [first, second] = story.server.heard
      .flatMap((message) => (message.type === 'push' ? message.changes.flatMap(({ writes }) => writes) : []))
      .slice(-2);
    expect(first).toMatchObject({ op: 'set', fields: [{ base: based(1, 'note') }] });
    expect(second).toMatchObject({ op: 'delete', cursor: 1 });
    expect(await laptop.device.conflicts()).toHaveLength(2);
    expect(phone.device.status().conflicts).toBe(2);
    await story.end();
  });

  it('is what a draft brings, where it brings it [DV3]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.does(actorNamed('phone'), set('note', 'name', 'theirs', based(1, 'note')));
    await story.settle();
    expect(await laptop.value('note', 'name')).toBe('theirs');
    const receipt = await laptop.sets('note', 'name', 'mine', { value: 'note', revision: 1 });
    expect(await laptop.outcome(receipt)).toMatchObject({ kind: 'conflict' });
    await story.end();
  });

  it('is what pending changes made of it, with the settled revision', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'name', 'one');
    await laptop.sets('note', 'name', 'two');
    story.server.returns();
    await story.settle(60_000);
    const sets = story.server.heard.flatMap((message) => (message.type === 'push' ? message.changes : [])).slice(-2);
    expect(sets.map(({ writes }) => writes[0])).toMatchObject([
      { fields: [{ base: based(1, 'note') }] },
      { fields: [{ base: based(1, 'one') }] },
    ]);
    expect(laptop.events.filter(({ event }) => event === 'conflict')).toEqual([]);
    await story.end();
  });
});

describe('an autosave', () => {
  const saves = (value: string) => ({
    ...{ do: 'set' as const, id: elementNamed('note'), autosave: true as const },
    fields: [{ group: 'name', value: JSON.stringify(value) }],
  });

  it('takes the place of the last one that was not sent, and keeps the first base [ST5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    const receipts = [await laptop.does(saves('o')), await laptop.does(saves('on')), await laptop.does(saves('one'))];
    expect(receipts.map(({ n }) => n)).toEqual([2, 2, 2]);
    expect(await laptop.value('note', 'name')).toBe('one');
    story.server.returns();
    await story.settle(60_000);
    const sent = story.server.heard
      .flatMap((message) => (message.type === 'push' ? message.changes : []))
      .filter(({ n }) => n === 2);
    expect(sent).toMatchObject([{ writes: [{ fields: [{ value: '"one"', base: based(1, 'note') }] }] }]);
    await story.end();
  });

  it('never takes the place of what its person had not seen [ST5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('note', { data: { text: 'one\ntwo\nthree' } }));
    await story.settle();
    story.server.goesAway();
    const base = { revision: 1, value: JSON.stringify('one\ntwo\nthree') };
    const writes = (text: string) => ({
      ...{ do: 'set' as const, id: elementNamed('note'), autosave: true as const },
      fields: [{ group: 'text', value: JSON.stringify(text), base }],
    });
    const first = await laptop.does(writes('ONE\ntwo\nthree'));
    const second = await laptop.does(writes('one\ntwo\nTHREE'));
    expect([first.n, second.n]).toEqual([2, 3]);
    story.server.returns();
    await story.settle(60_000);
    expect(await laptop.value('note', 'text')).toBe('ONE\ntwo\nTHREE');
    await story.end();
  });

  it('never takes the place of what may have been sent [ST5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.deaf = true;
    const sent = await laptop.does(saves('o'));
    story.server.goesAway();
    const next = await laptop.does(saves('on'));
    expect([sent.n, next.n]).toEqual([2, 3]);
    laptop.cutPower();
    await laptop.start();
    const later = await laptop.does(saves('one'));
    expect(later.n).toBe(3);
    story.server.deaf = false;
    story.server.returns();
    await story.settle(60_000);
    expect(await laptop.value('note', 'name')).toBe('one');
    await story.end();
  });

  it('leaves alone what was saved on purpose', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    story.server.goesAway();
    await laptop.sets('note', 'name', 'one');
    await laptop.sets('note', 'name', 'two');
    expect(laptop.device.status().pending).toBeGreaterThanOrEqual(2);
    await story.end();
  });
});
