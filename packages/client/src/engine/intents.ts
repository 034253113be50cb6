/**
 * From what a person does to the writes that say so. Each write takes along what the person saw, pending writes included,
 * and the settled revision of that moment; neither moves on when a delta arrives later.
 */
import {
  BASE_CHARS_MAX,
  baseOf,
  type Change,
  type Element,
  ELEMENT_BYTES_MAX,
  type Epoch,
  type ElementId,
  type FieldWrite,
  JsonSyntaxError,
  type KindSchema,
  parseRecent,
  readGroup,
  type Revision,
  rowOfText,
  WaypostError,
  type Write,
  WRITES_PER_CHANGE_MAX,
  writeSchema,
} from '@waypost/protocol';
import { type ContentRules, contentOf, groupRevision, isContentWrite, replayContent } from './content.ts';
import type { IntendedField, Intent } from './device.ts';
import { idOf } from './view.ts';

/** What the person sees, and what of it is settled. */
export interface Seen {
  exists(id: ElementId): boolean;
  element(id: ElementId): Element | null;
  settled(id: ElementId): Element | null;
  /** Deleted for good by a change of this device that waits to be sent. */
  purged(id: ElementId): boolean;
  readonly cursor: Revision;
  readonly epoch: Epoch | null;
}

/** Changes that are made one after the other and seen one over the other, before any of them is on disk. */
export class Composer {
  readonly #seen: Seen;
  readonly #rules: ContentRules;
  readonly #at: number;
  readonly #elements = new Map<ElementId, Element | null>();
  readonly #results = new Map<Write, Element | null>();
  /** What the change being composed has replaced in it; undefined where there was nothing. */
  #replaced = new Map<ElementId, Element | null | undefined>();
  /** The cursor when the person asked for the change: what arrived since, they have not seen. */
  #asked: Revision;

  constructor(seen: Seen, rules: ContentRules, at: number) {
    this.#seen = seen;
    this.#rules = rules;
    this.#at = at;
    this.#asked = seen.cursor;
  }

