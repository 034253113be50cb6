/** Open conflicts as a person sees them, what their decisions write, and the question before saving. */
import {
  BASE_CHARS_MAX,
  type Base,
  baseOf,
  type Conflict,
  type ConflictId,
  type Content,
  type DeviceId,
  differences,
  type Element,
  type ElementId,
  type FieldWrite,
  forceGroup,
  type JsonText,
  judge,
  type KindSchema,
  type ParkedField,
  readGroup,
  type Resolution,
  type Revision,
  roomAt,
  rowOfText,
  type Schemas,
  WaypostError,
  wayOf,
  type Write,
  writeGroup,
} from '@waypost/protocol';
import { contentOf, groupRevision, withContent } from './content.ts';
import type { ConflictView, Decision } from './device.ts';
import { labelOf } from './label.ts';
import type { ReplicaRecord } from './records.ts';

export interface DecidedConflict {
  readonly conflict: Conflict;
  /** What stands, settled; in the trash, perhaps. Where it is gone for good, as it was last known; null where it never was. */
  readonly theirs: Element | null;
  readonly gone: boolean;
  /** Where a new one goes: behind the element, or where that is deleted, where it would have come back. */
  readonly beside: Beside;
  /** How far the person had seen when they were shown the question: what is above was written since. */
  readonly cursor: Revision;
}

/** A place among what stands there now, in order. */
export interface Beside {
  readonly parent: ElementId | null;
  readonly siblings: readonly { readonly id: ElementId; readonly order: string }[];
  readonly at: number;
}

export interface DecisionTools {
  readonly schemas: Schemas;
  readonly newId: () => ElementId;
  readonly chance: () => number;
}

export interface DecidedWrites {
  readonly writes: readonly Write[];
  readonly created: ElementId | null;
}

/** One change: what the decision writes, and the closing of the conflict. */
export function decide(decided: DecidedConflict, decision: Decision, tools: DecisionTools): DecidedWrites {
  const { conflict } = decided;
  switch (decision.kind) {
    case 'theirs':
      return { writes: [close(conflict, namesOf(conflict), 'theirs')], created: null };
    case 'mine': {
      const { writes, created } = keepMine(decided, tools);
      return { writes: [...writes, close(conflict, namesOf(conflict), 'mine')], created };
    }
    case 'new': {
      const { writes, created } = sibling(decided, conflict.fields, tools);
      return { writes: [...writes, close(conflict, namesOf(conflict), 'new')], created };
    }
    case 'fields': {
      const fields = [...conflict.fields, ...inTheWay(decided, conflict.fields, tools)];
      const known = new Set(fields.map(({ group }) => group));
      const unknown = [...decision.mine, ...decision.theirs].find((group) => !known.has(group));
      if (unknown !== undefined) throw new WaypostError('not-found', `The conflict is not about "${unknown}".`);
      const chosen = fields.filter(({ group }) => decision.mine.includes(group));
      const against = inTheWay(decided, chosen, tools).find(({ group }) => decision.theirs.includes(group));
      if (against !== undefined)
        throw new WaypostError(
          'bad-message',
          `"${against.group}" stands in the way of mine: choose the same for both.`,
        );
      const { writes, created } = chosen.length === 0 ? NOTHING_KEPT : keepFields(decided, chosen, tools);
      return { writes: [...writes, close(conflict, [...decision.mine, ...decision.theirs], 'fields')], created };
    }
  }
}

export function conflictView(
  conflict: Conflict,
  {
    workspace,
    theirs,
    schemas,
    seen,
  }: Pick<ConflictView, 'workspace' | 'seen'> & { readonly theirs: Element | null; readonly schemas: Schemas },
): ConflictView {
  const schema = schemas(theirs?.kind ?? '');
  const content = theirs === null ? null : contentOf(theirs);
  const fields = [...conflict.fields, ...inTheWay({ conflict, theirs }, conflict.fields, { schemas })];
  return {
    ...{ id: conflict.id, workspace, element: conflict.element, kind: theirs?.kind ?? '', type: conflict.type },
    name: theirs === null ? '' : labelOf(schemas, theirs).name,
    fields: fields.map(({ group, base, mine }) => ({
      ...{ group, base, mine },
      theirs: content === null ? null : readGroup(schema, content, group),
    })),
    ...{ by: conflict.theirs, mineBy: conflict.mine, at: conflict.at, revision: conflict.revision, seen },
  };
}

