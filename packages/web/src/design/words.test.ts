import { describe, expect, it } from 'vitest';
import { ago, count, listed } from './words.ts';

describe('words', () => {
  it('say how many and how long ago as people do', () => {
    expect([count(1, 'change'), count(1204, 'change'), count(0, 'copy', 'copies')]).toEqual([
      ...['1 change', '1,204 changes', '0 copies'],
    ]);
    const now = Date.UTC(2026, 4, 20);
    const said = [-5, 59, 60, 3_600, 90_000, 40 * 86_400].map((seconds) => ago(now - seconds * 1_000, now));
    expect(said.slice(0, 5)).toEqual(['just now', 'just now', '1 minute ago', '1 hour ago', '1 day ago']);
    expect(said[5]).toContain('2026');
  });

  it('name the first of many', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c', 'd', 'e'])]).toEqual([
      ...['', 'a', 'a and b', 'a, b, c and 2 more'],
    ]);
  });
});