  /** Throws `not-found` for elements that are not there, `too-large` and `bad-message` for what no server would take. */
  writes(intents: readonly Intent[]): Write[] {
    return intents.map((intent) => this.#kept(this.#write(intent)));
  }

  /** What a composed write makes of its element; undefined for one that does not change its content. */
  result(write: Write): Element | null | undefined {
    return this.#results.get(write);
  }

  get asked(): Revision {
    return this.#asked;
  }

  settled(id: ElementId): Element | null {
    return this.#seen.settled(id);
  }

  /** What a change leaves to be seen by those behind it is taken back where it cannot be made. */
  attempt<Result>(compose: () => Result, asked = this.#seen.cursor): Result {
    this.#asked = Math.min(asked, this.#seen.cursor);
    const replaced = new Map<ElementId, Element | null | undefined>();
    this.#replaced = replaced;
    try {
      return compose();
    } catch (error) {
      for (const [id, element] of replaced) {
        if (element === undefined) this.#elements.delete(id);
        else this.#elements.set(id, element);
      }
      throw error;
    }
  }

  /** A write as given: of a decision over a conflict, which knows its bases itself. */
  add(write: Write): Write {
    return this.#kept(write);
  }

  #write(intent: Intent): Write {
    const { id } = intent;
    switch (intent.do) {
      case 'create': {
        const { kind, schema, parent, order, data, rows, origin } = intent;
        return { op: 'create', id, kind, schema, parent, order, data, rows, origin };
      }
      case 'set': {
        const element = this.#existing(id);
        const content = contentOf(element);
        const schema = this.#rules.schemas(element.kind);
        const seen = (group: string): string | null => readGroup(schema, content, group);
        const fields = withRowsOfTexts(schema, intent.fields, seen);
        return { op: 'set', id, schema: schema.version, fields: fields.map((field) => this.#field(id, field, seen)) };
      }
      case 'move':
        this.#mustExist(id);
        return { op: 'move', id, parent: intent.parent, order: intent.order };
      case 'delete':
        this.#mustExist(id);
        return { op: 'delete', id, cursor: this.#asked };
      case 'restore':
        this.#mustExist(id);
        return { op: 'restore', id };
      case 'purge':
        this.#mustExist(id);
        return { op: 'purge', id };
    }
  }

  #field(id: ElementId, { group, value, base }: IntendedField, seen: (group: string) => string | null): FieldWrite {
    const asSeen = (): FieldWrite['base'] => {
      const revision = groupRevision(this.#elements.get(id) ?? this.#seen.element(id), group);
      return baseOf(revision, seen(group), BASE_CHARS_MAX);
    };
    if (base === undefined) return { group, value, base: asSeen() };
    // [EP3] The numbers of a draft from before a rolled-back server mean something else there.
    const isOlder = base.epoch !== undefined && base.epoch !== this.#seen.epoch;
    const revision = isOlder ? 0 : Math.min(base.revision, this.#seen.cursor);
    return { group, value, base: baseOf(revision, base.value, BASE_CHARS_MAX) };
  }

  #existing(id: ElementId): Element {
    // Only another device's deletion is a question for its person.
    if (this.#seen.purged(id))
      throw new WaypostError('not-found', 'This was deleted for good on this device. Save it as something new.');
    const element = this.#elements.get(id) ?? this.#seen.element(id);
    if (element === null) throw new WaypostError('not-found', `There is no element ${id} here.`);
    return element;
  }

  #mustExist(id: ElementId): void {
    if (this.#elements.has(id) || this.#seen.exists(id)) return;
    throw new WaypostError('not-found', `There is no element ${id} here.`);
  }

  #kept(write: Write): Write {
    const valid = writeSchema.safeParse(write);
    if (!valid.success) throw unkept(write, valid.error.issues[0], this.#rules);
    if (!isContentWrite(write)) return write;
    const id = idOf(write);
    try {
      if (write.op === 'create') parseRecent(write.data);
      const over = this.#elements.get(id) ?? this.#seen.element(id);
      if (!this.#replaced.has(id)) this.#replaced.set(id, this.#elements.get(id));
      const result = replayContent(over, write, this.#at, this.#rules);
      this.#elements.set(id, result);
      this.#results.set(write, result);
    } catch (error) {
      if (error instanceof JsonSyntaxError)
        throw new WaypostError('bad-message', `This is not JSON: ${error.message}.`);
      throw error;
    }
    return write;
  }
}

/** [GR6] The row that a text is written into goes with it as it was seen: should it be gone, the text has where to stand. */
function withRowsOfTexts(
  schema: KindSchema,
  fields: readonly IntendedField[],
  seen: (group: string) => string | null,
): readonly IntendedField[] {
  const named = new Set(fields.map(({ group }) => group));
  return fields.flatMap((field) => {
    const row = field.value === null ? null : rowOfText(schema, field.group);
    if (row === null || named.has(row)) return field;
    const value = seen(row);
    named.add(row);
    return value === null ? field : [{ group: row, value }, field];
  });
}

type Issue = NonNullable<ReturnType<typeof writeSchema.safeParse>['error']>['issues'][number];

const MB = 1024 * 1024;

/** Limits are named: who saves is the one who can do something about it. */
function unkept(write: Write, issue: Issue | undefined, { schemas }: ContentRules): WaypostError {
  const path = issue?.path.join('.') ?? '';
  if (issue?.code !== 'too_big') {
    return new WaypostError('bad-message', `This cannot be saved: ${path || 'it'} is not valid.`);
  }
  if (write.op === 'create' && path === 'data') {
    const { name } = schemas(write.kind).label(parseRecent(write.data));
    const size = (write.data.length / MB).toFixed(1);
    return new WaypostError(
      'too-large',
      `"${name}" has ${size} MB, and one element may have ${ELEMENT_BYTES_MAX / MB} MB at most. Nothing was saved.`,
    );
  }
  if (path.endsWith('.value') || path.endsWith('.text')) return new WaypostError('too-large');
  return new WaypostError('too-large', `This cannot be saved: ${path} is larger than ${String(issue.maximum)}.`);
}

/** Characters of writes in one change of many: what fits a frame with room to spare. */
const CHANGE_CHARS_MAX = 96 * 1024;

/**
 * One change where that can be. More writes than one change holds become several, and so does an import, which need not
 * be one act: its changes then fit a frame each.
 */
export function inChanges(writes: readonly Write[]): Change['writes'][] {
  const charsMax = writes.every(({ op }) => op === 'create' || op === 'resend')
    ? CHANGE_CHARS_MAX
    : Number.POSITIVE_INFINITY;
  const changes: Write[][] = [];
  let current: Write[] = [];
  let chars = 0;
  for (const write of writes) {
    const size = sizeOf(write);
    if (current.length > 0 && (current.length >= WRITES_PER_CHANGE_MAX || chars + size > charsMax)) {
      changes.push(current);
      current = [];
      chars = 0;
    }
    current.push(write);
    chars += size;
  }
  if (current.length > 0) changes.push(current);
  return changes;
}

function sizeOf(write: Write): number {
  if (write.op === 'create') return write.data.length;
  return write.op === 'resend' ? write.element.data.length : 0;
}
