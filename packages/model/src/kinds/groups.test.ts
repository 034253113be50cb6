import {
  alignRows,
  canonicalJson,
  type Content,
  differences,
  equalJson,
  groupsOf,
  type JsonNode,
  nodeAt,
  parseJson,
  printJson,
  readGroup,
  rowsAt,
  rowsFit,
  wayOf,
  writeGroup,
} from '@waypost/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withValue } from '../json-edit.ts';
import { requestPrefix } from '../paths/follow-url.ts';
import { corpusFiles, hasCorpus, say } from '../testing/corpus.ts';
import { content, contentOf, countingRows, imported, valueOf } from '../testing/elements.ts';
import { applied, settled } from '../testing/groups.ts';
import type { ImportedElement } from '../formats/imported.ts';
import { schemas } from './schemas.ts';

const REQUEST = {
  name: 'Read a pet',
  event: [{ listen: 'test', script: { id: '1', exec: ['a', 'b'], type: 'text/javascript' } }],
  protocolProfileBehavior: { followRedirects: false, 'a.b#c@d~e': 1 },
  request: {
    method: 'POST',
    header: [
      { key: 'A', value: '1' },
      { key: 'A', value: '2' },
      { key: '', value: '' },
    ],
    auth: { type: 'basic', basic: [{ key: 'username', value: 'u' }] },
    body: {
      mode: 'raw',
      raw: '{\r\n}',
      options: { raw: { language: 'json' } },
      graphql: { query: 'q', variables: '' },
    },
    url: {
      raw: '{{base}}/pets/:id?a=1&a=2#top',
      host: ['{{base}}'],
      path: ['pets', ':id'],
      query: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
        { key: 'b', value: '3', disabled: true },
      ],
      variable: [{ key: 'id', value: '7' }],
      hash: 'top',
    },
    description: 'text',
    later: [1],
  },
};

function written(now: Content, group: string, value: unknown): Content {
  const result = writeGroup(schemas('request'), now, group, value === null ? null : JSON.stringify(value));
  if (result === 'blocked') throw new Error(`${group} is blocked`);
  return result;
}

function url(now: Content): unknown {
  return valueOf(nodeAt(now.data, ['request', 'url']));
}

