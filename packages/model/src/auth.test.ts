import { describe, expect, it } from 'vitest';
import { type AuthLevel, authParameters, effectiveAuth } from './auth.ts';
import { content, valueOf } from './testing/elements.ts';

const level = (kind: string, data: unknown): AuthLevel => ({ kind, data: content(data).data });
const BEARER = { type: 'bearer', bearer: [{ key: 'token', value: 't', type: 'string' }] };

describe('the authentication in force', () => {
  it('is the nearest one; absent, null and without a type inherit', () => {
    const own = level('request', { request: { auth: BEARER } });
    expect(effectiveAuth([own, level('collection', { auth: { type: 'basic' } })])).toMatchObject({
      type: 'bearer',
      from: 0,
    });
    for (const request of [
      { request: {} },
      { request: { auth: null } },
      { request: { auth: {} } },
      { request: 'http://x' },
    ]) {
      expect(
        effectiveAuth([
          level('request', request),
          level('folder', { auth: null }),
          level('collection', { auth: BEARER }),
        ]),
      ).toMatchObject({ type: 'bearer', from: 2 });
    }
    expect(effectiveAuth([level('request', {}), level('collection', {})])).toBeNull();
  });

  it('is none where noauth stands nearest', () => {
    expect(
      effectiveAuth([
        level('request', {}),
        level('folder', { auth: { type: 'noauth' } }),
        level('collection', { auth: BEARER }),
      ]),
    ).toBeNull();
  });

  it('has its parameters from a list or from an object, of any type', () => {
    const list = content({
      type: 'basic',
      basic: [{ key: 'a', value: 1 }, { key: 'a', value: true }, 'odd', { key: 'none' }],
    }).data;
    const object = content({ type: 'basic', basic: { a: true } }).data;
    for (const auth of [list, object])
      expect([...authParameters(auth, 'basic')].map(([key, value]) => [key, valueOf(value)])).toEqual([['a', true]]);
  });
});
