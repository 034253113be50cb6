import { beforeEach, describe, expect, it } from 'vitest';
import { type ClockMark, Maintenance } from './maintenance.ts';
import {
  ANNA,
  BEN,
  creation,
  mac,
  type Node,
  schemas,
  type TestDevice,
  WORKSPACE,
  World,
  withoutShape,
} from './live.fixture.ts';
import type { WorkspaceRow } from './store.ts';

const DAY = 24 * 60 * 60 * 1_000;

let world: World;
let node: Node;
let anna: TestDevice;
let maintenance: Maintenance;
let mark: ClockMark | null;
let alarms: string[];

beforeEach(async () => {
  world = new World();
  node = world.node({ life: 'life' });
  alarms = [];
  // It has gone steadily for long.
  mark = { at: world.time.now(), steadySince: world.time.now() - 2 * DAY };
  maintenance = new Maintenance({
    ...{ store: node.store, schemas, mac, clock: world.time, scheduler: world.time, life: 'life' },
    mark: { read: async () => mark, write: async (next) => void (mark = next) },
    committed: (news) => node.live.hub.committed(news),
    alarm: (sentence) => void alarms.push(sentence),
    failed: (error) => void world.failures.push(error),
  });
  anna = world.device(ANNA);
  anna.connect(node);
  await world.time.pass(0);
});

/** So many days, each with a look at the clock. */
async function days(count: number): Promise<void> {
  await world.time.pass(count * DAY);
  mark = { at: world.time.now(), steadySince: mark?.steadySince ?? 0 };
}

async function row(): Promise<WorkspaceRow> {
  const found = await node.store.read(WORKSPACE, (reader) => reader.workspace());
  if (found === null) throw new Error('no workspace');
  return found;
}

describe('the trash', () => {
  it('empties after thirty days, whole trees of it, and every device hears of it', async () => {
    const ben = world.device(BEN);
    ben.connect(node);
    const kept = anna.create({ name: 'kept' });
    const folder = world.freshId();
    anna.push(
      creation(folder, { name: 'folder' }),
      ...Array.from({ length: 30 }, (_, n) => creation(world.freshId(), { name: `note ${n}` }, folder)),
    );
    await world.time.pass(0);
    anna.push({ op: 'delete', id: folder, cursor: anna.cursor });
    await days(29);
    expect((await maintenance.run()).expired).toBe(0);
    await days(2);
    expect(await maintenance.run()).toEqual({ held: false, expired: 31, collected: 0, thinned: 0 });
    await world.time.pass(0);
    expect([...ben.elements.keys()]).toEqual([kept]);
    expect([...(await world.elements()).values()].map(withoutShape)).toEqual([...anna.elements.values()]);
    expect(await row()).toMatchObject({ elements: 1, tombstones: 31 });
    expect(world.failures).toEqual([]);
  });

  it('keeps what a conflict waits for, and what that lies in', async () => {
    const folder = anna.create({ name: 'folder' });
    const note = anna.create({ name: 'note' }, folder);
    const beside = anna.create({ name: 'beside' });
    await world.time.pass(0);
    const ben = world.device(BEN);
    ben.connect(node);
    await world.time.pass(0);
    anna.push({ op: 'delete', id: folder, cursor: anna.cursor });
    anna.push({ op: 'delete', id: beside, cursor: anna.cursor });
    await world.time.pass(0);
    // Ben did not know.
    ben.push({
      ...{ op: 'set', id: note, schema: 0 },
      fields: [{ group: 'name', base: { revision: 2, value: { text: '"note"' } }, value: '"mine"' }],
    });
    await world.time.pass(0);
    expect(ben.conflicts.size).toBe(1);
    await days(31);
    expect((await maintenance.run()).expired).toBe(1);
    await world.time.pass(0);
    expect([...anna.elements.keys()].sort()).toEqual([folder, note].sort());
  });
});

describe('tombstones', () => {
  async function purgeOneByOne(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const note = world.freshId();
      anna.push(creation(note, {}), { op: 'delete', id: note, cursor: anna.cursor }, { op: 'purge', id: note });
    }
    await world.time.pass(0);
  }

  it('are forgotten after ninety days, and cursors below the last of them lead nowhere', async () => {
    await purgeOneByOne(3);
    const away = { ...anna.position };
    await days(60);
    await purgeOneByOne(2);
    await days(31);
    expect((await maintenance.run()).collected).toBe(3);
    expect(await row()).toMatchObject({ floor: 3, tombstones: 2, head: 5 });
    anna.disconnect();
    anna.cursor = 2;
    anna.life = away.life;
    anna.connect(node);
    await world.time.pass(0);
    expect(anna.heard.at(-1)).toMatchObject({ type: 'reset', reason: 'floor' });
  });

  it('are forgotten sooner where there are very many, but never half of one change', async () => {
    const made = Array.from({ length: 5_200 }, () => world.freshId());
    for (let at = 0; at < made.length; at += 400)
      anna.push(...made.slice(at, at + 400).map((note) => creation(note, {})));
    await world.time.pass(0);
    anna.push(...made.slice(0, 400).map((id) => ({ op: 'delete' as const, id, cursor: anna.cursor })));
    for (let at = 0; at < made.length; at += 130) {
      const some = made.slice(at, at + 130);
      anna.push(...some.map((id) => ({ op: 'delete' as const, id, cursor: anna.cursor })));
      anna.push(...some.map((id) => ({ op: 'purge' as const, id })));
    }
    await world.time.pass(0);
    expect((await row()).tombstones).toBe(5_200);
    // 200 too many: one change of 130 goes, two would be too many.
    expect((await maintenance.run()).collected).toBe(130);
    expect((await row()).tombstones).toBe(5_070);
  });
});

describe('a clock that jumps', () => {
  it('stops everything with an alarm, until it went on steadily for a day', async () => {
    const note = anna.create({});
    anna.push({ op: 'delete', id: note, cursor: 1 });
    await world.time.pass(40 * DAY);
    expect(await maintenance.run()).toMatchObject({ held: true, expired: 0 });
    expect(alarms).toHaveLength(1);
    await world.time.pass(DAY / 2);
    expect((await maintenance.run()).held).toBe(true);
    await world.time.pass(DAY / 2);
    expect(await maintenance.run()).toMatchObject({ held: false, expired: 1 });
    expect(alarms).toHaveLength(1);
  });

  it('is looked at every hour while the server runs', async () => {
    mark = null;
    const note = anna.create({});
    anna.push({ op: 'delete', id: note, cursor: 1 });
    maintenance.start();
    await world.time.pass(31 * DAY);
    maintenance.stop();
    expect(alarms).toEqual([]);
    expect((await row()).tombstones).toBe(1);
  });
});