describe('the groups of a request', () => {
  const request = content(REQUEST);
  const groups = groupsOf(schemas('request'), request);

  it('are the target, rows, long texts, auth, and every other path by itself', () => {
    expect(groups.filter((group) => !group.includes('@order')).sort()).toEqual([
      'event',
      'event#1',
      'event#1@text',
      'name',
      'protocolProfileBehavior',
      'protocolProfileBehavior.a~1b~2c~3d~0e',
      'protocolProfileBehavior.followRedirects',
      'request.auth',
      'request.body',
      'request.body.graphql',
      'request.body.graphql.query',
      'request.body.graphql.variables',
      'request.body.mode',
      'request.body.options',
      'request.body.options.raw',
      'request.body.raw',
      'request.description',
      'request.header',
      'request.header#1',
      'request.header#2',
      'request.header#3',
      'request.later',
      'request.url.query',
      'request.url.query#1',
      'request.url.query#2',
      'request.url.query#3',
      'request.url.variable',
      'request.url.variable#1',
      'target',
    ]);
  });

  it('are judged as their meaning asks for', () => {
    const ways = Object.fromEntries(groups.map((group) => [group, wayOf(schemas('request'), group)]));
    expect(ways).toMatchObject({
      name: 'ask',
      target: 'ask',
      'request.auth': 'ask',
      'request.body.mode': 'ask',
      'request.body.raw': 'text',
    });
    expect(ways).toMatchObject({
      'request.body.graphql.query': 'text',
      'event#1@text': 'text',
      'event#1': 'ask',
      'request.header#1@order': 'latest',
    });
    expect(ways).toMatchObject({ 'request.description': 'text', 'protocolProfileBehavior.followRedirects': 'ask' });
  });

  it('hold the URL up to the question mark, the fragment, the parts and the method as one target', () => {
    expect(JSON.parse(readGroup(schemas('request'), request, 'target') ?? '')).toEqual({
      method: 'POST',
      url: { raw: '{{base}}/pets/:id#top', host: ['{{base}}'], path: ['pets', ':id'], hash: 'top' },
    });
  });

  it('keep the query of another device when the target is written', () => {
    const target = {
      method: 'PUT',
      url: { raw: 'http://x/y#end', protocol: 'http', host: ['x'], path: ['y'], hash: 'end' },
    };
    expect(url(written(request, 'target', target))).toMatchObject({
      raw: 'http://x/y?a=1&a=2#end',
      protocol: 'http',
      host: ['x'],
      hash: 'end',
    });
  });

  it('bring url.raw up to date when a query row is written, and leave the rest of the text alone', () => {
    expect(url(written(request, 'request.url.query#2', { key: 'c', value: 'x=y&z' }))).toMatchObject({
      raw: '{{base}}/pets/:id?a=1&c=x=y%26z#top',
    });
    expect(url(written(request, 'request.url.query#3', { key: 'b', value: '3' }))).toMatchObject({
      raw: '{{base}}/pets/:id?a=1&a=2&b=3#top',
    });
    const none = written(written(request, 'request.url.query#1', null), 'request.url.query#2', null);
    expect(url(none)).toMatchObject({ raw: '{{base}}/pets/:id#top', query: [{ key: 'b' }] });
  });

  it('leave a URL without raw as it is', () => {
    const bare = content({ request: { url: { host: ['x'], query: [{ key: 'a', value: '1' }] } } });
    expect(url(written(bare, 'request.url.query#1', { key: 'a', value: '2' }))).toEqual({
      host: ['x'],
      query: [{ key: 'a', value: '2' }],
    });
  });

  it('hold a URL or a request that is plain text whole', () => {
    expect(readGroup(schemas('request'), content({ request: { method: 'GET', url: 'http://x?a=1' } }), 'target')).toBe(
      '{"method":"GET","url":"http://x?a=1"}',
    );
    expect(readGroup(schemas('request'), content({ request: 'http://x?a=1' }), 'target')).toBe(
      '{"request":"http://x?a=1"}',
    );
  });

  it('are blocked where a request would have to give up what the write does not name', () => {
    expect(writeGroup(schemas('request'), request, 'target', '{"request":"http://x"}')).toBe('blocked');
    expect(writeGroup(schemas('request'), content({ request: 'http://x' }), 'request.header#1', '{"key":"A"}')).toBe(
      'blocked',
    );
  });
});

