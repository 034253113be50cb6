import { type Content, differences, equalJson, rowsAt } from '@waypost/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemas } from '../kinds/schemas.ts';
import { newElementData } from '../new-element.ts';
import { content, countingRows, valueOf } from '../testing/elements.ts';
import { applied } from '../testing/groups.ts';
import { type Edit, editContent, readPath } from './edit.ts';
import { parseAssignment, PathError } from './path.ts';

function edited(kind: string, start: Content, ...lines: string[]): Content {
  const edits = lines.map((line): Edit => {
    if (line.startsWith('--unset ')) return { op: 'unset', path: line.slice(8) };
    const assignment = parseAssignment(line);
    if (assignment.op === 'file') throw new Error('Tests have no files.');
    return assignment;
  });
  const after = editContent(kind, start, edits, countingRows());
  // Whatever an edit does must travel as field writes.
  expect(equalJson(applied(schemas(kind), start, after).data, after.data)).toBe(true);
  return after;
}

function read(kind: string, now: Content, path: string): unknown {
  return valueOf(readPath(kind, now, path));
}

function groups(kind: string, before: Content, after: Content): string[] {
  return differences(schemas(kind), before, after).map(({ group }) => group);
}

function request(
  url: unknown = {
    raw: 'http://x/y?a=1',
    protocol: 'http',
    host: ['x'],
    path: ['y'],
    query: [{ key: 'a', value: '1', description: 'kept' }],
  },
): Content {
  return content({
    name: 'R',
    request: {
      method: 'GET',
      header: [
        { key: 'Accept', value: 'text/html' },
        { key: 'X', value: '1' },
        { key: 'X', value: '2' },
      ],
      url,
    },
  });
}

