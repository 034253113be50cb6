import { describe, expect, it } from 'vitest';
import { withMember } from './exporting-all.ts';
import { isAllSynced, linesOf } from './unsynced-text.ts';

const NOTHING = { changes: 0, elements: [], conflicts: 0, refused: 0, drafts: 0, localValues: 0 };

describe('what exists only here', () => {
  it('is named before it goes', () => {
    const elements = [{ id: 'a', name: 'Users', changes: 2 }] as never;
    const lines = linesOf({ ...NOTHING, changes: 2, elements, drafts: 1, localValues: 3, refused: 1 });
    expect(lines.map(({ text }) => text)).toEqual([
      '2 saved changes not sent yet',
      '1 tab with something not saved',
      '3 values and cookies of this device only',
      '1 change refused by the server',
    ]);
    expect(lines[0]?.detail).toBe('Users');
  });

  it('is nothing where only conflicts are open: those are on the server too', () => {
    expect(isAllSynced({ ...NOTHING, conflicts: 2 })).toBe(true);
    expect(isAllSynced({ ...NOTHING, drafts: 1 })).toBe(false);
  });
});

it('an export has what import does not read beside what it does', () => {
  const text = withMember('{\n  "collections": []\n}\n', 'onlyOnThisDevice', { local: [1] });
  expect(JSON.parse(text)).toEqual({ collections: [], onlyOnThisDevice: { local: [1] } });
});
