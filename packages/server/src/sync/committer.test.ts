import {
  type AccountId,
  type Change,
  type DeviceId,
  type ElementId,
  type Epoch,
  type StreamId,
  unknownKind,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FaultPoint, MemoryDatabase, type MemorySyncStore } from '../storage/memory-store.ts';
import { GroupCommitter } from './committer.ts';
import type { CommitNews, PushItem } from './ports.ts';

const id = <Id extends string = ElementId>(n: number): Id =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as Id;

const WORKSPACE = id<WorkspaceId>(900);
const EPOCH = 'e1' as Epoch;
const ANNA = { account: id<AccountId>(100), device: id<DeviceId>(1) };
const BEN = { account: id<AccountId>(200), device: id<DeviceId>(2) };
const STREAM = id<StreamId>(7);
const BENS = id<StreamId>(8);

let database: MemoryDatabase;
let store: MemorySyncStore;
let committer: GroupCommitter;
let news: CommitNews[];
let now: number;
let fault: (point: FaultPoint) => void;

beforeEach(() => {
  database = new MemoryDatabase();
  database.addWorkspace(WORKSPACE, EPOCH);
  for (const { account, device } of [ANNA, BEN]) {
    database.setMember(WORKSPACE, account, 'editor');
    database.setDevice(device, { account, email: 'x@example.org', name: 'x', active: true });
  }
  fault = () => {};
  store = database.connect((point) => {
    fault(point);
  });
  news = [];
  now = 1_000;
  let ids = 500;
  committer = new GroupCommitter({
    store,
    schemas: (kind) => unknownKind(kind),
    newId: () => id((ids += 1)),
    recovered: { kind: 'folder', schema: 1, data: '{}' },
    now: () => now,
    life: 'life-1',
    mac: (text) => `mac${text.length}`,
  });
  committer.onCommit((heard) => news.push(heard));
});

const create = (n: number, element: ElementId): Change => ({
  n,
  writes: [
    {
      ...{ op: 'create', id: element, kind: 'note', schema: 0, parent: null, order: 'a0' },
      ...{ data: '{"name":"x"}', rows: {}, origin: null },
    },
  ],
});
const annas = (...changes: Change[]): PushItem => ({ actor: ANNA, stream: STREAM, changes });
const bens = (...changes: Change[]): PushItem => ({ actor: BEN, stream: BENS, changes });

async function head(): Promise<number | undefined> {
  return store.read(WORKSPACE, async (reader) => (await reader.workspace())?.head);
}

describe('a push', () => {
  it('is settled once, however often it is sent [ST1]', async () => {
    const push = annas(create(1, id(10)), create(2, id(11)));
    expect(await committer.push(WORKSPACE, EPOCH, push)).toEqual({ kind: 'received', upTo: 2 });
    expect(await committer.push(WORKSPACE, EPOCH, push)).toEqual({ kind: 'received', upTo: 2 });
    expect(await committer.push(WORKSPACE, EPOCH, annas(create(2, id(11)), create(3, id(12))))).toEqual({
      kind: 'received',
      upTo: 3,
    });
    expect(await head()).toBe(3);
  });

  it('with a gap is refused, and told from where to send [ST2]', async () => {
    await committer.push(WORKSPACE, EPOCH, annas(create(1, id(10))));
    const refused = await committer.push(WORKSPACE, EPOCH, annas(create(3, id(12))));
    expect(refused).toEqual({ kind: 'refused', code: 'stream-gap', upTo: 1 });
  });

  it('of another epoch is refused [ST3]', async () => {
    const refused = await committer.push(WORKSPACE, 'e0' as Epoch, annas(create(1, id(10))));
    expect(refused).toMatchObject({ kind: 'refused', code: 'wrong-epoch' });
    expect(await head()).toBe(0);
  });

  it('of a device that is signed out, or to a workspace that is not its own, changes nothing [ST7]', async () => {
    database.setDevice(ANNA.device, { account: ANNA.account, email: 'x@example.org', name: 'x', active: false });
    expect(await committer.push(WORKSPACE, EPOCH, annas(create(1, id(10))))).toMatchObject({ code: 'signed-out' });
    database.setMember(WORKSPACE, BEN.account, null);
    expect(await committer.push(WORKSPACE, EPOCH, bens(create(1, id(10))))).toMatchObject({ code: 'no-workspace' });
    expect(await committer.push(id(901), EPOCH, bens(create(1, id(10))))).toMatchObject({ code: 'no-workspace' });
    expect(await head()).toBe(0);
  });

  it('cannot continue somebody else’s stream [ST7]', async () => {
    await committer.push(WORKSPACE, EPOCH, annas(create(1, id(10))));
    const stolen = await committer.push(WORKSPACE, EPOCH, { ...bens(create(2, id(11))), stream: STREAM });
    expect(stolen).toMatchObject({ kind: 'refused', code: 'no-workspace' });
  });

  it('whose change is refused settles all the same, and the next one goes on [PL1]', async () => {
    const bad: Change = { n: 1, writes: [{ op: 'restore', id: id(99) }] };
    expect(await committer.push(WORKSPACE, EPOCH, annas(bad, create(2, id(10))))).toEqual({
      kind: 'received',
      upTo: 2,
    });
    expect(news[0]?.settled.get(STREAM)).toEqual({
      ...{ stream: STREAM, after: 0, upTo: 2 },
      outcomes: [{ n: 1, outcome: { kind: 'rejected', code: 'invalid' } }],
    });
  });

  it('that only settles is news too, so that its author hears of it [FD3]', async () => {
    await committer.push(WORKSPACE, EPOCH, annas({ n: 1, writes: [{ op: 'restore', id: id(99) }] }));
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({ from: 0, to: 0 });
  });
});

