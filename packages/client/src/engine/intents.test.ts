import {
  type AccountId,
  type DeviceId,
  type Element,
  type ElementId,
  type Epoch,
  unknownKind,
} from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { type ContentRules, replayContent } from './content.ts';
import type { IntendedField } from './device.ts';
import { Composer } from './intents.ts';

const me = { account: 'mine' as AccountId, device: 'my device' as DeviceId };
const rules: ContentRules = { schemas: unknownKind, me };
const EPOCH = 'now' as Epoch;
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

  it('in a draft from before a rolled-back server is based on no number of the new one [EP3]', () => {
    const standing = elementAt(3, '"theirs"');
    const basedOn = (epoch: Epoch): number | undefined => {
      const base = { value: '"as it was"', revision: 5, epoch };
      return writesOf(standing, standing, '"mine"', base).fields[0]?.base.revision;
    };
    expect(basedOn('before' as Epoch)).toBe(0);
    expect(basedOn(EPOCH)).toBe(5);
  });
});

function writesOf(shown: Element, settled: Element, value: string, base?: IntendedField['base']) {
  const seen = { exists: () => true, element: () => shown, settled: () => settled, purged: () => false };
  const composer = new Composer({ ...seen, cursor: 9, epoch: EPOCH }, rules, 0);
  const field = { group: 'name', value, ...(base === undefined ? {} : { base }) };
  const [write] = composer.writes([{ do: 'set', id, fields: [field] }]);
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
