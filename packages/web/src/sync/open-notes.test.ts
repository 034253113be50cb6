import { newElementData } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import type { DraftState } from '../desk/drafts.ts';
import { noteOn } from './open-notes.ts';

const DRAFT: DraftState = {
  ...{ id: 'a' as ElementId, kind: 'request', isDirty: false, isNew: false, parent: null, isDeleted: false },
  ...{ contested: [], merged: [], content: { data: newElementData('request', { name: 'Users' }), rows: {} } },
};
const QUIET = { draft: DRAFT, state: 'synced', by: 'Desk', news: null } as const;

describe('what is said on an open editor', () => {
  it('is nothing where nothing happened', () => {
    expect(noteOn(QUIET)).toBeNull();
  });

  it('is who changed what, while it is news', () => {
    expect(noteOn({ ...QUIET, news: { groups: ['target', 'description'] } })?.text).toBe(
      'Desk changed URL and Description.',
    );
  });

  it('is what matters most: what is deleted before what is contested, and that before what is merged', () => {
    const draft = { ...DRAFT, isDirty: true, contested: ['target'], merged: ['description'] };
    expect(noteOn({ ...QUIET, draft })?.text).toBe('Desk changed URL too: saving asks which one stands.');
    expect(noteOn({ ...QUIET, draft: { ...draft, contested: [] } })?.text).toBe(
      'Description now has what was written elsewhere in it as well.',
    );
    expect(noteOn({ ...QUIET, draft: { ...draft, isDeleted: true } })?.text).toBe(
      'Desk deleted it. What you typed is still here.',
    );
    expect(noteOn({ ...QUIET, state: 'conflict' })?.kind).toBe('conflict');
  });
});
