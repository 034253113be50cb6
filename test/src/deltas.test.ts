/**
 * [FD5] Deltas against wholes, with the kinds of the product, the server's judgement and the device's half of the wire: a
 * request is edited in every way, rows and members come and go, and a device that holds any state in between is brought up
 * to date.
 */
import { schemas } from '@waypost/model';
import {
  type AccountId,
  alignRows,
  type Content,
  type DeviceId,
  differences,
  type Element,
  type ElementId,
  elementOf,
  EMPTY_SUM,
  type Epoch,
  type FieldWrite,
  fromValue,
  type JsonText,
  parseJson,
  patchedElement,
  readGroup,
  type StreamId,
  type WireElement,
  WHOLE_DATA_CHARS_MAX,
  type WorkspaceId,
  type Write,
} from '@waypost/protocol';
import { encodeElement, planChange, type StoredElement, WorkspaceState } from '@waypost/server/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const RUNS = { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 300) };

type JsonValue = null | boolean | number | string | JsonValue[] | { [member: string]: JsonValue };

const REQUEST = '00000000-0000-4000-8000-000000000001' as ElementId;
const schema = schemas('request');

const START = {
  name: 'Read a berth',
  event: [{ listen: 'test', script: { id: '1', exec: ['a'], type: 'text/javascript' } }],
  request: {
    method: 'GET',
    header: [{ key: 'A', value: '1' }, { key: 'B' }],
    url: {
      host: ['harbour'],
      raw: 'https://harbour/berths?side=%41&flag#top',
      path: ['berths'],
      query: [{ key: 'side', value: 'A' }, { key: 'off', value: '2', disabled: true }, { key: 'flag' }],
      hash: 'top',
      variable: [{ key: 'id' }],
    },
    body: { mode: 'raw', raw: '1', options: { raw: { language: 'json' } } },
    auth: { type: 'basic' },
  },
  // Long enough that only changed groups are sent of it.
  description: 'x'.repeat(WHOLE_DATA_CHARS_MAX),
};

const PATHS = [
  ...['name', 'event', 'event.0', 'event.0.script.exec', 'event.0.script.id', 'request.method', 'request.auth'],
  ...[
    'request.header',
    'request.header.0',
    'request.header.1',
    'request.body',
    'request.body.mode',
    'request.body.raw',
  ],
  ...['request.body.options.raw', 'request.body.urlencoded', 'request.url', 'request.url.host', 'request.url.hash'],
  ...['request.url.query', 'request.url.query.0', 'request.url.query.1', 'request.url.variable', 'request.url.more'],
];
const URLS = [
  ...['https://harbour/berths?side=A&flag', 'https://quay?x=%20#top', 'https://quay', '?'],
  null,
  undefined,
];

type Edit =
  /** As in an editor: the value at a path is another, or is gone. */
  | { readonly path: string; readonly value: JsonValue | undefined }
  /** As the undoing of an earlier edit: one group by itself. */
  | { readonly group: string; readonly value: JsonText | null };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      path: fc.constantFrom(...PATHS),
      value: fc.constantFrom<JsonValue | undefined>(
        ...[undefined, undefined, undefined, null, 's', 'y'],
        ...[[], {}, ['b', 'c'], { key: 'A', value: 'n' }, [{ key: 'C' }, { key: 'A', value: '1' }]],
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ path: fc.constant('request.url.raw'), value: fc.constantFrom(...URLS) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      group: fc.constantFrom(
        'request.header#1',
        'request.url.query#1',
        'request.url.query#2',
        'event#1',
        'event#1@text',
      ),
      value: fc.constantFrom('{"key":"A","value":"1"}', '{"listen":"test","script":{"exec":null}}', '["a"]', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      group: fc.constantFrom('request.header#1@order', 'request.header#2@order', 'request.url.query#2@order'),
      value: fc.constantFrom('"a0"', '"a1"', '"a5"', '"Zz"'),
    }),
  },
);

/** A workspace with one request, which is edited and seen by devices. */
class Server {
  readonly #me = { account: 'a' as AccountId, device: 'd' as DeviceId, stream: 's' as StreamId };
  readonly #state: WorkspaceState;
  #changes = 0;
  #rows = 0;

