import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignRows,
  type Content,
  differences,
  forceGroup,
  groupsOf,
  impliedRows,
  readGroup,
  rowsAt,
  rowsFit,
  wayOf,
  writeGroup,
} from './groups.ts';
import {
  canonicalJson,
  equalJson,
  equalJsonText,
  memberOf,
  nodeAt,
  parseJson,
  printJson,
  scalar,
  withMember,
} from './json.ts';
import { type KindSchema, unknownKind } from './schema.ts';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 1000) };

/** A made-up kind: a list of lines with a derived count, a unique list with long text, and one nested container. */
const NOTE: KindSchema = {
  kind: 'note',
  version: 1,
  rules: [
    { rule: 'value', path: 'body', way: 'text' },
    {
      rule: 'rows',
      path: 'box.lines',
      key: 'key',
      unique: false,
      text: null,
      derive: (data) => {
        const [box, lines] = [memberOf(data, 'box'), nodeAt(data, ['box', 'lines'])];
        return data.kind === 'object' &&
          box?.kind === 'object' &&
          lines?.kind === 'array' &&
          memberOf(box, 'count') !== undefined
          ? withMember(data, 'box', withMember(box, 'count', scalar(lines.items.length)))
          : data;
      },
    },
    { rule: 'rows', path: 'hooks', key: 'on', unique: true, text: 'script.code', derive: null },
  ],
  containers: ['box', 'box.inner'],
  label: () => ({ name: '', detail: '' }),
  children: [],
  top: true,
};

function note(value: unknown): Content {
  return { data: parseJson(typeof value === 'string' ? value : JSON.stringify(value)), rows: {} };
}

function write(content: Content, group: string, value: unknown): Content {
  const written = writeGroup(NOTE, content, group, value === undefined ? null : JSON.stringify(value));
  if (written === 'blocked') throw new Error(`${group} is blocked`);
  return written;
}

function fresh(): { readonly id: () => string; readonly chance: () => number } {
  let count = 0;
  return { id: () => `new${(count += 1)}`, chance: () => 0.25 };
}

const ids = (content: Content, path = 'box.lines'): string[] => rowsAt(content, path).map(({ id }) => id);
const text = (content: Content): string => printJson(content.data);

const LINES = note({
  box: { lines: [{ key: 'a', value: 1 }, { key: 'b' }, { key: 'a', value: 2 }], count: 3 },
  title: 't',
  body: 'x',
});

describe('the groups of an element', () => {
  it('are what the schema names, and every other member of a container by itself [GR2, GR5]', () => {
    const content = note({
      title: 't',
      body: 'x',
      'odd.name#1@2~3': 1,
      hooks: [{ on: 'save', script: { code: ['a'] } }],
      box: { inner: { deep: {} }, more: [1] },
    });
    expect(groupsOf(NOTE, content)).toEqual([
      'body',
      'hooks',
      'hooks#1',
      'hooks#1@order',
      'hooks#1@text',
      'title',
      'odd~1name~21~32~03',
      'box',
      'box.more',
      'box.inner',
      'box.inner.deep',
    ]);
    expect(text(write(content, 'odd~1name~21~32~03', 2))).toContain('"odd.name#1@2~3":2');
    expect(
      ['body', 'hooks#1@text', 'hooks#1@order', 'hooks#1', 'title', 'box', 'nobody.knows'].map((group) =>
        wayOf(NOTE, group),
      ),
    ).toEqual(['text', 'text', 'latest', 'ask', 'ask', 'ask', 'ask']);
  });

  it('of a kind nobody knows are its members [GR5]', () => {
    expect(groupsOf(unknownKind('future'), note({ a: 1, b: { c: 2 }, a2: [] }))).toEqual(['a', 'b', 'a2']);
  });

  it('are absent as null, and null as null', () => {
    expect([
      readGroup(NOTE, LINES, 'nothing'),
      readGroup(NOTE, LINES, 'box.lines#9'),
      readGroup(NOTE, LINES, 'box.lines#9@order'),
      readGroup(NOTE, note({ body: null }), 'body'),
    ]).toEqual([null, null, null, 'null']);
  });

  it('keep every token around the one that is written [GR1, GR2]', () => {
    const content = note('{"z":1.0,"title":"a","box":{"count":12345678901234567890,"more":"\\u0041"},"a":-0}');
    expect(text(write(content, 'title', 'b'))).toBe(
      '{"z":1.0,"title":"b","box":{"count":12345678901234567890,"more":"\\u0041"},"a":-0}',
    );
    expect(text(write(content, 'box.more', undefined))).toBe(
      '{"z":1.0,"title":"a","box":{"count":12345678901234567890},"a":-0}',
    );
  });

  it('block a write that would destroy what it does not name [GR4]', () => {
    expect(writeGroup(NOTE, note({ box: 'text' }), 'box.lines#1', '{}')).toBe('blocked');
    expect(writeGroup(NOTE, note({ box: [1] }), 'box.more', '1')).toBe('blocked');
    expect(writeGroup(NOTE, LINES, 'box', '"text"')).toBe('blocked');
    expect(writeGroup(NOTE, LINES, 'box.lines', 'null')).toBe('blocked');
    expect(writeGroup(NOTE, note({ hooks: [{ on: 'x', script: { code: 'long' } }] }), 'hooks#1', null)).toBe('blocked');
    expect(text(write(note({ box: null }), 'box.more', 1))).toBe('{"box":{"more":1}}');
  });

  it('hold what stands where a list or a container would be', () => {
    const content = note({ box: { lines: { not: 'a list' }, inner: ['not', 'an object'] }, hooks: 'text' });
    expect(['box.lines', 'box.inner', 'hooks', 'box'].map((group) => readGroup(NOTE, content, group))).toEqual([
      '{"not":"a list"}',
      '["not","an object"]',
      '"text"',
      '{}',
    ]);
  });
});