describe('edits of one element', () => {
  const shape = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 6, arbitrary: inner }, fc.constantFrom(null, 'text', [], {}, [null, 'x']));
  const row = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(
        {
          key: fc.constantFrom('a', 'b', 'c', '', null),
          value: fc.constantFrom('1', '2', 'x&y', null, 3),
          disabled: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    },
    fc.constantFrom<unknown>(null, 'odd', 7),
  );
  const rows = shape(fc.array(row, { maxLength: 5 }));
  const script = shape(
    fc.record(
      { id: fc.constant('1'), exec: shape(fc.array(fc.constantFrom('a', 'b', 'c'))), type: fc.constant('t') },
      { requiredKeys: [] },
    ),
  );
  const body = shape(
    fc.record(
      {
        mode: fc.constantFrom('raw', 'formdata', ''),
        raw: fc.constantFrom('a\nb', 'a\r\nc', ''),
        formdata: rows,
        urlencoded: rows,
        graphql: shape(fc.record({ query: fc.string(), 'a.b': fc.integer() }, { requiredKeys: [] })),
        options: shape(fc.record({ raw: fc.object() }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    ),
  );
  const address = shape(
    fc.record(
      {
        raw: fc.constantFrom<unknown>('http://x/y', 'http://x/z?a=1#f', '{{b}}?', '', null),
        host: fc.constantFrom<unknown>(['x'], 'x'),
        path: fc.constantFrom<unknown>(['y'], 'y'),
        hash: fc.constant('f'),
        query: rows,
        variable: rows,
        other: fc.integer(),
      },
      { requiredKeys: [] },
    ),
  );
  const sent = shape(
    fc.record(
      {
        method: fc.constantFrom('GET', 'PUT', null),
        header: rows,
        url: address,
        body,
        auth: shape(fc.object()),
        description: shape(fc.string()),
      },
      { requiredKeys: [] },
    ),
  );
  const data = fc.record(
    {
      name: fc.string(),
      request: sent,
      event: shape(fc.array(fc.record({ listen: fc.constantFrom('test', 'prerequest'), script }), { maxLength: 3 })),
      protocolProfileBehavior: shape(fc.dictionary(fc.string(), fc.boolean())),
    },
    { requiredKeys: [] },
  );

  it('are turned into writes that make the one content of the other', () => {
    const schema = schemas('request');
    fc.assert(
      fc.property(data, data, (one, other) => {
        const before = content(one);
        const after = alignRows(schema, before, parseJson(JSON.stringify(other)), countingRows());
        const result = applied(schema, before, after);
        expect(canonicalJson(settled('request', result.data))).toBe(canonicalJson(settled('request', after.data)));
        for (const { path } of schema.rules.filter((rule) => rule.rule === 'rows'))
          expect(rowsAt(result, path)).toEqual(rowsAt(after, path));
        expect(rowsFit(result)).toBe(true);
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1500) },
    );
  });

  it('lead to the same bytes in whichever order a device learns of members that were added', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 6 });
    fc.assert(
      fc.property(
        names,
        fc.shuffledSubarray(['alpha', 'mid', 'zulu', 'request.description', 'request.auth'], { minLength: 5 }),
        (present, order) => {
          const start = content(Object.fromEntries(present.map((name) => [name, 1])));
          const add = (now: Content, group: string): Content => written(now, group, group);
          expect(printJson(order.reduce(add, start).data)).toBe(printJson(order.toSorted().reduce(add, start).data));
        },
      ),
    );
  });
});

describe.runIf(hasCorpus)('every element of the real files', () => {
  const elements = hasCorpus
    ? [...corpusFiles('postman'), ...corpusFiles('environments')].flatMap(({ text }) => imported(text).elements)
    : [];

  it('stays as it is when a group is written with its own value', () => {
    let groups = 0;
    let behind = 0;
    for (const element of elements) {
      const schema = schemas(element.kind);
      const now = contentOf(element);
      for (const group of groupsOf(schema, now)) {
        const result = writeGroup(schema, now, group, readGroup(schema, now, group));
        if (result === 'blocked') throw new Error(`${group} is blocked in ${element.data}`);
        groups += 1;
        // Only a text that disagreed with its rows is brought in step, and parts of a URL get their usual order.
        if (printJson(result.data) === element.data) continue;
        expect(group === 'target' || group.includes('.url.query#'), group).toBe(true);
        if (group === 'target') expect(equalJson(result.data, now.data)).toBe(true);
        else {
          behind += 1;
          expect(withoutRaw(element, result.data)).toBe(withoutRaw(element, now.data));
        }
      }
      expect(differences(schema, now, now)).toEqual([]);
    }
    say(
      `${elements.length} elements, ${groups} groups written with their own value; ${behind} times url.raw was behind its rows`,
    );
  });

  it('can be turned into the next one of its kind, group by group', () => {
    const last = new Map<string, ImportedElement>();
    for (const element of elements) {
      const before = last.get(element.kind);
      last.set(element.kind, element);
      if (before === undefined) continue;
      const schema = schemas(element.kind);
      const after = alignRows(schema, contentOf(before), contentOf(element).data, countingRows());
      const result = applied(schema, contentOf(before), after);
      expect(equalJson(settled(element.kind, result.data), settled(element.kind, after.data)), element.data).toBe(true);
    }
  });

  function withoutRaw({ kind }: ImportedElement, data: JsonNode): string {
    return printJson(withValue(data, [requestPrefix(kind) ?? '', 'url', 'raw'], undefined));
  }
});
