import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS } from './errors.ts';

it('documents every error code, with its advice and whether to retry, in SPEC.md', () => {
  const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8');
  const listed = [...spec.matchAll(/^\| `([a-z-]+)` \| (.+) \| (yes|no) \|$/gm)].map(([, code, advice, retry]) => [
    code,
    advice,
    retry === 'yes',
  ]);
  expect(listed).toEqual(Object.entries(ERRORS).map(([code, { advice, retry }]) => [code, advice, retry]));
});
