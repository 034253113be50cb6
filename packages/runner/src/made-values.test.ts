import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { MADE_VALUES } from './made-values.ts';

it('knows the names that the engine makes values for, and no others', () => {
  const made = createRequire(import.meta.url)('postman-collection/lib/superstring/dynamic-variables.js') as object;
  expect(Object.keys(MADE_VALUES)).toEqual(Object.keys(made));
});
