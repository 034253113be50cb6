import { lookUp } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { expect, it } from 'vitest';
import type { Bench } from '../desk/bench.ts';
import { openTestBench, plant, settled } from '../desk/bench.fixture.ts';
import { create } from '../frame/actions.ts';
import { sendableOf } from '../sending/source-of.ts';
import { authCredentials, keepAuthHere } from './auth-credentials.ts';
import { keepAllHere, newlySharedBy } from './shared-credentials.ts';

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';
const FIELD = 'request.auth.bearer[token]';

it('asks about one that is written into a field, and puts a variable there whose value stays on the device', async () => {
  const { bench, close } = await openTestBench();
  const ids = await plant(bench, { 'Shop/': { 'Orders/': { List: {} } } });
  const [shop, list] = [ids.get('Shop') as ElementId, ids.get('List') as ElementId];
  const stop = await signed(bench, list);
  const found = await newlySharedBy(bench, list);
  expect(found).toEqual([{ key: 'Token', field: FIELD, reason: 'a GitHub token' }]);
  await keepAllHere(bench, list, found);
  expect(await newlySharedBy(bench, list)).toEqual([]);
  await bench.drafts.save(list);
  await settled();
  expect((await bench.elements.read(list))?.data).toContain('{{bearerToken}}');
  expect(bench.variables.localOf(shop).get('bearerToken')).toEqual({ value: TOKEN });
  const collection = (await sendableOf(bench, list))?.source.lineage.at(-1);
  expect(collection?.local.get('bearerToken')).toEqual({ value: TOKEN });
  stop();
  await close();
});

it('is as it was after an undo', async () => {
  const { bench, close } = await openTestBench();
  const ids = await plant(bench, { 'Shop/': { List: {} } });
  const list = ids.get('List') as ElementId;
  const stop = await signed(bench, list);
  const kept = await keepAuthHere(bench, list, FIELD);
  await kept?.undo();
  const content = bench.drafts.contentOf(list);
  expect(content === null ? null : authCredentials('request', content)[0]?.value).toBe(TOKEN);
  expect(bench.variables.localOf(ids.get('Shop') as string)).toEqual(new Map());
  stop();
  await close();
});

it('takes a name that no environment has, and the same one for the same value', async () => {
  const { bench, close } = await openTestBench();
  const environment = await create(bench, 'environment', { parent: null, name: 'Staging' });
  const stopWatching = bench.drafts.watch(environment, () => undefined);
  await settled();
  bench.drafts.edit(environment, [{ op: 'text', path: 'values[bearerToken]', text: 'other' }]);
  await bench.drafts.save(environment);
  const ids = await plant(bench, { 'Shop/': { One: {}, Two: {} } });
  for (const name of ['One', 'Two']) {
    const id = ids.get(name) as ElementId;
    const stop = await signed(bench, id);
    expect((await keepAuthHere(bench, id, FIELD))?.variable).toBe('bearerToken2');
    stop();
  }
  stopWatching();
  await close();
});

it('belongs to the globals where there is no collection', async () => {
  const { bench, close } = await openTestBench();
  const id = bench.drafts.begin('request', { parent: null, name: 'Alone' });
  const stop = await signed(bench, id);
  await keepAuthHere(bench, id, FIELD);
  await settled();
  const globals = bench.elements.list(null).find(({ kind }) => kind === 'globals')?.id as ElementId;
  const stopReading = bench.elements.watch(globals, () => undefined);
  await settled();
  expect(lookUp('bearerToken', bench.variables.scopesBelow(null))?.value).toBe(TOKEN);
  stopReading();
  stop();
  await close();
});

/** Writes a token into the request, as the editor does. Returns how to let go of it. */
async function signed(bench: Bench, id: ElementId): Promise<() => void> {
  const stop = bench.drafts.watch(id, () => undefined);
  await settled();
  bench.drafts.edit(id, [
    { op: 'text', path: 'request.auth.type', text: 'bearer' },
    { op: 'text', path: FIELD, text: TOKEN },
  ]);
  return stop;
}
