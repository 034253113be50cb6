import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUuid, uuidOf } from './ids.ts';

it('an id is a version 4 UUID of the random bytes it was given, and of nothing else [ID1]', () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, (random) => {
      const id = uuidOf(random);
      expect(isUuid(id)).toBe(true);
      expect(id).toMatch(/^.{14}4.{4}[89ab]/);
      expect(uuidOf(random)).toBe(id);
    }),
  );
});

it('ids of different bytes differ, but for the six bits that say what they are [ID1]', () => {
  const [zeros, ones] = [new Uint8Array(16), new Uint8Array(16).fill(0xff)];
  expect(uuidOf(zeros)).toBe('00000000-0000-4000-8000-000000000000');
  expect(uuidOf(ones)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});
