import type { ElementId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { openTestDesk, outlineOf, plant, settled } from '../desk/bench.fixture.ts';
import { newElementId } from '../desk/new-id.ts';
import { placedBelow } from './below.ts';
import { counted, countsText } from './counted.ts';
import { fileName } from './exporting.ts';
import { readBlob, readFile, type ReadFile } from './reading.ts';
import { batchesOf, keptHere, saveBatches } from './saving.ts';

const COLLECTION = {
  info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [
    { name: 'Orders', item: [{ name: 'List', request: { method: 'GET', url: 'https://x/orders' } }] },
    {
      name: 'Ping',
      request: {
        method: 'GET',
        header: [{ key: 'Authorization', value: 'Bearer a1b2c3d4e5f6g7h8' }],
        url: 'https://x',
      },
    },
  ],
  variable: [
    { key: 'base', value: 'https://x' },
    { key: 'apiToken', value: 'a1b2c3d4e5' },
  ],
};

function read(value: unknown): Extract<ReadFile, { kind: 'read' }> {
  const file = readFile('shop.json', JSON.stringify(value), newElementId);
  if (file.kind === 'failed') throw new Error(file.message);
  return file;
}

describe('a file to be imported', () => {
  it('says what it brings, and what in it looks like a credential, before anything is saved', () => {
    const file = read(COLLECTION);
    expect(file.roots.map(({ kind, name }) => [kind, name])).toEqual([['collection', 'Shop']]);
    expect(countsText(file.counts)).toBe('1 collection, 1 folder, 2 requests');
    expect(file.credentials.map(({ name, variable, path }) => [name, variable ?? path])).toEqual([
      ['Shop', 'apiToken'],
      ['Ping', 'request.header[Authorization]'],
    ]);
    expect(JSON.stringify(file.credentials)).not.toContain('a1b2c3');
  });

  it('that cannot be read says where and why', () => {
    expect(readFile('a.json', '', newElementId)).toMatchObject({ kind: 'failed', message: 'It is empty.' });
    expect(readFile('a.json', '{"info": }', newElementId)).toMatchObject({ kind: 'failed', name: 'a.json' });
    expect(readFile('a.zip', 'PK\u0003\u0004…', newElementId)).toMatchObject({
      message: 'It is a zip file: unpack it, and drop the folder.',
    });
    expect(readFile('a.json', '{"openapi":"3.1.0"}', newElementId)).toMatchObject({ kind: 'failed' });
    const deep = Array.from({ length: 70 }).reduce<unknown>((item) => ({ name: 'f', item: [item] }), {
      name: 'r',
      request: 'x',
    });
    expect(readFile('a.json', JSON.stringify({ ...COLLECTION, item: [deep] }), newElementId)).toMatchObject({
      message: expect.stringContaining('64 levels') as unknown,
    });
  });

  it('that is gone since it was chosen says so, and the others are read', async () => {
    const gone = { text: () => Promise.reject(new DOMException('It was not found.', 'NotFoundError')) };
    expect(await readBlob('gone.json', gone, newElementId)).toEqual({
      ...{ kind: 'failed', name: 'gone.json' },
      message: 'It can no longer be read: choose it again. It was not found.',
    });
    expect(await readBlob('shop.json', JSON.stringify(COLLECTION), newElementId)).toMatchObject({ kind: 'read' });
  });

  it('that fails in a way nobody thought of is named like any other that cannot be read', () => {
    const newId = (): never => {
      throw new RangeError('There are no more numbers.');
    };
    expect(readFile('odd.json', JSON.stringify(COLLECTION), newId)).toEqual({
      ...{ kind: 'failed', name: 'odd.json' },
      message: 'It could not be understood: There are no more numbers.',
    });
  });

  it('is saved behind what is there', async () => {
    const desk = await openTestDesk();
    const { bench } = desk.bench.getState();
    for (const name of ['First', 'Second']) {
      const { elements } = read({ ...COLLECTION, info: { ...COLLECTION.info, name } });
      const counts: number[] = [];
      await saveBatches(desk.device, batchesOf(desk.device, bench.workspace, elements), {
        progress: (saved) => counts.push(saved),
        signal: new AbortController().signal,
      });
      expect(counts).toEqual([4]);
    }
    await settled();
    const shop = { Orders: { List: {} }, Ping: {} };
    expect(outlineOf(bench)).toEqual({ First: shop, Second: shop });
    expect(bench.elements.list(null).map(({ name }) => name)).toEqual(['First', 'Second']);
    await desk.close();
  });

  it('goes into a collection that is there as a folder, behind what stands in it', async () => {
    const desk = await openTestDesk();
    const { bench } = desk.bench.getState();
    const there = await plant(bench, { 'Mine/': { Before: {} } });
    const { elements } = read({ ...COLLECTION, info: { ...COLLECTION.info, description: 'All of it.' } });
    const placed = placedBelow(elements, there.get('Mine') as ElementId);
    const signal = new AbortController().signal;
    await saveBatches(desk.device, batchesOf(desk.device, bench.workspace, placed), { progress: () => {}, signal });
    await settled();
    expect(outlineOf(bench)).toEqual({ Mine: { Before: {}, Shop: { Orders: { List: {} }, Ping: {} } } });
    const [, shop] = bench.elements.list(there.get('Mine') as ElementId);
    expect(shop?.kind).toBe('folder');
    const data: unknown = JSON.parse((await bench.elements.read(shop?.id as ElementId))?.data ?? '');
    expect(data).toEqual({ name: 'Shop', description: 'All of it.', variable: COLLECTION.variable });
    await desk.close();
  });

  it('is saved no further once it is cancelled', async () => {
    const desk = await openTestDesk();
    const { bench } = desk.bench.getState();
    const { elements } = read({
      ...COLLECTION,
      item: Array.from({ length: 100 }, (_, at) => ({ name: `${at}`, request: 'https://x' })),
    });
    const cancel = new AbortController();
    const counts: number[] = [];
    await saveBatches(desk.device, batchesOf(desk.device, bench.workspace, elements), {
      progress: (saved) => {
        counts.push(saved);
        cancel.abort();
      },
      signal: cancel.signal,
    });
    expect(counts).toHaveLength(1);
    await desk.close();
  });

  it('leaves values of variables that look like credentials on the device, and everything else as it was', () => {
    const { elements, credentials } = read(COLLECTION);
    const kept = keptHere(elements, credentials);
    const [collection] = kept.elements;
    expect(JSON.parse(collection?.data ?? '')).toEqual({
      info: COLLECTION.info,
      variable: [
        { key: 'base', value: 'https://x' },
        { key: 'apiToken', value: '' },
      ],
    });
    expect(kept.elements.slice(1)).toEqual(elements.slice(1));
    expect(kept.values).toEqual([
      { element: collection?.id, key: `value/${collection?.id}/apiToken`, record: '{"value":"a1b2c3d4e5"}' },
    ]);
  });

  it('of globals leaves them where globals of a workspace are kept', () => {
    const globals = {
      name: 'Globals',
      values: [{ key: 'apiToken', value: 'a1b2c3d4e5' }],
      _postman_variable_scope: 'globals',
    };
    const { elements, credentials } = read(globals);
    expect(keptHere(elements, credentials).values.map(({ key }) => key)).toEqual(['value/globals/apiToken']);
  });
});

describe('names and counts', () => {
  it('are those people know', () => {
    expect(fileName('Shop: v1/v2?', 'collection')).toBe('Shop v1 v2.postman_collection.json');
    expect(fileName('', 'environment')).toBe('Untitled.postman_environment.json');
    expect(counted(1, 'history-entry')).toBe('1 history entry');
    expect(counted(1200, 'request')).toBe('1,200 requests');
  });
});
