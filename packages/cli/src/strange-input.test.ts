import { readdirSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHome, type Ran } from './local-home.fixture.ts';

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
/** Clears a screen, renames a window, colours, turns the text around, breaks the line, ends it in the middle. */
const STEERING = '\u001B[2J\u001B]0;mine now\u0007\u001B[31mred\u009B1m\u202Eevil\u2066\r\nnext\ttab\u0000nul';

let home: LocalHome;

beforeEach(() => {
  home = new LocalHome();
});
afterEach(() => home.remove());

/** A file with one collection of that name, with one request of that name in it. */
function collection(name: string, request: object = { method: 'GET', url: 'http://x' }): string {
  return JSON.stringify({ info: { name, schema: SCHEMA }, item: [{ name, request }] });
}

describe('a name that would steer the terminal', () => {
  const file = (): string =>
    home.file('harbour.json', collection(STEERING, { method: '\u001B[5mGET\n', url: 'http://x' }));

  it('is shown on one line and without effect by every command, and kept as it is', async () => {
    const { root } = await home.json('import', file());
    const id = root[0] ?? '';
    const below = (await home.json('ls', id)).elements[0]?.id ?? '';
    const said: Ran[] = [];
    for (const args of [
      ['import', file()],
      ['ls'],
      ['get', below],
      ['set', below, `request.header[${STEERING}]=x`],
      ['mv', below, '--parent', id],
      ['create', '--kind', 'folder', '--name', STEERING, '--parent', id],
      ['rm', below],
      ['trash'],
      ['get', below],
      ['restore', below],
      ['export', id, '--output', home.path('out.json')],
      ['mv', id, '--parent', STEERING],
      ['workspaces'],
      ['status'],
      ['import', home.path(STEERING.replaceAll('\u0000', ''))],
      [STEERING],
    ]) {
      said.push(await home.run(args));
    }
    const steering = /[\p{Control}\u202A-\u202E\u2066-\u2069]/u;
    for (const { out, error } of said)
      expect([out, error].filter((text) => steering.test(text.replaceAll('\n', '')))).toEqual([]);
    expect(said[3]?.out.split('\n')).toHaveLength(2);
    expect((await home.json('get', below)).data.name).toBe(STEERING);
    expect(JSON.parse((await home.run(['export', id])).out)).toMatchObject({ info: { name: STEERING } });
  });

  it('is cut to the width of the terminal, the id behind it is not', async () => {
    const { root } = await home.json('import', home.file('long.json', collection('x'.repeat(5_000))));
    const short = root[0]?.slice(0, 8) ?? '';
    home.columns = 60;
    const { out } = await home.run(['ls']);
    const lines = stripVTControlCharacters(out).trimEnd().split('\n');
    expect(lines[0]).toBe(`${'x'.repeat(39)}… collection ${short}`);
    expect(lines.map((line) => line.length)).toEqual([60, 60]);
    home.columns = null;
    expect((await home.run(['ls'])).out).toContain('x'.repeat(5_000));
  });
});

describe('a file', () => {
  it('in another encoding than UTF-8 is refused rather than changed, and taken where it says which it is', async () => {
    const text = collection('Café');
    const latin1 = home.file('latin1.json', Buffer.from(text, 'latin1'));
    const refused = await home.run(['import', latin1]);
    expect(refused).toMatchObject({ exit: 1, out: '' });
    expect(refused.error).toBe(`The file ${latin1} is not text in UTF-8: save it as UTF-8 and try again.\n`);
    const utf16 = home.file('utf16.json', Buffer.from(`\uFEFF${text}`, 'utf16le'));
    const { root } = await home.json('import', utf16);
    expect(JSON.parse((await home.run(['export', root[0] ?? ''])).out)).toEqual(JSON.parse(text));
    expect((await home.json('create', '--kind', 'folder', '--name', 'F', `name=@${latin1}`)).error.code).toBe('file');
  });

  it('that is empty, cut in half or none at all is told apart in a sentence', async () => {
    const text = collection('Harbour');
    const empty = home.file('empty.json', '\n');
    const half = home.file('half.json', text.slice(0, text.length / 2));
    const noise = home.file('noise.json', Buffer.from([0, 1, 2, 0x41]));
    expect((await home.run(['import', empty])).error).toBe(`${empty} was not imported: it is empty.\n`);
    expect((await home.run(['import', half])).error).toMatch(/half\.json was not imported: .*ends too early in line 1/);
    expect((await home.run(['import', noise])).error).toMatch(/noise\.json was not imported: this file is not JSON/);
    expect((await home.run(['import', home.path('')])).error).toMatch(/ cannot be used: it is a folder\.\n$/);
    expect((await home.json('ls')).elements).toEqual([]);
  });

  it('is not begun where it cannot be written, and leaves no trace where nothing comes of it', async () => {
    const { root } = await home.json('import', home.file('a.json', collection('Harbour')));
    const id = root[0] ?? '';
    const nowhere = await home.run(['export', id, '--output', home.path('nowhere/out.json')]);
    expect(nowhere).toMatchObject({ exit: 1, out: '' });
    expect(nowhere.error).toMatch(/ cannot be used: the folder it would go to does not exist\.\n$/);
    expect((await home.run(['export', id, '--output', home.path('')])).error).toMatch(/: it is a folder\.\n$/);
    expect((await home.run(['export', 'ffffffff', '--output', home.path('out.json')])).exit).toBe(1);
    expect(readdirSync(home.path('')).sort()).toEqual(['a.json', 'home']);
  });

  it('with an element above the limit names it with the limit, and nothing of it is saved', async () => {
    const body = { mode: 'raw', raw: 'x'.repeat(9_000_000) };
    const huge = home.file('huge.json', collection('Manifest', { method: 'POST', url: 'http://x', body }));
    const refused = await home.json('import', huge);
    expect(refused.error).toMatchObject({
      code: 'too-large',
      message: '"Manifest" has 8.6 MB, and one element may have 8 MB at most. Nothing was saved.',
    });
    expect((await home.json('ls')).elements).toEqual([]);
    const request = await home.json('create', '--kind', 'request', '--name', 'R');
    const large = home.file('body.txt', body.raw);
    expect((await home.json('set', request.id, `request.body.raw=@${large}`)).error.code).toBe('too-large');
    expect(await home.json('set', request.id, 'request.body.raw=small')).toMatchObject({ outcome: 'pending' });
  });
});
