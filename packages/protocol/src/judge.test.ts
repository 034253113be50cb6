import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Base } from './change.ts';
import type { DeviceId } from './ids.ts';
import { equalJsonText } from './json.ts';
import { baseOf, type JudgedWrite, judge, type Standing, type Verdict } from './judge.ts';
import type { Way } from './schema.ts';

const ANNA = '00000000-0000-4000-8000-00000000000a' as DeviceId;
const BEN = '00000000-0000-4000-8000-00000000000b' as DeviceId;

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };

const text = (lines: readonly string[]): string => JSON.stringify(lines.join('\n'));
const basedOn = (revision: number, value: string | null): Base => baseOf(revision, value, 1_000_000);

function write(way: Way, base: string | null, mine: string | null, more: Partial<JudgedWrite> = {}): JudgedWrite {
  return { way, base: basedOn(10, base), mine, writer: ANNA, ...more };
}

function standing(value: string | null, author: DeviceId | null, revision = 20): Standing {
  return { value, stamp: { revision, author } };
}

/** Few values, so that A-B-A and equal edits happen all the time; several spellings of one value among them. */
const value = fc.constantFrom<string | null>(
  null,
  '1',
  '1.0',
  '10e-1',
  '2',
  '"a"',
  '"\\u0061"',
  '{"b":1,"a":2}',
  '{"a":2,"b":1.0}',
  '[]',
);
const lines = fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { maxLength: 6 }).map(text);
const way = fc.constantFrom<Way>('ask', 'text', 'latest');
const author = fc.constantFrom<DeviceId | null>(ANNA, BEN, null);
const revision = fc.constantFrom(5, 10, 20);

describe('judging a group', () => {
  it('does nothing for the value that stands, whatever happened [JG1]', () => {
    fc.assert(
      fc.property(way, value, value, author, revision, (w, base, mine, by, at) => {
        expect(judge(write(w, base, mine), standing(mine, by, at))).toEqual({ kind: 'noop' });
      }),
      RUNS,
    );
  });

  it('takes another spelling of the value that stands for the same value [JG1]', () => {
    expect(judge(write('ask', '5', '{"a":2,"b":1}'), standing('{"b":1.0,"a":2}', BEN))).toEqual({ kind: 'noop' });
  });

  it('applies over the value it was based on, whoever wrote it [JG2]', () => {
    fc.assert(
      fc.property(way, value, value, author, revision, (w, base, mine, by, at) => {
        fc.pre(!equalJsonText(base, mine));
        expect(judge(write(w, base, mine), standing(base, by, at))).toEqual({
          kind: 'apply',
          value: mine,
          author: ANNA,
        });
      }),
      RUNS,
    );
  });

  it('never conflicts with the writing device itself [JG3]', () => {
    fc.assert(
      fc.property(
        way,
        fc.oneof(value, lines),
        fc.oneof(value, lines),
        fc.oneof(value, lines),
        revision,
        (w, base, mine, theirs, at) => {
          expect(judge(write(w, base, mine), standing(theirs, ANNA, at)).kind).not.toBe('conflict');
        },
      ),
      RUNS,
    );
  });

  it('applies where nobody wrote since its base revision [JG3]', () => {
    expect(judge(write('ask', '1', '2'), standing('3', BEN, 10))).toEqual({ kind: 'apply', value: '2', author: ANNA });
  });

  it('conflicts exactly when another device wrote, after the base, something that is neither base nor mine [JG4]', () => {
    fc.assert(
      fc.property(value, value, value, author, revision, (base, mine, theirs, by, at) => {
        const isNeither = !equalJsonText(theirs, base) && !equalJsonText(theirs, mine);
        const saysNothing = theirs !== null && mine !== null && equalJsonText(base, mine);
        const expected = by !== ANNA && at > 10 && isNeither && !saysNothing;
        expect(judge(write('ask', base, mine), standing(theirs, by, at)).kind === 'conflict').toBe(expected);
      }),
      RUNS,
    );
  });

  it('does nothing where a group is left as it was seen, unless it has to come back for the rest of the change [JG9]', () => {
    for (const w of ['ask', 'text'] as const)
      expect(judge(write(w, '"a"', '"a"'), standing('"b"', BEN, 11))).toEqual({ kind: 'noop' });
    expect(judge(write('ask', '"a"', '"a"'), standing(null, BEN, 11))).toEqual({ kind: 'conflict' });
    expect(judge(write('latest', '"a"', '"a"'), standing('"b"', BEN, 11)).kind).toBe('apply');
  });

  it('lets the later commit win where order does not matter to a person [JG7]', () => {
    fc.assert(
      fc.property(value, value, value, author, revision, (base, mine, theirs, by, at) => {
        expect(judge(write('latest', base, mine), standing(theirs, by, at)).kind).not.toBe('conflict');
      }),
      RUNS,
    );
  });

  it('never invents a value that nobody wrote, except by merging lines of both', () => {
    fc.assert(
      fc.property(
        way,
        fc.oneof(value, lines),
        fc.oneof(value, lines),
        fc.oneof(value, lines),
        author,
        revision,
        (w, base, mine, theirs, by, at) => {
          const verdict = judge(write(w, base, mine), standing(theirs, by, at));
          if (verdict.kind === 'apply') expect(verdict.value).toBe(mine);
          if (verdict.kind === 'merge') {
            const known = new Set([base, mine, theirs].flatMap((side) => linesIn(side)));
            for (const line of linesIn(verdict.value)) expect(known).toContain(line);
          }
        },
      ),
      RUNS,
    );
  });

  it('gives the same answer for the same question', () => {
    fc.assert(
      fc.property(way, lines, lines, lines, author, (w, base, mine, theirs, by) => {
        const ask = (): Verdict => judge(write(w, base, mine), standing(theirs, by));
        expect(ask()).toEqual(ask());
      }),
      RUNS,
    );
  });
});

