/** Open conflicts: adding to one, closing what is decided. At most one is open per element, device and type (SPEC, PL7). */
import {
  type Actor,
  type Conflict,
  type ConflictId,
  type ConflictType,
  type ElementId,
  equalJsonText,
  type JsonText,
  type ParkedField,
  type Resolution,
} from '@waypost/protocol';
import type { Step } from './planner.ts';

export interface Parked {
  /** The id it had in an earlier epoch. */
  readonly id?: ConflictId;
  readonly element: ElementId;
  readonly type: ConflictType;
  readonly theirs: Actor;
  readonly fields: readonly ParkedField[];
}

/** Parks versions in the open conflict of this device and element, or in a new one. */
export function addParked(step: Step, parked: Parked): Conflict {
  const { account, device } = step.author;
  const open = step.state.openConflict(parked.element, device, parked.type);
  const conflict: Conflict = {
    id: open?.id ?? parked.id ?? (step.context.newId() as ConflictId),
    element: parked.element,
    type: parked.type,
    fields: mergedFields(open?.fields ?? [], parked.fields),
    mine: { account, device },
    theirs: parked.theirs,
    at: step.state.now,
    revision: step.state.revision(),
    closed: null,
  };
  step.state.putConflict(conflict);
  return conflict;
}

/** Closes groups of a conflict, or all of it; it is closed when none is left. */
export function closeFields(
  step: Step,
  conflict: Conflict,
  groups: readonly string[] | null,
  resolution: Resolution,
): void {
  const fields = groups === null ? [] : conflict.fields.filter(({ group }) => !groups.includes(group));
  const closed = fields.length === 0 ? resolution : null;
  step.state.putConflict({
    ...conflict,
    fields: closed === null ? fields : conflict.fields,
    revision: step.state.revision(),
    closed,
  });
}

/** When mine has become what stands, there is nothing left to decide. */
export function closeEqual(
  step: Step,
  element: ElementId,
  valueOf: (group: string) => JsonText | null,
  groups: readonly string[],
): void {
  for (const conflict of step.state.openConflicts(element)) {
    if (conflict.type !== 'edit') continue;
    const settled = conflict.fields.filter(
      ({ group, mine }) => groups.includes(group) && equalJsonText(mine, valueOf(group)),
    );
    if (settled.length > 0)
      closeFields(
        step,
        conflict,
        settled.map(({ group }) => group),
        'theirs',
      );
  }
}

/** Parked fields without those that are what stands by now. */
export function withoutEqual(
  fields: readonly ParkedField[],
  standing: (group: string) => JsonText | null | undefined,
): ParkedField[] {
  return fields.filter(({ group, mine }) => {
    const value = standing(group);
    return value === undefined || !equalJsonText(mine, value);
  });
}

export function mineOf(fields: readonly ParkedField[]): Record<string, JsonText | null> {
  return Object.fromEntries(fields.map(({ group, mine }) => [group, mine]));
}

/** A group parked twice keeps its first base: that is what both sides still share. */
function mergedFields(before: readonly ParkedField[], added: readonly ParkedField[]): ParkedField[] {
  const fields = new Map(before.map((field) => [field.group, field]));
  for (const field of added) {
    const first = fields.get(field.group);
    fields.set(field.group, first === undefined ? field : { ...field, base: first.base });
  }
  return [...fields.values()];
}
