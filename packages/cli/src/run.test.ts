import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, LocalHome } from './local-home.fixture.ts';

describe('the command line without an account', () => {
  let home: LocalHome;

  beforeEach(() => {
    home = new LocalHome();
  });
  afterEach(() => home.remove());

  it('makes, changes, moves, deletes and restores', async () => {
    const harbour = await home.json('create', '--kind', 'collection', '--name', 'Harbour');
    expect(harbour).toMatchObject({ outcome: 'pending' });
    const berths = await home.json(
      'create',
      '--kind',
      'request',
      '--parent',
      harbour.id,
      '--name',
      'Berths',
      '--url',
      'http://x/y?a=1',
    );
    const ships = await home.json(
      'create',
      '--kind',
      'request',
      '--parent',
      harbour.id,
      '--name',
      'Ships',
      '--before',
      berths.id,
    );
    expect((await home.json('ls', harbour.id)).elements.map(({ name }) => name)).toEqual(['Ships', 'Berths']);
    await home.json('mv', ships.id, '--parent', harbour.id);
    expect((await home.json('ls', harbour.id)).elements.map(({ name }) => name)).toEqual(['Berths', 'Ships']);
    expect(await home.json('set', berths.id, 'request.url.query[a]=2')).toMatchObject({
      id: berths.id,
      outcome: 'pending',
    });
    expect(await home.json('set', berths.id, 'request.url.query[a]=2')).toMatchObject({ outcome: 'noop' });
    expect((await home.json('get', berths.id)).data.request.url.raw).toBe('http://x/y?a=2');
    await home.json('rm', berths.id);
    expect((await home.run(['get', berths.id])).exit).toBe(1);
    expect((await home.json('trash')).elements.map(({ id }) => id)).toEqual([berths.id]);
    await home.json('restore', berths.id.slice(0, 6));
    expect((await home.json('ls', harbour.id)).elements).toHaveLength(2);
  });

  it('imports and exports, and keeps nothing of a file that is no good', async () => {
    const info = { name: 'C', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
    const document = { info, item: [{ name: 'R', request: { method: 'GET', url: 'http://x' }, response: [] }] };
    const [good, bad] = [home.file('good.json', JSON.stringify(document)), home.file('bad.json', '{"info":')];
    expect(await home.run(['import', good, bad])).toMatchObject({ exit: 1, out: '' });
    expect((await home.json('ls')).elements).toEqual([]);
    const { root } = await home.json('import', good);
    expect(JSON.parse((await home.run(['export', root[0] ?? ''])).out)).toEqual(document);
    const file = home.path('all.json');
    expect((await home.run(['export', '--all', '--output', file])).exit).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ collections: [document] });
    await home.run(['import', '-'], readFileSync(file, 'utf8'));
    expect((await home.json('ls')).elements.map(({ name }) => name)).toEqual(['C', 'C']);
  });

  it('says that sync is off, and what needs an account', async () => {
    expect(await home.json('status')).toMatchObject({
      state: 'offline',
      phase: 'signed-out',
      detail: 'Sync off: work stays on this device',
      pending: 0,
    });
    for (const args of [['sync'], ['whoami'], ['devices'], ['check']]) {
      const { exit, out } = await home.run([...args, '--json']);
      expect([args[0], exit, (JSON.parse(out) as Answer).error.code]).toEqual([args[0], 1, 'signed-out']);
    }
    expect((await home.run(['logout'])).exit).toBe(0);
  });

  it('ends with 2 and one sentence where it was used wrongly', async () => {
    for (const args of [
      ['nonsense'],
      ['create'],
      ['create', '--kind', 'ship', '--name', 'x'],
      ['set', 'abcd'],
      ['mv', 'abcd'],
      ['ls', '--frobnicate'],
      ['--timeout', 'soon', 'ls'],
      ['resolve', 'x'],
      ['export'],
      ['workspace'],
      ['login', '--server', 'http://127.0.0.1:1', '--email', 'a@b'],
    ]) {
      const { exit, out, error } = await home.run(args);
      expect([args, exit, out]).toEqual([args, 2, '']);
      expect(error).toMatch(/^[^\n]+\.\n$/);
    }
    expect(JSON.parse((await home.run(['--json', 'nonsense'])).out)).toMatchObject({
      error: { code: 'usage', retry: false },
    });
  });

  it('takes global flags before and after the command', async () => {
    expect((await home.run(['--json', 'ls'])).out).toBe((await home.run(['ls', '--json'])).out);
  });

  it('has help with an example for every command', async () => {
    for (const args of [['create'], ['devices', 'signout'], ['trash', 'empty'], ['resolve'], ['export']]) {
      const { exit, out } = await home.run([...args, '--help']);
      expect(exit).toBe(0);
      expect(out).toMatch(/Example:\n {2}\$ waypost/);
    }
    expect((await home.run(['--version'])).out).toBe('1.2.3\n');
  });
});
