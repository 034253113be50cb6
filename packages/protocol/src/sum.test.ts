import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToSum, contentSum, EMPTY_SUM, equalSums, takeFromSum } from './sum.ts';

const entry = fc.tuple(fc.uuid(), fc.nat(2 ** 31));

it('does not depend on the order of elements, and taking away undoes adding [FD6]', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const forward = entries.reduce((sum, [id, revision]) => addToSum(sum, id, revision), EMPTY_SUM);
      const backward = entries.toReversed().reduce((sum, [id, revision]) => addToSum(sum, id, revision), EMPTY_SUM);
      expect(backward).toEqual(forward);
      expect(entries.reduce((sum, [id, revision]) => takeFromSum(sum, id, revision), forward)).toEqual(EMPTY_SUM);
    }),
  );
});

it('tells a missing element, a stale revision and revisions beyond 32 bits [FD6]', () => {
  const id = '00000000-0000-4000-8000-000000000001';
  const at = (revision: number): ReturnType<typeof addToSum> => addToSum(EMPTY_SUM, id, revision);
  expect(equalSums(at(1), EMPTY_SUM)).toBe(false);
  expect(equalSums(at(1), at(2))).toBe(false);
  expect(equalSums(at(1), at(1 + 2 ** 32))).toBe(false);
});

it("of an element's content tells every token and every row, and not the order in which arrays came to be listed [FD5]", () => {
  const [a, b] = [[{ id: '1', order: 'a0' }], [{ id: '2', order: 'a1' }]];
  const sums = [
    { data: '{"a":1,"b":2}', rows: {} },
    { data: '{"b":2,"a":1}', rows: {} },
    { data: '{"a":1.0,"b":2}', rows: {} },
    { data: '{"a":1,"b":2}', rows: { a } },
    { data: '{"a":1,"b":2}', rows: { a: b } },
    { data: '{"a":1,"b":2}', rows: { a: [{ id: '1', order: 'a1' }] } },
  ].map(contentSum);
  expect(new Set(sums.map(({ a: one }) => one)).size).toBe(sums.length);
  expect(new Set(sums.map(({ b: other }) => other)).size).toBe(sums.length);
  expect(contentSum({ data: '', rows: { a, b } })).toEqual(contentSum({ data: '', rows: { b, a } }));
});
