import type { AccountId, Conflict, ConflictId, DeviceId, Element, ElementId, Write } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { entryOf, type OutboxEntry } from './outbox.ts';
import { type LostWork, planRecovery } from './restore.ts';

const me = { account: 'mine' as AccountId, device: 'my device' as DeviceId };
const stamp = (revision: number) => ({ revision, author: me.device });

describe('after the server was restored to number 10', () => {
  it('what was written and then deleted is sent again without its deletion [EP4] [EP5]', () => {
    const edited = {
      ...elementAt('edited', 3, 12),
      stamps: { name: stamp(11) },
      trashed: { revision: 12, by: me, at: 0 },
    };
    expect(recover([edited])).toEqual({
      resent: ['edited'],
      deletedHere: ['edited'],
      groups: { name: { revision: 11, own: true } },
    });
  });

  it('what was made and deleted since stays away, with all that stood below it [EP5]', () => {
    const folder = { ...elementAt('folder', 11, 13), trashed: { revision: 13, by: me, at: 0 } };
    const below = { ...elementAt('below', 12, 12), parent: 'folder' as ElementId };
    expect(recover([folder, below])).toEqual({ resent: [], deletedHere: ['folder', 'below'], groups: null });
  });

  it('what was made and deleted since comes back with a change that waits and takes it out of the trash [EP5]', () => {
    const deleted = (by: DeviceId) => ({ revision: 13, by: { ...me, device: by }, at: 0 });
    const other = 'another device' as DeviceId;
    const elements = [
      { ...elementAt('restored', 11, 13), trashed: deleted(other) },
      { ...elementAt('written', 11, 13), trashed: deleted(me.device) },
      { ...elementAt('asked about', 11, 13), trashed: deleted(other) },
    ];
    const waiting = [
      waitingWith({ op: 'restore', id: 'restored' as ElementId }),
      waitingWith({ op: 'set', id: 'written' as ElementId, schema: 1, fields: [] }),
      waitingWith({ op: 'set', id: 'asked about' as ElementId, schema: 1, fields: [] }),
    ];
    expect(recover(elements, waiting)).toMatchObject({
      resent: ['restored', 'written'],
      deletedHere: ['asked about'],
    });
  });

  it('only conflicts that it lost, or an earlier version of, are parked again [EP6]', () => {
    const conflicts = [conflictAt('known', 10), conflictAt('lost', 11)];
    const recovery = planRecovery({ ...nothingLost, conflicts });
    expect(recovery.changes.flat()).toMatchObject([{ op: 'park', conflict: 'lost', fields: [{ revision: 10 }] }]);
  });
});

const nothingLost: LostWork = {
  ...{ restored: 10, device: me.device, elements: [], above: () => [], isThere: () => true },
  ...{ conflicts: [], waiting: [] },
};

function conflictAt(id: string, revision: number): Conflict {
  return {
    ...{
      id: id as ConflictId,
      element: 'edited' as ElementId,
      type: 'edit',
      mine: me,
      theirs: me,
      at: 0,
      closed: null,
    },
    ...{ revision, fields: [{ group: 'name', base: null, mine: '"mine"', revision }] },
  };
}

function waitingWith(write: Write): OutboxEntry {
  return entryOf(1, { writes: [write], at: 0 }, '');
}

function recover(elements: readonly Element[], waiting: LostWork['waiting'] = []) {
  const byId = new Map(elements.map((element) => [element.id, element]));
  const above = function* (id: ElementId): Iterable<ElementId> {
    for (
      let at: Element | undefined = byId.get(id);
      at !== undefined;
      at = at.parent === null ? undefined : byId.get(at.parent)
    )
      yield at.id;
  };
  const recovery = planRecovery({ ...nothingLost, elements, above, waiting, isThere: (id) => id === 'edited' });
  const write = recovery.changes[0]?.[0];
  return {
    resent: recovery.resent.map(({ id }) => id),
    deletedHere: recovery.deletedHere.map(({ id }) => id),
    groups: write?.op === 'resend' ? write.element.groups : null,
  };
}

function elementAt(id: string, created: number, revision: number): Element {
  return {
    ...{ id: id as ElementId, kind: 'note', schema: 1, parent: null, order: 'a0', data: '{}', rows: {}, origin: null },
    ...{ revision, created: stamp(created), stamps: {}, trashed: null, by: me, at: 0 },
  };
}
