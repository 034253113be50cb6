import type { ConflictView } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { undoOf } from './undoing.ts';

const ID = 'element' as ElementId;
const FIELDS: ConflictView['fields'] = [
  { group: 'name', base: '"a"', mine: '"mine"', theirs: '"theirs"' },
  { group: 'target', base: null, mine: '{"method":"PUT"}', theirs: '{"method":"GET"}' },
];
const about = (type: ConflictView['type']) => ({ element: ID, type, fields: FIELDS });
const set = (...fields: { group: string; value: string }[]) => ({ do: 'set', id: ID, fields });

describe('undoing a decision', () => {
  it('writes what stood before', () => {
    expect(undoOf(about('edit'), { kind: 'mine' }, null)).toEqual([
      set({ group: 'name', value: '"theirs"' }, { group: 'target', value: '{"method":"GET"}' }),
    ]);
    expect(undoOf(about('edit'), { kind: 'theirs' }, null)).toEqual([
      set({ group: 'name', value: '"mine"' }, { group: 'target', value: '{"method":"PUT"}' }),
    ]);
    expect(undoOf(about('edit'), { kind: 'fields', mine: ['name'], theirs: ['target'] }, null)).toEqual([
      ...[set({ group: 'name', value: '"theirs"' }), set({ group: 'target', value: '{"method":"PUT"}' })],
    ]);
  });

  it('takes away what was made, and brings back what was deleted', () => {
    const made = 'made' as ElementId;
    expect(undoOf(about('edit'), { kind: 'new' }, made)).toEqual([{ do: 'delete', id: made }]);
    expect(undoOf(about('deleted'), { kind: 'mine' }, null)).toEqual([{ do: 'delete', id: ID }]);
    expect(undoOf(about('deleted'), { kind: 'theirs' }, null)[0]).toEqual({ do: 'restore', id: ID });
    expect(undoOf(about('changed-since'), { kind: 'mine' }, null)).toEqual([{ do: 'restore', id: ID }]);
    expect(undoOf(about('changed-since'), { kind: 'theirs' }, null)).toEqual([{ do: 'delete', id: ID }]);
  });
});
