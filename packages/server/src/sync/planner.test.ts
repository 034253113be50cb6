import {
  type AccountId,
  type Change,
  type ConflictId,
  type DeviceId,
  type ElementId,
  EMPTY_SUM,
  type Epoch,
  type FieldWrite,
  isOrderKey,
  type KindSchema,
  type Outcome,
  type StreamId,
  unknownKind,
  type WorkspaceId,
  type Write,
} from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { planChange } from './planner.ts';
import type { StoredElement, StreamRow, WorkspaceRow } from './store.ts';
import { WorkspaceState } from './workspace-state.ts';

const id = <Id extends string = ElementId>(n: number): Id =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as Id;

const note: KindSchema = {
  ...unknownKind('note'),
  version: 1,
  rules: [
    { rule: 'value', path: 'name', way: 'ask' },
    { rule: 'value', path: 'body', way: 'text' },
    { rule: 'rows', path: 'headers', key: 'key', unique: false, text: null, derive: null },
    { rule: 'rows', path: 'scripts', key: 'listen', unique: true, text: 'code', derive: null },
  ],
  children: ['note'],
  top: false,
};
const folder: KindSchema = { ...unknownKind('folder'), version: 1, top: true };
const schemas = (kind: string): KindSchema => (kind === 'note' ? note : kind === 'folder' ? folder : unknownKind(kind));

const ANNA = { account: id<AccountId>(100), device: id<DeviceId>(1) };
const PHONE = { account: id<AccountId>(100), device: id<DeviceId>(2) };
const BEN = { account: id<AccountId>(200), device: id<DeviceId>(3) };
const VERA = { account: id<AccountId>(300), device: id<DeviceId>(4) };
const STRANGER = { account: id<AccountId>(400), device: id<DeviceId>(5) };

const FOLDER = id(10);
const NOTE = id(11);
const OTHER = id(12);

/** A workspace that people write to, one change at a time. */
class Story {
  state: WorkspaceState;
  readonly #numbers = new Map<DeviceId, number>();
  #ids = 500;

  constructor(workspace: Partial<WorkspaceRow> = {}) {
    const streams = [ANNA, PHONE, BEN, VERA, STRANGER].map(
      (actor): StreamRow => ({ ...actor, id: streamOf(actor), settled: 0, have: 0, refused: [] }),
    );
    this.state = new WorkspaceState(
      {
        workspace: {
          ...{ id: id<WorkspaceId>(900), epoch: 'e1' as Epoch, restored: 0, head: 0, floor: 0, sum: EMPTY_SUM },
          ...{ elements: 0, tombstones: 0, lives: [], recovered: null },
          ...workspace,
        },
        rows: [],
        conflicts: [],
        streams,
        roles: new Map([
          [ANNA.account, 'editor'],
          [BEN.account, 'administrator'],
          [VERA.account, 'viewer'],
          [STRANGER.account, null],
        ]),
      },
      1_000,
    );
  }

  elementsMax: number | undefined = undefined;

