import { parseJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { conflictFields, fieldName, groupNames, readable } from './field-names.ts';

describe('a field', () => {
  it('is called as the screens call it', () => {
    const paths = [
      ...['request.url.raw', 'request.method', 'request.header[Accept]', 'request.url.query[page]', 'request.body.raw'],
      ...['event[test].script.exec', 'values[token]', 'request.header[#7]', 'request.header', 'info.name'],
      ...[
        'request.body.urlencoded["a]b"]',
        'originalRequest.body.graphql.query',
        'protocolProfileBehavior.maxRedirects',
      ],
    ];
    expect(paths.map(fieldName)).toEqual([
      ...['URL', 'Method', 'Header Accept', 'Param page', 'Body', 'Script after', 'Variable token', 'Header'],
      ...[
        'Order of the headers',
        'Name',
        'Form field a]b',
        'GraphQL query',
        'Protocol profile behavior, max redirects',
      ],
    ]);
  });

  it('is named once for a notice, and its place not at all', () => {
    expect(groupNames('request', ['target', 'name', '@place', 'request.header#=Accept'], null)).toEqual([
      ...['URL', 'Name', 'Header Accept'],
    ]);
  });
});

describe('a conflict by field', () => {
  it('shows only what differs of method and URL, which are chosen together', () => {
    const target = (method: string, raw: string) => JSON.stringify({ method, url: { raw } });
    const [field] = conflictFields(
      'request',
      [{ group: 'target', base: target('GET', 'a'), mine: target('PUT', 'a'), theirs: target('POST', 'a') }],
      null,
    );
    expect(field).toEqual({
      group: 'target',
      parts: [{ name: 'Method', base: 'GET', mine: 'PUT', theirs: 'POST' }],
    });
  });

  it('shows rows as a line, and what is not there as nothing', () => {
    const mine = '{"key":"Accept","value":"*/*","disabled":true,"description":"all"}';
    const [field] = conflictFields('request', [{ group: 'request.header#1', base: null, mine, theirs: null }], null);
    expect(field?.parts).toEqual([
      { name: 'Header Accept', base: null, mine: 'Accept: */* (switched off; all)', theirs: null },
    ]);
  });

  it('shows as written what would look alike', () => {
    const sides = { group: 'request.header#1', base: null, mine: '{"key":"A","value":"1"}' };
    const [field] = conflictFields('request', [{ ...sides, theirs: '{"key":"A","value":"1","type":"text"}' }], null);
    expect(field?.parts[0]).toMatchObject({
      mine: '{"key":"A","value":"1"}',
      theirs: '{"key":"A","value":"1","type":"text"}',
    });
  });

  it('reads scripts as lines, and anything else as it is written', () => {
    expect(readable(parseJson('["a","b"]'))).toBe('a\nb');
    expect(readable(parseJson('{"maxRedirects":3}'))).toBe('{\n  "maxRedirects": 3\n}');
    expect(readable(parseJson('12'))).toBe('12');
    expect(readable(undefined)).toBeNull();
  });
});
