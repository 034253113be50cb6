import { type AccountId, type DeviceId, type Element, type ElementId, unknownKind } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { type ContentRules, replayContent } from './content.ts';
import { Composer } from './intents.ts';

const me = { account: 'mine' as AccountId, device: 'my device' as DeviceId };
const rules: ContentRules = { schemas: unknownKind, me };
const id = 'aaaaaaaa-0000-4000-8000-000000000001' as ElementId;

describe('what a person writes', () => {
  it('over their own waiting write is based on what that was based on, whatever arrived below it meanwhile [DV3]', () => {
    const first = writesOf(elementAt(1, '"as it was"'), elementAt(1, '"as it was"'), '"mine"');
    const theirs = elementAt(7, '"theirs"');
    const shown = replayContent(theirs, first, 0, rules);
    expect(shown?.data).toBe('{"name":"mine"}');

    const second = writesOf(shown as Element, theirs, '"mine again"');
    expect(second.fields).toEqual([
      { group: 'name', value: '"mine again"', base: { revision: 1, value: { text: '"mine"' } } },
    ]);
  });
});

function writesOf(shown: Element, settled: Element, value: string) {
  const composer = new Composer(
    { exists: () => true, element: () => shown, settled: () => settled, purged: () => false, cursor: 9 },
    rules,
    0,
  );
  const [write] = composer.writes([{ do: 'set', id, fields: [{ group: 'name', value }] }]);
  if (write?.op !== 'set') throw new Error('a set is what was asked for');
  return write;
}

function elementAt(revision: number, name: string): Element {
  const stamp = { revision, author: 'another device' as DeviceId };
  return {
    ...{ id, kind: 'note', schema: 0, parent: null, order: 'a0', data: `{"name":${name}}`, rows: {}, origin: null },
    ...{ revision, created: stamp, stamps: { name: stamp }, trashed: null, by: me, at: 0 },
  };
}
