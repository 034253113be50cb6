/**
 * Everything that crosses the wire, as shapes that are parsed once on arrival. One conversation: a device says `hello`
 * with its positions; the server answers `welcome` and then, for each workspace, `delta` or `reset`; the device pushes
 * changes, the server says `received`, and what became of them arrives inside a delta.
 *
 * The same messages travel over a WebSocket and over HTTP. Unknown message types are ignored unless they are `critical`.
 */
import * as z from 'zod/mini';
import { REJECTION_CODES } from './change.ts';
import type { AccountId, ConflictId, DeviceId, ElementId, Epoch, StreamId, WorkspaceId } from './ids.ts';
import {
  CHANGES_PER_PUSH_MAX,
  ELEMENT_BYTES_MAX,
  GROUPS_PER_WRITE_MAX,
  NAME_CHARS_MAX,
  WORKSPACES_PER_DEVICE_MAX,
  WRITES_PER_CHANGE_MAX,
} from './limits.ts';

/** Raised with every change of the wire that an older side would misread. */
export const PROTOCOL_VERSION = 1;
/** The oldest version this side still speaks. Never rises within a major release. */
export const PROTOCOL_FLOOR = 1;

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const ORDER_CHARS_MAX = 256;
export const GROUP_CHARS_MAX = 1024;
export const ROW_ID_CHARS_MAX = 256;

const uuid = <Id extends string>() =>
  z.pipe(
    z.string().check(z.regex(UUID)),
    z.transform((text) => text as Id),
  );
const name = () => z.string().check(z.maxLength(NAME_CHARS_MAX));
const token = <Id extends string>() =>
  z.pipe(
    z.string().check(z.minLength(1), z.maxLength(NAME_CHARS_MAX)),
    z.transform((text) => text as Id),
  );
const revision = () => z.int().check(z.minimum(0));
const orderKey = () => z.string().check(z.minLength(1), z.maxLength(ORDER_CHARS_MAX));
/** Members named `__proto__` are written `~4` in groups, so that no name of a group can be taken for a prototype. */
const group = () => z.string().check(z.minLength(1), z.maxLength(GROUP_CHARS_MAX), z.regex(/^(?!__proto__$)/));
const jsonText = () => z.string().check(z.maxLength(ELEMENT_BYTES_MAX));

const elementId = uuid<ElementId>();
const workspaceId = uuid<WorkspaceId>();
const accountId = uuid<AccountId>();
const deviceId = uuid<DeviceId>();
const streamId = uuid<StreamId>();
const conflictId = uuid<ConflictId>();
const epoch = token<Epoch>();
/** One run of a server as a workspace's numbers saw it; see Position. */
const life = () => z.string().check(z.maxLength(NAME_CHARS_MAX));

const rowId = () => z.string().check(z.minLength(1), z.maxLength(ROW_ID_CHARS_MAX));
const row = z.readonly(z.object({ id: rowId(), order: orderKey() }));
const rowTable = z.record(z.string(), z.readonly(z.array(row).check(z.maxLength(GROUPS_PER_WRITE_MAX))));

const baseValue = z.union([z.object({ text: z.nullable(jsonText()) }), z.object({ hash: token() })]);
const base = z.object({ revision: revision(), value: baseValue });
const fieldWrite = z.object({ group: group(), base, value: z.nullable(jsonText()) });
const conflictType = z.enum(['edit', 'deleted', 'changed-since']);
const resolution = z.enum(['mine', 'theirs', 'new', 'fields']);
const parkedField = z.object({
  group: group(),
  base: z.nullable(jsonText()),
  mine: z.nullable(jsonText()),
  revision: revision(),
});

const oldStamp = z.object({ revision: revision(), own: z.boolean() });

const whole = {
  id: elementId,
  kind: name(),
  schema: revision(),
  parent: z.nullable(elementId),
  order: orderKey(),
  data: jsonText(),
  rows: rowTable,
  origin: z.nullable(jsonText()),
};

