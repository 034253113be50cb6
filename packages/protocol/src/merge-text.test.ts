import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MERGE_LINES_MAX, mergeText } from './merge-text.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };

function merge(base: unknown, mine: unknown, theirs: unknown): unknown {
  const merged = mergeText(JSON.stringify(base), JSON.stringify(mine), JSON.stringify(theirs));
  return merged === null ? null : JSON.parse(merged);
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', 'x\r'), { maxLength: 8 });

describe('merging text by line', () => {
  it('takes both sides where they changed different lines [JG5]', () => {
    expect(merge('a\nb\nc\nd\ne', 'A\nb\nc\nd\ne', 'a\nb\nc\nd\nE\nf')).toBe('A\nb\nc\nd\nE\nf');
    expect(merge('a\nb\nc\nd', 'b\nc\nd', 'a\nb\nc')).toBe('b\nc');
  });

  it('gives up where they changed the same line or neighbouring ones, or added different lines in one place [JG5]', () => {
    expect(merge('a\nb\nc', 'a\nX\nc', 'a\nY\nc')).toBeNull();
    expect(merge('a\nb', 'X\nb', 'a\nY')).toBeNull();
    expect(merge('a\nb', 'a\nX\nb', 'a\nY\nb')).toBeNull();
  });

  it('takes the same change of both sides once', () => {
    expect(merge('a\nb\nc', 'a\nX\nc', 'a\nX\nc')).toBe('a\nX\nc');
    expect(merge('a\nb\nc\nd\ne', 'X\nb\nc\nd\nE', 'X\nb\nc\nd\ne')).toBe('X\nb\nc\nd\nE');
  });

  it('keeps line ends, blank lines and outer blanks as they are', () => {
    expect(merge('a\r\nb\r\n\r\nc', 'A\r\nb\r\n\r\nc', 'a\r\nb\r\n\r\nc\r\n')).toBe('A\r\nb\r\n\r\nc\r\n');
  });

  it('reads scripts as lists of lines, and answers in the form of theirs', () => {
    expect(merge(['a', 'b', 'c'], ['A', 'b', 'c'], ['a', 'b', 'c', 'd'])).toEqual(['A', 'b', 'c', 'd']);
    expect(merge('a\nb\nc', ['A', 'b', 'c'], 'a\nb\nc\nd')).toBe('A\nb\nc\nd');
  });

  it('leaves alone what is no text, is absent, or is too long to merge while others wait', () => {
    expect([merge({ a: 1 }, 'x', 'y'), merge('x', ['a', 1], 'y'), merge(null, 'x', 'y')]).toEqual([null, null, null]);
    expect([mergeText(null, '"x"', '"y"'), mergeText('"x"', null, '"y"'), mergeText('"x"', '"y"', null)]).toEqual([
      null,
      null,
      null,
    ]);
    const long = '\n'.repeat(MERGE_LINES_MAX);
    expect(merge(long, `${long}a`, `b${long}`)).toBeNull();
  });

  it('takes the one side that changed, whatever it did, and is the same from both sides [JG5]', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, mine, theirs) => {
        expect(merge(base, mine, base)).toEqual(mine);
        expect(merge(base, base, theirs)).toEqual(theirs);
        expect(merge(base, mine, mine)).toEqual(mine);
        expect(merge(base, mine, theirs)).toEqual(merge(base, theirs, mine));
      }),
      RUNS,
    );
  });
});
