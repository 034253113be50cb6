import { parseJson, nodeAt, toValue } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { openTestBench, settled } from './bench.fixture.ts';
import { Presets } from './presets.ts';

it('header presets are made, changed, taken away and brought back', async () => {
  const { bench, close } = await openTestBench();
  const presets = new Presets(bench.device, bench.workspace);
  const id = await presets.create('JSON', parseJson('[{"key":"Accept","value":"application/json"}]'));
  await presets.create('Auth', parseJson('[]'));
  await settled();
  expect(presets.list().map(({ name }) => name)).toEqual(['Auth', 'JSON']);
  expect(presets.list()).toBe(presets.list());
  const before = await presets.read(id);
  if (before === null) throw new Error('It is not there.');
  expect(toValue(nodeAt(before.data, ['headers']) ?? before.data)).toEqual([
    { key: 'Accept', value: 'application/json' },
  ]);
  const opened = await presets.open(id);
  opened?.replace({ data: parseJson('{"name":"Plain","headers":[]}'), rows: {} });
  await settled();
  expect(presets.list().map(({ name }) => name)).toEqual(['Auth', 'Plain']);
  await presets.remove(id);
  await settled();
  expect(presets.list().map(({ name }) => name)).toEqual(['Auth']);
  await presets.restore(id);
  await settled();
  expect(presets.list()).toHaveLength(2);
  await close();
});