export const writeSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('create'), ...whole }),
  z.object({
    op: z.literal('set'),
    id: elementId,
    schema: revision(),
    fields: z.array(fieldWrite).check(z.minLength(1), z.maxLength(GROUPS_PER_WRITE_MAX)),
  }),
  z.object({ op: z.literal('move'), id: elementId, parent: z.nullable(elementId), order: orderKey() }),
  z.object({ op: z.literal('delete'), id: elementId, cursor: revision() }),
  z.object({ op: z.literal('restore'), id: elementId }),
  z.object({ op: z.literal('purge'), id: elementId }),
  z.object({
    op: z.literal('close'),
    conflict: conflictId,
    groups: z.nullable(z.array(group()).check(z.maxLength(GROUPS_PER_WRITE_MAX))),
    resolution,
  }),
  z.object({
    op: z.literal('park'),
    conflict: conflictId,
    id: elementId,
    type: conflictType,
    fields: z.array(parkedField).check(z.maxLength(GROUPS_PER_WRITE_MAX)),
  }),
  z.object({
    op: z.literal('resend'),
    element: z.object({
      ...whole,
      created: oldStamp,
      groups: z.record(group(), oldStamp),
    }),
  }),
]);

export const changeSchema = z.object({
  n: z.int().check(z.minimum(1)),
  writes: z.array(writeSchema).check(z.minLength(1), z.maxLength(WRITES_PER_CHANGE_MAX)),
});

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('applied'),
    adjusted: z.array(z.object({ id: elementId, parent: z.nullable(elementId) })),
  }),
  z.object({ kind: z.literal('merged') }),
  z.object({ kind: z.literal('noop') }),
  z.object({ kind: z.literal('conflict'), conflicts: z.array(conflictId), groups: z.array(z.string()) }),
  z.object({ kind: z.literal('rejected'), code: z.enum(REJECTION_CODES) }),
]);

/**
 * Where a device stands in a workspace. `life` names the server run that issued the cursor; a life the database does not
 * know, or a cursor beyond its end, proves that the database was rolled back. `have` is the number up to which the
 * device holds the outcomes of its stream.
 */
const position = z.object({
  workspace: workspaceId,
  epoch: z.nullable(epoch),
  life: z.nullable(life()),
  cursor: revision(),
  /** Up to where the device knows of conflicts, where that is not the cursor: a snapshot holds none. */
  conflicts: z.optional(revision()),
  stream: z.nullable(streamId),
  have: revision(),
});

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.object({ min: revision(), max: revision() }),
    token: z.string().check(z.maxLength(512)),
    /** How many changes wait on the device, for the list of devices. */
    pending: revision(),
    positions: z.array(position).check(z.maxLength(WORKSPACES_PER_DEVICE_MAX)),
  }),
  /** Begin, or begin again, to receive a workspace. */
  z.object({ type: z.literal('follow'), position }),
  z.object({
    type: z.literal('push'),
    workspace: workspaceId,
    epoch,
    stream: streamId,
    changes: z.array(changeSchema).check(z.minLength(1), z.maxLength(CHANGES_PER_PUSH_MAX)),
  }),
  /** The device holds the outcomes of its stream up to here; the server may forget them. */
  z.object({ type: z.literal('have'), workspace: workspaceId, stream: streamId, upTo: revision() }),
  z.object({ type: z.literal('ping') }),
]);

const actor = z.object({ account: accountId, device: deviceId });
const stamp = z.union([
  z.tuple([revision(), z.nullable(deviceId)]),
  z.tuple([revision(), z.nullable(deviceId), revision()]),
]);
const meta = {
  id: elementId,
  kind: name(),
  schema: revision(),
  parent: z.nullable(elementId),
  order: orderKey(),
  revision: revision(),
  created: stamp,
  stamps: z.record(group(), stamp),
  trashed: z.nullable(z.object({ revision: revision(), by: actor, at: z.number() })),
  by: actor,
  at: z.number(),
};

const sum = z.object({ a: revision(), b: revision() });

/**
 * An element in full; or, over what the device is known to hold, only its changed groups and the sum of the content they
 * lead to; or by reference.
 */
export const wireElementSchema = z.union([
  z.object({ ...meta, data: jsonText(), rows: rowTable, origin: z.nullable(jsonText()) }),
  z.object({ ...meta, changed: z.array(z.tuple([group(), z.nullable(jsonText())])), sum }),
  /** Too large for a frame: fetched by HTTP. */
  z.object({ ...meta, bytes: revision() }),
]);

export const conflictSchema = z.object({
  id: conflictId,
  element: elementId,
  type: conflictType,
  fields: z.array(parkedField),
  mine: actor,
  theirs: actor,
  at: z.number(),
  revision: revision(),
  closed: z.nullable(resolution),
});

