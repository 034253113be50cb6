import { createHash } from 'node:crypto';
import { digestText, type ElementId } from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestPages, elementDigests } from './digests.ts';
import { historyOf, valuesAt } from './history.ts';
import { ANNA, BEN, creation, type Node, type TestDevice, WORKSPACE, World } from './live.fixture.ts';

const sha256 = async (content: Uint8Array | string): Promise<string> =>
  createHash('sha256').update(content).digest('hex');
const packing = { sha256, gzip: async () => new Uint8Array() };

let world: World;
let node: Node;
let anna: TestDevice;

beforeEach(async () => {
  world = new World();
  node = world.node();
  anna = world.device(ANNA);
  anna.connect(node);
  await world.time.pass(0);
});

describe('the history of an element', () => {
  async function edited(): Promise<ElementId> {
    const note = anna.create({ name: 'one', text: 'first' });
    await world.time.pass(0);
    for (const name of ['two', 'three']) {
      anna.set(note, { name });
      await world.time.pass(0);
    }
    anna.set(note, { text: 'second' });
    await world.time.pass(0);
    return note;
  }

  it('lists who wrote what, newest first', async () => {
    const history = await historyOf(node.store, WORKSPACE, anna.actor, await edited());
    const by = anna.actor;
    expect(history?.versions.map(({ at: _at, ...version }) => version)).toEqual([
      { revision: 4, by, fields: ['text'], values: { text: '"first"' }, status: 'current' },
      { revision: 3, by, fields: ['name'], values: { name: '"two"' }, status: 'replaced' },
      { revision: 2, by, fields: ['name'], values: { name: '"one"' }, status: 'replaced' },
      { revision: 1, by, fields: [], values: { '@created': null }, status: 'replaced' },
    ]);
    expect(history?.names[anna.actor.device]).toMatchObject({ account: ANNA });
  });

  it('leaves long values out of the list, and has them where a version is asked for alone', async () => {
    const long = 'x'.repeat(1_000);
    const note = anna.create({ name: 'one', text: long });
    await world.time.pass(0);
    anna.set(note, { text: 'short', name: 'two' });
    await world.time.pass(0);
    const history = await historyOf(node.store, WORKSPACE, anna.actor, note);
    expect(history?.versions[0]).toMatchObject({ fields: ['text', 'name'], values: { name: '"one"' } });
    expect(history?.versions[0]?.values).not.toHaveProperty('text');
    const subject = { workspace: WORKSPACE, actor: anna.actor, element: note };
    expect(await valuesAt(node.store, subject, { revision: 1, status: 'replaced' })).toMatchObject({
      text: `"${long}"`,
    });
  });

  it('tells what to write to have it as it was', async () => {
    const subject = { workspace: WORKSPACE, actor: anna.actor, element: await edited() };
    const at = (revision: number) => valuesAt(node.store, subject, { revision, status: 'replaced' });
    expect(await at(1)).toEqual({ name: '"one"', text: '"first"' });
    expect(await at(2)).toEqual({ name: '"two"', text: '"first"' });
    expect(await at(3)).toEqual({ text: '"first"' });
    expect(await at(4)).toEqual({});
    expect(await at(9)).toBeNull();
  });

  it('keeps the side of a conflict that did not come to stand', async () => {
    const note = await edited();
    const ben = world.device(BEN);
    ben.connect(node);
    await world.time.pass(0);
    ben.push({
      ...{ op: 'set', id: note, schema: 0 },
      fields: [{ group: 'name', base: { revision: 1, value: { text: '"one"' } }, value: '"mine"' }],
    });
    await world.time.pass(0);
    const history = await historyOf(node.store, WORKSPACE, ben.actor, note);
    expect(history?.versions[0]).toMatchObject({ revision: 5, by: ben.actor, fields: ['name'], status: 'unmerged' });
    expect(history?.versions[1]).toMatchObject({ revision: 4, status: 'current' });
    const subject = { workspace: WORKSPACE, actor: ben.actor, element: note };
    expect(await valuesAt(node.store, subject, { revision: 5, status: 'unmerged' })).toEqual({ name: '"mine"' });
  });

  it('is for members only', async () => {
    const note = await edited();
    world.database.setMember(WORKSPACE, BEN, null);
    const ben = world.device(BEN);
    expect(await historyOf(node.store, WORKSPACE, ben.actor, note)).toBeNull();
    expect(await historyOf(node.store, WORKSPACE, anna.actor, world.freshId())).toBeNull();
  });
});

describe('digests', () => {
  const ports = () => ({ store: node.store, packing });

  it('cover every element once, in pages by id', async () => {
    for (let n = 0; n < 3; n += 1) {
      anna.push(...Array.from({ length: 400 }, (_, at) => creation(world.freshId(), { name: `note ${n} ${at}` })));
    }
    await world.time.pass(0);
    const digests = await digestPages(ports(), WORKSPACE, anna.actor);
    expect(digests).toMatchObject({ epoch: 'first', head: 3 });
    expect(digests?.pages.map(({ count }) => count)).toEqual([500, 500, 200]);
    const held = [...anna.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    let after: ElementId | null = null;
    for (const page of digests?.pages ?? []) {
      expect(page.after).toBe(after);
      const inside = held.filter(({ id }) => (after === null || id > after) && id <= (page.to ?? ''));
      const each = await Promise.all(inside.map((element) => sha256(digestText(element))));
      expect(page.digest).toBe(await sha256(each.join('')));
      const elements = await elementDigests(ports(), WORKSPACE, anna.actor, page);
      expect(elements).toEqual(inside.map(({ id }, at) => [id, each[at]]));
      after = page.to;
    }
  });

  it('tell apart what differs in the places of its rows only', () => {
    const base = { id: world.freshId(), revision: 1, parent: null, order: 'a0', data: '{"rows":[1]}' };
    const texts = [{}, { rows: [{ id: '1', order: 'a1' }] }].map((rows) => digestText({ ...base, rows }));
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('are for members only', async () => {
    world.database.setMember(WORKSPACE, ANNA, null);
    expect(await digestPages(ports(), WORKSPACE, anna.actor)).toBeNull();
    expect(await elementDigests(ports(), WORKSPACE, anna.actor, { after: null, to: null })).toBeNull();
  });
});
