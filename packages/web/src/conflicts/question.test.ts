import { describe, expect, it } from 'vitest';
import { type ConflictQuestion, mixedDecision, type Side, wordsOf } from './question.ts';
import { piecesOf } from './differences.tsx';

const ASKED: ConflictQuestion = {
  ...{ name: 'Users', kind: 'request', type: 'edit', by: 'Lap', mineBy: 'this device', at: null, isSaving: true },
  fields: [],
};

describe('the question about a conflict', () => {
  it('says at saving what was changed elsewhere, and goes back to the editor by Cancel', () => {
    expect(wordsOf(ASKED)).toEqual({
      title: '“Users” was changed elsewhere',
      happened: 'Lap changed the same',
      mine: 'Save and overwrite',
      theirs: 'Take theirs',
      asNew: 'Save as new request',
      later: 'Cancel',
    });
  });

  it('can wait where the server reported it, and says whose mine is', () => {
    const words = wordsOf({ ...ASKED, isSaving: false, mineBy: 'Phone' });
    expect([words.later, words.happened]).toEqual(['Later', 'Lap changed the same as Phone']);
  });

  it('has other words where something was deleted', () => {
    const [deleted, since] = (['deleted', 'changed-since'] as const).map((type) =>
      wordsOf({ ...ASKED, type, isSaving: false }),
    );
    expect([deleted?.mine, deleted?.theirs]).toEqual(['Recreate it with mine', 'Leave it deleted']);
    expect([since?.mine, since?.theirs, since?.asNew]).toEqual(['Delete it after all', 'Keep it', null]);
  });
});

describe('choosing field by field', () => {
  const fields = ['name', 'target', 'description'].map((group) => ({ group, parts: [] }));
  const decided = (...sides: [string, Side][]) => mixedDecision(fields, new Map(sides));

  it('is a decision of its own only where both sides are chosen', () => {
    expect(decided()).toBeNull();
    expect(decided(['name', 'theirs'], ['target', 'theirs'], ['description', 'theirs'])).toBeNull();
    expect(decided(['target', 'theirs'])).toEqual({
      kind: 'fields',
      mine: ['name', 'description'],
      theirs: ['target'],
    });
  });
});

describe('differences of a short text', () => {
  it('are marked on the side that has them', () => {
    const mine = 'https://api.test/users?page=2';
    const theirs = 'https://api.test/people?page=2';
    const marked = (text: string, other: string) =>
      piecesOf(text, other).flatMap((one) => (one.isOther ? one.text : []));
    expect(
      piecesOf(mine, theirs)
        .map(({ text }) => text)
        .join(''),
    ).toBe(mine);
    expect([marked(mine, theirs), marked(theirs, mine)]).toEqual([['users'], ['people']]);
  });
});
