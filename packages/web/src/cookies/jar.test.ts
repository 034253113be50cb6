import { describe, expect, it } from 'vitest';
import { byDomain, newCookie } from './jar.ts';

const NOW = 1_700_000_000_000;

describe('a cookie that a person writes', () => {
  it('is read as a server would have written it', () => {
    const text = 'sid=a=b; Path=/x; Max-Age=60; Secure; HttpOnly; SameSite=Lax';
    expect(newCookie('https://Api.Example.org:8080/path', text, NOW)).toEqual({
      ...{ name: 'sid', value: 'a=b', domain: 'api.example.org', hostOnly: true, path: '/x', expiresAt: NOW + 60_000 },
      ...{ secure: true, httpOnly: true, sameSite: 'lax', createdAt: NOW },
    });
    expect(newCookie('http://[::1]:8080/', 'x=1', NOW)).toMatchObject({ domain: '[::1]' });
    expect(newCookie('a.test', 'x=1; Domain=.test.org', NOW)).toMatchObject({ domain: 'test.org', hostOnly: false });
  });

  it('says what is missing', () => {
    expect(newCookie('a.test', 'x', NOW)).toBe('Write the name, =, and the value.');
    expect(newCookie(' ', 'x=1', NOW)).toBe('Say which domain it is for.');
    expect(newCookie('a.test', 'x=1; Expires=soon', NOW)).toBe('The time when it expires cannot be read.');
  });

  it('stands with those of its domain', () => {
    const cookies = ['b.test c=1', 'a.test b=1', 'b.test a=1'].map((line) => {
      const [domain = '', text = ''] = line.split(' ');
      const made = newCookie(domain, text, NOW);
      if (typeof made === 'string') throw new Error(made);
      return made;
    });
    expect(byDomain(cookies).map(({ domain, cookies: its }) => [domain, its.map(({ name }) => name)])).toEqual([
      ['a.test', ['b']],
      ['b.test', ['a', 'c']],
    ]);
  });
});
