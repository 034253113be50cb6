import { lookUp } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { create } from '../frame/actions.ts';
import type { Bench } from './bench.ts';
import { openTestBench, settled } from './bench.fixture.ts';
import { lookOf } from './use-variables.ts';

describe('variables', () => {
  let bench: Bench;
  let close: () => Promise<void>;
  const stops: (() => void)[] = [];

  beforeEach(async () => {
    ({ bench, close } = await openTestBench());
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    await close();
  });

  async function made(
    kind: 'collection' | 'folder' | 'environment' | 'globals',
    parent: ElementId | null,
    values: Readonly<Record<string, string>>,
  ): Promise<ElementId> {
    const id = await create(bench, kind, { parent, name: kind });
    const path = kind === 'collection' || kind === 'folder' ? 'variable' : 'values';
    stops.push(
      bench.drafts.watch(id, () => undefined),
      bench.elements.watch(id, () => undefined),
    );
    await settled();
    bench.drafts.edit(
      id,
      Object.entries(values).map(([key, text]) => ({ op: 'text', path: `${path}[${key}]`, text })),
    );
    await bench.drafts.save(id);
    await settled();
    return id;
  }

  it('are looked up from the environment over folders and the collection to the globals', async () => {
    const globals = await made('globals', null, { a: 'globals', b: 'globals', c: 'globals', d: 'globals' });
    const collection = await made('collection', null, { a: 'collection', b: 'collection', c: 'collection' });
    const folder = await made('folder', collection, { a: 'folder', b: 'folder' });
    const environment = await made('environment', null, { a: 'environment' });
    await bench.variables.chooseEnvironment(environment);
    const scopes = bench.variables.scopesBelow(folder);
    expect(scopes.map(({ owner }) => owner)).toEqual([environment, folder, collection, globals]);
    expect(['a', 'b', 'c', 'd'].map((name) => lookUp(name, scopes)?.value)).toEqual([
      'environment',
      'folder',
      'collection',
      'globals',
    ]);
    expect(lookUp('a', bench.variables.scopesBelow(null))?.value).toBe('environment');
    await bench.variables.chooseEnvironment(null);
    expect(lookUp('a', bench.variables.scopesBelow(folder))?.value).toBe('folder');
  });

  it('have a value of this device before the shared one, and it is in no element', async () => {
    const environment = await made('environment', null, { token: 'shared' });
    await bench.variables.chooseEnvironment(environment);
    await bench.variables.setLocal(environment, 'token', { value: 'mine' });
    expect(lookUp('token', bench.variables.scopesBelow(null))).toEqual({
      value: 'mine',
      scope: 'environment',
      from: 'local',
    });
    expect((await bench.elements.read(environment))?.data).not.toContain('mine');
    await bench.variables.setLocal(environment, 'token', null);
    expect(lookUp('token', bench.variables.scopesBelow(null))?.value).toBe('shared');
  });

  it('that a script set without anybody sharing them are found too, and those it unset are not', async () => {
    const environment = await made('environment', null, { old: 'shared' });
    await bench.variables.chooseEnvironment(environment);
    await bench.variables.setLocal(environment, 'fresh', { value: 7 });
    await bench.variables.setLocal(environment, 'old', { unset: true });
    const scopes = bench.variables.scopesBelow(null);
    expect(lookUp('fresh', scopes)?.value).toBe('7');
    expect(lookUp('old', scopes)).toBeNull();
  });

  it('are explained: the value, where it is from, and whether it leaves the device', async () => {
    const environment = await made('environment', null, { host: 'api.test' });
    await bench.variables.chooseEnvironment(environment);
    const look = lookOf(bench.variables.scopesBelow(null));
    expect(look.find('host')).toEqual({
      state: 'known',
      value: 'api.test',
      about: 'Shared value. From the environment environment.',
    });
    expect(look.find('nobody').state).toBe('unknown');
    expect(look.find('$guid').state).toBe('made');
    expect(look.names()[0]).toEqual({ name: 'host', value: 'api.test', from: 'environment' });
  });

  it('outlast the window: the environment in force and the local values are kept on the device', async () => {
    const environment = await made('environment', null, { a: '1' });
    await bench.variables.chooseEnvironment(environment);
    await bench.variables.setLocal(environment, 'a', { value: '2' });
    await bench.variables.readAgain();
    expect(bench.variables.environment).toBe(environment);
    expect(lookUp('a', bench.variables.scopesBelow(null))?.value).toBe('2');
  });
});
