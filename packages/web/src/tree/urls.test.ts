import type { ElementId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { openTestBench, plant, settled } from '../desk/bench.fixture.ts';
import { Urls } from './urls.ts';

describe('the URLs of a workspace', () => {
  it('are read once, and again where something changed, also while they are being read', async () => {
    const { bench, close } = await openTestBench();
    const { elements, device, workspace } = bench;
    const ids = await plant(bench, { 'Shop/': { 'Orders/': { List: {}, Get: {} }, Ping: {} } });
    const id = (name: string): ElementId => ids.get(name) as ElementId;
    const setUrl = async (name: string, url: string): Promise<void> => {
      const value = JSON.stringify({ method: 'GET', url: { raw: url } });
      await device.change([{ do: 'set', id: id(name), fields: [{ group: 'target', value }] }], workspace);
      await settled();
    };
    await setUrl('List', 'https://API.test/List');
    const read: ElementId[] = [];
    const counting = Object.assign(Object.create(elements) as typeof elements, {
      read: (one: ElementId) => {
        read.push(one);
        return elements.read(one);
      },
    });
    const urls = new Urls(Object.assign(Object.create(bench) as typeof bench, { elements: counting }));
    await urls.refresh(elements.lists);
    expect(urls.shown.get(id('List'))).toBe('https://api.test/list');
    expect(read).toHaveLength(3);
    await setUrl('Ping', 'https://x/ping');
    await urls.refresh(elements.lists);
    expect(urls.shown.get(id('Ping'))).toBe('https://x/ping');
    expect(read.slice(3)).toEqual([id('Ping')]);

    await setUrl('Get', 'https://x/one');
    const reading = urls.refresh(elements.lists);
    await setUrl('Get', 'https://x/two');
    await Promise.all([reading, urls.refresh(elements.lists)]);
    await settled();
    expect(urls.shown.get(id('Get'))).toBe('https://x/two');
    await close();
  });
});