  does(actor: typeof ANNA, ...writes: Write[]): Outcome {
    const n = (this.#numbers.get(actor.device) ?? 0) + 1;
    this.#numbers.set(actor.device, n);
    const change: Change = { n, writes };
    return planChange(
      this.state,
      { author: { ...actor, stream: streamOf(actor), n }, change },
      {
        schemas,
        newId: () => id((this.#ids += 1)),
        recovered: { kind: 'folder', schema: 1, data: '{"name":"Recovered"}' },
        elementsMax: this.elementsMax,
      },
    );
  }

  element(element: ElementId): StoredElement {
    const found = this.state.element(element);
    if (found === undefined) throw new Error('no such element');
    return found;
  }

  data(element: ElementId): unknown {
    return JSON.parse(this.element(element).data);
  }

  open(element: ElementId): ReturnType<WorkspaceState['openConflicts']> {
    return this.state.openConflicts(element);
  }

  get head(): number {
    return this.state.workspace.head;
  }
}

const streamOf = (actor: typeof ANNA): StreamId => id(Number(actor.device.slice(-4)) + 7_000);

const create = (element: ElementId, more: Partial<Extract<Write, { op: 'create' }>> = {}): Write => ({
  ...{ op: 'create', id: element, kind: 'note', schema: 1, parent: FOLDER, order: 'a0', rows: {}, origin: null },
  data: '{"name":"draft","body":"one\\ntwo\\nthree","headers":[{"key":"A","value":"1"},{"key":"B","value":"2"}]}',
  ...more,
});
const makeFolder = (element: ElementId = FOLDER, parent: ElementId | null = null): Write =>
  create(element, { kind: 'folder', parent, data: '{"name":"folder"}' });
const field = (group: string, base: [number, unknown], value: unknown): FieldWrite => ({
  group,
  base: { revision: base[0], value: { text: base[1] === null ? null : JSON.stringify(base[1]) } },
  value: value === null ? null : JSON.stringify(value),
});
const set = (element: ElementId, ...fields: FieldWrite[]): Write => ({ op: 'set', id: element, schema: 1, fields });
const APPLIED: Outcome = { kind: 'applied', adjusted: [] };

let story: Story;
beforeEach(() => {
  story = new Story();
  story.does(ANNA, makeFolder());
  story.does(ANNA, create(NOTE));
});

describe('a set', () => {
  it('stands field by field: different fields, rows and lines of two devices are nobody’s question [PL3]', () => {
    expect(story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')))).toEqual(APPLIED);
    expect(
      story.does(BEN, set(NOTE, field('headers#2', [2, { key: 'B', value: '2' }], { key: 'B', value: '22' }))),
    ).toEqual(APPLIED);
    expect(
      story.does(ANNA, set(NOTE, field('headers#1', [2, { key: 'A', value: '1' }], { key: 'A', value: '11' }))),
    ).toEqual(APPLIED);
    expect(story.does(BEN, set(NOTE, field('body', [2, 'one\ntwo\nthree'], 'one\ntwo\nTHREE')))).toEqual(APPLIED);
    expect(story.does(ANNA, set(NOTE, field('body', [2, 'one\ntwo\nthree'], 'ONE\ntwo\nthree')))).toEqual({
      kind: 'merged',
    });
    expect(story.data(NOTE)).toEqual({
      name: 'Anna',
      body: 'ONE\ntwo\nTHREE',
      headers: [
        { key: 'A', value: '11' },
        { key: 'B', value: '22' },
      ],
    });
    expect(story.open(NOTE)).toEqual([]);
  });

  it('parks only the fields in conflict, with base, mine and theirs known, and lets the rest stand [PL3] [JG4]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    const outcome = story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna'), field('colour', [2, null], 'red')));
    const [conflict] = story.open(NOTE);
    expect(outcome).toEqual({ kind: 'conflict', conflicts: [conflict?.id], groups: ['name'] });
    expect(story.data(NOTE)).toMatchObject({ name: 'Ben', colour: 'red' });
    expect(conflict).toMatchObject({
      ...{ type: 'edit', element: NOTE, mine: ANNA, theirs: BEN, closed: null },
      fields: [{ group: 'name', base: '"draft"', mine: '"Anna"', revision: 3 }],
    });
  });

  it('of a text says which row it stands in, and nothing about what others made of that [GR6] [JG9]', () => {
    const row = { listen: 'test', code: null };
    story.does(ANNA, set(NOTE, field('scripts#=test', [0, null], row), field('scripts#=test@text', [0, null], 'a')));
    const edited = { ...row, more: 1 };
    story.does(BEN, set(NOTE, field('scripts#=test', [3, row], edited)));
    const typed = (code: string, base: string): Write =>
      set(NOTE, field('scripts#=test', [3, row], row), field('scripts#=test@text', [3, base], code));
    expect(story.does(ANNA, typed('b', 'a'))).toEqual(APPLIED);
    expect(story.data(NOTE)).toMatchObject({ scripts: [{ ...edited, code: 'b' }] });
    const removed = set(NOTE, field('scripts#=test@text', [5, 'b'], null), field('scripts#=test', [4, edited], null));
    expect(story.does(BEN, removed)).toEqual(APPLIED);
    expect(story.does(ANNA, typed('c', 'b'))).toMatchObject({
      kind: 'conflict',
      groups: ['scripts#=test', 'scripts#=test@text'],
    });
    expect(story.data(NOTE)).toMatchObject({ scripts: [] });
  });

  it('is one conflict for five edits of one field, holding what the person wanted last [PL7] [PL8]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    let before: unknown = 'draft';
    for (const name of ['A1', 'A2', 'A3', 'A4', 'A5']) {
      expect(story.does(ANNA, set(NOTE, field('name', [2, before], name))).kind).toBe('conflict');
      before = name;
    }
    expect(story.open(NOTE)).toHaveLength(1);
    expect(story.open(NOTE)[0]?.fields).toEqual([{ group: 'name', base: '"draft"', mine: '"A5"', revision: 3 }]);
    expect(story.data(NOTE)).toMatchObject({ name: 'Ben' });
  });

