import { WaypostError } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { bugOf, failureOf, usageError } from './failure.ts';

it('says of every expected failure what it is, and of nothing else', () => {
  expect(failureOf(usageError('Name one.'))).toMatchObject({ code: 'usage', exit: 2 });
  const away = new WaypostError('offline', 'Nobody answers.', { cause: 'ECONNREFUSED', pending: 3 });
  expect(failureOf(away)).toMatchObject({ code: 'offline', exit: 1, retry: true, details: { pending: 3 } });
  expect(failureOf(new TypeError('x is not a function'))).toBeNull();
});

it('says of a bug in one sentence that it is one', () => {
  const { code, message, exit } = bugOf(new TypeError('x is not a function'));
  expect([code, exit]).toEqual(['internal', 1]);
  expect(message).toMatch(/^This is a bug in Waypost \(TypeError: x is not a function\)\. [^\n]+\.$/);
});
