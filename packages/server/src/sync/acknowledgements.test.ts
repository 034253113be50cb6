import { expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';
import { ANNA, BEN, settle, WORKSPACE, World } from './live.fixture.ts';

it('forgets outcomes that the stream’s own device holds, some time later and once [ST4]', async () => {
  const world = new World();
  const node = world.node();
  const [anna, ben] = [world.device(ANNA), world.device(BEN)];
  anna.connect(node);
  await world.time.pass(0);
  const note = anna.create({ name: 'one' });
  await world.time.pass(0);
  anna.set(note, { name: 'one' });
  anna.set(note, { name: 'one' });
  await world.time.pass(0);
  const kept = () => node.store.read(WORKSPACE, (reader) => reader.outcomesAbove(anna.stream, 0));
  expect((await kept()).map(({ n }) => n)).toEqual([2, 3]);
  const acknowledgements = new Acknowledgements({
    ...{ store: node.store, scheduler: world.time, failed: (error) => void world.failures.push(error) },
  });
  const have = (upTo: number) => ({ workspace: WORKSPACE, stream: anna.stream, upTo });
  acknowledgements.note(ben.actor, have(3));
  await world.time.pass(2_000);
  expect((await kept()).length).toBe(2);
  acknowledgements.note(anna.actor, have(2));
  acknowledgements.note(anna.actor, have(1));
  await settle();
  expect((await kept()).length).toBe(2);
  await world.time.pass(2_000);
  expect((await kept()).map(({ n }) => n)).toEqual([3]);
  expect(world.failures).toEqual([]);
});
