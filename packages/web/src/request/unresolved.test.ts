import type { Scope } from '@waypost/model';
import { parseJson } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { unresolvedIn } from './unresolved.ts';

const scopes: readonly Scope[] = [
  {
    kind: 'environment',
    variables: ['host', 'loop'].map((key) => ({
      key,
      shared: key === 'loop' ? '{{loop}}' : 'x',
      enabled: true,
      secret: false,
    })),
    local: new Map(),
  },
];

it('finds the variables that would be sent as written, and leaves out what is not sent', () => {
  const data = parseJson(
    JSON.stringify({
      name: 'A',
      request: {
        url: 'https://{{host}}/{{path}}',
        header: [
          { key: 'X-{{a}}', value: '{{$guid}}', description: '{{not sent}}' },
          { key: 'Off', value: '{{off}}', disabled: true },
        ],
        body: { mode: 'raw', raw: '{{loop}}', urlencoded: [{ key: '{{other way}}', value: '' }] },
      },
    }),
  );
  const auth = { type: 'bearer', parameters: new Map([['token', parseJson('"{{token}}"')]]), from: 0 };
  expect(unresolvedIn('request', { data, rows: {} }, { scopes, auth })).toEqual({
    unknown: ['path', 'a', 'token'],
    cyclic: ['loop'],
  });
});

it('finds nothing where there are no variables', () => {
  const data = parseJson('{"name":"A","request":{"url":"https://a.test"}}');
  expect(unresolvedIn('request', { data, rows: {} }, { scopes, auth: null })).toEqual({ unknown: [], cyclic: [] });
});
