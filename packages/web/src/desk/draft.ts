/**
 * Edits that were not saved yet, as a pure function of what is shown and what was typed. A draft is a set of field groups,
 * each with the value it was made over, so that whatever else changes below it shows at once, and saving asks only where
 * somebody wrote the same field.
 */
import type { ElementView, IntendedField } from '@waypost/client';
import { schemas } from '@waypost/model';
import {
  type Content,
  type DeviceId,
  differences,
  type Epoch,
  equalJsonText,
  forceGroup,
  type JsonText,
  judge,
  parseRecent,
  readGroup,
  type Revision,
  type Stamp,
  wayOf,
} from '@waypost/protocol';

/** One edited group. `base` is what stood there when the edit began. */
export interface DraftField {
  readonly group: string;
  readonly value: JsonText | null;
  readonly base: { readonly value: JsonText | null; readonly revision: Revision; readonly epoch: Epoch | null };
}

export interface Rebased {
  readonly fields: readonly DraftField[];
  /** Groups that somebody else wrote meanwhile, to something else: saving asks. */
  readonly contested: readonly string[];
  /** Texts that took in what somebody else wrote. */
  readonly merged: readonly string[];
}

export function contentOf({ data, rows }: Pick<ElementView, 'data' | 'rows'>): Content {
  return { data: parseRecent(data), rows };
}

/** What the editor shows: the element with the draft on top. */
export function withFields(kind: string, shown: Content, fields: readonly DraftField[]): Content {
  return fields.reduce((content, { group, value }) => forceGroup(schemas(kind), content, group, value), shown);
}

/** The draft that makes `edited` of what is shown. Groups that were edited before keep the base they began with. */
export function fieldsOf(view: ElementView, edited: Content, before: readonly DraftField[]): DraftField[] {
  const known = new Map(before.map((field) => [field.group, field]));
  return differences(schemas(view.kind), contentOf(view), edited).map(({ group, before: value, after }) => ({
    group,
    value: after,
    base: known.get(group)?.base ?? { value, revision: stampOf(view, group).revision, epoch: view.epoch },
  }));
}

/** Brings a draft up to date with what is shown by now, by the rule that will judge it when it is saved. */
export function rebase(view: ElementView, fields: readonly DraftField[], writer: DeviceId): Rebased {
  const schema = schemas(view.kind);
  const content = contentOf(view);
  const kept: DraftField[] = [];
  const contested: string[] = [];
  const merged: string[] = [];
  for (const field of fields) {
    const { group, base } = field;
    const value = readGroup(schema, content, group);
    const stamp = stampOf(view, group);
    if (equalJsonText(value, base.value) && base.epoch === view.epoch) {
      kept.push(field);
      continue;
    }
    const verdict = judge(
      {
        way: wayOf(schema, group),
        base: { revision: base.revision, value: { text: base.value } },
        mine: field.value,
        writer,
      },
      { value, stamp },
    );
    const onNow = { value, revision: stamp.revision, epoch: view.epoch };
    if (verdict.kind === 'noop') continue;
    if (verdict.kind === 'conflict') {
      contested.push(group);
      kept.push(field);
    } else {
      if (verdict.kind === 'merge') merged.push(group);
      kept.push({ group, value: verdict.value, base: onNow });
    }
  }
  return { fields: kept, contested, merged };
}

/** The draft as if its edits had been made over what is shown now: what a person says with "save and overwrite". */
export function overwriting(view: ElementView, fields: readonly DraftField[]): DraftField[] {
  const content = contentOf(view);
  return fields.map(({ group, value }) => ({
    group,
    value,
    base: {
      value: readGroup(schemas(view.kind), content, group),
      revision: stampOf(view, group).revision,
      epoch: view.epoch,
    },
  }));
}

export function intended(fields: readonly DraftField[]): IntendedField[] {
  return fields.map(({ group, value, base }) => ({ group, value, base }));
}

function stampOf({ stamps, created }: ElementView, group: string): Stamp {
  return stamps[group] ?? created;
}
