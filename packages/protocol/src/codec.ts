/** Messages as text frames and back. Elements on the wire keep their data as text: see json.ts for why. */
import type * as z from 'zod/mini';
import type { Element, Stamp, Stamps } from './element.ts';
import { WaypostError } from './errors.ts';
import { type Content, writeGroup } from './groups.ts';
import { parseRecent, printRecent } from './json.ts';
import {
  type ChangedWireElement,
  type ClientMessage,
  clientMessageSchema,
  type ServerMessage,
  serverMessageSchema,
  type WholeWireElement,
  type WireElement,
} from './messages.ts';
import { isPlainWireElement } from './plain-element.ts';
import type { KindSchema } from './schema.ts';
import { contentSum, equalSums } from './sum.ts';

/** What a frame said; a message type from the future is `ignored` unless its sender marked it critical. */
export type Decoded<Message> = Message | 'ignored';

/** Throws `bad-message`. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return parse(jsonOf(text), clientMessageSchema);
}

/** Throws `bad-message`. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  const value = jsonOf(text);
  const elements = isDelta(value) && value.elements.every(isPlainWireElement) ? value.elements : null;
  if (elements === null) return parse(value, serverMessageSchema);
  const rest = parse({ ...(value as object), elements: [] }, serverMessageSchema);
  return rest === 'ignored' || rest.type !== 'delta' ? rest : { ...rest, elements };
}

function isDelta(value: unknown): value is { readonly type: 'delta'; readonly elements: unknown[] } {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'delta') return false;
  return 'elements' in value && Array.isArray(value.elements);
}

export function encodeMessage(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message);
}

export function wireElement(element: Element): WholeWireElement {
  return {
    ...wireMeta(element),
    data: element.data,
    rows: element.rows,
    origin: element.origin,
  };
}

/** An element's changed groups only. The receiver must hold the element as it was before them. */
export function wirePatch(
  element: Element,
  changed: readonly (readonly [string, string | null])[],
): ChangedWireElement {
  return {
    ...wireMeta(element),
    changed: changed.map(([group, value]) => [group, value]),
    sum: contentSum(element),
  };
}

/**
 * [FD5] What a patch makes of the element as it was, or null where that is not what it says it would be. What follows from
 * groups and is none itself (the query in a URL's text) may depend on what stood there in between.
 */
export function patchedElement(schema: KindSchema, held: Element, patch: ChangedWireElement): Element | null {
  let content: Content = { data: parseRecent(held.data), rows: held.rows };
  for (const [group, value] of patch.changed) {
    const next = writeGroup(schema, content, group, value);
    if (next === 'blocked') return null;
    content = next;
  }
  const data = patch.changed.length === 0 ? held.data : printRecent(content.data);
  const patched = { ...elementMetaOf(patch), data, rows: content.rows, origin: held.origin };
  return equalSums(contentSum(patched), patch.sum) ? patched : null;
}

export function elementOf(wire: WholeWireElement): Element {
  return {
    ...wire,
    created: stampOf(wire.created),
    stamps: stampsOf(wire.stamps),
  };
}

/** What a patch says besides its groups. */
export function elementMetaOf(wire: WireElement): Omit<Element, 'data' | 'rows' | 'origin'> {
  const { id, kind, schema, parent, order, revision, trashed, by, at } = wire;
  return {
    id,
    kind,
    schema,
    parent,
    order,
    revision,
    trashed,
    by,
    at,
    created: stampOf(wire.created),
    stamps: stampsOf(wire.stamps),
  };
}

function wireMeta(element: Element): Omit<WholeWireElement, 'data' | 'rows' | 'origin'> {
  const { id, kind, schema, parent, order, revision, trashed, by, at } = element;
  const stamps: WireElement['stamps'] = {};
  for (const [group, stamp] of Object.entries(element.stamps)) stamps[group] = wireStamp(stamp);
  return { id, kind, schema, parent, order, revision, trashed, by, at, created: wireStamp(element.created), stamps };
}

function wireStamp(stamp: Stamp): WireElement['created'] {
  return stamp.old === undefined ? [stamp.revision, stamp.author] : [stamp.revision, stamp.author, stamp.old];
}

function stampOf(wire: WireElement['created']): Stamp {
  const [revision, author, old] = wire;
  return old === undefined ? { revision, author } : { revision, author, old };
}

function stampsOf(wire: WireElement['stamps']): Stamps {
  const stamps: Record<string, Stamp> = {};
  for (const [group, stamp] of Object.entries(wire)) stamps[group] = stampOf(stamp);
  return stamps;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WaypostError('bad-message', 'The message is not JSON.');
  }
}

function parse<Schema extends z.ZodMiniType>(value: unknown, schema: Schema): Decoded<z.infer<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (isFromTheFuture(value, schema)) return 'ignored';
  const issue = parsed.error.issues[0];
  throw new WaypostError(
    'bad-message',
    `The message is not valid: ${issue?.path.join('.') || 'message'}: ${issue?.message}.`,
  );
}

function isFromTheFuture(value: unknown, schema: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  const known = (schema as { _zod: { propValues?: { type?: Set<unknown> } } })._zod.propValues?.type;
  return known !== undefined && !known.has(value.type) && !('critical' in value && value.critical === true);
}