type Numbering = Pick<ReplicaRecord, 'epoch' | 'cursor'>;

/** What tells a later decision how much its person had seen: the conflict's own version, and all that the device had. */
export function seenAt({ epoch, cursor }: Numbering, { revision }: Conflict): string {
  return `${revision}.${cursor}.${epoch ?? ''}`;
}

/** The cursor when the conflict was shown; null where it is another question by now, or in numbers that mean nothing here. */
export function cursorSeen(seen: string, { epoch }: Numbering, { revision }: Conflict): Revision | null {
  const [, shownRevision, cursor, shownEpoch] = /^(\d{1,16})\.(\d{1,16})\.(.*)$/.exec(seen) ?? [];
  if (Number(shownRevision) !== revision || shownEpoch !== (epoch ?? '')) return null;
  return Number(cursor);
}

/** The conflict without groups that pending changes close; null where they close it. */
export function withoutClosed(conflict: Conflict, pending: Iterable<Write>): Conflict | null {
  let { fields } = conflict;
  for (const write of pending) {
    if (write.op !== 'close' || write.conflict !== conflict.id) continue;
    if (write.groups === null) return null;
    const { groups } = write;
    fields = fields.filter(({ group }) => !groups.includes(group));
    if (fields.length === 0) return null;
  }
  return fields === conflict.fields ? conflict : { ...conflict, fields };
}

export interface FieldInConflict {
  readonly group: string;
  readonly base: JsonText | null;
  readonly mine: JsonText | null;
  readonly theirs: JsonText | null;
}

/**
 * The groups about which saving would ask: the server's judgement, run before anything is written. `element` is the
 * settled one.
 */
export function wouldConflict(
  element: Element,
  fields: readonly { readonly group: string; readonly value: JsonText | null; readonly base: Base }[],
  { schemas, device }: { readonly schemas: Schemas; readonly device: DeviceId },
): FieldInConflict[] {
  const schema = schemas(element.kind);
  const content = contentOf(element);
  return fields.flatMap(({ group, value, base }) => {
    const theirs = readGroup(schema, content, group);
    const stamp = element.stamps[group] ?? element.created;
    const verdict = judge({ way: wayOf(schema, group), base, mine: value, writer: device }, { value: theirs, stamp });
    if (verdict.kind !== 'conflict') return [];
    return [{ group, base: 'text' in base.value ? base.value.text : null, mine: value, theirs }];
  });
}

const NOTHING_KNOWN = 'What this conflict is about is gone for good, and was never on this device: take theirs.';

const NOTHING_KEPT: DecidedWrites = { writes: [], created: null };

function keepMine(decided: DecidedConflict, tools: DecisionTools): DecidedWrites {
  const { conflict, theirs, cursor } = decided;
  if (conflict.type !== 'changed-since') return keepFields(decided, conflict.fields, tools);
  return theirs === null ? NOTHING_KEPT : { writes: [{ op: 'delete', id: conflict.element, cursor }], created: null };
}

type Side = Omit<ParkedField, 'revision'>;

/** Mine over what stands now. What is deleted comes back first; what is gone for good is made anew of what is known. */
function keepFields(decided: DecidedConflict, fields: readonly Side[], tools: DecisionTools): DecidedWrites {
  const { conflict, theirs, gone } = decided;
  if (gone) return sibling(decided, fields, tools);
  if (theirs === null) throw new WaypostError('not-found', NOTHING_KNOWN);
  const schema = tools.schemas(theirs.kind);
  const content = contentOf(theirs);
  const kept = keptOver(content, { conflict, fields, schema });
  const wanted = kept.gaveWay
    ? differences(schema, content, kept.content).map(({ group, after }) => ({ group, mine: after }))
    : fields;
  const sets = wanted.map(
    ({ group, mine }): FieldWrite => ({
      group,
      value: mine,
      base: baseSeen(decided, theirs, { group, schema, content }),
    }),
  );
  const restore: Write[] = conflict.type === 'deleted' ? [{ op: 'restore', id: conflict.element }] : [];
  const set: Write = { op: 'set', id: conflict.element, schema: schema.version, fields: sets };
  return { writes: sets.length === 0 ? restore : [...restore, set], created: null };
}

