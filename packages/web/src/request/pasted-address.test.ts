import { expect, it } from 'vitest';
import { pastedAddress } from './pasted-address.ts';

it('takes an address out of what it was copied with', () => {
  expect(pastedAddress('  https://a.test/x\n')).toBe('https://a.test/x');
  expect(pastedAddress('"https://a.test/"')).toBe('https://a.test/');
  expect(pastedAddress('<https://a.test/>')).toBe('https://a.test/');
  expect(pastedAddress('https://a.test/\n  ?a=1\n  &b=2')).toBe('https://a.test/?a=1&b=2');
  expect(pastedAddress("a'b")).toBe("a'b");
});
