import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinUrl, parseBase, parseQuery, pathVariableNames, printBase, printQuery, splitUrl } from './url.ts';

const typed = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '{{',
        '}}',
        'base',
        ':id',
        '/',
        '//',
        '?',
        '&',
        '=',
        '#',
        '.',
        ':',
        '80',
        '@',
        'http://',
        '%20',
        '[::1]',
        ' ',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('a URL that is taken apart', () => {
  it('goes together again to the same text, whatever it is', () => {
    fc.assert(
      fc.property(typed, (raw) => {
        const { base, query, fragment } = splitUrl(raw);
        expect(joinUrl({ base: printBase(parseBase(base)), query: printQuery(parseQuery(query)), fragment })).toBe(raw);
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 3000) },
    );
  });

  it('keeps what another parameter would end at encoded, outside of variables only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.string({ minLength: 1 }), value: fc.string() }), { minLength: 1 }),
        (parameters) => {
          const plain = parameters.filter(({ key, value }) => !`${key}${value}`.includes('{{'));
          const again = parseQuery(printQuery(plain));
          expect(again.map(({ key }) => key)).toEqual(
            plain.map(({ key }) => key.replace(/[&#=]/g, encodeURIComponent)),
          );
        },
      ),
    );
    expect(printQuery([{ key: 'a&b', value: '{{x&y#z}}&c=d' }])).toBe('a%26b={{x&y#z}}%26c=d');
  });

  it('falls into the parts that Postman makes of it', () => {
    expect(parseBase('https://api.{{domain.name}}:{{port}}/v1//pets/:id/')).toEqual({
      protocol: 'https',
      auth: null,
      host: ['api', '{{domain.name}}'],
      port: '{{port}}',
      path: ['v1', '', 'pets', ':id', ''],
    });
    expect(parseBase('{{base}}/x')).toMatchObject({ protocol: null, host: ['{{base}}'], path: ['x'] });
    expect(parseBase('http://me:pass@x.y:80')).toMatchObject({
      auth: { user: 'me', password: 'pass' },
      host: ['x', 'y'],
      port: '80',
      path: null,
    });
    expect(parseBase('/only/path')).toMatchObject({ host: [], path: ['only', 'path'] });
    expect(splitUrl('{{a?b#c}}?x={{d#e}}#f?g')).toEqual({ base: '{{a?b#c}}', query: 'x={{d#e}}', fragment: 'f?g' });
  });

  it('tells a parameter without a value from an empty one, and an empty one from none', () => {
    expect(parseQuery('a&b=&&c=d=e')).toEqual([
      { key: 'a', value: null },
      { key: 'b', value: '' },
      { key: null, value: null },
      { key: 'c', value: 'd=e' },
    ]);
    expect([parseQuery(null), parseQuery('')]).toEqual([[], [{ key: null, value: null }]]);
  });

  it('names each path variable once', () => {
    expect(pathVariableNames([':id', 'x', ':', ':id', ':other'])).toEqual(['id', 'other']);
  });
});