  constructor() {
    this.#state = new WorkspaceState(
      {
        workspace: {
          ...{ id: 'w' as WorkspaceId, epoch: 'e' as Epoch, restored: 0, head: 0, floor: 0, sum: EMPTY_SUM },
          ...{ elements: 0, tombstones: 0, lives: [], recovered: null },
        },
        rows: [],
        conflicts: [],
        streams: [{ ...this.#me, id: this.#me.stream, settled: 0, have: 0, refused: [] }],
        roles: new Map([[this.#me.account, 'editor']]),
      },
      1_000,
    );
    this.#does({
      ...{ op: 'create', id: REQUEST, kind: 'request', schema: schema.version, parent: null, order: 'a0' },
      ...{ data: JSON.stringify(START), rows: {}, origin: null },
    });
  }

  get head(): number {
    return this.#state.workspace.head;
  }

  get request(): StoredElement {
    return this.#state.element(REQUEST) as StoredElement;
  }

  /** The request as a device has it that took it whole. */
  get whole(): Element {
    const { gone: _gone, shape: _shape, ...element } = this.request;
    return element;
  }

  edit(one: Edit): void {
    const content: Content = { data: parseJson(this.request.data), rows: this.request.rows };
    if ('group' in one) {
      const before = readGroup(schema, content, one.group);
      this.#set([{ group: one.group, before, after: one.value }]);
      return;
    }
    const data = fromValue(edited(JSON.parse(this.request.data) as JsonValue, one.path.split('.'), one.value));
    const fresh = { id: () => `r${(this.#rows += 1)}`, chance: () => 0.5 };
    this.#set(differences(schema, content, alignRows(schema, content, data, fresh)));
  }

  /** What is sent of the request to a device that holds everything up to a revision. */
  sent(held: number): WireElement {
    return JSON.parse(encodeElement(schemas, this.request, held).text) as WireElement;
  }

  #set(
    groups: readonly { readonly group: string; readonly before: string | null; readonly after: string | null }[],
  ): void {
    const fields = groups.map(
      ({ group, before, after }): FieldWrite => ({
        group,
        value: after,
        base: { revision: this.head, value: { text: before } },
      }),
    );
    if (fields.length > 0) this.#does({ op: 'set', id: REQUEST, schema: schema.version, fields });
  }

  #does(write: Write): void {
    this.#changes += 1;
    const outcome = planChange(
      this.#state,
      { author: { ...this.#me, n: this.#changes }, change: { n: this.#changes, writes: [write] } },
      { schemas, newId: () => 'conflict', recovered: { kind: 'folder', schema: 1, data: '{}' } },
    );
    expect(outcome.kind).not.toBe('rejected');
  }
}

/** What a device holds after it was sent an element; `null` where it has to ask for the whole. */
function received(held: Element, wire: WireElement): Element | null {
  if ('data' in wire) return elementOf(wire);
  return 'changed' in wire ? patchedElement(schema, held, wire) : null;
}

function edited(value: JsonValue, [key, ...rest]: readonly string[], to: JsonValue | undefined): JsonValue {
  if (key === undefined) return to ?? null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const at = Number(key);
    if (!(at < value.length)) return value;
    if (rest.length === 0 && to === undefined) return value.toSpliced(at, 1);
    return value.with(at, edited(value[at] as JsonValue, rest, to));
  }
  const { [key]: inner, ...others } = value;
  if (rest.length === 0) return to === undefined ? others : { ...value, [key]: to };
  return inner === undefined ? value : { ...value, [key]: edited(inner, rest, to) };
}

describe('a device that is sent what changed of a request', () => {
  it('has the very text and rows of one that took it whole, or knows that it has not [FD5]', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const server = new Server();
        const held = [{ at: server.head, element: server.whole }];
        for (const one of edits) {
          server.edit(one);
          held.push({ at: server.head, element: server.whole });
        }
        for (const { at, element } of held) {
          const now = received(element, server.sent(at));
          if (now !== null) expect(now).toEqual(server.whole);
        }
      }),
      RUNS,
    );
  });

  it('need not ask for the whole after one edit, but where something else stood for a list of parameters [FD5]', () => {
    const usual = edit.filter((one) => {
      if ('group' in one || one.path !== 'request.url.query') return true;
      return one.value === undefined || Array.isArray(one.value);
    });
    fc.assert(
      fc.property(fc.array(usual, { maxLength: 3 }), usual, (before, last) => {
        const server = new Server();
        for (const one of before) server.edit(one);
        const { head, whole } = server;
        server.edit(last);
        expect(received(whole, server.sent(head))).toEqual(server.whole);
      }),
      RUNS,
    );
  });

  it('asks for the whole where a URL was emptied and written again in between [FD5]', () => {
    const server = new Server();
    const { head, whole } = server;
    server.edit({ path: 'request.url.raw', value: undefined });
    server.edit({ path: 'request.url.raw', value: START.request.url.raw });
    expect(received(whole, server.sent(head))).toBeNull();
    expect(server.whole.data).toContain('"https://harbour/berths?side=A&flag#top"');
  });
});
