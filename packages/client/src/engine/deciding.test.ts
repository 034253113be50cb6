import { describe, expect, it } from 'vitest';
import { schemas } from '../testing/kinds.ts';
import { actorNamed, based, creating, elementNamed, set, Story, type TestDevice } from '../testing/story.ts';
import { wouldConflict } from './conflicts.ts';

const phone = actorNamed('phone');

/** A note that both renamed: theirs stands, mine is parked. */
async function renamedByBoth(): Promise<{ readonly story: Story; readonly laptop: TestDevice }> {
  const story = new Story();
  const laptop = await story.device('laptop');
  await laptop.does(creating('note', { data: { colour: 'red' } }), creating('behind', { order: 'a1' }));
  await story.settle();
  story.server.goesAway();
  await laptop.sets('note', 'name', 'mine');
  story.server.does(phone, set('note', 'name', 'theirs', based(1, 'note')));
  story.server.returns();
  await story.settle(60_000);
  return { story, laptop };
}

async function deletedHereChangedThere(): Promise<{ readonly story: Story; readonly laptop: TestDevice }> {
  const story = new Story();
  const laptop = await story.device('laptop');
  await laptop.creates('note');
  await story.settle();
  story.server.goesAway();
  await laptop.does({ do: 'delete', id: elementNamed('note') });
  story.server.does(phone, set('note', 'name', 'theirs', based(1, 'note')));
  story.server.returns();
  await story.settle(60_000);
  return { story, laptop };
}

async function onlyConflict(device: TestDevice) {
  const conflicts = await device.device.conflicts();
  expect(conflicts).toHaveLength(1);
  const [conflict] = conflicts;
  if (conflict === undefined) throw new Error('There is no conflict.');
  return conflict;
}