  it('of a parked group made over the settled state is judged like any other, and the conflict stays open [PL8]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')));
    expect(story.does(ANNA, set(NOTE, field('name', [3, 'Ben'], 'Ben and Anna')))).toEqual(APPLIED);
    expect(story.data(NOTE)).toMatchObject({ name: 'Ben and Anna' });
    expect(story.open(NOTE)).toHaveLength(1);
  });

  it('closes the conflict when mine becomes what stands, from either side [PL9]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')));
    story.does(BEN, set(NOTE, field('name', [3, 'Ben'], 'Anna')));
    expect(story.open(NOTE)).toEqual([]);
  });

  it('leaves the device alone with itself, whatever it queued [JG3]', () => {
    for (const name of ['x', 'y', 'z'])
      expect(story.does(ANNA, set(NOTE, field('name', [2, 'draft'], name)))).toEqual(APPLIED);
    expect(story.data(NOTE)).toMatchObject({ name: 'z' });
  });

  it('parks a row that meets a string where its array would be, and destroys neither [GR4]', () => {
    story.does(
      BEN,
      set(
        NOTE,
        field('headers#1', [2, { key: 'A', value: '1' }], null),
        field('headers#2', [2, { key: 'B', value: '2' }], null),
      ),
    );
    story.does(BEN, set(NOTE, field('headers', [2, []], 'A: 1')));
    expect(story.does(ANNA, set(NOTE, field('headers#x', [2, null], { key: 'C' }))).kind).toBe('conflict');
    expect(story.data(NOTE)).toMatchObject({ headers: 'A: 1' });
  });

  it('keeps what it replaced in the history, and what did not come to stand [PL10]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')));
    expect(story.state.batch([]).history.slice(2)).toEqual([
      {
        element: NOTE,
        revision: 3,
        by: BEN,
        at: 1_000,
        stream: streamOf(BEN),
        n: 1,
        status: 'written',
        values: { name: '"draft"' },
      },
      {
        element: NOTE,
        revision: 4,
        by: ANNA,
        at: 1_000,
        stream: streamOf(ANNA),
        n: 3,
        status: 'unmerged',
        values: { name: '"Anna"' },
      },
    ]);
  });

  it('of the value that stands takes no number [ID2]', () => {
    const { head } = story;
    expect(story.does(BEN, set(NOTE, field('name', [2, 'x'], 'draft')))).toEqual({ kind: 'noop' });
    expect(story.head).toBe(head);
  });
});

