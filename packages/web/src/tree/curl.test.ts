import { execFileSync } from 'node:child_process';
import { effectiveAuth } from '@waypost/model';
import { fromValue } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { curlOf } from './curl.ts';

function curl(request: unknown, resolve = (text: string): string => text): string {
  const data = fromValue({ name: 'x', request });
  return curlOf(data, { auth: effectiveAuth([{ kind: 'request', data }]), resolve });
}

describe('a request as curl', () => {
  it('is one line for one that only reads', () => {
    expect(curl({ method: 'GET', url: { raw: 'https://api.test/users' } })).toBe('curl https://api.test/users');
    expect(curl({ method: 'HEAD', url: 'https://api.test/users?a=1' })).toBe(
      "curl --head 'https://api.test/users?a=1'",
    );
  });

  it('holds method, headers in force, and the body with its type', () => {
    const request = {
      method: 'PUT',
      header: [
        { key: 'X-Trace', value: "it's" },
        { key: 'X-Off', value: '1', disabled: true },
        { key: 'X-Empty', value: '' },
      ],
      url: { raw: 'https://api.test/users/:id?x=1', variable: [{ key: 'id', value: 'a b' }] },
      body: { mode: 'raw', raw: '{"a":1}', options: { raw: { language: 'json' } } },
    };
    expect(curl(request)).toBe(
      [
        "curl --request PUT 'https://api.test/users/a%20b?x=1'",
        String.raw`  --header 'X-Trace: it'\''s'`,
        "  --header 'X-Empty;'",
        "  --header 'Content-Type: application/json'",
        `  --data-raw '{"a":1}'`,
      ].join(' \\\n'),
    );
  });

  it('holds forms and files', () => {
    const formdata = [
      { key: 'note', value: '@home', type: 'text' },
      { key: 'photo', src: ['/a "b".png', '/c.png'], type: 'file' },
    ];
    expect(curl({ method: 'POST', url: 'http://x', body: { mode: 'formdata', formdata } }).split(' \\\n  ')).toEqual([
      'curl http://x',
      "--form-string 'note=@home'",
      String.raw`--form 'photo=@"/a \"b\".png"'`,
      `--form 'photo=@"/c.png"'`,
    ]);
    const urlencoded = [{ key: 'a b', value: 'c&d' }];
    expect(curl({ method: 'POST', url: 'http://x', body: { mode: 'urlencoded', urlencoded } })).toContain(
      "--data-urlencode 'a%20b=c&d'",
    );
    expect(curl({ method: 'POST', url: 'http://x', body: { mode: 'file', file: { src: '/f' } } })).toContain(
      "--data-binary '@/f'",
    );
    const graphql = { query: '{ a }', variables: '{"n":1}' };
    expect(curl({ method: 'POST', url: 'http://x', body: { mode: 'graphql', graphql } })).toContain(
      `--data-raw '{"query":"{ a }","variables":{"n":1}}'`,
    );
  });

  it('holds the authentication that a fixed line can say', () => {
    const basic = {
      type: 'basic',
      basic: [
        { key: 'username', value: 'u' },
        { key: 'password', value: '{{pw}}' },
      ],
    };
    expect(curl({ url: 'http://x', auth: basic })).toContain("--user 'u:{{pw}}'");
    const key = {
      type: 'apikey',
      apikey: [
        { key: 'key', value: 'k' },
        { key: 'value', value: 'v w' },
        { key: 'in', value: 'query' },
      ],
    };
    expect(curl({ url: 'http://x?a#h', auth: key })).toContain("'http://x?a&k=v%20w#h'");
    expect(curl({ url: 'http://x', auth: { type: 'bearer', bearer: [{ key: 'token', value: 't' }] } })).toContain(
      "'Authorization: Bearer t'",
    );
  });

  it('puts values in where it is asked to', () => {
    expect(
      curl({ url: '{{base}}/x', header: [{ key: 'A', value: '{{base}}' }] }, (text) =>
        text.replaceAll('{{base}}', 'http://h'),
      ),
    ).toBe("curl http://h/x \\\n  --header 'A: http://h'");
  });

  it('reaches a program as it was written, whatever is in it', () => {
    const nasty = `$(id) \`id\` "x" 'y' \\ \n %s !`;
    const line = curl({ method: 'POST', url: 'http://x', body: { mode: 'raw', raw: nasty } });
    const printed = execFileSync('/bin/sh', ['-c', line.replace(/^curl/, String.raw`printf '%s\0'`)], {
      encoding: 'utf8',
    });
    expect(printed.split('\0')).toContain(nasty);
  });
});
