import { parseJson, printJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { afterEvent, type Attempt, beginAttempt } from '../sending/attempt.ts';
import { bodyTypeOf } from './body-kind.ts';
import { contentTypeOf } from './content-type.ts';
import { exampleData, fileNameOf } from './keeping.ts';

describe('a response that is kept as an example', () => {
  it('is what the collection format makes of it, with the request as it was written', () => {
    const attempt = answered('{"a":1.50}', [['Content-Type', 'application/json']]);
    const request = parseJson('{"method":"GET","url":"{{base}}/ships"}');
    expect(printJson(exampleData(attempt, request, typeOf(attempt)))).toBe(
      '{"name":"200 OK","status":"OK","code":200,"_postman_previewlanguage":"json","header":[{"key":"Content-Type","value":"application/json"}],"cookie":[],"body":"{\\"a\\":1.50}","originalRequest":{"method":"GET","url":"{{base}}/ships"}}',
    );
  });
});

describe('the name of a file that a body is saved to', () => {
  const named = (url: string, ...headers: (readonly [string, string])[]): string => {
    const attempt = { ...answered('x', headers), url };
    return fileNameOf(attempt, typeOf(attempt));
  };

  it('is what the server calls it, without leading anywhere', () => {
    expect(named('http://a.test/x', ['Content-Disposition', 'attachment; filename="../r:1.csv"'])).toBe('.._r_1.csv');
    expect(named('http://a.test/x', ['Content-Disposition', "attachment; filename*=UTF-8''h%C3%A4fen.csv"])).toBe(
      'häfen.csv',
    );
  });

  it('is the last part of the address otherwise, with an ending that says what it is', () => {
    expect(named('http://a.test/ships/12', ['Content-Type', 'application/json'])).toBe('12.json');
    expect(named('http://a.test/photo.jpg?x=1', ['Content-Type', 'image/jpeg'])).toBe('photo.jpg');
    expect(named('http://a.test/', ['Content-Type', 'image/svg+xml'])).toBe('response.svg');
  });
});

function answered(body: string, headers: readonly (readonly [string, string])[]): Attempt {
  const begun = beginAttempt({ number: 1, startedAt: 0, way: 'machine', method: 'GET', url: 'http://a.test/' });
  const head = { status: 200, reason: '', headers, httpVersion: '2', remote: null, tls: null };
  return afterEvent(afterEvent(begun, { kind: 'head', head }), {
    kind: 'body',
    bytes: new TextEncoder().encode(body),
  });
}

function typeOf(attempt: Attempt) {
  return bodyTypeOf(contentTypeOf(attempt), attempt.body.start());
}
