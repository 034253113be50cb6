import { lookUp } from '@waypost/model';
import { parseJson } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { openTestBench, settled } from '../desk/bench.fixture.ts';
import { create } from '../frame/actions.ts';
import { keepHere, newlyShared, newlySharedBy } from './shared-credentials.ts';

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';

it('asks about credentials that a save would share, and not about those that are shared already', () => {
  const content = (...values: readonly object[]) => ({
    data: parseJson(JSON.stringify({ name: 'E', values })),
    rows: {},
  });
  const token = { key: 'token', value: TOKEN, enabled: true };
  const marked = { key: 'pin', value: '1', type: 'secret', enabled: true };
  const plain = { key: 'host', value: 'api.test', enabled: true };
  expect(newlyShared('environment', null, content(plain, token, marked))).toEqual([
    { key: 'token', field: null, reason: 'a GitHub token' },
    { key: 'pin', field: null, reason: 'it is marked as secret' },
  ]);
  expect(newlyShared('environment', content(plain, token, marked), content(token, marked))).toEqual([]);
  expect(newlyShared('request', null, content(token))).toEqual([]);
});

it('keeps one on the device instead: the shared value is empty, and sending still has it', async () => {
  const { bench, close } = await openTestBench();
  const id = await create(bench, 'environment', { parent: null, name: 'E' });
  const stop = bench.drafts.watch(id, () => undefined);
  await settled();
  bench.drafts.edit(id, [{ op: 'text', path: 'values[token]', text: TOKEN }]);
  expect(await newlySharedBy(bench, id)).toHaveLength(1);
  await keepHere(bench, id, ['token']);
  expect(await newlySharedBy(bench, id)).toEqual([]);
  await bench.drafts.save(id);
  await settled();
  expect((await bench.elements.read(id))?.data).not.toContain(TOKEN);
  const stopReading = bench.elements.watch(id, () => undefined);
  await bench.variables.chooseEnvironment(id);
  await settled();
  expect(lookUp('token', bench.variables.scopesBelow(null))?.value).toBe(TOKEN);
  stop();
  stopReading();
  await close();
});
