import { type Actor, type JsonText, parseJson, printJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { fieldsOfVersions } from './version-fields.ts';
import type { Version } from './versions.ts';

const by = { account: 'anna', device: 'desk' } as Actor;
const NOW = '{"name":"Now","request":{"method":"GET","url":"http://x/3"}}';

function version(
  revision: number,
  values: Readonly<Record<string, JsonText | null>>,
  rest: Partial<Version> = {},
): Version {
  const groups = Object.keys(values).filter((group) => group !== '@created');
  return { revision, by, at: revision, groups, values: new Map(Object.entries(values)), status: 'replaced', ...rest };
}

/** Each as `event path=value …`. */
function told(...versions: readonly Version[]): string[] {
  const content = { data: parseJson(NOW), rows: {} };
  return fieldsOfVersions('request', versions, content).map(({ event, fields }) =>
    [event, ...fields.map(({ path, value }) => `${path}=${value ? printJson(value) : String(value)}`)].join(' '),
  );
}

describe('the fields of versions', () => {
  it('are what each brought: what a later one replaced, or what stands', () => {
    expect(
      told(
        version(4, { name: '"Third"' }),
        version(3, { name: '"First"', target: '{"method":"GET","url":"http://x/1"}' }),
        version(2, { '@created': null }),
      ),
    ).toEqual(['changed name="Now"', 'changed name="Third" request.url.raw="http://x/3"', 'created']);
  });

  it('are what was parked, against what stood then', () => {
    expect(
      told(
        version(4, { target: '{"method":"POST","url":"http://x/3"}' }, { status: 'unmerged' }),
        version(3, { target: '{"method":"GET","url":"http://x/1"}' }),
      ),
    ).toEqual(['changed request.method="POST"', 'changed request.url.raw="http://x/3"']);
  });

  it('say what happened where nothing was written', () => {
    expect(
      told(
        version(5, { '@trash': 'true' }),
        version(4, { '@trash': 'false' }),
        version(3, { '@place': '[null,"a0"]' }),
      ),
    ).toEqual(['restored', 'deleted', 'moved']);
  });

  it('are named without values where those are not in the list', () => {
    const long = version(3, {}, { groups: ['event[test]', 'name'] });
    expect(told(version(4, { name: '"Third"' }), long, version(2, { name: null }))).toEqual([
      'changed name="Now"',
      expect.stringMatching(/^changed .*name="Third"$/) as string,
      'changed name=null',
    ]);
  });
});