describe('a delete', () => {
  it('puts the element in the trash, and what another device sets there is a question [PL5]', () => {
    story.does(ANNA, { op: 'delete', id: NOTE, cursor: 2 });
    expect(story.element(NOTE).trashed).toMatchObject({ by: ANNA, revision: 3 });
    expect(story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben'))).kind).toBe('conflict');
    expect(story.open(NOTE)[0]).toMatchObject({ type: 'deleted', theirs: ANNA, mine: BEN });
    expect(story.element(NOTE).trashed).not.toBeNull();
  });

  it('of a folder covers what is below it [PL5]', () => {
    story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 2 });
    expect(story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben'))).kind).toBe('conflict');
  });

  it('that meets another device’s work below is a conflict, and nothing is deleted [PL4]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    expect(story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 2 }).kind).toBe('conflict');
    expect(story.element(FOLDER).trashed).toBeNull();
    expect(story.open(FOLDER)[0]).toMatchObject({ type: 'changed-since', theirs: BEN });
    expect(story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 4 })).toEqual(APPLIED);
    expect(story.open(FOLDER)).toEqual([]);
  });

  it('of what holds something that was deleted before, and could not be, is a question until its device was told [PL4]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, { op: 'delete', id: NOTE, cursor: 2 });
    // Ben's name has arrived since. Anna cannot have seen it: her device shows no note.
    expect(story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 3 }).kind).toBe('conflict');
    expect(story.element(FOLDER).trashed).toBeNull();
    expect(story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 5 })).toEqual(APPLIED);
  });

  it('after a merge over another device’s text is a question too [JG6]', () => {
    story.does(BEN, set(NOTE, field('body', [2, 'one\ntwo\nthree'], 'one\ntwo\nTHREE')));
    story.does(ANNA, set(NOTE, field('body', [2, 'one\ntwo\nthree'], 'ONE\ntwo\nthree')));
    expect(story.does(ANNA, { op: 'delete', id: NOTE, cursor: 2 }).kind).toBe('conflict');
  });

  it('is undone by the same device’s own later write [PL6]', () => {
    story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 2 });
    expect(story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'kept')))).toEqual(APPLIED);
    expect(story.element(FOLDER).trashed).toBeNull();
  });

  it('is for good once purged, with everything below, and what was restored meanwhile stays [PL13]', () => {
    story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 2 });
    story.does(BEN, { op: 'restore', id: FOLDER });
    expect(story.does(ANNA, { op: 'purge', id: FOLDER })).toEqual({ kind: 'noop' });
    story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 9 });
    expect(story.does(ANNA, { op: 'purge', id: FOLDER })).toEqual(APPLIED);
    expect(story.state.row(NOTE)).toMatchObject({ gone: true });
    expect(story.state.workspace).toMatchObject({ elements: 0, tombstones: 2, sum: EMPTY_SUM });
  });
});

describe('a tree', () => {
  it('refuses the second of two moves that would make a cycle, and the element stays [TR2]', () => {
    story.does(ANNA, makeFolder(OTHER));
    expect(story.does(ANNA, { op: 'move', id: OTHER, parent: FOLDER, order: 'a1' })).toEqual(APPLIED);
    expect(story.does(BEN, { op: 'move', id: FOLDER, parent: OTHER, order: 'a1' })).toEqual({
      kind: 'rejected',
      code: 'cycle',
    });
    expect(story.element(FOLDER).parent).toBeNull();
  });

  it('refuses a depth beyond 64 [TR2]', () => {
    let parent = FOLDER;
    let outcome: Outcome = APPLIED;
    for (let depth = 2; depth <= 65; depth += 1) {
      outcome = story.does(ANNA, makeFolder(id(1000 + depth), parent));
      parent = id(1000 + depth);
    }
    expect(outcome).toEqual({ kind: 'rejected', code: 'cycle' });
  });

  it('refuses a move into something deleted [TR3]', () => {
    story.does(ANNA, makeFolder(OTHER));
    story.does(ANNA, { op: 'delete', id: OTHER, cursor: 3 });
    expect(story.does(BEN, { op: 'move', id: NOTE, parent: OTHER, order: 'a0' })).toEqual({
      kind: 'rejected',
      code: 'no-parent',
    });
    expect(story.element(NOTE).parent).toBe(FOLDER);
  });

  it('lets the later of two moves stand [TR1]', () => {
    story.does(ANNA, makeFolder(OTHER));
    story.does(ANNA, { op: 'move', id: NOTE, parent: OTHER, order: 'a5' });
    expect(story.does(BEN, { op: 'move', id: NOTE, parent: FOLDER, order: 'a7' })).toEqual(APPLIED);
    expect(story.element(NOTE)).toMatchObject({ parent: FOLDER, order: 'a7' });
  });

  it('re-homes what is created below something deleted, and says so [TR5]', () => {
    const inner = id(13);
    story.does(ANNA, makeFolder(inner, FOLDER));
    story.does(ANNA, { op: 'delete', id: inner, cursor: 3 });
    expect(story.does(BEN, create(OTHER, { parent: inner }))).toEqual({
      kind: 'applied',
      adjusted: [{ id: OTHER, parent: FOLDER }],
    });
  });

  it('gathers what has no living ancestor in one folder [TR5]', () => {
    story.does(ANNA, { op: 'delete', id: FOLDER, cursor: 2 });
    story.does(BEN, create(OTHER));
    story.does(BEN, create(id(14), { parent: id(999) }));
    const recovered = story.state.workspace.recovered as ElementId;
    expect(story.element(OTHER).parent).toBe(recovered);
    expect(story.element(id(14)).parent).toBe(recovered);
    expect(isOrderKey(story.element(recovered).order)).toBe(true);
  });
});

