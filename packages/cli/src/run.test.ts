import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './run.ts';
import { Terminal } from './terminal.ts';

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly error: string;
}

/** What JSON of any command these tests read. */
interface Answer {
  readonly id: string;
  readonly outcome: string;
  readonly elements: readonly { readonly id: string; readonly name: string }[];
  readonly root: readonly string[];
  readonly error: { readonly code: string };
  readonly data: { readonly request: { readonly url: { readonly raw: string } } };
}

describe('the command line without an account', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(args: readonly string[], input = ''): Promise<Ran> {
    let [out, error] = ['', ''];
    const exit = await runCommandLine({
      args,
      environment: { WAYPOST_HOME: join(folder, 'home') },
      streams: { out: { write: (text: string) => (out += text) }, error: { write: (text: string) => (error += text) } },
      terminal: new Terminal(Readable.from([input]), new Writable()),
      interrupted: new AbortController().signal,
      version: '1.2.3',
    });
    return { exit, out, error };
  }

  async function json(...args: readonly string[]): Promise<Answer> {
    const { out } = await run([...args, '--json']);
    return JSON.parse(out) as Answer;
  }

  it('makes, changes, moves, deletes and restores', async () => {
    const harbour = await json('create', '--kind', 'collection', '--name', 'Harbour');
    expect(harbour).toMatchObject({ outcome: 'pending' });
    const berths = await json(
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
    const ships = await json(
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
    expect((await json('ls', harbour.id)).elements.map(({ name }) => name)).toEqual(['Ships', 'Berths']);
    await json('mv', ships.id, '--parent', harbour.id);
    expect((await json('ls', harbour.id)).elements.map(({ name }) => name)).toEqual(['Berths', 'Ships']);
    expect(await json('set', berths.id, 'request.url.query[a]=2')).toMatchObject({ id: berths.id, outcome: 'pending' });
    expect(await json('set', berths.id, 'request.url.query[a]=2')).toMatchObject({ outcome: 'noop' });
    expect((await json('get', berths.id)).data.request.url.raw).toBe('http://x/y?a=2');
    await json('rm', berths.id);
    expect((await run(['get', berths.id])).exit).toBe(1);
    expect((await json('trash')).elements.map(({ id }) => id)).toEqual([berths.id]);
    await json('restore', berths.id.slice(0, 6));
    expect((await json('ls', harbour.id)).elements).toHaveLength(2);
  });

  it('imports and exports, and keeps nothing of a file that is no good', async () => {
    const info = { name: 'C', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
    const document = { info, item: [{ name: 'R', request: { method: 'GET', url: 'http://x' }, response: [] }] };
    const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.json')];
    writeFileSync(good, JSON.stringify(document));
    writeFileSync(bad, '{"info":');
    expect(await run(['import', good, bad])).toMatchObject({ exit: 1, out: '' });
    expect((await json('ls')).elements).toEqual([]);
    const { root } = await json('import', good);
    expect(JSON.parse((await run(['export', root[0] ?? ''])).out)).toEqual(document);
    const file = join(folder, 'all.json');
    expect((await run(['export', '--all', '--output', file])).exit).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ collections: [document] });
    await run(['import', '-'], readFileSync(file, 'utf8'));
    expect((await json('ls')).elements.map(({ name }) => name)).toEqual(['C', 'C']);
  });

  it('says that sync is off, and what needs an account', async () => {
    expect(await json('status')).toMatchObject({
      state: 'offline',
      phase: 'signed-out',
      detail: 'Sync off: work stays on this device',
      pending: 0,
    });
    for (const args of [['sync'], ['whoami'], ['devices'], ['check']]) {
      const { exit, out } = await run([...args, '--json']);
      expect([args[0], exit, (JSON.parse(out) as Answer).error.code]).toEqual([args[0], 1, 'signed-out']);
    }
    expect((await run(['logout'])).exit).toBe(0);
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
      const { exit, out, error } = await run(args);
      expect([args, exit, out]).toEqual([args, 2, '']);
      expect(error).toMatch(/^[^\n]+\.\n$/);
    }
    expect(JSON.parse((await run(['--json', 'nonsense'])).out)).toMatchObject({
      error: { code: 'usage', retry: false },
    });
  });

  it('takes global flags before and after the command', async () => {
    expect((await run(['--json', 'ls'])).out).toBe((await run(['ls', '--json'])).out);
  });

  it('has help with an example for every command', async () => {
    for (const args of [['create'], ['devices', 'signout'], ['trash', 'empty'], ['resolve'], ['export']]) {
      const { exit, out } = await run([...args, '--help']);
      expect(exit).toBe(0);
      expect(out).toMatch(/Example:\n {2}\$ waypost/);
    }
    expect((await run(['--version'])).out).toBe('1.2.3\n');
  });
});