/**
 * [PL15] What the decision is made over is what was shown. What was written since stays above that, and the person is asked
 * about it; the value they saw is not kept, and the one that both sides began with takes its place.
 */
function baseSeen(
  { conflict, cursor }: DecidedConflict,
  theirs: Element,
  { group, schema, content }: { readonly group: string; readonly schema: KindSchema; readonly content: Content },
): Base {
  const revision = groupRevision(theirs, group);
  if (revision <= cursor) return baseOf(revision, readGroup(schema, content, group), BASE_CHARS_MAX);
  const known = conflict.fields.find((field) => field.group === group);
  return baseOf(cursor, known?.base ?? null, BASE_CHARS_MAX);
}

/**
 * [PL14] What stands now, is no side of the conflict, and has to give way where mine is kept: it belongs to the question, or
 * the same would be asked again and again.
 */
function inTheWay(
  { conflict, theirs }: Pick<DecidedConflict, 'conflict' | 'theirs'>,
  fields: readonly Side[],
  { schemas }: Pick<DecisionTools, 'schemas'>,
): Side[] {
  if (theirs === null) return [];
  const schema = schemas(theirs.kind);
  const content = contentOf(theirs);
  const kept = keptOver(content, { conflict, fields, schema });
  if (!kept.gaveWay) return [];
  const named = new Set(fields.map(({ group }) => group));
  return differences(schema, content, kept.content)
    .filter(({ group }) => !named.has(group))
    .map(({ group, after }) => ({ group, base: null, mine: after }));
}

interface Kept {
  readonly content: Content;
  /** Something that the fields do not name; or they could not be written in their order. */
  readonly gaveWay: boolean;
}

/** Mine in what stands. A text whose row is gone stands in the row that was set aside with it. */
function keptOver(
  standing: Content,
  {
    conflict,
    fields,
    schema,
  }: { readonly conflict: Conflict; readonly fields: readonly Side[]; readonly schema: KindSchema },
): Kept {
  let content = standing;
  let gaveWay = false;
  for (const { group, mine } of fields) {
    const written = writeGroup(schema, content, group, mine);
    if (written !== 'blocked') {
      content = written;
      continue;
    }
    gaveWay = true;
    const rowGroup = rowOfText(schema, group);
    const row = conflict.fields.find((field) => field.group === rowGroup);
    if (row !== undefined && row.mine !== null && readGroup(schema, content, row.group) === null)
      content = forceGroup(schema, content, row.group, row.mine);
    content = forceGroup(schema, content, group, mine);
  }
  return { content, gaveWay };
}

/** A new element beside what the conflict is about, and the moves of others that make room for it. */
function sibling(
  { conflict, theirs, beside }: DecidedConflict,
  fields: readonly Side[],
  { schemas, newId, chance }: DecisionTools,
): DecidedWrites {
  if (theirs === null) throw new WaypostError('not-found', NOTHING_KNOWN);
  const schema = schemas(theirs.kind);
  const { content } = keptOver(contentOf(theirs), { conflict, fields, schema });
  const { kind, data, rows, origin } = withContent(theirs, content);
  const { parent } = beside;
  const { order, moved } = roomAt(beside.siblings, beside.at, chance);
  const moves = moved.map((other): Write => ({ op: 'move', parent, ...other }));
  const id = newId();
  const { version } = schema;
  return {
    writes: [...moves, { op: 'create', id, kind, schema: version, parent, order, data, rows, origin }],
    created: id,
  };
}

/**
 * [PL15] Of the question as it was shown: what is set aside in the same conflict before this arrives is not decided. A deletion has
 * no groups.
 */
function namesOf({ fields }: Conflict): readonly string[] | null {
  return fields.length === 0 ? null : fields.map(({ group }) => group);
}

/** [PL16] A version that its person gave up while saving, for the history: parked and closed by one change. */
export function givingUp(
  { conflict, id }: { readonly conflict: ConflictId; readonly id: ElementId },
  fields: readonly ParkedField[],
): readonly Write[] {
  return [
    { op: 'park', conflict, id, type: 'edit', fields },
    { op: 'close', conflict, groups: fields.map(({ group }) => group), resolution: 'theirs' },
  ];
}

function close(conflict: Conflict, groups: readonly string[] | null, resolution: Resolution): Write {
  return { op: 'close', conflict: conflict.id, groups, resolution };
}
