import { describe, expect, it } from 'vitest';
import { type Cookie, Jar } from './cookie.ts';

const NOW = 1_700_000_000_000;

describe('a jar', () => {
  it('gives back the cookies it was filled with', () => {
    const cookies = [cookie({}), cookie({ name: 'b', sameSite: 'lax', expiresAt: NOW + 1_000, httpOnly: true })];
    expect(new Jar(cookies).all(NOW)).toEqual(cookies);
  });

  it('says what changed, and forgets what has expired', () => {
    const before = [cookie({ name: 'kept' }), cookie({ name: 'changed' }), cookie({ name: 'gone' })];
    const jar = new Jar(before);
    const set = [cookie({ name: 'changed', value: '2', createdAt: NOW }), cookie({ name: 'gone', expiresAt: NOW - 1 })];
    jar.apply({ set, removed: [] });
    expect(jar.changesFrom(before, NOW)).toEqual({
      set: [cookie({ name: 'changed', value: '2', createdAt: NOW })],
      removed: [{ name: 'gone', domain: 'ships.harbour.com', path: '/' }],
    });
  });

  it('knows which cookies a request carries', () => {
    const jar = new Jar([
      cookie({ name: 'here' }),
      cookie({ name: 'below', domain: 'harbour.com', hostOnly: false }),
      cookie({ name: 'host', domain: 'harbour.com', hostOnly: true }),
      cookie({ name: 'secure', secure: true }),
      cookie({ name: 'path', path: '/berths' }),
    ]);
    const names = jar.matching('http://ships.harbour.com/ships').map(({ name }) => name);
    expect(names).toEqual(['here', 'below']);
  });

  it('answers scripts as the sandbox asks', async () => {
    const jar = new Jar([cookie({})]);
    await jar.answer('putCookie', [{ key: 'b', value: '2', domain: 'ships.harbour.com', path: '/', hostOnly: true }]);
    expect(await jar.answer('findCookie', ['ships.harbour.com', '/', 'b'])).toMatchObject({ key: 'b', value: '2' });
    await jar.answer('removeCookies', ['ships.harbour.com', null]);
    expect(jar.all(NOW)).toEqual([]);
    await expect(jar.answer('constructor', [])).rejects.toThrow('invalid method');
  });
});

function cookie(special: Partial<Cookie>): Cookie {
  return {
    name: 'a',
    value: '1',
    domain: 'ships.harbour.com',
    hostOnly: true,
    path: '/',
    expiresAt: null,
    secure: false,
    httpOnly: false,
    sameSite: null,
    createdAt: NOW - 5_000,
    ...special,
  };
}