describe('a refusal', () => {
  it('leaves nothing of a change, and spends no number [PL2] [ID2]', () => {
    const before = { ...story.state.workspace };
    const outcome = story.does(ANNA, create(OTHER), { op: 'move', id: FOLDER, parent: FOLDER, order: 'a1' });
    expect(outcome).toEqual({ kind: 'rejected', code: 'cycle' });
    expect(story.state.row(OTHER)).toBeUndefined();
    expect(story.state.workspace).toEqual(before);
  });

  it('takes the dependants of a refused creation with it [PL12]', () => {
    story.does(ANNA, create(OTHER, { data: '{' }));
    expect(story.does(ANNA, create(id(14), { parent: OTHER }))).toEqual({ kind: 'rejected', code: 'depends' });
    expect(story.does(ANNA, set(id(14), field('name', [0, null], 'x')))).toEqual({ kind: 'rejected', code: 'depends' });
  });

  it('names its reason [PL11]', () => {
    expect(story.does(VERA, set(NOTE, field('name', [2, 'draft'], 'x')))).toEqual({
      kind: 'rejected',
      code: 'read-only',
    });
    expect(story.does(STRANGER, create(OTHER))).toEqual({ kind: 'rejected', code: 'forbidden' });
    expect(story.does(ANNA, create(OTHER, { order: '!' }))).toEqual({ kind: 'rejected', code: 'invalid' });
    for (const kind of ['note\u0000', 'note\ud800'])
      expect(story.does(ANNA, create(OTHER, { kind }))).toEqual({ kind: 'rejected', code: 'invalid' });
    for (const raw of ['{"name":"\u0000"}', '"\u0000"'])
      expect(story.does(ANNA, create(OTHER, { data: raw }))).toEqual({ kind: 'rejected', code: 'invalid' });
    expect(story.does(ANNA, set(NOTE, { ...field('name', [2, 'draft'], 'x'), value: '"\u0000"' }))).toEqual({
      kind: 'rejected',
      code: 'invalid',
    });
    expect(story.does(ANNA, create(OTHER, { schema: 2 }))).toEqual({ kind: 'rejected', code: 'schema-too-new' });
    const large = JSON.stringify({ name: 'x'.repeat(8 * 1024 * 1024) });
    expect(story.does(ANNA, create(OTHER, { data: large }))).toEqual({ kind: 'rejected', code: 'too-large' });
  });

  it('carries a kind it has never heard of [GR5]', () => {
    expect(story.does(ANNA, create(OTHER, { kind: 'hologram', schema: 7, data: '{"z":{"1":1.0}}' }))).toEqual(APPLIED);
    expect(story.does(ANNA, set(OTHER, field('z', [3, { 1: 1 }], 5)))).toEqual(APPLIED);
  });
});