/** Names for the devices and accounts that elements mention. */
const actorNames = z.record(z.string(), z.object({ account: accountId, email: z.string(), device: z.string() }));

export const deltaSchema = z.object({
  type: z.literal('delta'),
  workspace: workspaceId,
  epoch,
  life: life(),
  from: revision(),
  to: revision(),
  elements: z.array(wireElementSchema),
  gone: z.array(z.tuple([elementId, revision()])),
  names: actorNames,
  /** The checksum at `to`; null while more pages follow. */
  sum: z.nullable(sum),
  more: z.boolean(),
  /** What only this device, or only its account, is told. */
  own: z.object({
    settled: z.nullable(
      z.object({
        stream: streamId,
        after: revision(),
        upTo: revision(),
        outcomes: z.array(z.object({ n: revision(), outcome: outcomeSchema })),
      }),
    ),
    conflicts: z.array(conflictSchema),
  }),
});

export const workspaceInfoSchema = z.object({
  id: workspaceId,
  name: name(),
  kind: z.enum(['personal', 'team', 'account']),
  role: z.enum(['administrator', 'editor', 'viewer']),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: revision(),
    account: z.object({ id: accountId, email: z.string() }),
    device: z.object({ id: deviceId, name: name() }),
    workspaces: z.array(workspaceInfoSchema),
  }),
  /** The account's workspaces changed. */
  z.object({ type: z.literal('workspaces'), workspaces: z.array(workspaceInfoSchema) }),
  /** The server holds the stream's changes up to here durably; what became of them comes in a delta. */
  z.object({ type: z.literal('received'), workspace: workspaceId, stream: streamId, upTo: revision() }),
  deltaSchema,
  /** The cursor leads nowhere: take a snapshot. */
  z.object({
    type: z.literal('reset'),
    workspace: workspaceId,
    epoch,
    reason: z.enum(['first', 'epoch', 'future', 'floor', 'asked']),
    /** The head at which this epoch began; what a device holds above it, the server has lost. */
    restored: revision(),
    /** How far the server had settled the stream the device named. */
    settled: z.nullable(z.object({ stream: streamId, upTo: revision() })),
    /** Whether everything there is follows at once, in deltas from 0; else there is a snapshot to take. */
    inline: z.boolean(),
  }),
  /** This device is signed out. `erase`: without sealing what was not synced. */
  z.object({ type: z.literal('signed-out'), erase: z.boolean() }),
  /** The server goes: reconnect at a random moment within this many milliseconds. */
  z.object({ type: z.literal('goaway'), withinMs: revision() }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    workspace: z.nullable(workspaceId),
    /** For `stream-gap`: the number up to which the stream is settled. */
    upTo: z.nullable(revision()),
  }),
  z.object({ type: z.literal('pong') }),
]);

const chunk = z.object({
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Compressed, and inflated. */
  bytes: revision(),
  rawBytes: revision(),
  count: revision(),
});

/**
 * A snapshot: a skeleton that makes the tree usable, then bodies in the same order. Chunks are gzip of JSON: the skeleton
 * an array of {@link SkeletonEntry}, a body chunk an array of whole elements. Named by the SHA-256 of their gzip bytes.
 */
export const manifestSchema = z.object({
  workspace: workspaceId,
  epoch,
  life: life(),
  head: revision(),
  count: revision(),
  sum,
  names: actorNames,
  skeleton: z.array(chunk),
  bodies: z.array(chunk),
});

/** id, kind, parent, order, name, detail (method or code), revision, and 1 where it is in the trash. */
export const skeletonEntrySchema = z.tuple([
  elementId,
  z.string(),
  z.nullable(elementId),
  z.string(),
  z.string(),
  z.string(),
  revision(),
  z.union([z.literal(0), z.literal(1)]),
]);

export type Position = z.infer<typeof position>;
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Delta = z.infer<typeof deltaSchema>;
export type WireElement = z.infer<typeof wireElementSchema>;
export type WholeWireElement = Extract<WireElement, { data: string }>;
export type ChangedWireElement = Extract<WireElement, { changed: unknown }>;
export type WorkspaceInfo = z.infer<typeof workspaceInfoSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type Chunk = z.infer<typeof chunk>;
export type SkeletonEntry = z.infer<typeof skeletonEntrySchema>;
export type ActorNames = z.infer<typeof actorNames>;