describe('judging text', () => {
  const base = text(['a', 'b', 'c', 'd']);

  it('merges different lines of two devices [JG5]', () => {
    const verdict = judge(write('text', base, text(['A', 'b', 'c', 'd'])), standing(text(['a', 'b', 'c', 'D']), BEN));
    expect(verdict).toEqual({ kind: 'merge', value: text(['A', 'b', 'c', 'D']), author: null });
  });

  it('merges scripts kept as arrays of lines, and keeps that form [JG5]', () => {
    const verdict = judge(write('text', '["a","b","c"]', '["A","b","c"]'), standing('["a","b","C"]', BEN));
    expect(verdict).toEqual({ kind: 'merge', value: '["A","b","C"]', author: null });
  });

  it('merges over a value of its own too, so that a second queued edit keeps the lines the first was merged with [JG5]', () => {
    const standingNow = standing(text(['A', 'b', 'c', 'D']), ANNA);
    const verdict = judge(write('text', text(['A', 'b', 'c', 'd']), text(['A', 'B', 'c', 'd'])), standingNow);
    expect(verdict).toMatchObject({ kind: 'merge', value: text(['A', 'B', 'c', 'D']) });
  });

  it('conflicts on the same line of two devices [JG5]', () => {
    const verdict = judge(
      write('text', base, text(['mine', 'b', 'c', 'd'])),
      standing(text(['theirs', 'b', 'c', 'd']), BEN),
    );
    expect(verdict).toEqual({ kind: 'conflict' });
  });

  it('treats a value merged over another device as nobody’s: a clash with it is a conflict [JG6]', () => {
    const verdict = judge(
      write('text', base, text(['mine', 'b', 'c', 'd'])),
      standing(text(['both', 'b', 'c', 'd']), null),
    );
    expect(verdict).toEqual({ kind: 'conflict' });
  });

  it('is commutative where lines do not overlap [JG5]', () => {
    fc.assert(
      fc.property(lines, lines, lines, (o, a, b) => {
        const one = judge(write('text', o, a), standing(b, BEN));
        const other = judge(write('text', o, b), standing(a, BEN));
        if (one.kind === 'merge' && other.kind === 'merge') expect(one.value).toBe(other.value);
      }),
      RUNS,
    );
  });

  it('asks where only a hash of the base was sent [JG8]', () => {
    const hashed = baseOf(10, base, 3);
    expect(hashed.value).toHaveProperty('hash');
    const mine = text(['A', 'b', 'c', 'd']);
    expect(judge(write('text', null, mine, { base: hashed }), standing(text(['a', 'b', 'c', 'D']), BEN))).toEqual({
      kind: 'conflict',
    });
    expect(judge(write('text', null, mine, { base: hashed }), standing(base, BEN))).toEqual({
      kind: 'apply',
      value: mine,
      author: ANNA,
    });
  });
});

function linesIn(side: string | null): string[] {
  if (side === null) return [];
  const parsed: unknown = JSON.parse(side);
  return typeof parsed === 'string' ? parsed.split('\n') : [side];
}
