/**
 * What the engine keeps on disk, as the shapes inside the records. Only this engine writes them, so they are read back
 * without checking every member; the storage port answers for the bytes.
 */
import type {
  ActorNames,
  Change,
  Element,
  ElementId,
  Epoch,
  Outcome,
  Revision,
  StreamId,
  Sum,
  WorkspaceInfo,
} from '@waypost/protocol';

/** Record names in the collection `state`, of a workspace. */
export const REPLICA = 'replica';
export const STREAM = 'stream';
export const OUTCOMES = 'outcomes';
export const RECENT = 'recent';
export const SQUASHED = 'squashed';
export const REFUSED_PREFIX = 'refused/';
export const MOVED_PREFIX = 'moved/';
/** Elements that are gone for good while something of this device's is still to be decided about them. */
export const LAST_KNOWN_PREFIX = 'last/';
export const SENT_PREFIX = 'sent/';

/** And of the device. */
export const WORKSPACES = 'workspaces';
export const CURRENT = 'current';
export const NAMES = 'names';
export const SESSION = 'session';

/** Where the settled state stands. Every commit of settled state expects the one it was made over. */
export interface ReplicaRecord {
  readonly epoch: Epoch | null;
  readonly life: string | null;
  readonly cursor: Revision;
  readonly sum: Sum;
  /** Changes of the current stream up to here are settled. */
  readonly settled: number;
  readonly pages: PagesRecord | null;
  /** Raised whenever pages are replaced, so that other processes forget where bodies were. */
  readonly generation: number;
  /** When the sum last did not fit, for the bound of one reset an hour. */
  readonly mismatchAt: number | null;
}

export interface PagesRecord {
  /** How many of the first pages are skeleton. */
  readonly skeleton: number;
  /** How many bodies each of the others holds. */
  readonly bodies: readonly number[];
}

/** An outbox entry; its stream and number are its key. */
export interface OutboxRecord {
  readonly writes: Change['writes'];
  /** Written while it was about to be sent: never to be replaced. */
  readonly sent?: true;
  readonly at: number;
}

/** Outcomes that are more than plainly applied, newest last, for those who wait in other processes. */
export interface OutcomeRecord {
  readonly stream: StreamId;
  readonly n: number;
  readonly outcome: Outcome;
  readonly revision: Revision;
}

/** Which elements the last deltas touched, newest last, so that other processes read no more than that. */
export interface RecentRecord {
  readonly from: Revision;
  readonly to: Revision;
  readonly ids: readonly ElementId[];
}

/** Where changes went that had to begin a new stream: their numbers there, in the order of `from`. */
export interface MovedRecord {
  readonly stream: StreamId;
  readonly numbers: readonly (readonly [from: number, to: number])[];
}

/** What the process that holds the connection says of it. */
export interface SessionRecord {
  readonly phase: 'signed-out' | 'connecting' | 'waiting' | 'online' | 'failed';
  readonly detail: string;
  readonly transport: 'websocket' | 'http' | null;
  readonly current: readonly string[];
  /** Workspaces that the account is no member of any more, and that hold what was never sent. */
  readonly former: readonly string[];
  readonly lastSyncedAt: number | null;
}

/** An element that left: its body in the pages no longer counts. */
export const GONE = 'gone';

export interface RecordShapes {
  readonly [REPLICA]: ReplicaRecord;
  readonly [OUTCOMES]: readonly OutcomeRecord[];
  readonly [RECENT]: readonly RecentRecord[];
  readonly [WORKSPACES]: readonly WorkspaceInfo[];
  readonly [NAMES]: ActorNames;
  readonly [SESSION]: SessionRecord;
}

export function readRecord<Name extends keyof RecordShapes>(
  _name: Name,
  value: string | null | undefined,
): RecordShapes[Name] | null {
  return value === null || value === undefined ? null : (JSON.parse(value) as RecordShapes[Name]);
}

export function readOutboxRecord(value: string): OutboxRecord {
  return JSON.parse(value) as OutboxRecord;
}

export function readMovedRecord(value: string): MovedRecord {
  return JSON.parse(value) as MovedRecord;
}

export function readElementRecord(value: string): Element | typeof GONE {
  return value === GONE ? GONE : (JSON.parse(value) as Element);
}
