/**
 * Deltas as text. What all devices are told is encoded once; what only one is told (`own`) is spliced in behind it. An
 * element is sent in the least form that says all: its changed groups where the device holds the rest, by reference
 * where it does not fit a frame, else whole.
 */
import {
  type ActorNames,
  type Conflict,
  DELTA_ELEMENTS_MAX,
  type DeviceId,
  type ElementId,
  type Epoch,
  FRAME_BYTES_MAX,
  parseRecent,
  readGroup,
  type Revision,
  type Schemas,
  type Settled,
  type Sum,
  WHOLE_DATA_CHARS_MAX,
  type WireElement,
  type WorkspaceId,
  wireElement,
  wirePatch,
} from '@waypost/protocol';
import type { Mac } from './ports.ts';
import { sealCursor } from './rollback.ts';
import type { StoredElement, StoredRow, WorkspaceRow } from './store.ts';

/** What the shared part of one frame may hold, so that names and a device's own part still fit. */
export const SHARED_BYTES_MAX = FRAME_BYTES_MAX - 64 * 1024;

export interface EncodedDelta {
  readonly workspace: WorkspaceId;
  readonly epoch: Epoch;
  readonly life: string;
  readonly from: Revision;
  readonly to: Revision;
  /** Parents before children. */
  readonly elements: readonly EncodedElement[];
  readonly gone: readonly Gone[];
  readonly names: ActorNames;
  readonly sum: Sum | null;
  readonly more: boolean;
}

export interface EncodedElement {
  readonly id: ElementId;
  readonly parent: ElementId | null;
  readonly revision: Revision;
  /** `changed`: only on top of what the device holds. */
  readonly form: 'whole' | 'changed' | 'reference';
  readonly text: string;
  readonly bytes: number;
}

export type Gone = readonly [ElementId, Revision];

export interface Own {
  readonly settled: Settled | null;
  readonly conflicts: readonly Conflict[];
}

export const NOTHING_OWN: Own = { settled: null, conflicts: [] };

/** Everything of a delta but its own part, and without the closing brace: see {@link withOwn}. */
export function sharedText(delta: EncodedDelta): string {
  const { workspace, epoch, life, from, to, gone, names, sum, more } = delta;
  const head = JSON.stringify({ type: 'delta', workspace, epoch, life, from, to });
  const elements = delta.elements.map(({ text }) => text).join(',');
  const tail = JSON.stringify({ gone, names, sum, more });
  return `${head.slice(0, -1)},"elements":[${elements}],${tail.slice(1, -1)}`;
}

/** A complete frame. */
export function withOwn(shared: string, own: Own): string {
  return own === NOTHING_OWN ? `${shared}${NOTHING_OWN_TEXT}` : `${shared},"own":${JSON.stringify(own)}}`;
}

const NOTHING_OWN_TEXT = `,"own":${JSON.stringify(NOTHING_OWN)}}`;

export interface EncodedCommit {
  readonly schemas: Schemas;
  readonly mac: Mac;
  /** As committed. */
  readonly workspace: WorkspaceRow;
  readonly from: Revision;
  /** All rows whose revision is above `from`, as committed. */
  readonly rows: readonly StoredRow[];
  /** Of {@link devicesIn} the rows. */
  readonly names: ActorNames;
}

/** The shared part of what one commit did, or null where it does not fit a frame. */
export function encodeCommit(commit: EncodedCommit): EncodedDelta | null {
  const { workspace, rows, from } = commit;
  if (rows.length > DELTA_ELEMENTS_MAX) return null;
  const elements: EncodedElement[] = [];
  const gone: Gone[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (row.gone) {
      gone.push([row.id, row.revision]);
      bytes += GONE_BYTES;
    } else {
      const element = encodeElement(commit.schemas, row, from);
      elements.push(element);
      bytes += element.bytes;
    }
    if (bytes > SHARED_BYTES_MAX) return null;
  }
  return {
    workspace: workspace.id,
    epoch: workspace.epoch,
    life: sealCursor(commit.mac, workspace, workspace.head),
    from,
    to: workspace.head,
    elements: parentsFirst(elements),
    gone,
    names: commit.names,
    sum: workspace.sum,
    more: false,
  };
}

/** Id, quotes, revision. */
export const GONE_BYTES = 60;

