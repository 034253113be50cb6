import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAILURE_CODES } from './failure.ts';

it('documents every code, with what happened and what to do, in docs/user/sending.md', () => {
  const page = readFileSync(new URL('../../../docs/user/sending.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (.+) \| (.+) \|$/gm)].map(([, code, what, advice]) => [
    ...[code, what, advice],
  ]);
  expect(listed).toEqual(Object.entries(FAILURE_CODES).map(([code, { what, advice }]) => [code, what, advice]));
});
