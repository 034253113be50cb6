import { WaypostError } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { actorNamed, based, creating, elementNamed, set, Story } from '../testing/story.ts';

describe('several processes on one disk', () => {
  it('append to one outbox, and the one that leads sends for all [DV4]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: other } = await laptop.tab();
    await story.settle();
    const receipts = await Promise.all([
      laptop.creates('a'),
      other.change([creating('b')]),
      laptop.creates('c'),
      other.change([creating('d')]),
    ]);
    expect(receipts.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    const outcome = other.outcome(receipts[3], 5_000);
    await story.settle();
    expect(await outcome).toMatchObject({ outcome: { kind: 'applied' } });
    expect(story.server.state.elements.size).toBe(4);
    expect(story.server.heard.filter(({ type }) => type === 'hello')).toHaveLength(1);
    expect(
      other
        .list(null)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd']);
    await other.close();
    await story.end();
  });

  it('see what the leading one hears, with its events and its status', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: other } = await laptop.tab();
    const events: string[] = [];
    other.subscribe((event) => events.push(event.event));
    await laptop.creates('note');
    await story.settle();
    story.server.does(actorNamed('phone'), set('note', 'name', 'theirs', based(1, 'note')));
    await story.settle();
    expect((await other.read(elementNamed('note')))?.data).toBe('{"name":"theirs"}');
    expect(events).toEqual(expect.arrayContaining(['created', 'changed']));
    expect(other.status()).toMatchObject({ phase: 'synced', transport: 'websocket' });
    await other.close();
    await story.end();
  });

  it('learn what became of their changes: outcomes, conflicts, refusals', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: other } = await laptop.tab();
    await laptop.does(creating('note'), creating('below', { below: 'note' }));
    await story.settle();
    story.server.does(actorNamed('phone'), set('note', 'name', 'theirs', based(1, 'note')));
    await story.settle();
    const base = { value: '"note"', revision: 1 };
    const conflicting = await other.change([
      { do: 'set', id: elementNamed('note'), fields: [{ group: 'name', value: '"mine"', base }] },
    ]);
    const refused = await other.change([
      { do: 'move', id: elementNamed('note'), parent: elementNamed('below'), order: 'a0' },
    ]);
    await story.settle();
    expect(await other.outcome(conflicting, 1)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect(await other.outcome(refused, 1)).toMatchObject({ outcome: { kind: 'rejected', code: 'cycle' } });
    expect(await other.conflicts()).toHaveLength(1);
    expect(other.refused()).toHaveLength(1);
    await other.close();
    await story.end();
  });

  it('take over the lead when the leading one ends', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: other } = await laptop.tab();
    await story.settle();
    await laptop.stop();
    await story.settle(3_000);
    const receipt = await other.change([creating('note')]);
    const outcome = other.outcome(receipt, 5_000);
    await story.settle();
    expect(await outcome).toMatchObject({ outcome: { kind: 'applied' } });
    await other.close();
  });

  it('give up the lead when another took it from one that stood still, and hear on from that one', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const leadership = laptop.disk.leadership();
    const { device: other } = await laptop.tab({ leadership });
    await laptop.creates('note');
    await story.settle();
    leadership.steal();
    await story.settle(3_000);
    expect(story.server.connections).toBe(1);
    const receipt = await laptop.creates('more');
    await story.settle();
    expect(await laptop.device.outcome(receipt, 1)).toMatchObject({ outcome: { kind: 'applied' } });
    expect([laptop.device, other].map((tab) => tab.status().phase)).toEqual(['synced', 'synced']);
    await other.close();
    await story.end();
  });

  it('pass on to the leading one what a person asks for: to try now', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    let nudges = 0;
    const leadership = { take: async () => false, release: async () => undefined, nudge: () => void (nudges += 1) };
    const { device: other } = await laptop.tab({ leadership });
    other.retry();
    expect(nudges).toBe(1);
    await other.close();
    await story.end();
  });

  it('do not send what another one is about to replace [ST5]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const { device: other } = await laptop.tab();
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    const saves = (value: string) => ({
      ...{ do: 'set' as const, id: elementNamed('note'), autosave: true as const },
      fields: [{ group: 'name', value: JSON.stringify(value) }],
    });
    await laptop.does(saves('o'));
    await story.settle(10);
    await other.change([saves('on')]);
    await story.settle(10);
    await laptop.does(saves('one'));
    story.server.returns();
    await story.settle(60_000);
    const sent = story.server.heard
      .flatMap((message) => (message.type === 'push' ? message.changes : []))
      .filter(({ n }) => n >= 2);
    expect(sent.map(({ n, writes }) => [n, writes[0]])).toMatchObject([
      [2, { fields: [{ value: '"one"', base: based(1, 'note') }] }],
    ]);
    await other.close();
    await story.end();
  });

  it('read what another wrote a little later where the disk refuses to be read', async () => {
    const story = new Story();
    let refuses = false;
    const before = ({ kind }: { readonly kind: string }): void => {
      if (refuses && kind !== 'commit') throw new WaypostError('storage-failed');
    };
    const laptop = await story.device('laptop', { faults: { before } });
    const { device: follower } = await laptop.tab({ faults: { before } });
    const { device: other } = await laptop.tab();
    refuses = true;
    const receipt = await other.change([creating('note')]);
    await story.settle();
    refuses = false;
    await story.settle(60_000);
    expect(await other.outcome(receipt, 1)).toMatchObject({ outcome: { kind: 'applied' } });
    expect([laptop.device, follower].map((tab) => tab.list(null).map(({ name }) => name))).toEqual([
      ['note'],
      ['note'],
    ]);
    await follower.close();
    await other.close();
    await story.end();
  });

  it('that both lead never put the store back to what one of them heard before the other', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const cursorOnDisk = async (): Promise<number> => {
      const [replica] = await laptop.storage.get('state', story.server.info.id, ['replica']);
      return (JSON.parse(replica?.value ?? '{}') as { cursor: number }).cursor;
    };
    let isSlow = false;
    let hurry = (): void => undefined;
    const waited = new Promise<void>((resolve) => (hurry = resolve));
    const cursors: number[] = [];
    const { device: slow } = await laptop.tab({
      leads: true,
      faults: {
        before: ({ kind }) => (isSlow && kind === 'commit' ? waited : undefined),
        after: async () => void cursors.push(await cursorOnDisk()),
      },
    });
    await laptop.creates('note');
    await story.settle();
    isSlow = true;
    for (const [at, name] of ['first', 'second'].entries()) {
      story.server.does(actorNamed('phone'), set('note', 'name', name, based(1 + at, 'note')));
      await story.settle();
    }
    expect(await cursorOnDisk()).toBe(3);
    cursors.length = 0;
    hurry();
    await story.settle();
    expect(new Set([...cursors, await cursorOnDisk()])).toEqual(new Set([3]));
    for (const tab of [laptop.device, slow]) expect(tab.list(null).map(({ name }) => name)).toEqual(['second']);
    await slow.close();
    await story.end();
  });

  it('leave the lead to others where they have no way to the server', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.stop();
    const { device: offline } = await laptop.tab({ transports: [] });
    await laptop.start();
    expect(laptop.device.status().phase).toBe('synced');
    const receipt = await offline.change([creating('note')]);
    await story.settle();
    expect(await offline.outcome(receipt, 1)).toMatchObject({ outcome: { kind: 'applied' } });
    await offline.close();
    await story.end();
  });
});
