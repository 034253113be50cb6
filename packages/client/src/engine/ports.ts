/**
 * Everything the engine needs of the world. Time, chance, disk and network come in through here and nowhere else, so that
 * the simulation controls them all.
 */
import type { ClientMessage, ErrorCode, ServerMessage, StreamId, WorkspaceId } from '@waypost/protocol';

export interface Clock {
  /** Milliseconds. For waiting and for people; decides nothing about order. */
  now(): number;
}

export interface Chance {
  /** From a cryptographic source, except in the simulation. */
  bytes(count: number): Uint8Array;
  /** From 0 up to 1. */
  number(): number;
}

export interface Scheduler {
  /** Runs once after so many milliseconds; the result cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * The device's disk: a few named collections of small records, written in atomic batches. Everything the engine keeps is
 * text, except pages of a snapshot, which are kept as the bytes that arrived. Any number of tabs or processes may have
 * the same store open.
 */
export interface DeviceStorage {
  /** All records of a collection of one workspace, by key in ascending order of UTF-16 units. */
  scan(collection: Collection, workspace: WorkspaceId | typeof DEVICE): Promise<readonly StoredRecord[]>;
  /** The records with these keys that exist, in no order. */
  get(
    collection: Collection,
    workspace: WorkspaceId | typeof DEVICE,
    keys: readonly string[],
  ): Promise<readonly StoredRecord[]>;
  pages(workspace: WorkspaceId, numbers: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>>;
  /**
   * Writes all of the batch or nothing. `strict` returns once it would survive a power cut; `relaxed` survives the end
   * of the process. Throws WaypostError `storage-full` or `storage-failed`; then nothing was written.
   */
  commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt>;
  /** Called after another tab or process committed to this store. Returns how to stop listening. */
  watch(listener: () => void): () => void;
  /** Removes the store with all it holds, for every tab and process: files, not rows. */
  erase(): Promise<void>;
  close(): Promise<void>;
}

/** Where records belong that are of the device and not of one workspace. */
export const DEVICE = 'device';

/**
 * - `state`: cursors, streams, names, settings of sync
 * - `outbox`: changes the server has not settled, keyed by {@link outboxKey}
 * - `elements`: settled elements changed since the pages, whole
 * - `conflicts`: open parked versions
 * - `local`: what is never synced: local values, drafts
 * - `log`: what sync did, for people
 */
export type Collection = 'state' | 'outbox' | 'elements' | 'conflicts' | 'local' | 'log';

export interface StoredRecord {
  readonly key: string;
  readonly value: string;
}

export interface StorageBatch {
  readonly writes: readonly StorageWrite[];
  /** New outbox entries, numbered inside the transaction: any tab or process may append. */
  readonly append?: readonly OutboxAppend[];
  /** Refuses the whole batch (receipt `refused`) unless each record is as named; null: absent. */
  readonly expect?: readonly ExpectedRecord[];
  /** What it removes must not be left in what the disk holds either, as far as the platform can say that. */
  readonly scrub?: boolean;
}

export type StorageWrite =
  | {
      readonly to: Collection;
      readonly workspace: WorkspaceId | typeof DEVICE;
      readonly key: string;
      /** Null removes the record. */
      readonly value: string | null;
    }
  /** Replaces all pages of a workspace; null removes them. */
  | { readonly to: 'pages'; readonly workspace: WorkspaceId; readonly pages: readonly Uint8Array[] | null }
  /** Removes every record of a collection of a workspace. */
  | { readonly to: Collection; readonly workspace: WorkspaceId | typeof DEVICE; readonly clear: true };

export interface OutboxAppend {
  readonly workspace: WorkspaceId;
  readonly stream: StreamId;
  /** The entry without its number: the store gives it the stream's next one, from `state` record {@link nextNumberKey}. */
  readonly value: string;
}

export interface ExpectedRecord {
  readonly from: Collection;
  readonly workspace: WorkspaceId | typeof DEVICE;
  readonly key: string;
  readonly value: string | null;
}

export type StorageReceipt =
  | {
      readonly kind: 'written' /** The numbers given to `append`, in its order. */;
      readonly numbers: readonly number[];
    }
  | { readonly kind: 'refused' };

/** Of `local` records: where tabs and panes stand. Nobody would miss it, so it is no work; it is erased like the rest. */
export const WINDOW = 'window/';

/** Ascending keys in ascending order of numbers. */
export function outboxKey(stream: StreamId, n: number): string {
  return `${stream}/${String(n).padStart(16, '0')}`;
}

/** The `state` record that holds the next number of a stream as decimal text; absent means 1. */
export function nextNumberKey(stream: StreamId): string {
  return `next/${stream}`;
}

/** Who may hold the connection, among the tabs or processes that share a store. */
export interface Leadership {
  /** Whether it was taken. Kept until released, until the process ends, or until `lost` is called. */
  take(handlers?: LeaderHandlers): Promise<boolean>;
  /** Nothing of it is called after this. */
  release(): Promise<void>;
  /** Asks whoever leads to try the server now. Where it is missing, nobody but the leader asks. */
  nudge?(): void;
}

export interface LeaderHandlers {
  /** Another tab or process took it, because this one had not answered for a while. */
  lost(): void;
  /** A tab or process that follows asks to try the server now. */
  nudged(): void;
}

/** How messages reach the server. WebSocket and HTTP look the same from here. */
export interface Transport {
  readonly name: 'websocket' | 'http';
  connect(handlers: ConnectionHandlers): Connection;
}

export interface ConnectionHandlers {
  opened(): void;
  received(message: ServerMessage): void;
  /** Once, at the end; nothing is called after it. */
  closed(reason: CloseReason): void;
}

export interface CloseReason {
  readonly code: ErrorCode;
  /** A sentence for people: what happened. */
  readonly detail: string;
  /** Somebody answers there, but lets no WebSocket through: another transport may do better. */
  readonly isBlocked?: true;
}

export interface Connection {
  /** May be called before `opened`. What could not be sent is lost: the engine sends it again after reconnecting. */
  send(message: ClientMessage): void;
  /** Bytes handed over and not yet on their way. */
  bufferedBytes(): number;
  close(): void;
}

/** What travels by plain HTTP: snapshots, elements too large for a frame, history, the check of content. */
export interface Fetcher {
  /** The response body, inflated where the server says gzip. Throws WaypostError. */
  get(path: string, options?: { readonly raw?: boolean }): Promise<Uint8Array>;
  post(path: string, body: unknown): Promise<Uint8Array>;
}

export interface Compression {
  gunzip(bytes: Uint8Array, inflatedBytesMax: number): Promise<Uint8Array>;
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  /** Lower-case hex. */
  sha256(bytes: Uint8Array): Promise<string>;
}
