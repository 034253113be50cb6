import { performance } from 'node:perf_hooks';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { openTestDesk, plant, settled } from '../desk/bench.fixture.ts';
import { Gathering } from './gathering.ts';
import { type Result, resultsFor } from './results.ts';
import { type Findable, SearchIndex } from './search.ts';

function entry(name: string, rest: Partial<Findable> = {}): Findable {
  return {
    workspace: 'w' as WorkspaceId,
    id: name as ElementId,
    kind: 'request',
    name,
    detail: 'GET',
    path: 'Shop',
    workspaceName: 'Mine',
    ...rest,
  };
}

const index = new SearchIndex([
  entry('List orders'),
  entry('Get order', { detail: 'POST' }),
  entry('Users', { kind: 'folder', path: 'Accounts' }),
  entry('Получить заказ'),
]);
const names = (query: string, recent: string[] = []): string[] =>
  index.find(query, recent as ElementId[]).map(({ name }) => name);

describe('the search', () => {
  it('finds by name, method and place, in any order, with one slip of the finger a word', () => {
    expect(names('order')).toEqual(['Get order', 'List orders']);
    expect(names('order list')).toEqual(['List orders']);
    expect(names('post')).toEqual(['Get order']);
    expect(names('accounts')).toEqual(['Users']);
    expect(names('usres')).toEqual(['Users']);
    expect(names('заказ')).toEqual(['Получить заказ']);
    expect(names('nothing of that')).toEqual([]);
  });

  it('puts first what fits best, and of what fits as well, what was open of late', () => {
    expect(names('users')[0]).toBe('Users');
    expect(names('order', ['List orders'])[0]).toBe('List orders');
  });

  it('finds by URL too, letter by letter, with the words of the name', () => {
    const withUrls = index.withUrls(({ name }) =>
      name === 'List orders' ? 'https://api.test/v2/orders?page=1' : undefined,
    );
    const [entry] = withUrls.find('api.test/v2', []);
    expect(entry?.name).toBe('List orders');
    expect(withUrls.find('list v2/orders', [])).toEqual([entry]);
    expect(withUrls.find('v3/orders', [])).toEqual([]);
    // The URL is shown where it is why.
    expect(withUrls.urlFound(entry as Findable, 'api.test')).toBe('https://api.test/v2/orders?page=1');
    expect(withUrls.urlFound(entry as Findable, 'orders')).toBe(null);
  });

  it('answers each keystroke at once over a hundred thousand elements', () => {
    const many = Array.from({ length: 100_000 }, (_, at) =>
      entry(`Request number ${at} of ${at % 977}`, { id: `${at}` as ElementId }),
    );
    const large = new SearchIndex(many, ({ id }) => `https://api.test/v1/things/${id}/of/${id}?page=1&size=100`);
    const began = performance.now();
    const typed = 'request 4711';
    for (let length = 1; length <= typed.length; length += 1) large.find(typed.slice(0, length), []);
    const each = (performance.now() - began) / typed.length;
    expect(large.find(typed, [])[0]?.name).toContain('4711');
    // Far above what it takes, so that a busy machine does not fail it: what must not come back is a second a key.
    expect(each).toBeLessThan(400);
  });
});

describe('the palette', () => {
  const commands = [
    { id: 'new', label: 'New request' },
    { id: 'dark', label: 'Dark theme' },
  ];
  const shown = (query: string, recent: string[] = []): string[] =>
    resultsFor({
      query,
      index,
      commands,
      workspaces: [{ id: 'o' as WorkspaceId, name: 'Other' }],
      recent: recent as ElementId[],
    }).map(({ title, items }) => `${title}: ${items.map(labelOf).join(', ')}`);

  it('begins with what was open of late', () => {
    expect(shown('', ['Users', 'gone'])).toEqual(['Open of late: Users', 'Commands: New request, Dark theme']);
  });

  it('shows elements, commands and workspaces; after > commands only', () => {
    expect(shown('order')).toEqual(['Elements: Get order, List orders']);
    expect(shown('dark')).toEqual(['Commands: Dark theme']);
    expect(shown('> ')).toEqual(['Commands: New request, Dark theme']);
    expect(shown('other')).toContain('Workspaces: Other');
  });

  it('finds in all workspaces what is there now', async () => {
    const desk = await openTestDesk(['One', 'Two']);
    const { bench } = desk.bench.getState();
    const gathering = new Gathering(desk.device);
    await plant(bench, { 'Shop/': { 'Orders/': { List: {} } } });
    await gathering.refresh();
    await desk.use(desk.device.workspaces()[1]?.id as WorkspaceId);
    await plant(desk.bench.getState().bench, { Ping: {} });
    await gathering.refresh();
    const { entries } = gathering.store.getState().index;
    expect(entries.map(({ name, path, workspaceName }) => `${workspaceName}: ${path} / ${name}`)).toEqual([
      'One:  / Shop',
      'One: Shop / Orders',
      'One: Shop / Orders / List',
      'Two:  / Ping',
    ]);
    const { drafts } = desk.bench.getState().bench;
    const id = drafts.begin('request', { parent: null, name: 'Linked' });
    const stop = drafts.watch(id, () => undefined);
    await settled();
    drafts.edit(id, [{ op: 'text', path: 'request.url.raw', text: 'https://API.test/v2/things' }]);
    await drafts.save(id, { place: null });
    stop();
    await settled();
    await gathering.refresh();
    await gathering.refreshUrls();
    const { index: now } = gathering.store.getState();
    expect(now.find('api.test/v2', []).map(({ name, workspaceName }) => [name, workspaceName])).toEqual([
      ['Linked', 'Two'],
    ]);
    await desk.close();
  });
});

function labelOf(result: Result): string {
  return result.kind === 'element' ? result.entry.name : result.kind === 'command' ? result.command.label : result.name;
}
