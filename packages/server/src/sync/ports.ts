/**
 * What the live half of the sync core asks of the world, and what its parts ask of each other across threads and nodes.
 * Everything that is passed over one of these interfaces is plain data: the committer may run in a thread of its own,
 * the feed in another.
 */
import type {
  AccountId,
  Actor,
  Change,
  Conflict,
  DeviceId,
  Epoch,
  ErrorCode,
  Position,
  Revision,
  Settled,
  StreamId,
  WorkspaceId,
  WorkspaceInfo,
} from '@waypost/protocol';
import type { EncodedDelta } from './delta.ts';

export interface Clock {
  /** Milliseconds. For waiting, expiry and people; decides nothing about order. */
  now(): number;
}

export interface Chance {
  /** From a cryptographic source, except in the simulation. */
  bytes(count: number): Uint8Array;
}

export interface Scheduler {
  /** Runs once after so many milliseconds; the result cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Packing {
  /** UTF-8, then gzip. */
  gzip(text: string): Promise<Uint8Array>;
  /** Lower-case hex; of text, of its UTF-8. */
  sha256(content: Uint8Array | string): Promise<string>;
}

/** A keyed hash under the server's own key, as text without `.`; what it signs, only this server can have issued. */
export type Mac = (text: string) => string;

/** One device's push, as the committer takes it. */
export interface PushItem {
  readonly actor: Actor;
  readonly stream: StreamId;
  readonly changes: readonly Change[];
}

export interface Committer {
  /** Answers once the changes are durable, or refused as a whole. Throws WaypostError for what may be tried again. */
  push(workspace: WorkspaceId, epoch: Epoch, item: PushItem): Promise<PushResult>;
}

export type PushResult =
  /** Durable, and settled up to this number of the stream. */
  | { readonly kind: 'received'; readonly upTo: number }
  | {
      readonly kind: 'refused';
      readonly code: 'wrong-epoch' | 'stream-gap' | 'signed-out' | 'no-workspace';
      readonly upTo: number;
    };

/** What one commit settled of a stream: numbers above `after`, up to `upTo`. */
export interface SettledNews extends Settled {
  readonly after: number;
}

/**
 * What one commit did, for those who follow the workspace live. A commit that changed nothing (`from` = `to`) still
 * settles.
 */
export interface CommitNews {
  readonly workspace: WorkspaceId;
  readonly epoch: Epoch;
  readonly from: Revision;
  readonly to: Revision;
  /** Null where it does not fit one frame: followers then read it in pages. */
  readonly shared: EncodedDelta | null;
  readonly settled: ReadonlyMap<StreamId, SettledNews>;
  readonly conflicts: ReadonlyMap<AccountId, readonly Conflict[]>;
}

/** Reading a workspace for devices that follow it. */
export interface Feed {
  /**
   * What a device at this position is told next. Membership is read in the same snapshot as the content. `held` is the
   * revision at which the device last had everything: the position's cursor, except on later pages of one catch-up.
   */
  catchUp(workspace: WorkspaceId, actor: Actor, position: Position, held: Revision): Promise<CatchUp>;
  /** What happened above a revision, as if one commit had done it; null where devices must catch up one by one. */
  news(workspace: WorkspaceId, epoch: Epoch, from: Revision, audience: Audience): Promise<CommitNews | null>;
}

/** Whose outcomes and conflicts are wanted besides what everyone is told. */
export interface Audience {
  readonly streams: readonly { readonly stream: StreamId; readonly device: DeviceId; readonly settled: number }[];
  readonly accounts: readonly AccountId[];
}

export type CatchUp =
  | { readonly kind: 'delta'; readonly delta: CaughtUp }
  /** `frame` is the reset; `inline`, everything there is, where that is little; else the device takes a snapshot. */
  | { readonly kind: 'reset'; readonly frame: string; readonly epoch: Epoch; readonly inline: CaughtUp | null }
  | { readonly kind: 'no-workspace' }
  | { readonly kind: 'signed-out' };

/** Some pages, as complete frames in order. */
export interface CaughtUp {
  readonly frames: readonly Frame[];
  readonly epoch: Epoch;
  readonly life: string;
  readonly to: Revision;
  readonly more: boolean;
  /** The number up to which the frames settle the stream; null where they say nothing of it. */
  readonly settled: number | null;
}

/** Who is speaking, and what they may follow. */
export interface Accounts {
  authenticate(token: string): Promise<Authentication>;
  workspaces(account: AccountId): Promise<readonly WorkspaceInfo[]>;
  /** The device was here, with so many changes waiting behind those whose outcomes it has. Not urgent. */
  seen(actor: Actor, waiting: Waiting): void;
  /** Changes of the device are here, up to a number. Not urgent. */
  arrived(actor: Actor, arrived: Arrived): void;
}

export interface Waiting {
  readonly pending: number;
  readonly positions: readonly { readonly stream: StreamId | null; readonly have: number }[];
}

export interface Arrived {
  readonly stream: StreamId;
  /** The first number of the push, and the last that is durable. */
  readonly from: number;
  readonly upTo: number;
}

/** Forgets, at its leisure, the outcomes that a device says it holds. */
export interface Acknowledger {
  note(actor: Actor, have: Acknowledged): void;
}

export interface Acknowledged {
  readonly workspace: WorkspaceId;
  readonly stream: StreamId;
  readonly upTo: number;
}

export type Authentication =
  | { readonly kind: 'known'; readonly actor: Actor; readonly email: string; readonly deviceName: string }
  | { readonly kind: 'signed-out'; readonly erase: boolean };

/** A message on its way to a device. What many are told is one object for all, so an edge may encode it once (a WeakMap). */
export interface Frame {
  readonly text: string;
  /** Whether a long poll should return for it; a welcome, or "nothing new", can wait. */
  readonly urgent: boolean;
}

/** A device's connection, as the conversation sees it. */
export interface Wire {
  deliver(frame: Frame): void;
  /** Bytes handed over and not yet on their way. */
  bufferedBytes(): number;
  /** After what was delivered. The edge tells the conversation that it is closed in any case. */
  close(code: ErrorCode, detail: string): void;
}

/** A word from one node to the others. May be lost, late or repeated without harm: a poll finds what it would have said. */
export type Hint =
  | { readonly kind: 'head'; readonly workspace: WorkspaceId; readonly head: Revision }
  | { readonly kind: 'signed-out'; readonly device: DeviceId; readonly erase: boolean }
  | { readonly kind: 'workspaces'; readonly account: AccountId };

/** The other nodes, and the truth they share. A server that is alone has none of it. */
export interface Nodes {
  tell(hint: Hint): void;
  /** Called once, at the start. */
  listen(receive: (hint: Hint) => void): void;
  heads(workspaces: readonly WorkspaceId[]): Promise<ReadonlyMap<WorkspaceId, { epoch: Epoch; head: Revision }>>;
  /** Of these devices, those that are no longer signed in. */
  signedOut(devices: readonly DeviceId[]): Promise<readonly { readonly device: DeviceId; readonly erase: boolean }[]>;
  /** The workspaces that these accounts are members of now. */
  memberships(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, readonly MemberOf[]>>;
}

export type MemberOf = Pick<WorkspaceInfo, 'id' | 'role'>;
