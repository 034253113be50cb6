/**
 * After a rolled-back database: an element as a device still holds it from the old epoch (SPEC, section EP). The devices
 * are the backup, but only for what nobody has worked on since.
 */
import {
  type Actor,
  type Conflict,
  type Content,
  differences,
  equalJsonText,
  type JsonText,
  type ParkedField,
  parseJson,
  type ParkWrite,
  PLACE,
  printJson,
  readGroup,
  type RejectionCode,
  type ResentElement,
  type Stamp,
  TRASH,
  writeGroup,
} from '@waypost/protocol';
import { addParked, closeEqual, mineOf, type Parked, withoutEqual } from './parking.ts';
import type { Step } from './planner.ts';
import { HISTORY_CREATED, type StoredElement } from './store.ts';

export function resend(step: Step, resent: ResentElement): RejectionCode | null {
  const row = step.state.row(resent.id);
  if (row === undefined) return create(step, resent);
  if (row.gone) {
    parkLost(step, resent, row.by);
    return null;
  }
  if (row.trashed !== null && row.trashed.revision > step.state.workspace.restored) {
    parkLost(step, resent, row.trashed.by);
    return null;
  }
  if (row.trashed !== null && resent.groups[TRASH] !== undefined) step.untrash(row);
  bringBackGroups(step, step.state.element(resent.id) as StoredElement, resent);
  bringBackPlace(step, step.state.element(resent.id) as StoredElement, resent);
  return null;
}

/** [EP6] A version that was parked in the old epoch. */
export function parkAgain(step: Step, write: ParkWrite): void {
  const element = step.state.element(write.id);
  const content = element === undefined ? null : { data: parseJson(element.data), rows: element.rows };
  const schema = step.context.schemas(element?.kind ?? '');
  const fields = withoutEqual(write.fields, (group) =>
    content === null ? undefined : readGroup(schema, content, group),
  );
  const known = step.state.conflict(write.conflict);
  if (known !== undefined) {
    parkNewer(step, known, fields);
    return;
  }
  if (write.type === 'edit' && fields.length === 0) return;
  const { account, device } = step.author;
  const theirs = element?.by ?? { account, device };
  park(step, { id: write.conflict, element: write.id, type: write.type, theirs, fields });
}

/**
 * The restored database has the conflict, as it was before its device wrote over its own version once more. What was
 * decided about it since then stays decided.
 */
function parkNewer(step: Step, known: Conflict, held: readonly ParkedField[]): void {
  const fields = held.filter(({ group, mine }) => {
    const parked = known.fields.find((field) => field.group === group);
    return parked === undefined || !equalJsonText(parked.mine, mine);
  });
  if (fields.length === 0) return;
  const isAsRestored = known.closed === null && known.revision <= step.state.workspace.restored;
  if (isAsRestored) park(step, { element: known.element, type: known.type, theirs: known.theirs, fields });
  else step.state.unmerged(known.element, mineOf(fields));
}

function park(step: Step, parked: Parked): void {
  const conflict = addParked(step, parked);
  step.state.unmerged(parked.element, mineOf(parked.fields));
  step.conflicted(
    conflict,
    parked.fields.map(({ group }) => group),
  );
}

/** It was made after the backup: it is made again, with the numbers of its old life beside the new one. */
function create(step: Step, resent: ResentElement): RejectionCode | null {
  const { id, kind, schema, order, data, rows, origin } = resent;
  const parent = step.home(resent.parent, kind);
  if (step.isCycle(id, parent)) return 'cycle';
  const stampOf = (old: ResentElement['created']): Stamp => ({
    ...step.stamp(old.revision),
    ...(old.own ? {} : { author: null }),
  });
  const stamps = Object.fromEntries(Object.entries(resent.groups).map(([group, old]) => [group, stampOf(old)]));
  const created = stampOf(resent.created);
  step.put({
    ...{ gone: false, id, kind, schema, parent, order, data, rows, origin, created, stamps, trashed: null },
    ...{ revision: 0, shape: created.revision, by: step.author, at: 0 },
  });
  step.state.replaced(id, HISTORY_CREATED, null);
  step.adjusted(id, resent.parent, parent);
  return null;
}

/** [EP4] Wins over what is as it was restored, and over what an older re-send brought; anything newer is a question. */
function bringBackGroups(step: Step, element: StoredElement, resent: ResentElement): void {
  const schema = step.context.schemas(element.kind);
  let content: Content = { data: parseJson(element.data), rows: element.rows };
  const wanted: Content = { data: parseJson(resent.data), rows: resent.rows };
  const stamps: Record<string, Stamp> = { ...element.stamps };
  const written: string[] = [];
  const lost: Record<string, JsonText | null> = {};
  const parked: ParkedField[] = [];
  let { shape } = element;
  for (const { group, after } of differences(schema, content, wanted)) {
    const old = resent.groups[group];
    if (old === undefined) {
      // As it was made: somebody wrote over it since, in an epoch whose history is gone, or in this one.
      if (resent.created.revision > step.state.workspace.restored && after !== null) lost[group] = after;
      continue;
    }
    const standing = readGroup(schema, content, group);
    if (equalJsonText(standing, after)) continue;
    const stamp = stamps[group] ?? element.created;
    const wins =
      stamp.revision <= step.state.workspace.restored || (stamp.old !== undefined && stamp.old < old.revision);
    const next = wins ? writeGroup(schema, content, group, after) : 'blocked';
    if (next !== 'blocked') {
      content = next;
      stamps[group] = { ...step.stamp(old.revision), ...(old.own ? {} : { author: null }) };
      if (standing === null || after === null) shape = step.state.revision();
      step.state.replaced(element.id, group, standing);
      written.push(group);
    } else if (stamp.old !== undefined || stamp.author === step.author.device) {
      lost[group] = after;
    } else {
      parked.push({ group, base: null, mine: after, revision: stamp.revision });
    }
  }
  if (Object.keys(lost).length > 0) step.state.unmerged(element.id, lost);
  if (written.length > 0) {
    step.put({ ...element, data: printJson(content.data), rows: content.rows, stamps, shape });
    closeEqual(step, element.id, (group) => readGroup(schema, content, group), written);
  }
  if (parked.length > 0) park(step, { element: element.id, type: 'edit', theirs: element.by, fields: parked });
}

/** Place is `latest`: newer places stand. */
function bringBackPlace(step: Step, element: StoredElement, resent: ResentElement): void {
  const old = resent.groups[PLACE];
  if (old === undefined) return;
  const stamp = element.stamps[PLACE] ?? element.created;
  const wins = stamp.revision <= step.state.workspace.restored || (stamp.old !== undefined && stamp.old < old.revision);
  if (!wins) return;
  const parent = step.home(resent.parent, resent.kind);
  if (step.place(element, parent, resent.order, old.revision)) step.adjusted(element.id, resent.parent, parent);
}

/** It was deleted since: the device's version is parked, whole, and its person decides. */
function parkLost(step: Step, resent: ResentElement, theirs: Actor): void {
  const schema = step.context.schemas(resent.kind);
  const content: Content = { data: parseJson(resent.data), rows: resent.rows };
  const fields = Object.keys(resent.groups)
    .filter((group) => !group.startsWith('@'))
    .map((group) => ({
      group,
      base: null,
      mine: readGroup(schema, content, group),
      revision: step.state.workspace.head,
    }));
  if (fields.length === 0) return;
  park(step, { element: resent.id, type: 'deleted', theirs, fields });
}