describe('commits', () => {
  it('are numbered alike whatever the clock says [ID3]', async () => {
    now = 5_000_000;
    await committer.push(WORKSPACE, EPOCH, annas(create(1, id(10))));
    now = -5_000_000;
    await committer.push(WORKSPACE, EPOCH, bens(create(1, id(11))));
    const rows = await store.read(WORKSPACE, async (reader) => reader.changedAbove(0, 10));
    expect(rows.map((row) => [row.id, row.revision])).toEqual([
      [id(10), 1],
      [id(11), 2],
    ]);
  });

  it('take whatever arrived while the last one ran, and number it without gaps or twins [ID2]', async () => {
    const pushes = Array.from({ length: 40 }, (_, at) =>
      committer.push(
        WORKSPACE,
        EPOCH,
        at % 2 === 0 ? annas(create(at / 2 + 1, id(10 + at))) : bens(create((at + 1) / 2, id(10 + at))),
      ),
    );
    await Promise.all(pushes);
    expect(await head()).toBe(40);
    expect(news).toHaveLength(2);
    expect(news.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 40],
    ]);
    const rows = await store.read(WORKSPACE, async (reader) => reader.changedAbove(0, 1_000));
    expect(rows.map(({ revision }) => revision)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });

  it('that fail before they are durable are told to all as something to try again, and leave nothing [ST6]', async () => {
    fault = (point) => {
      if (point === 'before-commit') throw new WaypostError('storage-full');
    };
    const failed = await Promise.allSettled([
      committer.push(WORKSPACE, EPOCH, annas(create(1, id(10)))),
      committer.push(WORKSPACE, EPOCH, bens(create(1, id(11)))),
    ]);
    expect(failed.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(news).toEqual([]);
    fault = () => {};
    expect(await committer.push(WORKSPACE, EPOCH, annas(create(1, id(10))))).toEqual({ kind: 'received', upTo: 1 });
    expect(await head()).toBe(1);
  });

  it('whose result is unknown are answered from the database when they are sent again [ST6] [ST1]', async () => {
    fault = (point) => {
      if (point === 'after-commit') throw new WaypostError('storage-failed');
    };
    const push = annas(create(1, id(10)));
    await expect(committer.push(WORKSPACE, EPOCH, push)).rejects.toMatchObject({ code: 'storage-failed' });
    fault = () => {};
    expect(await committer.push(WORKSPACE, EPOCH, push)).toEqual({ kind: 'received', upTo: 1 });
    expect(await head()).toBe(1);
  });

  it('that break together are tried one by one, so that one poisoned push holds up nobody', async () => {
    let writes = 0;
    fault = (point) => {
      if (point === 'before-write') writes += 1;
      // The second commit holds both waiting pushes; the third is Anna's alone.
      if (point === 'before-write' && (writes === 2 || writes === 3)) throw new Error('a constraint');
    };
    const results = await Promise.allSettled([
      committer.push(WORKSPACE, EPOCH, bens(create(1, id(20)))),
      committer.push(WORKSPACE, EPOCH, annas(create(1, id(10)))),
      committer.push(WORKSPACE, EPOCH, bens(create(2, id(21)))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await head()).toBe(2);
  });
});
