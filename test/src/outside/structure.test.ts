import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let a: Home;
let b: Home;

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  b = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
  await b.signIn(server.url, 'anna@example.org', 'Lap');
});
afterAll(async () => {
  await stage.clear();
});

/** A collection with a folder `F` and a request `R` in it, on both devices. */
async function tree(): Promise<{ collection: string; folder: string; request: string }> {
  const collection = (await a.json('create', '--kind', 'collection', '--name', 'C')).id ?? '';
  const folder = (await a.json('create', '--kind', 'folder', '--parent', collection, '--name', 'F')).id ?? '';
  const request = (await a.json('create', '--kind', 'request', '--parent', folder, '--name', 'R')).id ?? '';
  await b.json('sync');
  return { collection, folder, request };
}

async function names(home: Home, parent: string): Promise<readonly string[]> {
  return (await home.json('ls', parent)).elements?.map((element) => element.name ?? '') ?? [];
}

describe('what one device deletes while the other works on it', () => {
  it('is a question for the one who edited, and can be brought back with the edit', async () => {
    const { folder, request } = await tree();
    await a.json('rm', request);
    await b.json('set', request, 'name=still needed', '--offline');
    await b.json('sync');
    const [conflict] = (await b.json('conflicts')).conflicts ?? [];
    expect(conflict).toMatchObject({ type: 'deleted', element: request });
    expect(await names(a, folder)).toEqual([]);
    await b.json('resolve', conflict?.id ?? '', '--overwrite');
    await a.json('sync');
    expect(await names(a, folder)).toEqual(['still needed']);
    expect((await b.json('conflicts')).conflicts).toEqual([]);
  });

  it('can stay deleted, or be saved as something new', async () => {
    const { folder, request } = await tree();
    await a.json('rm', request);
    await b.json('set', request, 'name=mine', '--offline');
    await b.json('sync');
    await b.json('resolve', request, '--save-as-new');
    await a.json('sync');
    expect(await names(a, folder)).toEqual(['mine']);
    expect((await a.json('trash')).elements?.map((element) => element.id)).toContain(request);
  });

  it('is a question for the one who deletes when the other changed it first', async () => {
    const { folder, request } = await tree();
    await a.json('set', request, 'name=changed');
    await b.json('rm', folder, '--offline');
    await b.json('sync');
    const [conflict] = (await b.json('conflicts')).conflicts ?? [];
    expect(conflict).toMatchObject({ type: 'changed-since', element: folder });
    expect(await names(a, folder)).toEqual(['changed']);
    await b.json('resolve', conflict?.id ?? '', '--overwrite');
    await a.json('sync');
    const { collection } = { collection: (await a.json('get', folder).catch(() => null))?.parent };
    expect(collection).toBeUndefined();
    expect((await b.json('conflicts')).conflicts).toEqual([]);
    await a.json('restore', folder);
    expect(await names(a, folder)).toEqual(['changed']);
  });
});

describe('a tree that two devices rearrange', () => {
  it('refuses a move into a deleted folder, and the request stays where it is', async () => {
    const { collection, folder, request } = await tree();
    const loose = (await a.json('create', '--kind', 'request', '--parent', collection, '--name', 'Loose')).id ?? '';
    await b.json('sync');
    await a.json('rm', folder);
    await b.json('mv', loose, '--parent', folder, '--offline');
    const synced = await b.json('sync');
    expect(synced.rejected).toHaveLength(1);
    expect(synced.rejected?.[0]).toMatchObject({ code: 'no-parent' });
    for (const home of [a, b]) expect(await names(home, collection)).toEqual(['Loose']);
    expect(request).not.toBe('');
  });

  it('keeps what is created below a deleted folder, nearby', async () => {
    const { collection, folder } = await tree();
    await a.json('rm', folder);
    const made =
      (await b.json('create', '--kind', 'request', '--parent', folder, '--name', 'Kept', '--offline')).id ?? '';
    await b.json('sync');
    await a.json('sync');
    for (const home of [a, b]) expect(await names(home, collection)).toEqual(['Kept']);
    expect(await a.json('get', made)).toMatchObject({ parent: collection });
  });

  it('gathers what lost its place in a folder of its own, and what is made then stands behind it', async () => {
    const { collection, request } = await tree();
    await a.json('rm', collection);
    await a.json('trash', 'empty');
    await b.json('create', '--kind', 'example', '--parent', request, '--name', 'Lost', '--offline');
    await b.json('sync');
    await a.json('sync');
    await a.json('create', '--kind', 'collection', '--name', 'Later');
    await b.json('sync');
    for (const home of [a, b]) {
      const top = (await home.json('ls')).elements;
      expect(top.slice(-2).map(({ name }) => name)).toEqual(['Recovered', 'Later']);
      expect(await names(home, top.at(-2)?.id ?? '')).toEqual(['Lost']);
    }
  });

  it('refuses the second of two moves that would make a cycle', async () => {
    const collection = (await a.json('create', '--kind', 'collection', '--name', 'Cycle')).id ?? '';
    const [x, y] = await Promise.all(
      ['X', 'Y'].map(
        async (name) => (await a.json('create', '--kind', 'folder', '--parent', collection, '--name', name)).id ?? '',
      ),
    );
    await b.json('sync');
    await a.json('mv', x ?? '', '--parent', y ?? '');
    await b.json('mv', y ?? '', '--parent', x ?? '', '--offline');
    const synced = await b.json('sync');
    expect(synced.rejected?.[0]).toMatchObject({ code: 'cycle' });
    for (const home of [a, b]) {
      await home.json('sync');
      expect(await names(home, collection)).toEqual(['Y']);
      expect(await names(home, y ?? '')).toEqual(['X']);
    }
  });

  it('takes the same file, imported on both at once, for two collections', async () => {
    const file = stage.file('twice.json', collectionOf(3, 'Twice'));
    const [one, other] = await Promise.all([a.json('import', file), b.json('import', file)]);
    await a.json('sync');
    await b.json('sync');
    await a.json('sync');
    for (const home of [a, b]) {
      const twice = (await home.json('ls')).elements.filter((element) => element.name === 'Twice');
      expect(new Set(twice.map((element) => element.id))).toEqual(new Set([...one.root, ...other.root]));
    }
    expect(JSON.parse(await a.export(other.root?.[0] ?? ''))).toEqual(JSON.parse(collectionOf(3, 'Twice')));
    expect(await a.json('check')).toMatchObject({ equal: true });
  });

  it('empties its trash for good', async () => {
    const { request } = await tree();
    await a.json('rm', request);
    await a.json('trash', 'empty');
    await b.json('sync');
    for (const home of [a, b]) expect((await home.json('trash')).elements).toEqual([]);
    await b.fails(1, 'restore', request);
  });
});