describe('deciding', () => {
  it('closes the conflict together with the write that decides it [PL9]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')));
    const conflict = story.open(NOTE)[0]?.id ?? id<ConflictId>(0);
    const close: Write = { op: 'close', conflict, groups: null, resolution: 'mine' };
    const outcome = story.does(PHONE, set(NOTE, field('name', [3, 'Ben'], 'Anna')), close);
    expect(outcome).toEqual(APPLIED);
    expect(story.open(NOTE)).toEqual([]);
    expect(story.data(NOTE)).toMatchObject({ name: 'Anna' });
  });

  it('about what was changed once more asks again, with all that was decided meanwhile [PL9]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben'), field('body', [2, null], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna'), field('body', [2, null], 'Anna')));
    story.does(BEN, set(NOTE, field('name', [3, 'Ben'], 'Ben again')));
    const conflict = story.open(NOTE)[0]?.id ?? id<ConflictId>(0);
    const decision = set(NOTE, field('name', [3, 'Ben'], 'Anna'), field('body', [3, 'Ben'], 'Anna'));
    const outcome = story.does(ANNA, decision, { op: 'close', conflict, groups: null, resolution: 'mine' });
    expect(outcome).toMatchObject({ kind: 'conflict', groups: ['name'] });
    expect(story.open(NOTE)[0]?.fields).toMatchObject([{ group: 'name', mine: '"Anna"', revision: 5 }]);
    expect(story.data(NOTE)).toMatchObject({ name: 'Ben again', body: 'Anna' });
  });

  describe('by giving up while saving', () => {
    const aside: Write = {
      ...{ op: 'park', conflict: id<ConflictId>(77), id: NOTE, type: 'edit' },
      fields: [{ group: 'name', base: '"draft"', mine: '"Anna"', revision: 3 }],
    };
    const close: Write = { op: 'close', conflict: id<ConflictId>(77), groups: ['name'], resolution: 'theirs' };

    it('keeps what was typed in the history, and asks nothing [PL16]', () => {
      story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
      expect(story.does(ANNA, aside, close)).toEqual(APPLIED);
      expect(story.open(NOTE)).toEqual([]);
      expect(story.data(NOTE)).toMatchObject({ name: 'Ben' });
      const kept = story.state.batch([]).history.filter(({ status }) => status === 'unmerged');
      expect(kept).toMatchObject([{ element: NOTE, values: { name: '"Anna"' } }]);
    });

    it('adds to the question that is open about the element already [PL16]', () => {
      story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
      story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'saved before')));
      expect(story.does(ANNA, aside, close)).toMatchObject({ kind: 'conflict', groups: ['name'] });
      expect(story.open(NOTE)).toMatchObject([{ fields: [{ group: 'name', mine: '"Anna"' }] }]);
    });

    it('has nothing to keep where the same stands [PL16]', () => {
      story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Anna')));
      expect(story.does(ANNA, aside, close)).toEqual({ kind: 'noop' });
    });
  });

  it('to delete what was changed once more asks again [PL9]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, { op: 'delete', id: NOTE, cursor: 2 });
    story.does(BEN, set(NOTE, field('name', [3, 'Ben'], 'Ben again')));
    const conflict = story.open(NOTE)[0]?.id ?? id<ConflictId>(0);
    const close: Write = { op: 'close', conflict, groups: null, resolution: 'mine' };
    story.does(ANNA, { op: 'delete', id: NOTE, cursor: 4 }, close);
    expect(story.element(NOTE).trashed).toBeNull();
    expect(story.open(NOTE)).toHaveLength(1);
  });

  it('is nobody else’s: another account cannot close it [FD8]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'Ben')));
    story.does(ANNA, set(NOTE, field('name', [2, 'draft'], 'Anna')));
    const conflict = story.open(NOTE)[0]?.id ?? id<ConflictId>(0);
    story.does(BEN, { op: 'close', conflict, groups: null, resolution: 'theirs' });
    expect(story.open(NOTE)).toHaveLength(1);
  });
});