/** An element for a device that holds everything up to `held`. */
export function encodeElement(schemas: Schemas, element: StoredElement, held: Revision): EncodedElement {
  const { id, parent, revision } = element;
  const changed = changedOver(schemas, element, held);
  if (changed !== null) {
    const text = JSON.stringify(changed);
    const bytes = utf8Bytes(text);
    if (bytes < element.data.length && bytes <= SHARED_BYTES_MAX)
      return { id, parent, revision, form: 'changed', text, bytes };
  }
  const wire = wireElement(element);
  const text = JSON.stringify(wire);
  const bytes = utf8Bytes(text);
  if (bytes <= SHARED_BYTES_MAX) return { id, parent, revision, form: 'whole', text, bytes };
  const { data, rows: _rows, origin: _origin, ...meta } = wire;
  const reference = JSON.stringify({ ...meta, bytes: utf8Bytes(data) } satisfies WireElement);
  return { id, parent, revision, form: 'reference', text: reference, bytes: utf8Bytes(reference) };
}

/** The groups above what the device holds, or null where it may not hold the rest or the whole is short anyway. */
function changedOver(schemas: Schemas, element: StoredElement, held: Revision): WireElement | null {
  if (element.data.length <= WHOLE_DATA_CHARS_MAX) return null;
  if (element.created.revision > held || element.shape > held) return null;
  const groups = Object.entries(element.stamps)
    .filter(([group, stamp]) => stamp.revision > held && !group.startsWith(BESIDE_DATA))
    .map(([group]) => group)
    .sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  if (groups.length === 0) return wirePatch(element, []);
  const schema = schemas(element.kind);
  const content = { data: parseRecent(element.data), rows: element.rows };
  return wirePatch(
    element,
    groups.map((group) => [group, readGroup(schema, content, group)]),
  );
}

/** Of the place and the trash, which are groups too, an element tells outside its data. */
const BESIDE_DATA = '@';

/** Rows go behind what stands outside them, their texts and places behind them: that is how they can be written. */
function rankOf(group: string): number {
  if (!group.includes('#')) return 0;
  if (group.endsWith('@order')) return 3;
  return group.endsWith('@text') ? 2 : 1;
}

/** One delta for several that follow each other, or null where a patch would have to be merged. */
export function mergeDeltas(deltas: readonly EncodedDelta[]): EncodedDelta | null {
  const [first, last] = [deltas[0], deltas.at(-1)];
  if (first === undefined || last === undefined || deltas.length === 1) return first ?? null;
  const elements = new Map<ElementId, EncodedElement>();
  const gone = new Map<ElementId, Revision>();
  const names: ActorNames = {};
  for (const delta of deltas) {
    for (const element of delta.elements) {
      if (element.form === 'changed' && elements.has(element.id)) return null;
      elements.set(element.id, element);
      gone.delete(element.id);
    }
    for (const [id, revision] of delta.gone) {
      elements.delete(id);
      gone.set(id, revision);
    }
    Object.assign(names, delta.names);
  }
  let bytes = gone.size * GONE_BYTES;
  for (const element of elements.values()) bytes += element.bytes;
  if (bytes > SHARED_BYTES_MAX || elements.size + gone.size > DELTA_ELEMENTS_MAX) return null;
  return { ...last, from: first.from, elements: parentsFirst([...elements.values()]), gone: [...gone], names };
}

/** Whoever applies them one by one never sees a child before its parent. Otherwise the order stays. */
export function parentsFirst(elements: readonly EncodedElement[]): EncodedElement[] {
  if (elements.length < 2) return [...elements];
  const waiting = new Map(elements.map((element) => [element.id, element]));
  const sorted: EncodedElement[] = [];
  const take = (element: EncodedElement): void => {
    waiting.delete(element.id);
    const parent = element.parent === null ? undefined : waiting.get(element.parent);
    if (parent !== undefined) take(parent);
    sorted.push(element);
  };
  for (const element of elements) if (waiting.has(element.id)) take(element);
  return sorted;
}

/** Every device that rows and conflicts mention, for their names. */
export function devicesIn(rows: readonly StoredRow[], conflicts: readonly Conflict[]): DeviceId[] {
  const devices = new Set<DeviceId>();
  for (const row of rows) {
    if (row.gone) continue;
    devices.add(row.by.device);
    if (row.trashed !== null) devices.add(row.trashed.by.device);
    if (row.created.author !== null) devices.add(row.created.author);
    for (const { author } of Object.values(row.stamps)) if (author !== null) devices.add(author);
  }
  for (const { mine, theirs } of conflicts) devices.add(mine.device).add(theirs.device);
  return [...devices];
}

export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
