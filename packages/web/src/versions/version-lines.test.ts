import type { Version } from '@waypost/model';
import { type Actor, parseJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { versionLines } from './version-lines.ts';

const by = { account: 'anna', device: 'desk' } as Actor;
const CONTENT = { data: parseJson('{"name":"Now","request":{"method":"GET","url":"http://x/3"}}'), rows: {} };

function version(
  revision: number,
  values: Record<string, string | null>,
  status: Version['status'] = 'replaced',
): Version {
  const groups = Object.keys(values).filter((group) => group !== '@created');
  return { revision, by, at: revision, groups, values: new Map(Object.entries(values)), status };
}

describe('the history of an element', () => {
  it('says what each version brought, in the words of the screens', () => {
    const lines = versionLines(
      'request',
      [version(3, { name: '"Second"' }, 'current'), version(2, { name: '"First"' }), version(1, { '@created': null })],
      CONTENT,
    );
    expect(lines.map(({ did, fields }) => [did, ...fields.map(({ name, value }) => `${name}: ${value}`)])).toEqual([
      ['Changed', 'Name: Now'],
      ['Changed', 'Name: Second'],
      ['Created'],
    ]);
  });

  it('keeps what was set aside in a conflict', () => {
    const [line] = versionLines('request', [version(3, { name: '"Mine"' }, 'unmerged')], CONTENT);
    expect(line).toMatchObject({ did: 'Set aside in a conflict', fields: [{ name: 'Name', value: 'Mine' }] });
  });
});
