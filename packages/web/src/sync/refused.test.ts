import type { RefusedChange } from '@waypost/client';
import { newElementData, schemas } from '@waypost/model';
import { type ElementId, printJson, type Write } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../desk/bench.ts';
import { openTestBench, outlineOf, plant, settled } from '../desk/bench.fixture.ts';
import { newElementId } from '../desk/new-id.ts';
import { againOf, partsOf, reasonText } from './refused.ts';

describe('a change that the server refused', () => {
  let bench: Bench;
  let close: () => Promise<void>;
  let ids: Map<string, ElementId>;

  beforeEach(async () => {
    ({ bench, close } = await openTestBench());
    ids = await plant(bench, { 'Shop/': { Users: {} } });
  });
  afterEach(() => close());

  it('says what it would have done, also to what it would have made', () => {
    const [id, fresh] = [idOf('Users'), newElementId()];
    const refused = refusedWith([{ op: 'delete', id, cursor: 3 }, createOf(fresh, 'Orders', idOf('Shop'))]);
    expect(partsOf(refused, bench.elements)).toEqual([
      { id, does: 'Delete', name: 'Users' },
      { id: fresh, does: 'Create', name: 'Orders' },
    ]);
    expect(reasonText('quota')).toBe('The workspace is full.');
  });

  it('is done again over what stands now, and at the top where its folder is gone', async () => {
    const fresh = newElementId();
    const refused = refusedWith([
      createOf(fresh, 'Orders', newElementId()),
      { op: 'set', id: idOf('Users'), schema: 1, fields: [{ group: 'name', value: '"People"', base: UNSEEN }] },
    ]);
    await bench.device.change(againOf(refused, bench.elements), bench.workspace);
    await settled();
    expect(outlineOf(bench)).toEqual({ Shop: { People: {} }, Orders: {} });
  });

  it('is nothing to do again where all it was about is gone', () => {
    const gone = newElementId();
    const refused = refusedWith([
      { op: 'delete', id: gone, cursor: 1 },
      { op: 'move', id: gone, parent: null, order: 'a0' },
    ]);
    expect(againOf(refused, bench.elements)).toEqual([]);
  });

  function idOf(name: string): ElementId {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`There is no ${name}.`);
    return id;
  }
});

const UNSEEN = { revision: 0, value: { text: null } };

function createOf(id: ElementId, name: string, parent: ElementId): Write {
  const data = printJson(newElementData('request', { name }));
  const { version } = schemas('request');
  return { op: 'create', id, kind: 'request', schema: version, parent, order: 'a5', data, rows: {}, origin: null };
}

function refusedWith(writes: readonly Write[]): Pick<RefusedChange, 'writes'> {
  return { writes: JSON.stringify(writes) };
}
