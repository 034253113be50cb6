import { editContent, newElementData, readPath } from '@waypost/model';
import { type Content, nodeAt, parseJson, rowsAt, stringOf, toValue } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { freshRows } from '../desk/new-id.ts';
import { adding, preparing, reordered, rowsOfLines, switching, tableRows, textOfRows, writingAll } from './rows.ts';

const HEADER = 'request.header';
const QUERY = 'request.url.query';

function request(part: Readonly<Record<string, unknown>>): Content {
  return { data: parseJson(JSON.stringify({ name: 'A', request: { method: 'GET', ...part } })), rows: {} };
}

function edited(content: Content, edits: Parameters<typeof editContent>[2]): Content {
  return editContent('request', content, edits, freshRows);
}

function valueAt(content: Content, path: string): unknown {
  const node = nodeAt(content.data, path.split('.'));
  return node === undefined ? undefined : toValue(node);
}

describe('rows', () => {
  it('are added at the end by typing', () => {
    const content = edited({ data: newElementData('request', { name: 'A' }), rows: {} }, adding(HEADER, 'key', 'A'));
    expect(valueAt(content, HEADER)).toEqual([{ key: 'A', value: '' }]);
    const form = edited(content, adding('request.body.formdata', 'value', 'x'));
    expect(valueAt(form, 'request.body')).toEqual({
      formdata: [{ key: '', value: 'x', type: 'text' }],
      mode: 'formdata',
    });
  });

  it('are switched off as the format has it, and on again without a trace', () => {
    const content = request({ header: [{ key: 'A', value: '1' }] });
    const [row] = tableRows('request', content, HEADER);
    if (row === undefined) throw new Error('no row');
    const off = edited(content, switching(HEADER, row, false));
    expect(valueAt(off, HEADER)).toEqual([{ disabled: true, key: 'A', value: '1' }]);
    const [offRow] = tableRows('request', off, HEADER);
    if (offRow === undefined) throw new Error('no row');
    expect(offRow.isOn).toBe(false);
    expect(valueAt(edited(off, switching(HEADER, offRow, true)), HEADER)).toEqual([{ key: 'A', value: '1' }]);
  });

  it('in another order are still the same rows', () => {
    const content = request({
      header: [
        { key: 'A', value: '1', description: 'first' },
        { key: 'B', value: '2' },
        { key: 'C', value: '3' },
      ],
    });
    const rows = tableRows('request', content, HEADER);
    const moved = edited(
      content,
      writingAll(
        HEADER,
        reordered(rows, 0, 2).map(({ node }) => node),
      ),
    );
    expect(tableRows('request', moved, HEADER).map(({ key }) => key)).toEqual(['B', 'C', 'A']);
    const idOf = (of: Content, key: string): string | undefined =>
      rowsAt(of, HEADER)[tableRows('request', of, HEADER).findIndex((row) => row.key === key)]?.id;
    for (const key of ['A', 'B', 'C']) expect(idOf(moved, key)).toBe(idOf(content, key));
  });

  it('of a query that only the text of the URL has are shown, and become rows when one is edited', () => {
    const content = request({ url: 'https://a.test/?x=1&y' });
    expect(tableRows('request', content, QUERY).map(({ key, value, id }) => [key, value, id])).toEqual([
      ['x', '1', null],
      ['y', '', null],
    ]);
    const prepared = edited(content, preparing('request', content, QUERY));
    expect(tableRows('request', prepared, QUERY).every(({ id }) => id !== null)).toBe(true);
    expect(stringOf(readPath('request', prepared, 'request.url.raw'))).toBe('https://a.test/?x=1&y');
    const [row] = tableRows('request', prepared, QUERY);
    const changed = edited(prepared, [{ op: 'text', path: `${QUERY}[#${row?.id}].value`, text: '2' }]);
    expect(stringOf(readPath('request', changed, 'request.url.raw'))).toBe('https://a.test/?x=2&y');
  });

  it('need no preparation where they are rows already', () => {
    const content = request({ url: { raw: 'https://a.test/?x=1', query: [{ key: 'x', value: '1' }] } });
    expect(preparing('request', content, QUERY)).toEqual([]);
    expect(preparing('request', content, HEADER)).toEqual([]);
  });
});

describe('rows as text', () => {
  const content = request({
    header: [
      { key: 'Accept', value: 'a: b', description: 'kept' },
      { key: 'X-Off', value: 'line\nbreak \\n', disabled: true },
      { key: 'Twice', value: '1' },
      { key: 'Twice', value: '2', type: 'text' },
    ],
  });
  const rows = tableRows('request', content, HEADER);

  it('say everything but descriptions, a row a line', () => {
    expect(textOfRows(rows)).toBe('Accept: a: b\n// X-Off: line\\nbreak \\\\n\nTwice: 1\nTwice: 2');
  });

  it('that nobody edited are the same rows', () => {
    expect(rowsOfLines(HEADER, textOfRows(rows), rows)).toEqual(rows.map(({ node }) => node));
  });

  it('keep descriptions of rows whose value changed, and take new lines, `=` and `//`', () => {
    const lines = ['Accept: c', '', '//Twice:2', 'New={{a:b}}', '{{h:x}}: 1', 'lonely'];
    expect(rowsOfLines(HEADER, lines.join('\n'), rows).map(toValue)).toEqual([
      { key: 'Accept', value: 'c', description: 'kept' },
      { key: 'Twice', value: '2', type: 'text', disabled: true },
      { key: 'New', value: '{{a:b}}' },
      { key: '{{h:x}}', value: '1' },
      { key: 'lonely', value: '' },
    ]);
  });
});
