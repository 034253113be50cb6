import { describe, expect, it } from 'vitest';
import { countingIds, imported, rootOf } from '../../testing/elements.ts';
import { ImportError } from '../imported.ts';
import { exportAll, exportPostman, type ExportedElement } from './export.ts';
import { importPostman } from './import.ts';

const V21 = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const V20 = 'https://schema.getpostman.com/json/collection/v2.0.0/collection.json';

function collection(item: readonly unknown[], more: object = {}): string {
  return JSON.stringify({ info: { name: 'C', schema: V21 }, item, ...more });
}

function refusal(text: string): ImportError {
  try {
    imported(text);
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
  throw new Error('It was imported.');
}

describe('importing', () => {
  it('makes an element of each collection, folder, request and example, in their order', () => {
    const result = imported(
      collection([
        {
          name: 'F',
          item: [
            { name: 'same', request: 'http://x' },
            { name: 'same', request: {}, response: [{ name: 'E', code: 200 }] },
          ],
        },
        { name: 'R' },
      ]),
    );
    expect(result.elements.map(({ kind, parent, data }) => [kind, parent?.slice(-1), data])).toEqual([
      ['collection', undefined, `{"info":{"name":"C","schema":"${V21}"}}`],
      ['folder', '1', '{"name":"F"}'],
      ['request', '2', '{"name":"same","request":"http://x"}'],
      ['request', '2', '{"name":"same","request":{}}'],
      ['example', '4', '{"name":"E","code":200}'],
      ['request', '1', '{"name":"R"}'],
    ]);
    expect(result.counts).toEqual({ collection: 1, folder: 1, request: 3, example: 1 });
    const siblings = result.elements.filter(({ parent }) => parent?.endsWith('2') === true).map(({ order }) => order);
    expect(siblings).toEqual([...siblings].sort());
    expect(new Set(siblings).size).toBe(2);
  });

  it('makes the same of the same file every time, but for the ids', () => {
    const text = collection([{ name: 'a' }, { name: 'b' }]);
    const [one, two] = [imported(text), importPostman(text, { newId: countingIds() })];
    expect(one).toEqual(two);
  });

  it('goes by the content: environments, globals, wrappers, lists and dumps', () => {
    const kinds = (text: string): string[] => imported(text).elements.map(({ kind }) => kind);
    expect(kinds('{"name":"E","values":[]}')).toEqual(['environment']);
    expect(kinds('{"values":[],"_postman_variable_scope":"globals"}')).toEqual(['globals']);
    expect(kinds('{"environment":{"name":"E","values":[]}}')).toEqual(['environment']);
    expect(kinds(`[${collection([])},{"name":"E","values":[]}]`)).toEqual(['collection', 'environment']);
    expect(
      kinds(
        `{"version":1,"collections":[${collection([])}],"environments":[{"values":[]}],"headerPresets":[{"name":"P","headers":[]}],"globals":[{"key":"a","value":"1"}]}`,
      ),
    ).toEqual(['collection', 'environment', 'globals', 'header-preset']);
  });

  it('reports what it left out, converted, or wants a person to look at', () => {
    expect(imported(`[${collection([])},{"openapi":"3.0"}]`).report).toEqual([
      { path: '[1]', level: 'warning', message: 'This is no collection or environment and was left out.' },
    ]);
    expect(imported('{"info":{"name":"C","schema":"http://x/collection/v9"},"item":[]}').report).toMatchObject([
      { path: '', level: 'warning' },
    ]);
    expect(imported('{"name":"E","name":"F","values":[]}').report).toMatchObject([{ path: 'name', level: 'warning' }]);
    expect(
      imported(
        collection([{ item: [{ request: { header: [{ key: 'Authorization', value: 'Bearer 0123456789abcdef' }] } }] }]),
      ).report,
    ).toEqual([
      {
        path: 'item[0].item[0].request.header[Authorization]',
        level: 'warning',
        message: 'This looks like a credential (a bearer authorization): everyone in the workspace will see it.',
      },
    ]);
  });

  it('refuses what is not JSON, with the place, and JSON that is something else', () => {
    expect(refusal('{"info":{\n  "name": "cut')).toMatchObject({
      code: 'not-json',
      position: { line: 2, column: 15 },
      message: 'This file is not JSON: the text ends too early in line 2, column 15.',
    });
    expect(refusal('')).toMatchObject({ code: 'not-json', position: { line: 1, column: 1 } });
    expect(refusal('{"openapi":"3.1.0","info":{"title":"x"},"paths":{}}')).toMatchObject({
      code: 'not-recognised',
      position: null,
    });
    expect(refusal('{"id":"1","name":"old","requests":[]}').message).toContain('format 1.0');
    expect(refusal('[]').code).toBe('not-recognised');
    expect(refusal('{"info":{"_postman_id":"x","name":"n","version":"1.0"}}').code).toBe('not-recognised');
  });

  it('reads a deep tree and a long list in a moment', () => {
    const deep = Array.from({ length: 60 }).reduce<object>((inner) => ({ name: 'F', item: [inner] }), { name: 'R' });
    expect(
      imported(
        collection([
          deep,
          ...Array.from({ length: 5000 }, (_, at) => ({ name: `R${at}`, request: { url: 'http://x' } })),
        ]),
      ).elements,
    ).toHaveLength(5062);
  });
});

describe('format 2.0', () => {
  const AUTH = { type: 'basic', basic: { username: 'me', password: 7, showPassword: false, list: [1] }, noauth: {} };
  const LIST = {
    type: 'basic',
    basic: [
      { key: 'username', value: 'me', type: 'string' },
      { key: 'password', value: 7, type: 'number' },
      { key: 'showPassword', value: false, type: 'boolean' },
      { key: 'list', value: [1], type: 'any' },
    ],
    noauth: [],
  };

  it('becomes 2.1 by the two written differences, wherever auth stands, and by no others', () => {
    const rest = { url: 'http://x', header: 'A: b', body: { mode: 'raw' }, auth: AUTH };
    const text = JSON.stringify({
      variables: [],
      info: { name: 'C', schema: V20 },
      auth: AUTH,
      item: [
        { item: [], auth: AUTH },
        { auth: { other: {} }, request: rest, response: [{ originalRequest: rest }] },
      ],
    });
    const result = imported(text);
    const { root, below } = rootOf(result);
    const converted = { ...rest, auth: LIST };
    expect(JSON.parse(exportPostman(root, below))).toEqual({
      variables: [],
      info: { name: 'C', schema: V21 },
      auth: LIST,
      item: [
        { item: [], auth: LIST },
        { auth: { other: {} }, request: converted, response: [{ originalRequest: converted }] },
      ],
    });
    expect(result.report).toMatchObject([
      {
        path: '',
        level: 'info',
        message: 'Converted from collection format 2.0 to 2.1: the schema URL and the form of auth parameters.',
      },
    ]);
  });

  it('is told by the schema URL in all its spellings; auth objects in 2.1 stay', () => {
    const auth = '"auth":{"type":"basic","basic":{"username":"me"}}';
    const converts = (schema: string): boolean =>
      !exportOf(`{"info":{"name":"C","schema":"${schema}"},${auth},"item":[]}`).includes('"username": "me"');
    expect(
      [
        'http://schema.getpostman.com/collection/v2/collection.json',
        V20,
        'https://schema.postman.com/json/collection/v2.0/',
      ].map(converts),
    ).toEqual([true, true, true]);
    expect([V21, 'https://schema.postman.com/json/collection/v2.1/', ''].map(converts)).toEqual([false, false, false]);
  });

  function exportOf(text: string): string {
    const { root, below } = rootOf(imported(text));
    return exportPostman(root, below);
  }
});

describe('exporting', () => {
  const made = (
    id: string,
    kind: string,
    data: object,
    parent: string | null = null,
    order = 'a0',
  ): ExportedElement => ({ id, kind, schema: 1, parent, order, data: JSON.stringify(data), origin: null });

  it('writes elements made in Waypost as Postman reads them', () => {
    const elements = [
      made('r', 'request', { name: 'R', request: {} }, 'f'),
      made('e', 'example', { name: 'E' }, 'r'),
      made('f', 'folder', { name: 'F' }, 'c'),
      made('x', 'folder', { name: 'X' }, 'c', 'Zz'),
    ];
    expect(JSON.parse(exportPostman(made('c', 'collection', { info: { name: 'C' } }), elements))).toEqual({
      info: { name: 'C' },
      item: [
        { name: 'X', item: [] },
        { name: 'F', item: [{ name: 'R', request: {}, response: [{ name: 'E' }] }] },
      ],
    });
  });

  it('puts a collection around a folder, a request, an example and a history entry', () => {
    const around = (element: ExportedElement): unknown => JSON.parse(exportPostman(element, []));
    const info = (name: string) => ({ name, schema: V21 });
    expect(around(made('f', 'folder', { name: 'F' }))).toEqual({ info: info('F'), item: [{ name: 'F', item: [] }] });
    expect(around(made('r', 'request', { name: 'R', request: 'x' }))).toEqual({
      info: info('R'),
      item: [{ name: 'R', request: 'x', response: [] }],
    });
    expect(around(made('e', 'example', { name: 'E', originalRequest: { url: 'x' } }))).toEqual({
      info: info('E'),
      item: [{ name: 'E', request: { url: 'x' }, response: [{ name: 'E', originalRequest: { url: 'x' } }] }],
    });
    expect(around(made('h', 'history-entry', { request: { url: 'http://x' } }))).toEqual({
      info: info('http://x'),
      item: [{ request: { url: 'http://x' } }],
    });
  });

  it('takes the origin for a hint: children may have come, gone and moved', () => {
    const { root, below } = rootOf(
      imported(collection([null, { name: 'a', response: [{ name: 'e' }] }, { name: 'b' }], { auth: null })),
    );
    const [a, , b] = below;
    if (a === undefined || b === undefined) throw new Error('Two requests were imported.');
    const moved = [
      { ...b, order: 'Zz' },
      made('n', 'request', { name: 'new' }, root.id, 'a2'),
      made('m', 'example', { name: 'added' }, b.id),
    ];
    expect(JSON.parse(exportPostman({ ...root, data: '{"info":{}}' }, moved))).toEqual({
      info: {},
      item: [null, { name: 'b', response: [{ name: 'added' }] }, { name: 'new', response: [] }],
    });
    expect(JSON.parse(exportPostman(root, [a]))).toEqual({
      info: { name: 'C', schema: V21 },
      item: [null, { name: 'a', response: [] }],
      auth: null,
    });
  });

  it('writes the same bytes for equal elements in any order', () => {
    const { root, below } = rootOf(imported(collection([{ name: 'a' }, { name: 'b', item: [{ name: 'c' }] }])));
    expect(exportPostman(root, [...below].reverse())).toBe(exportPostman(root, below));
    expect(exportPostman(made('e', 'environment', { name: 'E', values: [], empty: {} }), [])).toBe(
      '{\n  "name": "E",\n  "values": [],\n  "empty": {}\n}\n',
    );
  });

  it('puts everything in one file, also what no format has a place for, and import brings all of it back', () => {
    const elements = [
      made('c', 'collection', { info: { name: 'C' } }),
      made('s', 'socket', { url: 'ws://x' }, 'c'),
      made('m', 'message', { text: 'hi' }, 's'),
      made('f', 'folder', { name: 'loose' }, 'gone'),
      made('r', 'request', { name: 'R', later: 1 }, 'f'),
      made('v', 'environment', { name: 'E', values: [] }),
      made('g', 'globals', { values: [], _postman_variable_scope: 'globals' }),
      made('p', 'header-preset', { name: 'P', headers: [] }),
      made('u', 'run-summary', { name: 'run', counts: { passed: 1 } }),
    ];
    const again = imported(exportAll(elements));
    const listed = (all: readonly { readonly kind: string; readonly data: string }[]): readonly string[] =>
      all.map(({ kind, data }) => `${kind} ${data}`).sort();
    expect(listed(again.elements)).toEqual(listed(elements));
    expect(again.counts).toEqual({
      collection: 1,
      socket: 1,
      message: 1,
      folder: 1,
      request: 1,
      environment: 1,
      globals: 1,
      'header-preset': 1,
      'run-summary': 1,
    });
    expect(exportAll(again.elements)).toBe(exportAll(imported(exportAll(again.elements)).elements));
  });
});
