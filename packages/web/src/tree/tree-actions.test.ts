import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDesk, outlineOf, plant, settled } from '../desk/bench.fixture.ts';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { clipboard } from './clipboard.ts';
import { add, copy, duplicate, move, paste, remove, rename } from './tree-actions.ts';
import { treeOf } from './tree-state.ts';

describe('what a person does to the tree', () => {
  let desk: Desk;
  let bench: Bench;
  let ids: Map<string, ElementId>;
  const id = (name: string): ElementId => ids.get(name) as ElementId;
  const other = async (): Promise<Bench> => {
    await desk.use(desk.device.workspaces()[1]?.id as WorkspaceId);
    return desk.bench.getState().bench;
  };

  beforeEach(async () => {
    desk = await openTestDesk(['One', 'Two']);
    ({ bench } = desk.bench.getState());
    ids = await plant(bench, { 'Shop/': { 'Orders/': { List: { '=Two orders': {} } }, Ping: {} } });
  });
  afterEach(async () => {
    clipboard.setState({ clip: null });
    await desk.close();
  });

  it('copies into another workspace, and leaves the original', async () => {
    copy(bench, [id('Orders'), id('List')], false);
    const far = await other();
    await plant(far, { 'Box/': {} });
    await paste(far, far.elements.list(null)[0]?.id ?? null);
    await settled();
    expect(outlineOf(far)).toEqual({ Box: { Orders: { List: { 'Two orders': {} } } } });
    expect(desk.device.list(id('Shop'), bench.workspace).map(({ name }) => name)).toEqual(['Orders', 'Ping']);
  });

  it('cuts into another workspace: what was there is in its trash', async () => {
    copy(bench, [id('Orders')], true);
    const far = await other();
    await paste(far, null);
    await settled();
    expect(outlineOf(far)).toEqual({ Orders: { List: { 'Two orders': {} } } });
    expect(desk.device.list(id('Shop'), bench.workspace).map(({ name }) => name)).toEqual(['Ping']);
    expect(desk.device.trash(bench.workspace).map(({ name }) => name)).toEqual(['Orders']);
    expect(clipboard.getState().clip).toBeNull();
  });

  it('undoes a cut into another workspace on both sides', async () => {
    copy(bench, [id('Orders')], true);
    const far = await other();
    const undo = await paste(far, null);
    await undo?.();
    await settled();
    expect(outlineOf(far)).toEqual({});
    expect(desk.device.list(id('Shop'), bench.workspace).map(({ name }) => name)).toEqual(['Orders', 'Ping']);
    expect(desk.device.trash(bench.workspace)).toEqual([]);
  });

  it('keeps the copy, and the original, where the original cannot be put into the trash', async () => {
    copy(bench, [id('Orders')], true);
    const far = await other();
    const { device } = far;
    const near = bench.workspace;
    const halfFull = {
      ...{ summary: device.summary.bind(device), list: device.list.bind(device), read: device.read.bind(device) },
      local: device.local,
      change: async (...[intents, workspace]: Parameters<typeof device.change>) => {
        if (workspace === near) throw new Error('It is read only.');
        return device.change(intents, workspace);
      },
    };
    const undo = await paste(Object.assign(Object.create(far) as Bench, { device: halfFull }), null);
    await settled();
    expect(outlineOf(far)).toEqual({ Orders: { List: { 'Two orders': {} } } });
    expect(desk.device.list(id('Shop'), near).map(({ name }) => name)).toEqual(['Orders', 'Ping']);
    expect(clipboard.getState().clip).toBeNull();
    await undo?.();
    await settled();
    expect(outlineOf(far)).toEqual({});
  });

  it('says that nothing was made where the disk refuses it', async () => {
    const refusing = { local: bench.device.local, change: () => Promise.reject(new Error('The disk is full.')) };
    const drafts = { begin: () => id('Ping'), save: refusing.change };
    await add(Object.assign(Object.create(bench) as Bench, { device: refusing, drafts }), 'folder', id('Shop'));
    expect(outlineOf(bench)).toEqual({ Shop: { Orders: { List: { 'Two orders': {} } }, Ping: {} } });
  });

  it('leaves what was cut where it is when the other workspace does not take it', async () => {
    copy(bench, [id('Orders')], true);
    const far = await other();
    const { device } = far;
    const full = {
      ...{ summary: device.summary.bind(device), list: device.list.bind(device), read: device.read.bind(device) },
      ...{ local: device.local, change: () => Promise.reject(new Error('The disk is full.')) },
    };
    await paste(Object.assign(Object.create(far) as Bench, { device: full }), null);
    await settled();
    expect(outlineOf(far)).toEqual({});
    expect(desk.device.list(id('Shop'), bench.workspace).map(({ name }) => name)).toEqual(['Orders', 'Ping']);
    expect(desk.device.trash(bench.workspace)).toEqual([]);
  });

  it('cuts and pastes within a workspace by moving, so that the element stays the same', async () => {
    copy(bench, [id('Ping')], true);
    await paste(bench, id('Orders'));
    await settled();
    expect(outlineOf(bench)).toEqual({ Shop: { Orders: { List: { 'Two orders': {} }, Ping: {} } } });
    expect(bench.elements.summary(id('Ping'))?.parent).toBe(id('Orders'));
  });

  it('leaves everything as it was where something cannot be done', async () => {
    const before = outlineOf(bench);
    await move(bench, [id('Shop')], { parent: id('Orders'), before: null });
    copy(bench, [id('Two orders')], false);
    await paste(bench, id('Orders'));
    await paste(bench, null);
    await settled();
    expect(outlineOf(bench)).toEqual(before);
  });

  it('makes a folder in place and asks for its name; the copy of something is chosen', async () => {
    await add(bench, 'folder', id('Shop'));
    await settled();
    const { renaming } = treeOf(bench).look;
    expect(bench.elements.summary(renaming ?? id('Shop'))).toMatchObject({ name: 'New folder', parent: id('Shop') });
    if (renaming !== null) await rename(bench, renaming, 'Later');
    await duplicate(bench, [id('Ping')]);
    await settled();
    expect(outlineOf(bench)).toEqual({
      Shop: { Orders: { List: { 'Two orders': {} } }, Ping: {}, 'Ping copy': {}, Later: {} },
    });
    const chosen = [...treeOf(bench).look.selected].map((one) => bench.elements.summary(one)?.name);
    expect(chosen).toEqual(['Ping copy']);
  });

  it('deletes what is chosen with all below it, once', async () => {
    await remove(bench, [id('Orders'), id('List')]);
    await settled();
    expect(outlineOf(bench)).toEqual({ Shop: { Ping: {} } });
    expect(desk.device.trash(bench.workspace).map(({ name }) => name)).toEqual(['Orders']);
  });
});
