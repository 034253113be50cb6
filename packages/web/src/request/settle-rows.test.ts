import { editContent, newElementData } from '@waypost/model';
import { type Content, fromValue, rowsAt } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { freshRows } from '../desk/new-id.ts';
import { adding } from './rows.ts';
import { settleRows } from './settle-rows.ts';

it('makes a new variable the row of its whole key, and leaves those that were saved as they are', () => {
  const empty: Content = { data: newElementData('environment', { name: 'E' }), rows: {} };
  const typed = editContent(
    'environment',
    empty,
    [...adding('values', 'key', 'b'), { op: 'text', path: 'values[b].key', text: 'baseUrl' }],
    freshRows,
  );
  expect(rowsAt(typed, 'values').map(({ id }) => id)).toEqual(['=b']);
  const settled = settleRows('environment', typed, 'values', null);
  expect(settled === null ? [] : rowsAt(settled.content, 'values').map(({ id }) => id)).toEqual(['=baseUrl']);
  expect([...(settled?.renamed ?? [])]).toEqual([['=b', '=baseUrl']]);
  expect(settleRows('environment', typed, 'values', typed)).toBeNull();
  // Where one row may have the key of another there is nothing to settle.
  const header = editContent(
    'request',
    { data: newElementData('request', { name: 'R' }), rows: {} },
    adding('request.header', 'key', 'A'),
    freshRows,
  );
  expect(settleRows('request', header, 'request.header', null)).toBeNull();
});

it('leaves the rows of an imported list alone, whose ids nobody had to write down', () => {
  const data = fromValue({
    name: 'E',
    values: [
      { key: 'region', value: 'eu' },
      { key: 'token', value: '' },
    ],
  });
  const imported: Content = { data, rows: {} };
  expect(settleRows('environment', imported, 'values', imported)).toBeNull();
});
