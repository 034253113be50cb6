import { WaypostError } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { troubleOf } from './trouble.ts';

it('is told to devices by what it is, and not by where it lies', () => {
  for (const code of ['storage-full', 'storage-failed'] as const) {
    const told = troubleOf(new WaypostError(code, 'The database /srv/waypost.db has no space left.'));
    expect(told).toMatchObject({ code, retry: true });
    expect(told?.message).toMatch(/^The server’s (disk|database) /);
    expect(told?.message).not.toContain('/srv');
  }
});

it('is nothing that its caller did, and no bug', () => {
  expect(troubleOf(new WaypostError('bad-message'))).toBeNull();
  expect(troubleOf(new TypeError('x is not a function'))).toBeNull();
});
