import { expect, it } from 'vitest';
import { openTestBench, settled } from '../desk/bench.fixture.ts';
import { create } from '../frame/actions.ts';
import { deleteEnvironment, duplicateEnvironment, openGlobals, renameEnvironment } from './environment-actions.ts';

it('an environment is duplicated with the values of this device, renamed, and put in the trash', async () => {
  const { bench, close } = await openTestBench();
  const id = await create(bench, 'environment', { parent: null, name: 'Staging' });
  await settled();
  await bench.variables.chooseEnvironment(id);
  await bench.variables.setLocal(id, 'token', { value: 'mine' });
  await duplicateEnvironment(bench, id);
  await settled();
  const [, copy] = bench.elements.list(null);
  expect(copy?.name).toBe('Staging copy');
  expect(copy === undefined ? null : [...bench.variables.localOf(copy.id)]).toEqual([['token', { value: 'mine' }]]);
  await renameEnvironment(bench, id, 'Production');
  await settled();
  expect(bench.elements.summary(id)?.name).toBe('Production');
  await deleteEnvironment(bench, id);
  await settled();
  expect(bench.variables.environment).toBeNull();
  await close();
});

it('globals are made once', async () => {
  const { bench, close } = await openTestBench();
  await openGlobals(bench);
  await settled();
  await openGlobals(bench);
  await settled();
  expect(bench.elements.list(null).map(({ kind }) => kind)).toEqual(['globals']);
  await close();
});
