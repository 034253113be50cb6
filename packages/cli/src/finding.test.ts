import { describe, expect, it } from 'vitest';
import { matching } from './finding.ts';

const IDS = [
  'abcd1111-0000-4000-8000-000000000000',
  'abcd2222-0000-4000-8000-000000000000',
  'ffff0000-0000-4000-8000-000000000000',
].map((id) => ({ id }));

function codeOf(text: string): unknown {
  try {
    return matching(IDS, text, 'element').id;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('an id', () => {
  it('may be cut off where that is unambiguous', () => {
    expect(codeOf('ffff')).toBe(IDS[2]?.id);
    expect(codeOf('ABCD1')).toBe(IDS[0]?.id);
    expect(codeOf('abcd')).toBe('ambiguous');
    expect(codeOf('0000')).toBe('not-found');
  });

  it('has at least four characters, and those of an id', () => {
    for (const text of ['', 'fff', 'berths', 'abcd 1111']) expect(codeOf(text)).toBe('usage');
  });
});
