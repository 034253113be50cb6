import { expect, it } from 'vitest';
import { tokenWords } from './token-words.ts';

const TOKEN = { accessToken: 't', tokenType: 'Bearer', refreshToken: null, expiresAt: null, scope: null };

it.each([
  [{}, 'its end is not known'],
  [{ expiresAt: 3_600_000, refreshToken: 'r' }, 'ends in 1 hour, can be refreshed'],
  [{ expiresAt: 59_000, scope: 'read write' }, 'ends in less than a minute, scope read write'],
  [{ expiresAt: -120_000 }, 'ended 2 minutes ago'],
  [{ expiresAt: 0, tokenType: 'mac' }, 'mac, ended just now'],
])('says of %j: %s', (fields, words) => {
  expect(tokenWords({ ...TOKEN, ...fields }, 0)).toBe(words);
});
