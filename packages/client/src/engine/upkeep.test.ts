import { describe, expect, it } from 'vitest';
import { actorNamed, based, creating, elementNamed, set, Story } from '../testing/story.ts';

const phone = actorNamed('phone');

describe('packing', () => {
  it('moves what stands beside the pages into pages when nothing else is to be done', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const names = Array.from({ length: 2_100 }, (_, at) => `note ${at}`);
    await laptop.does(...names.map((name) => creating(name, { data: { text: `text of ${name}` } })));
    await story.settle(1_000);
    const beside = () => laptop.storage.scan('elements', story.server.info.id);
    expect(await beside()).toHaveLength(2_100);
    await story.settle(5_000);
    expect(await beside()).toEqual([]);
    expect(await laptop.value('note 1234', 'text')).toBe('text of note 1234');

    story.server.does(phone, set('note 7', 'name', 'renamed', based(1, 'note 7')));
    await story.settle();
    expect(await beside()).toHaveLength(1);
    await laptop.stop();
    await laptop.start();
    expect(laptop.line('note 7')?.name).toBe('renamed');
    expect(await laptop.value('note 8', 'text')).toBe('text of note 8');
    expect(laptop.device.list(null)).toHaveLength(2_100);
    await story.end();
  });

  it('is done at once where a process says that it ends', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(...Array.from({ length: 2_100 }, (_, at) => creating(`note ${at}`)));
    await story.settle(1_000);
    await laptop.device.tidy();
    expect(await laptop.storage.scan('elements', story.server.info.id)).toEqual([]);
    await laptop.stop();
    await laptop.start();
    expect(laptop.device.list(null)).toHaveLength(2_100);
    await story.end();
  });

  it('leaves holes where something was replaced, and moves on what is left of pages that are mostly holes', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    const names = Array.from({ length: 2_100 }, (_, at) => `note ${at}`);
    await laptop.does(...names.map((name) => creating(name)));
    await story.settle(5_000);
    for (const name of names.slice(0, 1_900)) story.server.does(phone, set(name, 'name', `${name}!`, based(99, name)));
    await story.settle(10_000);
    expect(await laptop.storage.scan('elements', story.server.info.id)).toEqual([]);
    expect(await laptop.value('note 1899', 'name')).toBe('note 1899!');
    expect(await laptop.value('note 2000', 'name')).toBe('note 2000');
    await laptop.stop();
    await laptop.start();
    expect(await laptop.value('note 0', 'name')).toBe('note 0!');
    expect(await laptop.value('note 2099', 'name')).toBe('note 2099');
    expect(laptop.device.list(null)).toHaveLength(2_100);
    await story.end();
  });
});

describe('check', () => {
  it('finds nothing where nothing differs', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('a'), creating('b'));
    await story.settle();
    expect(await laptop.device.check({ repair: false })).toEqual({ equal: true, differing: [], repaired: false });
    await story.end();
  });

  it('names the elements whose content differs, and repairs them without losing what waits', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.does(creating('a'), creating('b'));
    await story.settle();
    const there = story.server.state.elements.get(elementNamed('b'));
    if (there === undefined) throw new Error('It was not sent.');
    story.server.state.elements.set(there.id, { ...there, data: '{"name":"what the server has"}' });
    expect(await laptop.device.check({ repair: false })).toEqual({
      equal: false,
      differing: [elementNamed('b')],
      repaired: false,
    });
    const checked = laptop.device.check({ repair: true });
    await story.settle(5_000);
    expect(await checked).toEqual({ equal: false, differing: [elementNamed('b')], repaired: true });
    expect(laptop.line('b')?.name).toBe('what the server has');
    expect(await laptop.device.check({ repair: false })).toMatchObject({ equal: true });
    await story.end();
  });
});
