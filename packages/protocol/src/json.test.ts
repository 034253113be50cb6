import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  equalJson,
  equalJsonText,
  fromValue,
  isNull,
  JSON_DEPTH_MAX,
  JsonSyntaxError,
  memberOf,
  nodeAt,
  parseJson,
  printJson,
  scalar,
  stringOf,
  toValue,
  withMember,
  withoutMember,
  type JsonObject,
} from './json.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };

function object(text: string): JsonObject {
  const node = parseJson(text);
  if (node.kind !== 'object') throw new Error('The test gave no object.');
  return node;
}

function positionOf(text: string): number {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.position;
    throw error;
  }
  throw new Error(`${text} was read.`);
}

/** Literals that JavaScript would write differently, between any white space. */
const token = fc.oneof(
  fc.constantFrom(
    '1.0',
    '-0',
    '1E+2',
    '12345678901234567890',
    '0.10',
    'true',
    'null',
    '"\\u0041\\/"',
    '"\\ud83d"',
    '""',
  ),
  fc.string().map((text) => JSON.stringify(text)),
);
const { written } = fc.letrec<{ written: string }>((tie) => ({
  written: fc.oneof(
    { maxDepth: 4 },
    token,
    fc.array(tie('written'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,\n')}\t]`),
    fc
      .array(fc.tuple(fc.constantFrom('"a"', '"\\u0061"', '"2"', '"1"', '"__proto__"', '""'), tie('written')), {
        maxLength: 4,
      })
      .map((members) => `{\r\n${members.map(([key, value]) => `${key} : ${value}`).join(', ')} }`),
  ),
}));

describe('JSON text', () => {
  it('comes back token for token: literals, escapes, member order, and names that stand twice [GR1]', () => {
    fc.assert(
      fc.property(written, (text) => {
        const printed = printJson(parseJson(text));
        expect(printJson(parseJson(printed))).toBe(printed);
        expect(printed.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''))).toBe(
          text.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : '')),
        );
        expect(JSON.parse(printed)).toEqual(JSON.parse(text));
      }),
      RUNS,
    );
  });

  it('is read exactly where JSON.parse reads it', () => {
    const broken = fc.oneof(
      written,
      fc.string(),
      fc
        .tuple(written, fc.nat(), fc.constantFrom('', ',', '"', '\\', '}', ']', '0', '\n', '\u0001', 'e'))
        .map(
          ([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1),
        ),
    );
    const isRead = (read: (text: string) => unknown, text: string): boolean => {
      try {
        read(text);
        return true;
      } catch (error) {
        if (error instanceof SyntaxError || error instanceof JsonSyntaxError) return false;
        throw error;
      }
    };
    fc.assert(
      fc.property(broken, (text) => {
        expect(isRead(parseJson, text)).toBe(isRead(JSON.parse, text));
      }),
      { numRuns: 3 * RUNS.numRuns },
    );
  });

  it('is refused with the place at which it goes wrong', () => {
    expect([
      positionOf(''),
      positionOf('{"a":1,}'),
      positionOf('[1 2]'),
      positionOf('"cut'),
      positionOf('"\\x"'),
      positionOf('01'),
      positionOf('"a\nb"'),
    ]).toEqual([0, 7, 3, 4, 0, 1, 2]);
  });

  it('is refused when it is nested deeper than anything real', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(printJson(parseJson(nested(JSON_DEPTH_MAX)))).toBe(nested(JSON_DEPTH_MAX));
    expect(() => parseJson(nested(200_000))).toThrow(JsonSyntaxError);
  });

  it('is one value in all its spellings: numbers by value, strings by characters, the last of equal names', () => {
    const same: readonly (readonly [string, string])[] = [
      ['1', '1.0'],
      ['10e-1', '1'],
      ['-0', '0.0e5'],
      ['1e400', '10E+399'],
      ['12345678901234567890', '1234567890123456789e1'],
      ['"\\u0041"', '"A"'],
      ['{"a":1,"b":2}', '{"b":2,"a":1}'],
      ['{"a":1,"a":2}', '{"a":2}'],
      ['[1,{}]', '[1.0,{ }]'],
    ];
    expect(same.filter(([one, other]) => !equalJsonText(one, other))).toEqual([]);
    const different: readonly (readonly [string, string])[] = [
      ['12345678901234567890', '12345678901234567891'],
      ['1', '"1"'],
      ['[]', '{}'],
      ['null', 'false'],
      ['[1,2]', '[2,1]'],
      ['"a"', '"A"'],
      ['{"a":null}', '{}'],
    ];
    expect(different.filter(([one, other]) => equalJsonText(one, other))).toEqual([]);
    expect([equalJsonText(null, null), equalJsonText(null, 'null'), equalJson(undefined, parseJson('null'))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('has a canonical form that is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const canonical = canonicalJson(fromValue(value));
        expect(equalJsonText(canonical, JSON.stringify(value))).toBe(true);
        expect(canonicalJson(parseJson(canonical))).toBe(canonical);
      }),
      RUNS,
    );
  });
});

describe('two JSON values', () => {
  it('are equal where their canonical forms are', () => {
    const few = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('1', '1.0', '2', '"a"', '"\\u0061"'),
        fc.array(tie('text'), { maxLength: 2 }).map((items) => `[${items.join(',')}]`),
        fc
          .array(fc.tuple(fc.constantFrom('"a"', '"\\u0061"', '"b"'), tie('text')), { maxLength: 3 })
          .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
      ),
    })).text;
    fc.assert(
      fc.property(few, few, (one, two) => {
        const [a, b] = [parseJson(one), parseJson(two)];
        expect(equalJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      RUNS,
    );
  });
});

describe('a JSON tree', () => {
  it('is read by names, the last of equal ones', () => {
    const tree = object('{"a":{"b":"x"},"c":null,"c":1.50,"__proto__":true}');
    expect([
      stringOf(nodeAt(tree, ['a', 'b'])),
      toValue(memberOf(tree, 'c') ?? scalar(0)),
      isNull(memberOf(tree, 'c')),
      memberOf(tree, 'toString'),
    ]).toEqual(['x', 1.5, false, undefined]);
    expect([stringOf(memberOf(tree, 'c')), nodeAt(tree, ['a', 'b', 'z']), nodeAt(undefined, ['a'])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(printJson(memberOf(tree, '__proto__') ?? scalar(0))).toBe('true');
  });

  it('keeps every member where it is when one is set or removed', () => {
    expect(printJson(withMember(object('{"\\u0062":1,"a":2,"b":3}'), 'b', scalar(4)))).toBe(
      '{"\\u0062":1,"a":2,"b":4}',
    );
    expect(printJson(withoutMember(object('{"b":1,"a":2,"b":3}'), 'b'))).toBe('{"a":2}');
  });

  it('takes new members in whichever order they come, and is the same', () => {
    const names = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (present, added, picks) => {
        const start = object(`{${present.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`);
        const fresh = added.filter((name) => !present.includes(name));
        const shuffled = fresh.map((name, at) => ({ name, at: picks[at] ?? 0 })).sort((a, b) => a.at - b.at);
        const one = fresh.reduce((tree, name) => withMember(tree, name, scalar(1)), start);
        const other = shuffled.reduce((tree, { name }) => withMember(tree, name, scalar(1)), start);
        expect(printJson(other)).toBe(printJson(one));
      }),
      RUNS,
    );
  });
});
