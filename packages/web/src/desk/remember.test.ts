import { expect, it } from 'vitest';
import { openTestBench, settled } from './bench.fixture.ts';
import { remember } from './remember.ts';

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
