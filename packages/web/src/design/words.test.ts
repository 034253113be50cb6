import { describe, expect, it } from 'vitest';
import { count, listed } from './words.ts';

describe('words', () => {
  it('say how many as people do', () => {
    expect([count(1, 'change'), count(1204, 'change'), count(0, 'copy', 'copies')]).toEqual([
      ...['1 change', '1,204 changes', '0 copies'],
    ]);
  });

  it('name the first of many', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c', 'd', 'e'])]).toEqual([
      ...['', 'a', 'a and b', 'a, b, c and 2 more'],
    ]);
  });
});