describe('after a rolled-back database', () => {
  const resent = (element: ElementId, revision: number, data: object, own = true): Write => ({
    op: 'resend',
    element: {
      ...{ id: element, kind: 'note', schema: 1, parent: FOLDER, order: 'a0', rows: {}, origin: null },
      data: JSON.stringify(data),
      created: { revision: element === NOTE ? 2 : revision, own },
      groups: { name: { revision, own } },
    },
  });

  beforeEach(() => {
    const { state } = story;
    const rows = state.touchedRows();
    story = new Story({ ...state.workspace, epoch: 'e2' as Epoch, restored: 2 });
    for (const row of rows) story.state.put(row);
    story.state.begin({ ...ANNA, stream: streamOf(ANNA), n: 0 });
    story.state.finish();
  });

  const base = {
    body: 'one\ntwo\nthree',
    headers: [
      { key: 'A', value: '1' },
      { key: 'B', value: '2' },
    ],
  };

  it('a re-sent group wins over its restored value, and the higher old revision over the lower [EP4]', () => {
    expect(story.does(BEN, resent(NOTE, 7, { name: 'seventh', ...base }, false))).toEqual(APPLIED);
    expect(story.does(ANNA, resent(NOTE, 9, { name: 'ninth', ...base }))).toEqual(APPLIED);
    expect(story.does(PHONE, resent(NOTE, 8, { name: 'eighth', ...base }))).toEqual({ kind: 'noop' });
    expect(story.data(NOTE)).toMatchObject({ name: 'ninth' });
    expect(story.open(NOTE)).toEqual([]);
    expect(story.state.batch([]).history.at(-1)).toMatchObject({ status: 'unmerged', values: { name: '"eighth"' } });
  });

  it('a re-send never overwrites newer work: it is parked [EP4]', () => {
    story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'newer')));
    expect(story.does(ANNA, resent(NOTE, 7, { name: 'old', ...base })).kind).toBe('conflict');
    expect(story.data(NOTE)).toMatchObject({ name: 'newer' });
    expect(story.open(NOTE)[0]?.fields[0]).toMatchObject({ group: 'name', mine: '"old"' });
  });

  it('what was made after the backup is made again, once [EP4]', () => {
    expect(story.does(ANNA, resent(OTHER, 5, { name: 'mine' }))).toEqual(APPLIED);
    expect(story.does(BEN, resent(OTHER, 5, { name: 'mine' })).kind).toBe('noop');
    expect(story.does(ANNA, create(OTHER))).toEqual({ kind: 'noop' });
    expect(story.data(OTHER)).toEqual({ name: 'mine' });
  });

  it('parks again what was parked, once [EP6]', () => {
    const park: Write = {
      ...{ op: 'park', conflict: id<ConflictId>(77), id: NOTE, type: 'edit' },
      fields: [{ group: 'name', base: '"draft"', mine: '"mine"', revision: 2 }],
    };
    expect(story.does(ANNA, park).kind).toBe('conflict');
    expect(story.does(PHONE, park)).toEqual({ kind: 'noop' });
    expect(story.open(NOTE)).toHaveLength(1);
  });

  const restoredConflict = (closed: 'theirs' | null) =>
    story.state.putConflict({
      ...{ id: id<ConflictId>(77), element: NOTE, type: 'edit', mine: ANNA, theirs: BEN, at: 0, revision: 2, closed },
      fields: [{ group: 'name', base: '"draft"', mine: '"first"', revision: 2 }],
    });
  const parkLater: Write = {
    ...{ op: 'park', conflict: id<ConflictId>(77), id: NOTE, type: 'edit' },
    fields: [{ group: 'name', base: '"draft"', mine: '"second"', revision: 2 }],
  };

  it('takes the later version of what a device had parked over the restored one [EP6]', () => {
    restoredConflict(null);
    expect(story.does(ANNA, parkLater).kind).toBe('conflict');
    expect(story.open(NOTE)[0]?.fields).toMatchObject([{ group: 'name', mine: '"second"' }]);
    expect(story.does(ANNA, parkLater)).toEqual({ kind: 'noop' });
  });

  it('keeps what was decided about a parked version, and the later one in the history [EP6]', () => {
    restoredConflict('theirs');
    expect(story.does(ANNA, parkLater)).toEqual({ kind: 'noop' });
    expect(story.open(NOTE)).toEqual([]);
    expect(story.state.batch([]).history.at(-1)).toMatchObject({ status: 'unmerged', values: { name: '"second"' } });
  });
});

describe('a workspace that holds as much as it may', () => {
  const FULL: Outcome = { kind: 'rejected', code: 'quota' };

  beforeEach(() => {
    story.does(ANNA, makeFolder());
    story.does(ANNA, create(NOTE));
    story.elementsMax = 2;
  });

  it('takes nothing new, and what hangs on that neither, but lets everything that is there be changed', () => {
    expect(story.does(BEN, create(OTHER))).toEqual(FULL);
    expect(story.does(BEN, create(id(14), { parent: OTHER }))).toEqual({ kind: 'rejected', code: 'depends' });
    expect(story.does(BEN, set(NOTE, field('name', [2, 'draft'], 'final')))).toEqual(APPLIED);
    // Made again, it is only what is there.
    expect(story.does(ANNA, create(NOTE)).kind).not.toBe('rejected');
  });

  it('counts within one change, and takes back all of it', () => {
    story.elementsMax = 3;
    expect(story.does(BEN, create(OTHER), create(id(14)))).toEqual(FULL);
    expect(story.state.element(OTHER)).toBeUndefined();
    expect(story.state.workspace.elements).toBe(2);
    expect(story.does(BEN, create(id(15)))).toEqual(APPLIED);
  });

  it('has room again once something is deleted for good', () => {
    story.does(ANNA, { op: 'delete', id: NOTE, cursor: 2 });
    expect(story.does(ANNA, create(OTHER))).toEqual(FULL);
    story.does(ANNA, { op: 'purge', id: NOTE });
    expect(story.does(ANNA, create(id(14)))).toEqual(APPLIED);
  });
});
