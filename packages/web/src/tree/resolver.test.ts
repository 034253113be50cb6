import { fromValue, type ElementId, printJson } from '@waypost/protocol';
import { schemas } from '@waypost/model';
import { describe, expect, it } from 'vitest';
import { openTestBench, plant } from '../desk/bench.fixture.ts';
import { newElementId } from '../desk/new-id.ts';
import { resolverFor } from './resolver.ts';

describe('values put into a request', () => {
  it('are those in force on this device: of the environment, then from the inside out, local before shared', async () => {
    const { bench, close } = await openTestBench();
    const make = async (kind: string, value: unknown, parent: ElementId | null = null): Promise<ElementId> => {
      const id = newElementId();
      const made = {
        kind,
        schema: schemas(kind).version,
        parent,
        order: 'a0',
        data: printJson(fromValue(value)),
        rows: {},
      };
      await bench.device.change([{ do: 'create', id, ...made, origin: null }], bench.workspace);
      return id;
    };
    const variable = (key: string, value: string) => ({ key, value });
    const shop = await make('collection', {
      info: { name: 'Shop' },
      variable: [variable('host', 'shared'), variable('id', 'shop')],
    });
    await make('globals', { name: 'Globals', values: [variable('id', 'global'), variable('everywhere', 'g')] });
    const environment = await make('environment', { name: 'Test', values: [variable('stage', 'test')] });
    const ids = await plant(bench, { List: {} }, shop);
    await bench.variables.chooseEnvironment(environment);
    await bench.variables.setLocal(shop, 'host', { value: 'here' });
    const resolve = await resolverFor(bench, ids.get('List') as ElementId);
    expect(resolve('{{host}} {{id}} {{everywhere}} {{stage}} {{unknown}}')).toBe('here shop g test {{unknown}}');
    await close();
  });
});
