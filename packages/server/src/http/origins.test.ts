import { describe, expect, it } from 'vitest';
import { type Addresses, checkAddress } from './origins.ts';

const LOOPBACK: Addresses = { host: '127.0.0.1', publicUrl: null, trustProxy: false };
const PUBLIC: Addresses = { host: '0.0.0.0', publicUrl: new URL('https://waypost.example'), trustProxy: true };

const admits = (headers: Record<string, string>, addresses: Addresses, changes = true): boolean => {
  try {
    checkAddress(headers, changes, addresses);
    return true;
  } catch {
    return false;
  }
};

describe('a server on a loopback address', () => {
  it('answers to the names of this machine', () => {
    const names = ['127.0.0.1:4400', 'localhost:4400', 'LOCALHOST', '[::1]:4400', 'app.localhost:4400'];
    expect(names.filter((host) => !admits({ host }, LOOPBACK, false))).toEqual([]);
  });

  it('does not answer to a name that somebody else pointed here', () => {
    const names = ['evil.example:4400', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.5', ''];
    expect(names.filter((host) => admits({ host }, LOOPBACK, false))).toEqual([]);
  });

  it('answers to its public address', () => {
    const addresses = { ...LOOPBACK, publicUrl: new URL('https://waypost.example') };
    expect(admits({ host: 'waypost.example', origin: 'https://waypost.example' }, addresses)).toBe(true);
  });
});

describe('a request that changes something', () => {
  it('may come from programs, which send no origin', () => {
    expect(admits({ host: 'localhost:4400' }, LOOPBACK)).toBe(true);
  });

  it('may come from a page of this server', () => {
    expect(admits({ host: 'localhost:4400', origin: 'http://localhost:4400' }, LOOPBACK)).toBe(true);
    expect(
      admits({ host: 'inside:80', 'x-forwarded-host': 'waypost.example', origin: 'https://waypost.example' }, PUBLIC),
    ).toBe(true);
  });

  it('may not come from a page of anybody else', () => {
    const origins = ['https://evil.example', 'http://localhost:3000', 'null', 'http://localhost:4400.evil.example'];
    expect(origins.filter((origin) => admits({ host: 'localhost:4400', origin }, LOOPBACK))).toEqual([]);
  });

  it('is judged by what our own proxy says, not by what came before it', () => {
    const headers = {
      host: 'inside',
      'x-forwarded-host': 'evil.example, waypost.example',
      origin: 'https://evil.example',
    };
    expect(admits(headers, PUBLIC)).toBe(false);
  });
});
