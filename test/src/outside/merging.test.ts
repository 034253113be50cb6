import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './answers.ts';
import type { Home } from './home.ts';
import type { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let a: Home;
let b: Home;
let requests: readonly string[];

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  b = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
  const root = (await a.json('import', stage.file('harbour.json', collectionOf(10)))).root?.[0] ?? '';
  await a.json('sync');
  await b.signIn(server.url, 'anna@example.org', 'Lap');
  await b.json('sync');
  const folder = (await a.json('ls', root)).elements?.[0]?.id ?? '';
  requests = (await a.json('ls', folder)).elements?.map((element) => element.id ?? '') ?? [];
});
afterAll(async () => {
  await stage.clear();
});

/** Both wrote without a network; A comes back first, then B, then A looks. */
async function meet(): Promise<void> {
  await a.json('sync');
  await b.json('sync');
  await a.json('sync');
}

const request = (at: number): string => requests[at] as string;

async function data(home: Home, id: string): Promise<Answer['data']> {
  return (await home.json('get', id)).data;
}

describe('two devices that edit one request offline', () => {
  it('are not asked about different fields, headers, parameters and lines', async () => {
    const id = request(0);
    await a.json(
      'set',
      id,
      'name=Renamed',
      'request.header[Accept]=text/plain',
      'request.url.query[side]=starboard',
      '--offline',
    );
    await b.json(
      'set',
      id,
      'request.method=POST',
      'request.header[X-Berth]=99',
      'request.url.query[tide]=low',
      '--offline',
    );
    await a.json('set', id, 'event[test]=// ONE\n// two\n// three\n// four', '--offline');
    await b.json('set', id, 'event[test]=// one\n// two\n// three\n// FOUR', '--offline');
    await meet();
    for (const home of [a, b]) {
      const merged = await data(home, id);
      expect(merged.name).toBe('Renamed');
      expect(merged.request?.method).toBe('POST');
      expect(merged.request?.header).toEqual([
        { key: 'Accept', value: 'text/plain' },
        { key: 'X-Berth', value: '99' },
      ]);
      expect(merged.request?.url?.raw).toBe('{{base}}/berths/0?side=starboard&tide=low');
      expect(merged.event?.[0]?.script?.exec).toEqual(['// ONE', '// two', '// three', '// FOUR']);
      expect((await home.json('conflicts')).conflicts).toEqual([]);
    }
    expect(await a.export(id)).toBe(await b.export(id));
  });

  it('have exactly one conflict for five edits each of one URL, on the one that came second; the rest of its queue goes through', async () => {
    const id = request(1);
    for (let n = 1; n <= 5; n += 1) {
      await a.json('set', id, `request.url.raw=http://a.example/${n}`, '--offline');
      await b.json('set', id, `request.url.raw=http://b.example/${n}`, '--offline');
    }
    await b.json('set', id, 'request.description=Still arrives.', '--offline');
    await meet();
    const { conflicts } = await b.json('conflicts');
    expect(conflicts).toHaveLength(1);
    const [conflict] = conflicts;
    expect(conflict).toMatchObject({ element: id, type: 'edit', kind: 'request', name: 'Berth 1' });
    expect(conflict?.by?.device).toMatchObject({ name: 'Desk' });
    expect(conflict?.by?.account).toMatchObject({ email: 'anna@example.org' });
    expect(conflict?.fields).toHaveLength(1);
    expect(JSON.stringify(conflict?.fields?.[0]?.mine)).toContain('http://b.example/5');
    expect(JSON.stringify(conflict?.fields?.[0]?.theirs)).toContain('http://a.example/5');
    expect(JSON.stringify(conflict?.fields?.[0]?.base)).toContain('berths/1');
    const standing = await data(a, id);
    expect(standing.request?.url?.raw).toBe('http://a.example/5');
    expect(standing.request?.description).toBe('Still arrives.');
    expect((await b.json('status')).pending).toBe(0);

    // The person's other device shows it too, decides it, and it closes everywhere.
    expect((await a.json('conflicts')).conflicts).toHaveLength(1);
    await a.json('resolve', conflict?.id ?? '', '--overwrite');
    await b.json('sync');
    expect((await b.json('conflicts')).conflicts).toEqual([]);
    expect((await data(b, id)).request?.url?.raw).toBe('http://b.example/5');
    const versions = (await a.json('history', id)).versions;
    expect(versions[0]).toMatchObject({ status: 'current' });
    expect(versions.some((version) => version.status === 'unmerged')).toBe(true);
  });

  it('can take theirs, and mine stays in the history', async () => {
    const id = request(2);
    await conflictOver(id);
    await b.json('resolve', id, '--theirs');
    await a.json('sync');
    for (const home of [a, b]) expect((await data(home, id)).name).toBe('from A');
    expect((await b.json('conflicts')).conflicts).toEqual([]);
    const unmerged = (await b.json('history', id)).versions.filter((version) => version.status === 'unmerged');
    expect(unmerged).not.toEqual([]);
  });

  it('can save mine as a new request beside it', async () => {
    const id = request(3);
    await conflictOver(id);
    const resolved = await b.json('resolve', id, '--save-as-new');
    await a.json('sync');
    expect((await data(a, id)).name).toBe('from A');
    expect((await data(a, resolved.created ?? '')).name).toBe('from B');
    expect((await a.json('conflicts')).conflicts).toEqual([]);
  });

  it('can pick field by field', async () => {
    const id = request(4);
    await a.json('set', id, 'name=from A', 'request.method=PUT', '--offline');
    await b.json('set', id, 'name=from B', 'request.method=DELETE', '--offline');
    await meet();
    await b.json('resolve', id, '--field', 'name=mine', '--field', 'request.method=theirs');
    await a.json('sync');
    const picked = await data(a, id);
    expect([picked.name, picked.request?.method]).toEqual(['from B', 'PUT']);
    expect((await a.json('conflicts')).conflicts).toEqual([]);
  });

  it('ask again about what was written since they were shown, and show it', async () => {
    const id = request(9);
    await conflictOver(id);
    await a.json('set', id, 'name=newer, from A');
    await b.json('sync');
    const asked = await b.fails(3, 'resolve', id, '--overwrite');
    expect(asked).toMatchObject({
      element: id,
      outcome: 'conflict',
      conflicts: [{ fields: [{ theirs: 'newer, from A' }] }],
    });
    expect((await data(b, id)).name).toBe('newer, from A');
    await b.json('resolve', id, '--overwrite');
    await a.json('sync');
    expect((await data(a, id)).name).toBe('from B');
    expect((await b.json('conflicts')).conflicts).toEqual([]);
  });

  it('are decided as they were shown elsewhere, where that is said', async () => {
    const id = request(8);
    await conflictOver(id);
    const seen = (await b.json('conflicts')).conflicts[0]?.seen ?? '';
    await a.json('set', id, 'name=newer, from A');
    await b.json('sync');
    expect((await b.json('conflicts')).conflicts).toHaveLength(1);
    await b.fails(3, 'resolve', id, '--overwrite', '--seen', seen);
    await b.json('resolve', id, '--overwrite');
    await a.json('sync');
    expect((await data(a, id)).name).toBe('from B');
  });

  it('agree without asking when both made the same edit', async () => {
    const id = request(5);
    await a.json('set', id, 'name=alike', '--offline');
    await b.json('set', id, 'name=alike', '--offline');
    await meet();
    expect((await b.json('conflicts')).conflicts).toEqual([]);
  });

  it('exit with 3 where the person’s own change ended in a conflict, and it is saved', async () => {
    const id = request(6);
    await a.json('set', id, 'name=from A');
    const refused = await b.fails(3, 'set', id, 'name=from B');
    expect(refused).toMatchObject({ id, outcome: 'conflict' });
    expect((await b.json('conflicts')).conflicts).toHaveLength(1);
    await b.json('resolve', id, '--theirs');
  });
});

it('one device alone never sees a conflict, whatever it does', async () => {
  const id = request(7);
  const other = request(8);
  for (const step of [
    ['set', id, 'name=1'],
    ['set', id, 'name=2'],
    ['rm', other],
    ['restore', other],
    ['set', other, 'name=back'],
    ['set', id, 'event[test]=// a\n// b'],
    ['set', id, 'event[test]=// a\n// c'],
    ['rm', id],
    ['restore', id],
  ]) {
    await a.json(...step, '--offline');
  }
  await a.json('sync');
  expect((await a.json('conflicts')).conflicts).toEqual([]);
  expect((await data(a, id)).name).toBe('2');
  expect((await data(a, other)).name).toBe('back');
});

async function conflictOver(id: string): Promise<void> {
  await a.json('set', id, 'name=from A', '--offline');
  await b.json('set', id, 'name=from B', '--offline');
  await meet();
  expect((await b.json('conflicts')).conflicts).toHaveLength(1);
}
