/** Open conflicts as a person sees them, what their decisions write, and the question before saving. */
import {
  BASE_CHARS_MAX,
  type Base,
  baseOf,
  type Conflict,
  type Content,
  type DeviceId,
  type Element,
  type ElementId,
  type FieldWrite,
  groupsInside,
  type JsonText,
  type KindSchema,
  judge,
  type ParkedField,
  readGroup,
  type Resolution,
  roomAt,
  type Schemas,
  WaypostError,
  wayOf,
  type WorkspaceId,
  type Write,
} from '@waypost/protocol';
import { contentOf, groupRevision, labelOf, withContent, written } from './content.ts';
import type { ConflictView, Decision } from './device.ts';

export interface DecidedConflict {
  readonly conflict: Conflict;
  /** What stands, settled; in the trash, perhaps. Where it is gone for good, as it was last known; null where it never was. */
  readonly theirs: Element | null;
  readonly gone: boolean;
  /** Where a new one goes: behind the element, or where that is deleted, where it would have come back. */
  readonly beside: Beside;
  readonly cursor: number;
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
      return { writes: [close(conflict, null, 'theirs')], created: null };
    case 'mine':
      if (decided.gone) {
        const { writes, created } = sibling(decided, tools);
        return { writes: [...writes, close(conflict, null, 'mine')], created };
      }
      return { writes: [...keepMine(decided, tools), close(conflict, null, 'mine')], created: null };
    case 'new': {
      const { writes, created } = sibling(decided, tools);
      return { writes: [...writes, close(conflict, null, 'new')], created };
    }
    case 'fields': {
      const known = new Set(conflict.fields.map(({ group }) => group));
      const unknown = [...decision.mine, ...decision.theirs].find((group) => !known.has(group));
      if (unknown !== undefined) throw new WaypostError('not-found', `The conflict is not about "${unknown}".`);
      const chosen = conflict.fields.filter(({ group }) => decision.mine.includes(group));
      const writes = chosen.length === 0 ? [] : keepFields(decided, chosen, tools);
      return { writes: [...writes, close(conflict, [...decision.mine, ...decision.theirs], 'fields')], created: null };
    }
  }
}

export function conflictView(
  conflict: Conflict,
  {
    workspace,
    theirs,
    schemas,
  }: { readonly workspace: WorkspaceId; readonly theirs: Element | null; readonly schemas: Schemas },
): ConflictView {
  const schema = schemas(theirs?.kind ?? '');
  const content = theirs === null ? null : contentOf(theirs);
  return {
    ...{ id: conflict.id, workspace, element: conflict.element, kind: theirs?.kind ?? '', type: conflict.type },
    name: theirs === null ? '' : labelOf(schemas, theirs).name,
    fields: conflict.fields.map(({ group, base, mine }) => ({
      ...{ group, base, mine },
      theirs: content === null ? null : readGroup(schema, content, group),
    })),
    ...{ by: conflict.theirs, mineBy: conflict.mine, at: conflict.at, revision: conflict.revision },
  };
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

function keepMine(decided: DecidedConflict, tools: DecisionTools): Write[] {
  const { conflict, theirs, cursor } = decided;
  if (conflict.type === 'changed-since') return theirs === null ? [] : [{ op: 'delete', id: conflict.element, cursor }];
  return keepFields(decided, conflict.fields, tools);
}

/** Mine over what stands now. What is deleted comes back first. */
function keepFields(decided: DecidedConflict, fields: readonly ParkedField[], { schemas }: DecisionTools): Write[] {
  const { conflict, theirs } = decided;
  if (theirs === null) throw new WaypostError('not-found', NOTHING_KNOWN);
  const schema = schemas(theirs.kind);
  const content = contentOf(theirs);
  const sets = withRoom(schema, content, fields).map(
    ({ group, mine }): FieldWrite => ({
      group,
      value: mine,
      base: baseOf(groupRevision(theirs, group), readGroup(schema, content, group), BASE_CHARS_MAX),
    }),
  );
  const restore: Write[] = conflict.type === 'deleted' ? [{ op: 'restore', id: conflict.element }] : [];
  return sets.length === 0
    ? restore
    : [...restore, { op: 'set', id: conflict.element, schema: schema.version, fields: sets }];
}

/**
 * What mine removes goes with all that others put inside it meanwhile, as it stands there: the decision was made over that,
 * and what is full cannot be removed.
 */
function withRoom(
  schema: KindSchema,
  content: Content,
  fields: readonly ParkedField[],
): readonly Pick<ParkedField, 'group' | 'mine'>[] {
  const named = new Set(fields.map(({ group }) => group));
  const inside = fields
    .flatMap(({ group, mine }) => (mine === null ? groupsInside(schema, content, group) : []))
    .filter((group) => !named.has(group));
  return [...new Set(inside)].map((group) => ({ group, mine: null as JsonText | null })).concat(fields);
}

/** A new element beside what the conflict is about, and the moves of others that make room for it. */
function sibling(
  { conflict, theirs, beside }: DecidedConflict,
  { schemas, newId, chance }: DecisionTools,
): DecidedWrites {
  if (theirs === null) throw new WaypostError('not-found', NOTHING_KNOWN);
  const schema = schemas(theirs.kind);
  const standing = contentOf(theirs);
  const mine = withRoom(schema, standing, conflict.fields);
  const content = mine.reduce((to, { group, mine: value }) => written(schema, to, group, value), standing);
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

function close(conflict: Conflict, groups: readonly string[] | null, resolution: Resolution): Write {
  return { op: 'close', conflict: conflict.id, groups, resolution };
}
