import { describe, expect, it } from 'vitest';
import { content } from './testing/elements.ts';
import { lookUp, resolveVariables, type Scope, variableNames, variablesOf } from './variables.ts';

function scope(
  kind: Scope['kind'],
  values: Readonly<Record<string, string>>,
  local: Readonly<Record<string, string>> = {},
): Scope {
  const variables = Object.entries(values).map(([key, shared]) => ({ key, shared, enabled: true, secret: false }));
  return { kind, variables, local: new Map(Object.entries(local)) };
}

describe('the variables of an element', () => {
  it('are the values of an environment or the variables of a collection, whatever form they have', () => {
    const { data } = content({
      values: [
        { key: 'a', value: 1.5 },
        { key: 'b', value: null, enabled: false },
        { id: 'c', value: 'x', type: 'secret', disabled: true },
        { key: '', value: 'y' },
        'odd',
      ],
    });
    expect(variablesOf(data)).toEqual([
      { key: 'a', shared: '1.5', enabled: true, secret: false },
      { key: 'b', shared: '', enabled: false, secret: false },
      { key: 'c', shared: 'x', enabled: false, secret: true },
    ]);
    expect(variablesOf(content({ variable: [{ key: 'v', value: '1' }] }).data)).toHaveLength(1);
  });
});

describe('looking a variable up', () => {
  it('takes the nearest scope that knows the name', () => {
    const scopes = [
      scope('data', {}),
      scope('environment', { a: 'env' }),
      scope('folder', { a: 'folder', b: 'folder' }),
      scope('globals', { b: 'global', c: 'global' }),
    ];
    expect(['a', 'b', 'c', 'd'].map((name) => lookUp(name, scopes)?.scope)).toEqual([
      'environment',
      'folder',
      'globals',
      undefined,
    ]);
  });

  it('uses the local value of this device where there is one', () => {
    expect(lookUp('a', [scope('environment', { a: 'shared' }, { a: 'local' })])).toEqual({
      value: 'local',
      scope: 'environment',
      from: 'local',
    });
  });

  it('takes the last of equal names that is switched on', () => {
    const row = (shared: string, enabled: boolean) => ({ key: 'a', shared, enabled, secret: false });
    const variables = [row('1', true), row('2', true), row('3', false)];
    expect(lookUp('a', [{ kind: 'environment', variables, local: new Map() }])?.value).toBe('2');
    expect(
      lookUp('a', [
        { kind: 'environment', variables: [row('3', false)], local: new Map() },
        scope('globals', { a: 'wide' }),
      ])?.value,
    ).toBe('wide');
  });
});

describe('resolving a text', () => {
  it('replaces names, names within values, and names made of other variables', () => {
    const scopes = [
      scope('environment', { host: '{{sub}}.example', sub: 'api', stage: 'test', url_test: 'T', 'a/b': 'slash' }),
    ];
    expect(resolveVariables('{{host}}/{{ sub }}/{{url_{{stage}}}}/{{a/b}}', scopes).text).toBe(
      'api.example/api/T/slash',
    );
  });

  it('leaves unknown names as they are and tells them', () => {
    expect(resolveVariables('{{a}} {{b}} {{a}} {b} {{', [scope('environment', { a: '{{c}}' })])).toEqual({
      text: '{{c}} {{b}} {{c}} {b} {{',
      unknown: ['c', 'b'],
      cyclic: [],
    });
  });

  it('stops at names that lead back to themselves', () => {
    expect(resolveVariables('{{a}}', [scope('environment', { a: '<{{b}}>', b: '{{a}}' })])).toEqual({
      text: '<{{a}}>',
      unknown: [],
      cyclic: ['a'],
    });
    expect(resolveVariables('{{a}}', [scope('environment', { a: 'x{{a}}{{a}}' })]).cyclic).toEqual(['a']);
    expect(resolveVariables('{{{{a}}}}', [scope('environment', { a: '{{a}}' })]).cyclic).toEqual(['a']);
  });

  it('asks for values that are made when sending', () => {
    expect(resolveVariables('{{$guid}}{{$no}}', [], (name) => (name === '$guid' ? '1-2' : undefined))).toEqual({
      text: '1-2{{$no}}',
      unknown: ['$no'],
      cyclic: [],
    });
  });

  it('names what a text refers to', () => {
    expect(variableNames('{{a}}/{{ b }}?{{a}}')).toEqual(['a', 'b']);
  });
});
