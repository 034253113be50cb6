import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeBetween, LineEndings } from './text-sync.ts';

const lines = fc
  .array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r', '{{x}}'), { maxLength: 12 })
  .map((parts) => parts.join(''));

describe('an editor and its text', () => {
  it('differ by one stretch at most', () => {
    expect(changeBetween('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
    expect(changeBetween('aa', 'aaa')).toEqual({ from: 2, to: 2, insert: 'a' });
    expect(changeBetween('same', 'same')).toBeNull();
  });

  it('are the same again once that is replaced', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const change = changeBetween(before, after);
        const changed =
          change === null ? before : before.slice(0, change.from) + change.insert + before.slice(change.to);
        expect(changed).toBe(after);
      }),
    );
  });

  it('keep every line ending of what nobody edited', () => {
    fc.assert(
      fc.property(lines, (text) => {
        const endings = new LineEndings(text);
        expect(endings.fromEditor(endings.toEditor(text))).toBe(text);
      }),
    );
  });

  it('get new lines that end like the others', () => {
    const endings = new LineEndings('one\r\ntwo');
    expect(endings.toEditor('one\r\ntwo')).toBe('one\ntwo');
    expect(endings.fromEditor('one\ntwo\nthree')).toBe('one\r\ntwo\r\nthree');
    expect(new LineEndings('one\r\ntwo\n').toEditor('one\r\ntwo\n')).toBe('one\r\ntwo\n');
  });
});