describe('rows', () => {
  it('that nobody restructured have implied ids and orders, the same everywhere [GR3]', () => {
    expect(impliedRows(3)).toEqual([
      { id: '1', order: 'a0' },
      { id: '2', order: 'a1' },
      { id: '3', order: 'a2' },
    ]);
    expect([impliedRows(0), ids(LINES), rowsAt(note({ box: 'x' }), 'box.lines')]).toEqual([[], ['1', '2', '3'], []]);
  });

  it('are written, added, moved and removed by id, and what is derived follows [GR3]', () => {
    const added = write(write(LINES, 'box.lines#n', { key: 'n' }), 'box.lines#n@order', 'a0V');
    expect(nodeAt(added.data, ['box', 'count'])).toEqual(scalar(4));
    expect(ids(added)).toEqual(['1', 'n', '2', '3']);
    const removed = write(write(added, 'box.lines#1', undefined), 'box.lines#3', { key: 'c' });
    expect(text(removed)).toContain('"lines":[{"key":"n"},{"key":"b"},{"key":"c"}],"count":3');
    expect(rowsFit(removed)).toBe(true);
    expect(write(removed, 'box.lines#gone', undefined)).toBe(removed);
    expect(ids(write(note({}), 'box.lines#1', { key: 'a' }))).toEqual(['1']);
  });

  it('stand by order, then by id, in whichever order a device learns of them [ID4]', () => {
    const one = write(
      write(write(write(LINES, 'box.lines#y', {}), 'box.lines#y@order', 'a5'), 'box.lines#x', {}),
      'box.lines#x@order',
      'a5',
    );
    const other = write(
      write(write(write(LINES, 'box.lines#x', {}), 'box.lines#x@order', 'a5'), 'box.lines#y', {}),
      'box.lines#y@order',
      'a5',
    );
    expect([ids(one), ids(other)]).toEqual([
      ['1', '2', '3', 'x', 'y'],
      ['1', '2', '3', 'x', 'y'],
    ]);
    expect(one).toEqual(other);
  });

  it('keep their long text and its place when the rest is written, and the rest when the text is [GR2]', () => {
    const hook = note('{"hooks":[{"on":"save","script":{"id":1.0,"code":["a"],"type":"t"}}]}');
    expect(readGroup(NOTE, hook, 'hooks#1')).toBe('{"on":"save","script":{"id":1.0,"code":null,"type":"t"}}');
    const [rest, code] = [
      write(hook, 'hooks#1', { on: 'load', script: { code: null, id: 2 } }),
      write(hook, 'hooks#1@text', ['b']),
    ];
    expect(text(rest)).toBe('{"hooks":[{"on":"load","script":{"code":["a"],"id":2}}]}');
    expect(text(code)).toBe('{"hooks":[{"on":"save","script":{"id":1.0,"code":["b"],"type":"t"}}]}');
    expect(text(write(hook, 'hooks#1@text', undefined))).toBe(
      '{"hooks":[{"on":"save","script":{"id":1.0,"code":null,"type":"t"}}]}',
    );
  });

  it('do not fit when lengths differ, ids repeat or orders are none', () => {
    const fits = (rows: Content['rows']): boolean => rowsFit({ data: LINES.data, rows });
    expect([fits({}), fits({ 'box.lines': impliedRows(3) })]).toEqual([true, true]);
    expect([
      fits({ 'box.lines': impliedRows(2) }),
      fits({ title: [] }),
      fits({ 'box.lines': [...impliedRows(2), { id: '1', order: 'a9' }] }),
      fits({ 'box.lines': [...impliedRows(2), { id: 'x', order: '' }] }),
    ]).toEqual([false, false, false, false]);
  });
});

