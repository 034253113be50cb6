import { expect, it } from 'vitest';
import { openTestBench, settled } from './bench.fixture.ts';
import * as z from 'zod/mini';
import { remember, remembered } from './remember.ts';

it('is kept with the workspace, and missed by nobody once the device is closed', async () => {
  const { bench, close } = await openTestBench();
  remember(bench, 'window/example', ['a']);
  await settled();
  const records = await bench.device.local.all(bench.workspace);
  expect(records).toContainEqual({ key: 'window/example', value: '["a"]' });
  await close();
  // A rejection that nobody takes would end this run.
  remember(bench, 'window/example', ['b']);
  await settled();
});

it('is nothing where it cannot be read', async () => {
  const { bench, close } = await openTestBench();
  const schema = z.array(z.string());
  remember(bench, 'window/example', ['a']);
  await settled();
  expect(await remembered(bench, 'window/example', schema)).toEqual(['a']);
  for (const value of ['["a', '{"a":1}']) {
    await bench.device.local.put(bench.workspace, 'window/example', value);
    expect(await remembered(bench, 'window/example', schema)).toBeNull();
  }
  await bench.device.local.put(bench.workspace, 'window/example', null);
  expect(await remembered(bench, 'window/example', schema)).toBeNull();
  await close();
});
