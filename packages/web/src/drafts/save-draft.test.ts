import { expect, it } from 'vitest';
import { openTestBench, settled } from '../desk/bench.fixture.ts';
import { create } from '../frame/actions.ts';
import { saveDraft } from './save-draft.ts';

it("this device's own values go with their variables: to a new name, or away", async () => {
  const { bench, close } = await openTestBench();
  const id = await create(bench, 'environment', { parent: null, name: 'E' });
  const stop = bench.drafts.watch(id, () => undefined);
  await settled();
  bench.drafts.edit(id, [
    { op: 'text', path: 'values[host]', text: 'a' },
    { op: 'text', path: 'values[token]', text: '' },
    { op: 'text', path: 'values[old]', text: '' },
  ]);
  await saveDraft(bench, id);
  await settled();
  for (const name of ['host', 'token', 'old']) await bench.variables.setLocal(id, name, { value: `my ${name}` });
  bench.drafts.edit(id, [
    { op: 'text', path: 'values[token].key', text: 'apiToken' },
    { op: 'unset', path: 'values[old]' },
  ]);
  expect([...bench.variables.localOf(id).keys()]).toEqual(['host', 'token', 'old']);
  await saveDraft(bench, id);
  expect([...bench.variables.localOf(id)]).toEqual([
    ['host', { value: 'my host' }],
    ['apiToken', { value: 'my token' }],
  ]);
  stop();
  await close();
});
