/** What pending writes make of an element's data: the prediction of the server's judgement that a person sees. */
import {
  type Content,
  type Element,
  equalJsonText,
  equalsBase,
  isContext,
  type FieldWrite,
  type JsonText,
  type KindSchema,
  mergeText,
  parseRecent,
  PLACE,
  printRecent,
  readGroup,
  type Schemas,
  type Actor,
  wayOf,
  type Write,
  writeGroup,
} from '@waypost/protocol';

export interface ContentRules {
  readonly schemas: Schemas;
  readonly me: Actor;
}

/** Writes that change what an element is, not only where it stands. */
export type ContentWrite = Extract<Write, { op: 'create' | 'set' | 'resend' }>;

export function isContentWrite(write: Write): write is ContentWrite {
  return write.op === 'create' || write.op === 'set' || write.op === 'resend';
}

/** Null where there is still nothing: a set on what the device does not have. */
export function replayContent(
  element: Element | null,
  write: ContentWrite,
  at: number,
  rules: ContentRules,
): Element | null {
  switch (write.op) {
    case 'create':
      return element ?? newElement(write, at, rules.me);
    case 'set':
      return element === null ? null : withFields(element, write.fields, rules);
    case 'resend': {
      if (element === null) return newElement(write.element, at, rules.me);
      const schema = rules.schemas(element.kind);
      const wanted = contentOf(write.element);
      const groups = Object.keys(write.element.groups).filter((group) => !group.startsWith('@'));
      return withContent(
        element,
        groups.reduce(
          (content, group) => written(schema, content, group, readGroup(schema, wanted, group)),
          contentOf(element),
        ),
      );
    }
  }
}

export function contentOf(element: Pick<Element, 'data' | 'rows'>): Content {
  return { data: parseRecent(element.data), rows: element.rows };
}

export function withContent(element: Element, content: Content): Element {
  return { ...element, data: printRecent(content.data), rows: content.rows };
}

/** The content with a group written, unchanged where something stands in its way. */
export function written(schema: KindSchema, content: Content, group: string, value: JsonText | null): Content {
  const next = writeGroup(schema, content, group, value);
  return next === 'blocked' ? content : next;
}

/** The revision at which a group was last written, as the device has it settled. */
export function groupRevision(element: Element | null, group: string): number {
  return element === null ? 0 : (element.stamps[group] ?? element.created).revision;
}

function withFields(element: Element, fields: readonly FieldWrite[], rules: ContentRules): Element {
  const schema = rules.schemas(element.kind);
  let content = contentOf(element);
  for (const field of fields) {
    const current = readGroup(schema, content, field.group);
    if (equalJsonText(field.value, current) || saysNothing(schema, field, current)) continue;
    content = written(schema, content, field.group, predicted(schema, field, current));
  }
  return withPendingStamps(withContent(element, content), fields, rules);
}

/**
 * [DV3] Over a pending write a person sees their own value, whatever arrived below it meanwhile: what they write next is
 * based on what that write was based on, or it would replace unseen work in silence.
 */
export function withPendingStamps(element: Element, fields: readonly FieldWrite[], rules: ContentRules): Element {
  const schema = rules.schemas(element.kind);
  const stamps = { ...element.stamps };
  for (const field of fields) {
    const { group, base } = field;
    if (saysNothing(schema, field, readGroup(schema, contentOf(element), group))) continue;
    stamps[group] = { revision: base.revision, author: rules.me.device };
  }
  return { ...element, stamps };
}

function saysNothing(schema: KindSchema, { group, base, value }: FieldWrite, current: JsonText | null): boolean {
  return isContext({ way: wayOf(schema, group), base, mine: value }, current);
}

/**
 * What a set will leave. Where it will be a conflict, a person's own edit stays in view until the server has said so: only
 * then is there a parked version that keeps it.
 */
function predicted(schema: KindSchema, { group, base, value }: FieldWrite, current: JsonText | null): JsonText | null {
  if (wayOf(schema, group) !== 'text' || !('text' in base.value) || equalsBase(base, current)) return value;
  return mergeText(base.value.text, value, current) ?? value;
}

function newElement(
  from: Pick<Element, 'id' | 'kind' | 'schema' | 'parent' | 'order' | 'data' | 'rows' | 'origin'>,
  at: number,
  me: Actor,
): Element {
  const { id, kind, schema, parent, order, data, rows, origin } = from;
  const created = { revision: 0, author: me.device };
  return {
    id,
    kind,
    schema,
    parent,
    order,
    data,
    rows,
    origin,
    revision: 0,
    created,
    stamps: {},
    trashed: null,
    by: me,
    at,
  };
}

/** Groups of an element written above a revision, its place and its leaving the trash among them. */
export function groupsAbove(element: Element, revision: number): string[] {
  return Object.keys(element.stamps).filter((group) => (element.stamps[group]?.revision ?? 0) > revision);
}

/** Whether only its place was written above a revision. */
export function onlyMoved(groups: readonly string[]): boolean {
  return groups.length === 1 && groups[0] === PLACE;
}