function errorOf(act: () => unknown): PathError {
  try {
    act();
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
  throw new Error('No error was thrown.');
}

describe('assignments', () => {
  it('are text, JSON or a file, and keys may hold an equals sign', () => {
    expect(parseAssignment('name=a=b')).toEqual({ op: 'text', path: 'name', text: 'a=b' });
    expect(parseAssignment('request.body:={"a":1}')).toEqual({ op: 'json', path: 'request.body', json: '{"a":1}' });
    expect(parseAssignment('request.body.raw=@in.json')).toEqual({
      op: 'file',
      path: 'request.body.raw',
      file: 'in.json',
    });
    expect(parseAssignment('values[a=b]=c')).toEqual({ op: 'text', path: 'values[a=b]', text: 'c' });
    expect(parseAssignment('values["a]=b"]:=1')).toEqual({ op: 'json', path: 'values["a]=b"]', json: '1' });
    expect(errorOf(() => parseAssignment('no sign')).message).toBe(
      '"no sign" is no assignment: write PATH=TEXT, PATH:=JSON or PATH=@FILE.',
    );
  });
});

describe('reading a path', () => {
  it('finds members, rows by key, by id and by place, and members of rows', () => {
    const now = request();
    expect(read('request', now, 'request.method')).toBe('GET');
    expect(read('request', now, 'request.header[Accept]')).toEqual({ key: 'Accept', value: 'text/html' });
    expect(read('request', now, 'request.header[accept].value')).toBe('text/html');
    expect(read('request', now, 'request.header[#3].value')).toBe('2');
    expect(read('request', now, 'request.header[1].value')).toBe('1');
    expect(read('request', now, 'request.url.path[0]')).toBe('y');
    expect(read('request', now, 'request.header[None]')).toBeUndefined();
    expect(read('request', now, 'request.url.raw.more')).toBeUndefined();
  });

  it('names the rows to choose from where a key stands twice', () => {
    expect(errorOf(() => read('request', request(), 'request.header[X]'))).toMatchObject({
      code: 'ambiguous',
      message: '"X" stands 2 times in request.header: choose one as request.header[#2] or request.header[#3].',
    });
  });

  it('knows the name of a collection and the text of a plain URL by the words used for all', () => {
    expect(read('collection', content({ info: { name: 'C' } }), 'name')).toBe('C');
    expect(read('request', request('http://x'), 'request.url.raw')).toBe('http://x');
  });
});

describe('editing by path', () => {
  it('writes the groups that were named and no others', () => {
    const before = request();
    expect(groups('request', before, edited('request', before, 'name=N'))).toEqual(['name']);
    expect(groups('request', before, edited('request', before, 'request.method=PUT'))).toEqual(['target']);
    expect(groups('request', before, edited('request', before, 'request.header[Accept]=*/*'))).toEqual([
      'request.header#1',
    ]);
    expect(groups('request', before, edited('request', before, 'request.url.query[a]=2'))).toEqual([
      'request.url.query#1',
    ]);
    expect(groups('request', before, edited('request', before, 'request.url.raw=http://x/y?a=2'))).toEqual([
      'request.url.query#1',
    ]);
    expect(groups('request', before, edited('request', before, 'request.url.raw=http://z/y?a=1'))).toEqual(['target']);
    expect(groups('request', before, edited('request', before, 'name=R', '--unset request.header[None]'))).toEqual([]);
  });

  it('sets, creates and removes rows', () => {
    const set = edited(
      'request',
      request(),
      'request.header[Accept]=*/*',
      'request.header[New]=n',
      'request.header[#2].disabled:=true',
      'request.header[+]=Last: one:two',
    );
    expect(read('request', set, 'request.header')).toEqual([
      { key: 'Accept', value: '*/*' },
      { disabled: true, key: 'X', value: '1' },
      { key: 'X', value: '2' },
      { key: 'New', value: 'n' },
      { key: 'Last', value: 'one:two' },
    ]);
    expect(rowsAt(set, 'request.header').map(({ id }) => id)).toEqual(['1', '2', '3', 'new1', 'new2']);
    const removed = edited('request', set, '--unset request.header[#2]');
    expect(read('request', removed, 'request.header[X].value')).toBe('2');
  });

  it('takes out exactly the row that was named, also beside an equal one', () => {
    const twice = content({
      request: {
        header: [
          { key: 'A', value: '1' },
          { key: 'B', value: '1' },
          { key: 'A', value: '1' },
        ],
      },
    });
    const after = edited('request', twice, '--unset request.header[#1]');
    expect(rowsAt(after, 'request.header').map(({ id }) => id)).toEqual(['2', '3']);
    expect(groups('request', twice, after)).toEqual(['request.header#1']);
  });

  it('takes a whole row as JSON, and refuses what is not JSON', () => {
    expect(
      read(
        'request',
        edited('request', request(), 'request.header[Accept]:={"key":"A","value":1.0}'),
        'request.header[A]',
      ),
    ).toEqual({ key: 'A', value: 1 });
    expect(errorOf(() => edited('request', request(), 'request.header[Accept]:={')).message).toContain(
      'is not JSON: the text ends too early',
    );
  });

  it('creates variables that are switched on, and values of environments by key', () => {
    const environment = content({ name: 'E', values: [{ key: 'a', value: '1', enabled: false, type: 'secret' }] });
    const after = edited('environment', environment, 'values[a]=2', 'values[b/c]=3');
    expect(read('environment', after, 'values')).toEqual([
      { key: 'a', value: '2', enabled: false, type: 'secret' },
      { key: 'b/c', value: '3', enabled: true },
    ]);
    expect(rowsAt(after, 'values').map(({ id }) => id)).toEqual(['1', '=b/c']);
  });

  it('sets scripts by what they listen to, in the form they have', () => {
    const after = edited('request', request(), 'event[test]=a\nb');
    expect(read('request', after, 'event')).toEqual([
      { listen: 'test', script: { exec: ['a', 'b'], type: 'text/javascript' } },
    ]);
    const one = content({ event: [{ listen: 'test', script: { exec: 'old' } }] });
    expect(read('folder', edited('folder', one, 'event[test]=a\nb'), 'event[test].script.exec')).toBe('a\nb');
    expect(groups('folder', one, edited('folder', one, 'event[test]=new'))).toEqual(['event#1@text']);
    expect(groups('request', after, edited('request', after, 'event[test].script.exec=c'))).toEqual([
      'event#=test@text',
    ]);
  });

  it('sets auth parameters by key', () => {
    const after = edited(
      'request',
      request(),
      'request.auth.type=basic',
      'request.auth.basic[username]=me',
      'request.auth.basic[username]=you',
    );
    expect(read('request', after, 'request.auth')).toEqual({
      basic: [{ key: 'username', value: 'you', type: 'string' }],
      type: 'basic',
    });
  });

  it('gives a new body the mode of what was put into it, and leaves a chosen mode alone', () => {
    expect(read('request', edited('request', request(), 'request.body.raw={}'), 'request.body')).toEqual({
      mode: 'raw',
      raw: '{}',
    });
    const form = edited('request', request(), 'request.body.mode=raw', 'request.body.formdata[f]=1');
    expect(read('request', form, 'request.body')).toEqual({
      formdata: [{ key: 'f', value: '1', type: 'text' }],
      mode: 'raw',
    });
  });

  it('says what stands in the way, and leaves everything as it was', () => {
    expect(errorOf(() => edited('request', content({ request: 'http://x' }), 'request.method=PUT'))).toMatchObject({
      code: 'in-the-way',
    });
    expect(errorOf(() => edited('request', request(), 'request.header[#9]=x'))).toMatchObject({ code: 'not-there' });
    expect(errorOf(() => edited('request', request(), 'request..method=x'))).toMatchObject({ code: 'bad-path' });
    expect(
      errorOf(() => edited('request', content({ request: { header: 'A: b' } }), 'request.header[A]=x')),
    ).toMatchObject({ code: 'in-the-way' });
  });
});

describe('editing a URL', () => {
  it('updates the parts from the text and keeps what rows hold besides', () => {
    const after = edited('request', request(), 'request.url.raw=https://{{host}}.io:81/v/:id?b&a=2&a=3#top');
    expect(read('request', after, 'request.url')).toEqual({
      raw: 'https://{{host}}.io:81/v/:id?b&a=2&a=3#top',
      protocol: 'https',
      host: ['{{host}}', 'io'],
      port: '81',
      path: ['v', ':id'],
      hash: 'top',
      query: [
        { key: 'b', value: null },
        { key: 'a', value: '2', description: 'kept' },
        { key: 'a', value: '3' },
      ],
      variable: [{ key: 'id', value: '' }],
    });
  });

  it('keeps rows that are switched off, and path variables the path still has', () => {
    const before = request({
      raw: 'x/:a/:b?q=1',
      host: ['x'],
      path: [':a', ':b'],
      query: [
        { key: 'off', value: '1', disabled: true },
        { key: 'q', value: '1' },
      ],
      variable: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
        { key: 'never', value: '3' },
      ],
    });
    const after = edited('request', before, 'request.url.raw=x/:b/:c?r=1');
    expect(read('request', after, 'request.url.query')).toEqual([
      { key: 'off', value: '1', disabled: true },
      { key: 'r', value: '1' },
    ]);
    expect(read('request', after, 'request.url.variable')).toEqual([
      { key: 'b', value: '2' },
      { key: 'never', value: '3' },
      { key: 'c', value: '' },
    ]);
  });

  it('updates the text from a part', () => {
    const after = edited(
      'request',
      request(),
      'request.url.host=api.example',
      'request.url.path=/a/:id/',
      'request.url.port=80',
      'request.url.hash=h',
      '--unset request.url.protocol',
    );
    expect(read('request', after, 'request.url.raw')).toBe('api.example:80/a/:id/?a=1#h');
    expect(read('request', after, 'request.url.variable')).toEqual([{ key: 'id', value: '' }]);
  });

  it('updates the text from the rows and the rows from the query', () => {
    expect(read('request', edited('request', request(), 'request.url.query[b]=x y'), 'request.url.raw')).toBe(
      'http://x/y?a=1&b=x y',
    );
    expect(
      read('request', edited('request', request(), 'request.url.query[a].disabled:=true'), 'request.url.raw'),
    ).toBe('http://x/y');
    expect(read('request', edited('request', request(), '--unset request.url.query'), 'request.url.raw')).toBe(
      'http://x/y',
    );
    expect(read('request', edited('request', request(), 'request.url.query=c=3'), 'request.url')).toMatchObject({
      raw: 'http://x/y?c=3',
      query: [{ key: 'c', value: '3' }],
    });
  });

  it('makes rows of a query that was only text before one is added', () => {
    const after = edited('request', request({ raw: 'http://x?a=1', host: ['x'] }), 'request.url.query[b]=2');
    expect(read('request', after, 'request.url')).toMatchObject({
      raw: 'http://x?a=1&b=2',
      query: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
  });

  it('keeps a URL that is plain text as text, and one without raw without', () => {
    expect(read('request', edited('request', request('http://x'), 'request.url.raw=http://y?a=1'), 'request.url')).toBe(
      'http://y?a=1',
    );
    expect(read('request', edited('request', request({ host: ['x'] }), 'request.url.host=y'), 'request.url')).toEqual({
      host: ['y'],
    });
  });

  it('holds for any text that is set, and for the requests of examples', () => {
    const pieces = fc
      .array(fc.constantFrom('http://', '{{b}}', '/', ':id', '?', 'a=1', '&', '=', '#', 'x', '.', '{{'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pieces, pieces, (one, two) => {
        const start: Content = { data: newElementData('example', { name: 'E', url: one }), rows: {} };
        const after = editContent(
          'example',
          start,
          [{ op: 'text', path: 'originalRequest.url.raw', text: two }],
          countingRows(),
        );
        expect(read('example', after, 'originalRequest.url.raw')).toBe(two);
        const sent = applied(schemas('example'), start, after);
        expect(valueOf(sent.data)).toEqual(valueOf(after.data));
      }),
      {
        numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000),
        examples: [
          ['?{{', '?#{{b}}'],
          ['?&{{b}}', '{{?http://&http://'],
        ],
      },
    );
  });
});
