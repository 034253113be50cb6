import { type Content, printJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { content } from '../testing/elements.ts';
import { groupsAtPath, pathsOfGroup } from './of-group.ts';

const R: Content = content({
  name: 'R',
  event: [{ listen: 'test', script: { exec: ['a'] } }],
  request: {
    method: 'GET',
    header: [
      { key: 'Accept', value: '*/*' },
      { key: 'X', value: '1' },
      { key: 'X', value: '2' },
    ],
    url: 'http://x',
  },
});

function paths(kind: string, group: string, values: readonly (string | null)[] = []): string[] {
  return pathsOfGroup(kind, group, values, R).map(({ path }) => path);
}

describe('a group by the path a person types', () => {
  it('is its member, its row by key, its script', () => {
    expect(paths('request', 'name')).toEqual(['name']);
    expect(paths('request', 'request.header#1')).toEqual(['request.header[Accept]']);
    expect(paths('request', 'event#1@text')).toEqual(['event[test].script.exec']);
    expect(paths('request', 'event#=prerequest@text')).toEqual(['event[prerequest].script.exec']);
    expect(paths('request', 'request.header#1@order')).toEqual(['request.header']);
    expect(paths('request', 'odd~1name')).toEqual(['["odd.name"]']);
  });

  it('is its row by id where two have one key, and by the key of its value where it is gone', () => {
    expect(paths('request', 'request.header#2')).toEqual(['request.header[#2]']);
    expect(paths('request', 'request.header#gone', [null, '{"key":"Old","value":"1"}'])).toEqual([
      'request.header[Old]',
    ]);
  });

  it('is its row by the key its id was made of, signs that ids must not have included', () => {
    expect(paths('request', 'event#=a~3b@text')).toEqual(['event[a@b].script.exec']);
    expect(paths('request', 'event#=~03@text')).toEqual(['event[~3].script.exec']);
  });

  it('is method or URL, whichever differs, for what a request is sent to', () => {
    const at = (method: string, raw: string): string => JSON.stringify({ method, url: { raw } });
    expect(paths('request', 'target', [at('GET', 'a'), at('PUT', 'a')])).toEqual(['request.method']);
    expect(paths('request', 'target', [at('GET', 'a'), at('GET', 'b'), at('GET', 'c')])).toEqual(['request.url.raw']);
    expect(paths('request', 'target', [at('GET', 'a'), at('PUT', 'b')])).toEqual(['request.method', 'request.url.raw']);
    expect(paths('example', 'target')).toEqual(['originalRequest.method', 'originalRequest.url.raw']);
    const [url] = pathsOfGroup('request', 'target', [at('GET', 'a'), at('GET', 'b')]);
    expect(printJson(url?.valueOf(at('GET', 'b')) ?? { kind: 'array', items: [] })).toBe('"b"');
  });
});

describe('a path', () => {
  const groups = [
    { group: 'name', values: [] },
    { group: 'target', values: ['{"method":"GET"}', '{"method":"PUT"}'] },
    { group: 'request.header#1', values: [] },
    { group: 'event#1@text', values: [] },
  ];

  it('means the groups it names or holds', () => {
    const of = (path: string): readonly string[] => groupsAtPath('request', path, groups, R);
    expect(of('name')).toEqual(['name']);
    expect(of('request.method')).toEqual(['target']);
    expect(of('request.url.raw')).toEqual([]);
    expect(of('request.header[Accept]')).toEqual(['request.header#1']);
    expect(of('request.header[#1]')).toEqual(['request.header#1']);
    expect(of('request.header')).toEqual(['request.header#1']);
    expect(of('event[test]')).toEqual(['event#1@text']);
    expect(of('request')).toEqual(['target', 'request.header#1']);
    expect(of('target')).toEqual(['target']);
  });
});
