/** What a person did, on its way to the server, and what became of it. */
import type { Actor, RowTable } from './element.ts';
import type { ConflictId, ElementId, Revision, StreamId } from './ids.ts';
import type { JsonText } from './json.ts';

/**
 * The value a write was made over: what the person saw when the edit began, pending writes included, and the group's
 * settled revision at that moment. Neither moves on when a delta arrives.
 */
export interface Base {
  readonly revision: Revision;
  readonly value: BaseValue;
}

/** Above BASE_BYTES_MAX only a hash travels; text is then judged as `ask`. */
export type BaseValue = { readonly text: JsonText | null } | { readonly hash: string };

/** One group's new value; `null` removes it. */
export interface FieldWrite {
  readonly group: string;
  readonly base: Base;
  readonly value: JsonText | null;
}

export interface CreateWrite {
  readonly op: 'create';
  readonly id: ElementId;
  readonly kind: string;
  /** The version of the kind's schema the data is written under. */
  readonly schema: number;
  readonly parent: ElementId | null;
  readonly order: string;
  readonly data: JsonText;
  readonly rows: RowTable;
  readonly origin: JsonText | null;
}

export interface SetWrite {
  readonly op: 'set';
  readonly id: ElementId;
  readonly schema: number;
  readonly fields: readonly FieldWrite[];
}

export interface MoveWrite {
  readonly op: 'move';
  readonly id: ElementId;
  readonly parent: ElementId | null;
  readonly order: string;
}

/** To the trash, with everything below it. */
export interface DeleteWrite {
  readonly op: 'delete';
  readonly id: ElementId;
  /** The workspace's head as the person saw it when deleting. */
  readonly cursor: Revision;
}

/** Out of the trash, in place; re-homed when its parent is gone. */
export interface RestoreWrite {
  readonly op: 'restore';
  readonly id: ElementId;
}

/** From the trash to a tombstone: for good. */
export interface PurgeWrite {
  readonly op: 'purge';
  readonly id: ElementId;
}

/** Closes groups of a conflict (all that are open where `groups` is null), in the change that decides it. */
export interface CloseWrite {
  readonly op: 'close';
  readonly conflict: ConflictId;
  readonly groups: readonly string[] | null;
  readonly resolution: Resolution;
}

export type Resolution = 'mine' | 'theirs' | 'new' | 'fields';

/**
 * After a new epoch: a conflict the device holds, parked again. Or a version that its person gives up while saving: closed by the
 * same change, it is in the history and no question (PL16).
 */
export interface ParkWrite {
  readonly op: 'park';
  readonly conflict: ConflictId;
  readonly id: ElementId;
  readonly type: ConflictType;
  readonly fields: readonly ParkedField[];
}

/**
 * After a new epoch: an element as the device had it settled beyond the restored head. It wins over groups that are
 * still as they were restored, or that were re-sent from a lower old revision; over newer work it is judged as a set.
 */
export interface ResendWrite {
  readonly op: 'resend';
  readonly element: ResentElement;
}

export interface ResentElement {
  readonly id: ElementId;
  readonly kind: string;
  readonly schema: number;
  readonly parent: ElementId | null;
  readonly order: string;
  readonly data: JsonText;
  readonly rows: RowTable;
  readonly origin: JsonText | null;
  readonly created: OldStamp;
  /** Each group above the restored head, `@place` and `@trash` among them. */
  readonly groups: Readonly<Record<string, OldStamp>>;
}

/** When something was written in the old epoch, and whether the sending device was its author. */
export interface OldStamp {
  readonly revision: Revision;
  readonly own: boolean;
}

export type Write =
  | CreateWrite
  | SetWrite
  | MoveWrite
  | DeleteWrite
  | RestoreWrite
  | PurgeWrite
  | CloseWrite
  | ParkWrite
  | ResendWrite;

/** One or more writes, sent and numbered as one: number `n` of its stream, from 1 without gaps. */
export interface Change {
  readonly n: number;
  readonly writes: readonly Write[];
}

/** Every change ends in exactly one outcome, and none of them stops the queue. */
export type Outcome =
  | { readonly kind: 'applied'; readonly adjusted: readonly Adjustment[] }
  | { readonly kind: 'merged' }
  | { readonly kind: 'noop' }
  | { readonly kind: 'conflict'; readonly conflicts: readonly ConflictId[]; readonly groups: readonly string[] }
  | { readonly kind: 'rejected'; readonly code: RejectionCode };

/** An element that could not stand where it was created or restored, and where it stands instead. */
export interface Adjustment {
  readonly id: ElementId;
  readonly parent: ElementId | null;
}

export const REJECTION_CODES = [
  'cycle',
  'no-parent',
  'read-only',
  'forbidden',
  'invalid',
  'depends',
  'too-large',
  'quota',
  'schema-too-new',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export type ConflictType = 'edit' | 'deleted' | 'changed-since';

/** One group's parked side. `null` values are absent ones. */
export interface ParkedField {
  readonly group: string;
  /** What both sides share; unknown where only its hash was sent. */
  readonly base: JsonText | null;
  readonly mine: JsonText | null;
  /** The group's revision when it was parked; writes based below it update `mine` unjudged. */
  readonly revision: Revision;
}

/**
 * A conflict: theirs stands in the element, mine is kept here until a person decides. Visible to the account it
 * belongs to, on all its devices. At most one is open per element and device.
 */
export interface Conflict {
  readonly id: ConflictId;
  readonly element: ElementId;
  readonly type: ConflictType;
  readonly fields: readonly ParkedField[];
  /** Whose version is parked. */
  readonly mine: Actor;
  /** Who wrote the version that stands. */
  readonly theirs: Actor;
  /** When it was found, by the server's clock. */
  readonly at: number;
  /** The head at which this record was last written. */
  readonly revision: Revision;
  readonly closed: Resolution | null;
}

/** Outcomes of a stream's changes above number `after`, up to and including number `upTo`. */
export interface Settled {
  readonly stream: StreamId;
  readonly after: number;
  readonly upTo: number;
  readonly outcomes: readonly { readonly n: number; readonly outcome: Outcome }[];
}