describe('aligning edited rows', () => {
  const aligned = (lines: readonly unknown[], from = LINES): Content =>
    alignRows(NOTE, from, parseJson(JSON.stringify({ box: { lines } })), fresh());

  it('keeps the identity of rows that are the same, have the same key, or stand in the same place', () => {
    expect(ids(aligned([{ key: 'a', value: 1 }, { key: 'b' }, { key: 'a', value: 3 }]))).toEqual(['1', '2', '3']);
    expect(
      ids(
        aligned([
          { key: 'a', value: 2 },
          { key: 'b', value: 7 },
        ]),
      ),
    ).toEqual(['3', '2']);
    expect(ids(aligned([{ key: 'a', value: 1 }, { key: 'renamed' }, { key: 'a', value: 2 }]))).toEqual(['1', '2', '3']);
    expect(ids(aligned([{ key: 'new' }, { key: 'a', value: 1 }, { key: 'b' }, { key: 'a', value: 2 }]))).toEqual([
      'new1',
      '1',
      '2',
      '3',
    ]);
  });

  it('gives new places only to rows that moved', () => {
    const moved = aligned([{ key: 'a', value: 2 }, { key: 'a', value: 1 }, { key: 'b' }]);
    expect(ids(moved)).toEqual(['3', '1', '2']);
    expect(
      differences(
        NOTE,
        note({ box: { lines: [{ key: 'a', value: 1 }, { key: 'b' }, { key: 'a', value: 2 }] } }),
        moved,
      ).map(({ group }) => group),
    ).toEqual(['box.lines#3@order']);
  });

  it('makes room between rows whose places are equal, for which two devices chose the same [ID6]', () => {
    const rows = [
      { id: 'x', order: 'a0' },
      { id: 'y', order: 'a0' },
      { id: 'z', order: 'a0' },
    ];
    const before: Content = { data: LINES.data, rows: { 'box.lines': rows } };
    const lines = [{ key: 'a', value: 1 }, { key: 'b' }, { key: 'new' }, { key: 'a', value: 2 }];
    const after = aligned(lines, before);
    expect(ids(after)).toEqual(['x', 'y', 'new1', 'z']);
    const written = differences(NOTE, before, after).reduce(
      (now, { group, after: value }) => write(now, group, JSON.parse(value ?? 'null')),
      before,
    );
    expect(written).toEqual({ ...after, data: written.data });
    expect(nodeAt(written.data, ['box', 'lines'])).toEqual(nodeAt(after.data, ['box', 'lines']));
    // An edit that leaves everything where it is moves nothing.
    expect(aligned([{ key: 'a', value: 1 }, { key: 'b' }, { key: 'a', value: 3 }], before).rows).toEqual(before.rows);
  });

  it('names new rows of a unique list by their key, so that two devices mean the same row', () => {
    const data = parseJson('{"hooks":[{"on":"save"},{"on":"save"},{"on":7},{}]}');
    expect(ids(alignRows(NOTE, note({}), data, fresh()), 'hooks')).toEqual(['=save', 'new1', '=7', 'new2']);
  });

  it('makes no id of a key that a group could be mistaken by, or that is too long for one', () => {
    const data = parseJson(
      JSON.stringify({ hooks: [{ on: 'a@order' }, { on: 'b#1@text' }, { on: 'k'.repeat(5000) }] }),
    );
    const after = alignRows(NOTE, note({}), data, fresh());
    expect(ids(after, 'hooks')).toEqual(['=a~3order', '=b#1~3text', 'new1']);
    const written = differences(NOTE, note({}), after).reduce(
      (now, { group, after: value }) => write(now, group, JSON.parse(value ?? 'null')),
      note({}),
    );
    expect(written).toEqual(after);
  });

  it('is done in a moment for thousands of rows', () => {
    const many = Array.from({ length: 5000 }, (_, at) => ({ key: `k${at % 50}`, value: at }));
    const result = aligned([{ key: 'first' }, ...many], note({ box: { lines: many } }));
    expect(ids(result).slice(0, 3)).toEqual(['new1', '1', '2']);
  });
});

