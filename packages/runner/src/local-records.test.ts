import { expect, it } from 'vitest';
import {
  cookiesOf,
  cookieWrites,
  localValuesOf,
  type LocalRecord,
  type LocalWrite,
  valueWrites,
} from './local-records.ts';

it('local values come back as they were set, of any type, each to whom it belongs', () => {
  const changes = [
    { name: 'text', change: { value: 'a/b' } },
    { name: 'with/slash', change: { value: { deep: [1, null] } } },
    { name: 'gone', change: { unset: true } },
  ] as const;
  const records = written([...valueWrites('one', changes), ...valueWrites('two', [changes[0]])]);
  expect([...localValuesOf(records, 'one')]).toEqual([
    ['text', { value: 'a/b' }],
    ['with/slash', { value: { deep: [1, null] } }],
    ['gone', { unset: true }],
  ]);
  expect([...localValuesOf(records, 'two').keys()]).toEqual(['text']);
});

it('cookies come back as they were, and those that are removed do not', () => {
  const cookie = {
    ...{ name: 'a', value: '1', domain: 'harbour.com', hostOnly: true, path: '/', expiresAt: null },
    ...{ secure: false, httpOnly: true, sameSite: 'lax' as const, createdAt: 5 },
  };
  const other = { ...cookie, path: '/berths' };
  const records = written([
    ...cookieWrites({ set: [cookie, other], removed: [] }),
    ...cookieWrites({ set: [], removed: [other] }),
  ]);
  expect(cookiesOf(records)).toEqual([cookie]);
});

it('records that cannot be read count as not there', () => {
  const records = [
    { key: 'value/one/a', value: 'no JSON' },
    { key: 'value/one/b', value: '5' },
    { key: 'cookie/x', value: '{"name":"a"}' },
    { key: 'draft/one', value: '{}' },
  ];
  expect([...localValuesOf(records, 'one')]).toEqual([]);
  expect(cookiesOf(records)).toEqual([]);
});

function written(writes: readonly LocalWrite[]): LocalRecord[] {
  const records = new Map<string, string>();
  for (const { key, value } of writes) {
    if (value === null) records.delete(key);
    else records.set(key, value);
  }
  return [...records].map(([key, value]) => ({ key, value }));
}
