import { nodeAt, toValue } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { importCurl, isCurl } from './import.ts';
import { shellWords } from './words.ts';

function request(line: string, ...path: string[]): unknown {
  const data = importCurl(line);
  const node = data === null ? undefined : nodeAt(data, ['request', ...path]);
  return node === undefined ? undefined : toValue(node);
}

describe('a command line', () => {
  it('is taken apart as a shell does it', () => {
    expect(shellWords(`curl 'a b' "c \\"d\\" $x" e\\ f 'g'"h"`)).toEqual(['curl', 'a b', 'c "d" $x', 'e f', 'gh']);
    expect(shellWords("$'it\\'s\\n\\u00e9' ''")).toEqual(["it's\né", '']);
    expect(shellWords('curl \\\n  -v \\\r\n  x ^\n y')).toEqual(['curl', '-v', 'x', 'y']);
  });
});

describe('a request out of a command line of curl', () => {
  it('has its address, method and headers', () => {
    const line = `curl -sSL -X PUT 'https://api.test/users?a=1&b' -H 'Accept: text/plain' -H "X-Empty;" --compressed`;
    expect(request(line, 'method')).toBe('PUT');
    expect(request(line, 'url', 'raw')).toBe('https://api.test/users?a=1&b');
    expect(request(line, 'header')).toEqual([
      { key: 'Accept', value: 'text/plain' },
      { key: 'X-Empty', value: '' },
    ]);
    expect(request(line, 'body')).toBeUndefined();
  });

  it('as browsers copy it', () => {
    const line = `curl 'https://api.test/graphql' \\
  -H 'content-type: application/json' \\
  -b 'session=1; theme=dark' \\
  --data-raw $'{"q":"it\\'s"}' \\
  --insecure`;
    expect(request(line, 'method')).toBe('POST');
    expect(request(line, 'body')).toEqual({
      mode: 'raw',
      raw: `{"q":"it's"}`,
      options: { raw: { language: 'json' } },
    });
    expect(request(line, 'header')).toContainEqual({ key: 'Cookie', value: 'session=1; theme=dark' });
    const data = importCurl(line);
    expect(toValue(nodeAt(data ?? undefined, ['protocolProfileBehavior']) ?? { kind: 'array', items: [] })).toEqual({
      strictSSL: false,
    });
  });

  it('has the form that was filled in', () => {
    expect(request(`curl https://a.test -d a=1 -d 'b=x%20y+z'`, 'body')).toEqual({
      mode: 'urlencoded',
      urlencoded: [
        { key: 'a', value: '1' },
        { key: 'b', value: 'x y z' },
      ],
    });
    expect(request(`curl https://a.test -F 'name=A' -F 'photo=@/tmp/a.png;type=image/png'`, 'body')).toEqual({
      mode: 'formdata',
      formdata: [
        { key: 'name', value: 'A', type: 'text' },
        { key: 'photo', type: 'file', src: '/tmp/a.png', contentType: 'image/png' },
      ],
    });
  });

  it('has a file as its body, JSON, or data in the address', () => {
    expect(request('curl https://a.test --data-binary @dump.bin', 'body')).toEqual({
      mode: 'file',
      file: { src: 'dump.bin' },
    });
    expect(request(`curl https://a.test --json '{"a":1}'`, 'header')).toEqual([
      { key: 'Content-Type', value: 'application/json' },
      { key: 'Accept', value: 'application/json' },
    ]);
    expect(request(`curl -G https://a.test?x=1 --data-urlencode 'q=a b&{{c}}'`, 'url', 'raw')).toBe(
      'https://a.test?x=1&q=a%20b%26{{c}}',
    );
  });

  it('has its credentials as authentication', () => {
    expect(request('curl -u ada:love:lace https://a.test', 'auth')).toEqual({
      type: 'basic',
      basic: [
        { key: 'username', value: 'ada', type: 'string' },
        { key: 'password', value: 'love:lace', type: 'string' },
      ],
    });
    expect(request('curl --digest -uada:x https://a.test', 'auth', 'type')).toBe('digest');
  });

  it('is none without an address', () => {
    expect(importCurl('curl --help')).toBeNull();
    expect(isCurl('curl https://a.test')).toBe(true);
    expect(isCurl('https://curl.test')).toBe(false);
  });
});