describe('differences', () => {
  const any = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<unknown>(null, 'text', 1, [], {}) },
    fc.object({ maxDepth: 1 }),
  );
  const or = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ weight: 4, arbitrary: value }, any);
  const row = or(
    fc.record(
      {
        key: fc.constantFrom('a', 'b', 'c'),
        on: fc.constantFrom('x', 'y'),
        script: or(fc.record({ id: fc.nat(3), code: or(fc.array(fc.constantFrom('a', 'b'))) }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    ),
  );
  const list = or(fc.array(row, { maxLength: 6 }));
  const data = fc.record(
    {
      body: or(fc.string()),
      title: any,
      hooks: list,
      box: or(
        fc.record({ lines: list, inner: or(fc.dictionary(fc.string(), fc.nat(3))), more: any }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: [] },
  );

  it("of a content with itself are none, and writing a group's own value leaves every token [GR2]", () => {
    fc.assert(
      fc.property(data, (value) => {
        const content = note(value);
        expect(differences(NOTE, content, content)).toEqual([]);
        for (const group of groupsOf(NOTE, content)) {
          const written = writeGroup(NOTE, content, group, readGroup(NOTE, content, group));
          expect(written === 'blocked' ? 'blocked' : text(written), group).toBe(text(content));
        }
      }),
      RUNS,
    );
  });

  it('written one by one turn the one content into the other [GR2]', () => {
    fc.assert(
      fc.property(data, data, (one, two) => {
        const before = note(one);
        const after = alignRows(NOTE, before, note(two).data, fresh());
        const result = differences(NOTE, before, after).reduce<Content>((now, { group, before: was, after: value }) => {
          expect(readGroup(NOTE, before, group)).toBe(was);
          const written = writeGroup(NOTE, now, group, value);
          if (written === 'blocked') throw new Error(`${group} is blocked in ${text(now)}`);
          return written;
        }, before);
        expect(canonicalJson(result.data)).toBe(canonicalJson(after.data));
        expect(result.rows).toEqual(after.rows);
        expect(rowsFit(result)).toBe(true);
      }),
      { numRuns: 2 * RUNS.numRuns },
    );
  });

  it('lead to any group of the one in a third, once what stands in its way has given way [GR4]', () => {
    fc.assert(
      fc.property(data, data, data, (one, two, three) => {
        const before = note(one);
        const after = alignRows(NOTE, before, note(two).data, fresh());
        const other = note(three);
        for (const { group, after: value } of differences(NOTE, before, after)) {
          const forced = forceGroup(NOTE, other, group, value);
          const result = differences(NOTE, other, forced).reduce<Content>((now, step) => {
            const written = writeGroup(NOTE, now, step.group, step.after);
            if (written === 'blocked') throw new Error(`${step.group} is blocked in ${text(now)}`);
            return written;
          }, other);
          expect(canonicalJson(result.data)).toBe(canonicalJson(forced.data));
          expect(rowsFit(result)).toBe(true);
          const reached = readGroup(NOTE, result, group);
          if (group.endsWith('@order')) continue;
          // A row keeps the place of its text.
          const isExact = !group.startsWith('hooks#');
          expect(isExact ? equalJsonText(reached, value) : (reached === null) === (value === null), group).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('are by meaning: another spelling of a value is none', () => {
    const [one, two] = [note('{"title":1.0,"box":{"a":1,"b":2}}'), note('{"box":{"b":2,"a":1},"title":1}')];
    expect(differences(NOTE, one, two)).toEqual([]);
    expect(equalJson(one.data, two.data)).toBe(true);
  });
});
