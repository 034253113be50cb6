import { describe, expect, it } from 'vitest';
import { type AdminFlags, readAdminOrder } from './admin-order.ts';

const read = (line: string, flags: AdminFlags = {}) => readAdminOrder(line.split(' ').filter(Boolean), flags);
const DEVICE = '5f0c1c1e-9f39-4d39-8d6b-0d7f7e3f1a11';

describe('what administration is asked to do', () => {
  it('is read from words and flags', () => {
    expect(read('accounts list')).toEqual({ kind: 'list' });
    expect(read('accounts show a@x.org')).toEqual({ kind: 'show', email: 'a@x.org' });
    expect(read('accounts disable a@x.org')).toEqual({ kind: 'disable', email: 'a@x.org' });
    expect(read('accounts enable a@x.org')).toEqual({ kind: 'enable', email: 'a@x.org' });
    expect(read('accounts delete a@x.org')).toEqual({ kind: 'delete', email: 'a@x.org', confirmed: false });
    expect(read('accounts delete a@x.org', { yes: true })).toMatchObject({ confirmed: true });
    expect(read('accounts sign-out a@x.org')).toEqual({
      kind: 'sign-out',
      email: 'a@x.org',
      device: null,
      erase: false,
    });
    expect(read('accounts sign-out a@x.org', { device: DEVICE, erase: true })).toMatchObject({
      device: DEVICE,
      erase: true,
    });
    expect(read('reset-password a@x.org')).toEqual({ kind: 'reset-password', email: 'a@x.org' });
    expect(read('audit')).toEqual({ kind: 'audit', limit: 100, about: null });
    expect(read('audit a@x.org', { limit: '7' })).toEqual({ kind: 'audit', limit: 7, about: 'a@x.org' });
  });

  it('is refused in a sentence where it makes no sense', () => {
    for (const line of ['', 'strange', 'accounts', 'accounts strange a@x.org']) {
      expect(read(line)).toContain('waypost-server admin knows "accounts list"');
    }
    expect(read('accounts delete')).toBe('Name the account: waypost-server admin accounts delete EMAIL.');
    expect(read('reset-password')).toBe('Name the account: waypost-server admin reset-password EMAIL.');
    expect(read('accounts list all')).toBe('There is something too much behind "admin accounts list": "all".');
    expect(read('accounts show a@x.org b@x.org')).toContain('too much');
    expect(read('accounts disable a@x.org', { yes: true })).toBe(
      '--yes does not belong to "admin accounts disable a@x.org".',
    );
    expect(read('accounts sign-out a@x.org', { device: 'laptop' })).toContain('--device takes the id of a device');
    for (const limit of ['0', 'ten', '100001']) expect(read('audit', { limit })).toContain('--limit takes a number');
  });
});
