import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
});
afterAll(async () => {
  await stage.clear();
});

describe('two devices of one account', () => {
  it('hold the same collection of over 1,000 requests, byte for byte, the second one started from nothing', async () => {
    const imported = await a.json('import', stage.file('harbour.json', collectionOf(1_200)));
    expect(imported.counts).toMatchObject({ collection: 1, folder: 120, request: 1_200, example: 1_200 });
    expect((await a.json('sync')).pending).toBe(0);
    const root = imported.root?.[0] ?? '';

    const signedIn = await b.signIn(server.url, 'anna@example.org', 'Lap');
    expect(signedIn).toMatchObject({ account: { email: 'anna@example.org' }, device: { name: 'Lap' } });
    await b.json('sync');
    const [fromA, fromB] = [await a.export(root), await b.export(root)];
    expect(fromB).toBe(fromA);
    expect(JSON.parse(fromB)).toEqual(JSON.parse(collectionOf(1_200)));
    expect(await b.json('check')).toMatchObject({ equal: true, differing: [] });
  });

  it('hold a real file of other people alike', async () => {
    const corpus =
      process.env['WAYPOST_CORPUS'] ?? fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
    const file = join(corpus, 'postman', 'kevinswiber__postman2openapi__github.postman.json');
    const path = existsSync(file) ? file : stage.file('small.json', collectionOf(30, 'Small'));
    const { root: roots, counts } = await a.json('import', path);
    const root = roots[0] ?? '';
    const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
    expect(await a.json('sync')).toMatchObject({ pulled: 0, pending: 0 });
    expect(await b.json('sync')).toMatchObject({ pulled: total, pushed: 0 });
    const exported = await b.export(root);
    expect(exported).toBe(await a.export(root));
    expect(JSON.parse(exported)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  it('see what the other does within a blink, in order', async () => {
    const watch = b.watch();
    await watch.synced();
    const made = await a.json('create', '--kind', 'collection', '--name', 'Tides');
    const one = await a.json(
      'create',
      '--kind',
      'request',
      '--parent',
      made.id ?? '',
      '--name',
      'High',
      '--url',
      'http://127.0.0.1:9/high',
    );
    const two = await a.json(
      'create',
      '--kind',
      'request',
      '--parent',
      made.id ?? '',
      '--name',
      'Low',
      '--url',
      'http://127.0.0.1:9/low',
    );
    const changed = await a.json('set', one.id ?? '', 'name=Highest');
    expect(changed).toMatchObject({ id: one.id, outcome: 'applied', pending: 0 });
    await a.json('mv', two.id ?? '', '--parent', made.id ?? '', '--before', one.id ?? '');
    await a.json('rm', one.id ?? '');
    const startedAt = performance.now();
    await watch.until((event) => event.event === 'deleted' && event.id === one.id);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const told = watch.events
      .filter((event) => event.event !== 'status')
      .map((event) => [event.event, event.id, event.name]);
    expect(told).toEqual([
      ['created', made.id, 'Tides'],
      ['created', one.id, 'High'],
      ['created', two.id, 'Low'],
      ['changed', one.id, 'Highest'],
      ['moved', two.id, 'Low'],
      ['deleted', one.id, 'Highest'],
    ]);
    const event = watch.events.find((candidate) => candidate.event === 'changed');
    expect(event?.by?.device).toMatchObject({ name: 'Desk' });
    expect(event?.fields).toEqual(['name']);
    await watch.stop();
  });

  it('keep their order after reordering, on both', async () => {
    const made = await a.json('create', '--kind', 'collection', '--name', 'Order');
    const ids: string[] = [];
    for (const name of ['1', '2', '3']) {
      ids.push((await a.json('create', '--kind', 'request', '--parent', made.id ?? '', '--name', name)).id ?? '');
    }
    await b.json('sync');
    await b.json('mv', ids[2] ?? '', '--parent', made.id ?? '', '--before', ids[0] ?? '');
    await a.json('sync');
    for (const home of [a, b]) {
      const listed = await home.json('ls', made.id ?? '');
      expect(listed.elements?.map((element) => element.name)).toEqual(['3', '1', '2']);
    }
  });

  it('are the three devices an account may have; a fourth is told which, and may choose', async () => {
    const c = stage.home();
    const d = stage.home();
    await c.signIn(server.url, 'anna@example.org', 'Phone');
    const refused = await d.signIn(server.url, 'anna@example.org', 'Fourth').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'device-limit' } } });
    const { devices } = (refused as { json: { devices: { id: string; name: string }[] } }).json;
    expect(devices.map(({ name }) => name).sort()).toEqual(['Desk', 'Lap', 'Phone']);
    const phone = devices.find(({ name }) => name === 'Phone')?.id ?? '';
    await d.signIn(server.url, 'anna@example.org', 'Fourth', '--evict', phone);
    const listed = await d.json('devices');
    expect(listed.limit).toBe(3);
    expect(listed.devices?.map((device) => device.name).sort()).toEqual(['Desk', 'Fourth', 'Lap']);
  });
});
