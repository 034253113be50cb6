import type { ElementId } from '@waypost/protocol';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type EncodedElement, parentsFirst } from './delta.ts';

const id = (n: number): ElementId => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as ElementId;
const element = (n: number, parent: number | null): EncodedElement => ({
  ...{ id: id(n), parent: parent === null ? null : id(parent), revision: n, form: 'whole', text: '{}', bytes: 2 },
});

it('parents come before their children, whatever order they were changed in [FD4]', () => {
  // Element n stands below a lower one, or below something that is not in the delta.
  const forest = fc
    .array(fc.nat(), { minLength: 1, maxLength: 30 })
    .map((draws) => draws.map((draw, n) => element(n, draw % (n + 2) === n + 1 ? null : n === 0 ? 99 : draw % n)));
  const shuffled = forest.chain((elements) => fc.shuffledSubarray(elements, { minLength: elements.length }));
  fc.assert(
    fc.property(shuffled, (elements) => {
      const sorted = parentsFirst(elements);
      expect(new Set(sorted)).toEqual(new Set(elements));
      const places = new Map(sorted.map((one, at) => [one.id, at]));
      for (const [at, { parent }] of sorted.entries()) {
        if (parent !== null) expect(places.get(parent) ?? -1).toBeLessThan(at);
      }
    }),
  );
});
