/** A conflict as a person is asked about it: at saving, or reported later by the server. */
import type { ConflictView, Decision } from '@waypost/client';
import type { ConflictType } from '@waypost/protocol';
import { capital, named } from '../design/words.ts';
import type { ConflictField } from './field-names.ts';

export interface ConflictQuestion {
  readonly name: string;
  /** "request", "environment", … */
  readonly kind: string;
  readonly type: ConflictType;
  readonly fields: readonly ConflictField[];
  /** Who wrote theirs, and whose mine is: "this device", or another one of the same person. */
  readonly by: string;
  readonly mineBy: string;
  /** Null where nobody saw when. */
  readonly at: number | null;
  /** Asked because somebody saves; else it waits, and may go on waiting. */
  readonly isSaving: boolean;
}

export interface ConflictWords {
  readonly title: string;
  /** Before "2 minutes ago". */
  readonly happened: string;
  readonly mine: string;
  readonly theirs: string;
  /** Null where it would make no sense. */
  readonly asNew: string | null;
  readonly later: string;
}

export function wordsOf({ name, kind, type, by, mineBy, isSaving }: ConflictQuestion): ConflictWords {
  const called = `“${named(name)}”`;
  const isMine = mineBy === 'this device';
  const who = capital(by);
  const asNew = `Save as new ${kind}`;
  const later = isSaving ? 'Cancel' : 'Later';
  switch (type) {
    case 'edit':
      return {
        title: `${called} was changed elsewhere`,
        happened: isMine ? `${who} changed the same` : `${who} changed the same as ${mineBy}`,
        ...{ mine: isSaving ? 'Save and overwrite' : 'Overwrite with mine', theirs: 'Take theirs', asNew, later },
      };
    case 'deleted':
      return {
        title: `${called} was deleted elsewhere`,
        happened: isMine ? `${who} deleted what you changed` : `${who} deleted what was changed on ${mineBy}`,
        ...{ mine: 'Recreate it with mine', theirs: 'Leave it deleted', asNew, later },
      };
    case 'changed-since':
      return {
        title: `${called} was changed elsewhere`,
        happened: isMine ? `${who} changed what you deleted` : `${who} changed what was deleted on ${mineBy}`,
        ...{ mine: 'Delete it after all', theirs: 'Keep it', asNew: null, later },
      };
  }
}

const DONE: Readonly<Record<Decision['kind'], string>> = {
  mine: 'Yours stands',
  theirs: 'Theirs stands',
  new: 'Saved as a new one beside it',
  fields: 'Decided field by field',
};

export function doneText({ type }: Pick<ConflictView, 'type'>, { kind }: Pick<Decision, 'kind'>): string {
  if (type === 'deleted' && kind === 'mine') return 'It is back, with yours';
  if (type === 'deleted' && kind === 'theirs') return 'It stays deleted';
  if (type === 'changed-since' && kind === 'mine') return 'It is deleted after all';
  if (type === 'changed-since' && kind === 'theirs') return 'It stays, as the others have it';
  return DONE[kind];
}

export type Side = 'mine' | 'theirs';
export type Sided = ReadonlyMap<string, Side>;

/** What was chosen field by field; null while every field is of one side, for which there are words of their own. */
export function mixedDecision(fields: readonly ConflictField[], sides: Sided): Decision | null {
  const of = (side: Side): string[] =>
    fields.map(({ group }) => group).filter((group) => (sides.get(group) ?? 'mine') === side);
  const [mine, theirs] = [of('mine'), of('theirs')];
  return mine.length === 0 || theirs.length === 0 ? null : { kind: 'fields', mine, theirs };
}
