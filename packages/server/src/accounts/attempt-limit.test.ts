import { WaypostError } from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { AttemptLimit } from './attempt-limit.ts';

let now: number;
let attempts: AttemptLimit;

beforeEach(() => {
  now = 1_000_000;
  attempts = new AttemptLimit(() => now);
});

const fail = (times: number, address: string, account: string) => {
  for (let time = 0; time < times; time += 1) attempts.failed(address, account);
};
const waits = (address: string, account: string): boolean => {
  try {
    attempts.check(address, account);
    return false;
  } catch (error) {
    if (error instanceof WaypostError && error.code === 'rate-limited') return true;
    throw error;
  }
};

describe('the limit on wrong passwords', () => {
  it('makes an address wait after ten for one account', () => {
    fail(9, '203.0.113.1', 'ann@example.com');
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(false);
    fail(1, '203.0.113.1', 'ann@example.com');
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(true);
  });

  it('does not keep the owner out, who comes from elsewhere', () => {
    fail(50, '203.0.113.1', 'ann@example.com');
    expect(waits('198.51.100.7', 'ann@example.com')).toBe(false);
  });

  it('does not keep others at the same address out', () => {
    fail(50, '203.0.113.1', 'ann@example.com');
    expect(waits('203.0.113.1', 'bob@example.com')).toBe(false);
  });

  it('makes an address wait that tries many accounts', () => {
    for (let account = 0; account < 100; account += 1) fail(1, '203.0.113.1', `${account}@example.com`);
    expect(waits('203.0.113.1', 'new@example.com')).toBe(true);
  });

  it('allows one more try every ten seconds', () => {
    fail(10, '203.0.113.1', 'ann@example.com');
    now += 9_000;
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(true);
    now += 1_000;
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(false);
    fail(1, '203.0.113.1', 'ann@example.com');
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(true);
  });

  it('forgives what was mistyped before the right password', () => {
    fail(9, '203.0.113.1', 'ann@example.com');
    attempts.succeeded('203.0.113.1', 'ann@example.com');
    fail(9, '203.0.113.1', 'ann@example.com');
    expect(waits('203.0.113.1', 'ann@example.com')).toBe(false);
  });

  it('takes all addresses of one IPv6 network for one', () => {
    fail(5, '2001:db8:1:2::1', 'ann@example.com');
    fail(5, '2001:db8:1:2:ffff:1:2:3', 'ann@example.com');
    expect(waits('2001:db8:1:2::abcd', 'ann@example.com')).toBe(true);
    expect(waits('2001:db8:1:3::abcd', 'ann@example.com')).toBe(false);
    fail(10, '::ffff:203.0.113.9', 'ann@example.com');
    expect(waits('203.0.113.9', 'ann@example.com')).toBe(true);
  });

  it('remembers no more than so many accounts, and an address all the same', () => {
    for (let account = 0; account < 20_000; account += 1) fail(1, '203.0.113.1', `${account}@example.com`);
    expect(waits('203.0.113.1', '0@example.com')).toBe(true);
    expect(waits('203.0.113.2', '0@example.com')).toBe(false);
  });
});
