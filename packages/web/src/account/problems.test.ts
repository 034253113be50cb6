import { WaypostError } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { missingIn, problemOf } from './problems.ts';

describe('a problem at signing in', () => {
  it('is said where it belongs', () => {
    const codes = ['account-exists', 'bad-credentials', 'weak-password', 'sign-up-closed', 'offline'] as const;
    expect(codes.map((code) => problemOf(new WaypostError(code)).at)).toEqual([
      ...['email', 'password', 'password', 'setupToken', 'form'],
    ]);
    expect(problemOf(new Error('no disk'))).toEqual({ at: 'form', text: 'no disk' });
  });

  it('is seen before the server is asked, where something is missing', () => {
    expect(missingIn({ email: 'anna', password: 'secret' })?.at).toBe('email');
    expect(missingIn({ email: 'anna@example.org', password: '' })?.at).toBe('password');
    expect(missingIn({ email: ' anna@example.org ', password: 'x' })).toBeNull();
  });
});
