/** Cutting what changed into frames: at whole revisions where one fits a frame, else inside it. */
import type { Revision, Schemas } from '@waypost/protocol';
import { type EncodedElement, encodeElement, GONE_BYTES, type Gone, parentsFirst, SHARED_BYTES_MAX } from './delta.ts';
import type { StoredRow } from './store.ts';

/** Rows that stand in order of revision, one list per revision. */
export function byRevision(rows: readonly StoredRow[]): StoredRow[][] {
  const revisions: StoredRow[][] = [];
  for (const row of rows) {
    const last = revisions.at(-1);
    if (last?.[0]?.revision === row.revision) last.push(row);
    else revisions.push([row]);
  }
  return revisions;
}

export interface EncodedRows {
  readonly revision: Revision;
  readonly elements: readonly EncodedElement[];
  readonly gone: readonly Gone[];
}

export function encodeRows(schemas: Schemas, rows: readonly StoredRow[], held: Revision): EncodedRows {
  const elements: EncodedElement[] = [];
  const gone: Gone[] = [];
  for (const row of rows) {
    if (row.gone) gone.push([row.id, row.revision]);
    else elements.push(encodeElement(schemas, row, held));
  }
  return { revision: rows[0]?.revision ?? 0, elements: parentsFirst(elements), gone };
}

export interface CutFrame {
  readonly from: Revision;
  to: Revision;
  readonly elements: EncodedElement[];
  readonly gone: Gone[];
  bytes: number;
}

/** Puts revisions into frames that fit. */
export class FrameCutter {
  readonly from: Revision;
  readonly #frames: CutFrame[] = [];
  chars = 0;
  count = 0;

  constructor(from: Revision) {
    this.from = from;
    this.#begin(from);
  }

  add({ revision, elements, gone }: EncodedRows): void {
    const bytes = elements.reduce((sum, element) => sum + element.bytes, gone.length * GONE_BYTES);
    this.chars += bytes;
    this.count += elements.length + gone.length;
    const open = this.#open();
    if (open.bytes > 0 && open.bytes + bytes > SHARED_BYTES_MAX) this.#begin(open.to);
    for (const element of elements) this.#room(element.bytes).elements.push(element);
    for (const id of gone) this.#room(GONE_BYTES).gone.push(id);
    this.#open().to = revision;
  }

  finish(to: Revision): readonly CutFrame[] {
    this.#open().to = to;
    return this.#frames.map((frame) => ({ ...frame, elements: parentsFirst(frame.elements) }));
  }

  /** The frame that takes so many bytes more. One that is left in the middle of a revision ends before it. */
  #room(bytes: number): CutFrame {
    const open = this.#open();
    const frame = open.bytes > 0 && open.bytes + bytes > SHARED_BYTES_MAX ? this.#begin(open.to) : open;
    frame.bytes += bytes;
    return frame;
  }

  #open(): CutFrame {
    return this.#frames.at(-1) ?? this.#begin(this.from);
  }

  #begin(from: Revision): CutFrame {
    const frame: CutFrame = { from, to: from, elements: [], gone: [], bytes: 0 };
    this.#frames.push(frame);
    return frame;
  }
}