describe('a conflict', () => {
  it('shows base, mine and theirs, who and what, while theirs stands', async () => {
    const { story, laptop } = await renamedByBoth();
    expect(await laptop.value('note', 'name')).toBe('theirs');
    expect(laptop.line('note')?.state).toBe('conflict');
    expect(await onlyConflict(laptop)).toMatchObject({
      ...{ element: elementNamed('note'), kind: 'note', name: 'theirs', type: 'edit', by: phone },
      fields: [{ group: 'name', base: '"note"', mine: '"mine"', theirs: '"theirs"' }],
    });
    await story.end();
  });

  it('shows on the other devices of the account, and closes everywhere [FD8]', async () => {
    const { story, laptop } = await renamedByBoth();
    const tablet = await story.device('tablet');
    expect(tablet.device.status().conflicts).toBe(1);
    await tablet.device.resolve(await onlyConflict(tablet), { kind: 'theirs' });
    expect(tablet.device.status().conflicts).toBe(0);
    await story.settle();
    expect(laptop.device.status().conflicts).toBe(0);
    expect(laptop.line('note')?.state).toBe('synced');
    await story.end();
  });

  it('decided for mine writes mine over what stands', async () => {
    const { story, laptop } = await renamedByBoth();
    const receipt = await laptop.device.resolve(await onlyConflict(laptop), { kind: 'mine' });
    expect(await laptop.value('note', 'name')).toBe('mine');
    expect(await laptop.outcome(receipt)).toEqual({ kind: 'applied', adjusted: [] });
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('decided for a new one makes it right behind the element, with mine', async () => {
    const { story, laptop } = await renamedByBoth();
    const { created } = await laptop.device.resolve(await onlyConflict(laptop), { kind: 'new' });
    await story.settle();
    expect(laptop.device.list(null).map(({ name }) => name)).toEqual(['theirs', 'mine', 'behind']);
    const copy = created === null ? null : await laptop.device.read(created);
    expect(copy?.data).toBe('{"name":"mine","colour":"red"}');
    await story.end();
  });

  it('decided for a new one finds room for it between two that stand at the same place [ID6]', async () => {
    const { story, laptop } = await renamedByBoth();
    await laptop.does(creating('beside', { order: 'a0' }), creating('another', { order: 'a0' }));
    await story.settle();
    const { created } = await laptop.device.resolve(await onlyConflict(laptop), { kind: 'new' });
    const names = () => laptop.device.list(null).map(({ name }) => name);
    const wanted = names();
    expect(wanted[wanted.indexOf('theirs') + 1]).toBe('mine');
    await story.settle();
    expect(names()).toEqual(wanted);
    expect(new Set(wanted)).toEqual(new Set(['theirs', 'mine', 'beside', 'another', 'behind']));
    expect(laptop.line('note')?.state).toBe('synced');
    expect(created).not.toBeNull();
    await story.end();
  });

  it('decided field by field stays open for what was not decided', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { note: 'n', more: 'm' } });
    await story.settle();
    story.server.goesAway();
    const field = (group: string, value: string) => ({ group, value: JSON.stringify(value) });
    await laptop.does({
      do: 'set',
      id: elementNamed('note'),
      fields: [field('name', 'A'), field('note', 'B'), field('more', 'C')],
    });
    for (const [group, value, base] of [
      ['name', 'a', 'note'],
      ['note', 'b', 'n'],
      ['more', 'c', 'm'],
    ] as const)
      story.server.does(phone, set('note', group, value, based(1, base)));
    story.server.returns();
    await story.settle(60_000);
    const conflict = await onlyConflict(laptop);
    await laptop.device.resolve(conflict, { kind: 'fields', mine: ['name'], theirs: ['note'] });
    await story.settle();
    expect((await onlyConflict(laptop)).fields.map(({ group }) => group)).toEqual(['more']);
    const seen = await laptop.device.read(elementNamed('note'));
    expect(seen?.data).toBe('{"name":"A","note":"b","more":"c"}');
    const rest = await onlyConflict(laptop);
    await expect(laptop.device.resolve(rest, { kind: 'fields', mine: ['nothing'], theirs: [] })).rejects.toThrow(
      'is not about',
    );
    await story.end();
  });

  it('about the text of a row that was removed brings back the row with it [GR6]', async () => {
    const story = new Story();
    // As what gains or loses rows is sent.
    story.server.patches = false;
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { scripts: [{ listen: 'test', code: 'a', more: 1 }] } });
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'scripts#1@text', 'mine');
    const removed = [
      { group: 'scripts#1@text', value: null, base: based(1, 'a') },
      { group: 'scripts#1', value: null, base: based(1, { listen: 'test', code: null, more: 1 }) },
    ];
    story.server.does(phone, [{ op: 'set', id: elementNamed('note'), schema: 1, fields: removed }]);
    story.server.returns();
    await story.settle(60_000);
    expect(await laptop.value('note', 'scripts')).toEqual([]);
    const conflict = await onlyConflict(laptop);
    expect(conflict.fields.map(({ group, theirs }) => [group, theirs])).toEqual([
      ['scripts#1', null],
      ['scripts#1@text', null],
    ]);
    await laptop.device.resolve(conflict, { kind: 'fields', mine: ['scripts#1@text'], theirs: [] });
    await story.settle();
    expect(await laptop.value('note', 'scripts')).toEqual([{ listen: 'test', code: 'mine', more: 1 }]);
    await story.end();
  });

  it('shows what stands in the way of mine, which then gives way [PL14]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { scripts: [{ listen: 'test' }] } });
    await story.settle();
    story.server.goesAway();
    await laptop.does({ do: 'set', id: elementNamed('note'), fields: [{ group: 'scripts#1', value: null }] });
    story.server.does(phone, set('note', 'scripts#1@text', 'theirs', based(1, null)));
    story.server.returns();
    await story.settle(60_000);
    const conflict = await onlyConflict(laptop);
    expect(conflict.fields.map(({ group, mine, theirs }) => [group, mine, theirs])).toEqual([
      ['scripts#1', null, '{"code":null,"listen":"test"}'],
      ['scripts#1@text', null, '"theirs"'],
    ]);
    const half = { kind: 'fields', mine: ['scripts#1'], theirs: ['scripts#1@text'] } as const;
    await expect(laptop.device.resolve(conflict, half)).rejects.toThrow('choose the same for both');
    await laptop.device.resolve(conflict, { kind: 'mine' });
    await story.settle();
    expect(await laptop.value('note', 'scripts')).toEqual([]);
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('with a deletion can bring the element back with mine', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'name', 'mine');
    story.server.does(phone, [{ op: 'delete', id: elementNamed('note'), cursor: 1 }]);
    expect(laptop.line('note')?.state).toBe('saved here');
    story.server.returns();
    await story.settle(60_000);
    expect(laptop.tree()).toEqual({});
    const conflict = await onlyConflict(laptop);
    expect(conflict.type).toBe('deleted');
    await laptop.device.resolve(conflict, { kind: 'mine' });
    expect(laptop.tree()).toEqual({ mine: {} });
    await story.settle();
    expect(laptop.tree()).toEqual({ mine: {} });
    await story.end();
  });

  it('with a deletion for good makes the element anew of what was known', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { colour: 'red' } });
    await story.settle();
    story.server.goesAway();
    await laptop.sets('note', 'name', 'mine');
    story.server.does(phone, [{ op: 'delete', id: elementNamed('note'), cursor: 1 }]);
    story.server.does(phone, [{ op: 'purge', id: elementNamed('note') }]);
    story.server.returns();
    await story.settle(60_000);
    const conflict = await onlyConflict(laptop);
    expect(conflict).toMatchObject({ kind: 'note', name: 'note' });
    const { created } = await laptop.device.resolve(conflict, { kind: 'mine' });
    await story.settle();
    const again = created === null ? null : await laptop.device.read(created);
    expect(again?.data).toBe('{"name":"mine","colour":"red"}');
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('with a deletion for good, decided field by field, makes the element anew with what was chosen', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { note: 'n' } });
    await story.settle();
    story.server.goesAway();
    await laptop.does({
      do: 'set',
      id: elementNamed('note'),
      fields: ['name', 'note'].map((group) => ({ group, value: '"mine"' })),
    });
    story.server.does(phone, [{ op: 'delete', id: elementNamed('note'), cursor: 1 }]);
    story.server.does(phone, [{ op: 'purge', id: elementNamed('note') }]);
    story.server.returns();
    await story.settle(60_000);
    const conflict = await onlyConflict(laptop);
    const { created } = await laptop.device.resolve(conflict, { kind: 'fields', mine: ['note'], theirs: ['name'] });
    await story.settle();
    const again = created === null ? null : await laptop.device.read(created);
    expect(again?.data).toBe('{"name":"note","note":"mine"}');
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('of a deletion with what was deleted for good meanwhile leaves it deleted', async () => {
    const { story, laptop } = await deletedHereChangedThere();
    story.server.does(phone, [{ op: 'delete', id: elementNamed('note'), cursor: 3 }]);
    story.server.does(phone, [{ op: 'purge', id: elementNamed('note') }]);
    await story.settle();
    await laptop.device.resolve(await onlyConflict(laptop), { kind: 'mine' });
    await story.settle();
    expect(laptop.tree()).toEqual({});
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('of a deletion with what changed since can delete anyway', async () => {
    const { story, laptop } = await deletedHereChangedThere();
    expect(laptop.tree()).toEqual({ theirs: {} });
    const conflict = await onlyConflict(laptop);
    expect(conflict.type).toBe('changed-since');
    await laptop.device.resolve(conflict, { kind: 'mine' });
    await story.settle();
    expect(laptop.tree()).toEqual({});
    expect(laptop.device.trash().map(({ name }) => name)).toEqual(['theirs']);
    await story.end();
  });

  it('decided for mine is asked again about what others wrote since it was shown [PL15]', async () => {
    const { story, laptop } = await renamedByBoth();
    const shown = await onlyConflict(laptop);
    story.server.does(phone, set('note', 'name', 'newer', based(3, 'theirs')));
    await story.settle();
    const receipt = await laptop.device.resolve(shown, { kind: 'mine' });
    expect(await laptop.outcome(receipt)).toMatchObject({ kind: 'conflict', groups: ['name'] });
    expect(await laptop.value('note', 'name')).toBe('newer');
    const again = await onlyConflict(laptop);
    expect(again.fields).toMatchObject([{ group: 'name', mine: '"mine"', theirs: '"newer"' }]);
    await laptop.device.resolve(again, { kind: 'mine' });
    await story.settle();
    expect(await laptop.value('note', 'name')).toBe('mine');
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('of a deletion is asked again about what others changed since it was shown [PL4] [PL15]', async () => {
    const { story, laptop } = await deletedHereChangedThere();
    const shown = await onlyConflict(laptop);
    story.server.does(phone, set('note', 'name', 'newer', based(3, 'theirs')));
    await story.settle();
    await laptop.device.resolve(shown, { kind: 'mine' });
    await story.settle();
    expect(laptop.tree()).toEqual({ newer: {} });
    await laptop.device.resolve(await onlyConflict(laptop), { kind: 'mine' });
    await story.settle();
    expect(laptop.tree()).toEqual({});
    expect(await laptop.device.conflicts()).toEqual([]);
    await story.end();
  });

  it('closes what was shown, and not what is set aside in it before the decision arrives [PL15]', async () => {
    const { story, laptop } = await renamedByBoth();
    const tablet = await story.device('tablet');
    const shown = await onlyConflict(tablet);
    story.server.does(phone, set('note', 'more', 'theirs', based(1, undefined)));
    await laptop.sets('note', 'more', 'mine', { value: 'm', revision: 1 });
    await tablet.device.resolve(shown, { kind: 'theirs' });
    await story.settle();
    expect((await onlyConflict(tablet)).fields.map(({ group }) => group)).toEqual(['more']);
    await story.end();
  });

  it('whose own version is another by now is shown again first [PL15]', async () => {
    const { story, laptop } = await renamedByBoth();
    const shown = await onlyConflict(laptop);
    await laptop.sets('note', 'name', 'mine, later', { value: 'note', revision: 1 });
    await story.settle();
    expect((await onlyConflict(laptop)).id).toBe(shown.id);
    await expect(laptop.device.resolve(shown, { kind: 'mine' })).rejects.toThrow('changed since it was shown');
    await laptop.device.resolve(await onlyConflict(laptop), { kind: 'mine' });
    expect(await laptop.value('note', 'name')).toBe('mine, later');
    await story.end();
  });

  it('that somebody decided meanwhile cannot be decided again', async () => {
    const { story, laptop } = await renamedByBoth();
    const conflict = await onlyConflict(laptop);
    await laptop.device.resolve(conflict, { kind: 'theirs' });
    await expect(laptop.device.resolve(conflict, { kind: 'mine' })).rejects.toThrow('decided already');
    await story.end();
  });
});

describe('the question before saving', () => {
  it('is asked for what the server would find, and for nothing else', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note', { data: { text: 'a\nb\nc', note: 'n' } });
    await story.settle();
    for (const [group, value, base] of [
      ['name', 'theirs', 'note'],
      ['text', 'A\nb\nc', 'a\nb\nc'],
    ] as const)
      story.server.does(phone, set('note', group, value, based(1, base)));
    await story.settle();
    const element = await laptop.device.read(elementNamed('note'));
    if (element === null) throw new Error('It is gone.');
    const draft = (group: string, value: string, base: string) => ({
      group,
      value: JSON.stringify(value),
      base: based(1, base),
    });
    const fields = [draft('name', 'mine', 'note'), draft('text', 'a\nb\nC', 'a\nb\nc'), draft('note', 'N', 'n')];
    expect(wouldConflict(element, fields, { schemas, device: laptop.actor.device })).toEqual([
      { group: 'name', base: '"note"', mine: '"mine"', theirs: '"theirs"' },
    ]);
    expect(wouldConflict(element, [draft('name', 'theirs', 'note')], { schemas, device: laptop.actor.device })).toEqual(
      [],
    );
    await story.end();
  });
});

describe('what is given up while saving', () => {
  it('goes to the history by one change, and no question is left anywhere [PL16]', async () => {
    const story = new Story();
    const laptop = await story.device('laptop');
    await laptop.creates('note');
    await story.settle();
    story.server.does(phone, set('note', 'name', 'theirs', based(1, 'note')));
    await story.settle();
    const given = { group: 'name', value: '"mine"', base: '"note"' };
    await laptop.device.giveUp(elementNamed('note'), [given]);
    expect(laptop.device.status()).toMatchObject({ pending: 1, conflicts: 0 });
    expect(await laptop.value('note', 'name')).toBe('theirs');
    await story.settle();
    expect(laptop.device.status()).toMatchObject({ pending: 0, conflicts: 0, phase: 'synced' });
    expect([...story.server.state.conflicts.values()]).toMatchObject([
      { element: elementNamed('note'), fields: [], closed: 'theirs' },
    ]);
    await story.end();
  });
});
