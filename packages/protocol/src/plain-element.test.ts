import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireElementSchema } from './messages.ts';
import { isPlainWireElement } from './plain-element.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };

const id = '00000000-0000-4000-8000-00000000000a';
const meta = {
  ...{ id, kind: 'request', schema: 1, parent: null, order: 'a0', revision: 7, created: [1, id] },
  ...{ stamps: { name: [7, null] }, trashed: null, by: { account: id, device: id }, at: 1.5 },
};
const whole = { ...meta, data: '{"name":"a"}', rows: { '/header': [{ id: 'x', order: 'a0' }] }, origin: null };
const patch = { ...meta, changed: [['name', '"a"']], sum: { a: 1, b: 2 } };

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', id, id.toUpperCase(), -1, 0, -0, 1, 1.5, Number.NaN, 2 ** 53, [], {}),
  fc.constantFrom<unknown>([1, id], [1, null], [1, id, 2], [1], [id, 1], { account: id }, { account: id, device: id }),
  fc.constantFrom<unknown>([['', null]], [['name', 1]], [['name', 'x', 'y']], [['__proto__', null]], [[]]),
  fc.constantFrom<unknown>({ a: [1, id] }, { a: [] }, { '': [1, id] }),
  fc.constantFrom<unknown>({}, { a: [{ id: 'x', order: '' }] }, { a: [{ id: 'x', order: 'a', more: 1 }] }, { a: {} }),
  fc.string(),
  fc.string({ minLength: 1025, maxLength: 1100 }),
  fc.anything(),
);
/** Elements with members replaced, left out, and added. */
const almost = fc
  .record({
    element: fc.constantFrom(whole, patch),
    replaced: fc.dictionary(fc.constantFrom(...Object.keys({ ...whole, ...patch }), '__proto__', 'more'), odd, {
      maxKeys: 2,
    }),
    without: fc.option(fc.constantFrom(...Object.keys(whole)), { freq: 4 }),
  })
  .map(({ element, replaced, without }) => {
    const entries = Object.entries({ ...element, ...replaced }).filter(([name]) => name !== without);
    return Object.fromEntries(entries);
  });

describe('a plain element', () => {
  it('is recognized', () => {
    expect(isPlainWireElement(whole)).toBe(true);
    expect(isPlainWireElement(patch)).toBe(true);
    expect(isPlainWireElement({ ...whole, parent: id })).toBe(true);
  });

  it('is one that the schema takes, unchanged [WR5]', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: almost }, fc.anything()), (value) => {
        if (!isPlainWireElement(value)) return;
        expect(wireElementSchema.parse(value)).toStrictEqual(value);
      }),
      RUNS,
    );
  });

  it('is nothing that is named like a prototype, or larger than anything may be', () => {
    expect(isPlainWireElement(JSON.parse(JSON.stringify(whole).replace('"name":[', '"__proto__":[')))).toBe(false);
    expect(isPlainWireElement({ ...whole, data: ' '.repeat(8 * 1024 * 1024 + 1) })).toBe(false);
  });
});
