/** A device, as the app, the command line and tests use it. */
import type {
  ActorNames,
  Actor,
  Conflict,
  ConflictId,
  ConflictType,
  Element,
  ElementId,
  Epoch,
  ErrorCode,
  JsonText,
  Outcome,
  Revision,
  RowTable,
  StreamId,
  WorkspaceId,
  WorkspaceInfo,
} from '@waypost/protocol';

export interface Device {
  /** The workspaces of the account as last known, also offline. */
  workspaces(): readonly WorkspaceInfo[];
  /** The workspace that calls without one mean: the personal one until another is used. */
  current(): WorkspaceId | null;
  use(workspace: WorkspaceId): Promise<void>;

  /** An element as the person sees it: settled state with pending changes on top. Null where there is none, or in the trash. */
  read(id: ElementId, workspace?: WorkspaceId): Promise<ElementView | null>;
  /** Children in order; of the top where `parent` is null. */
  list(parent: ElementId | null, workspace?: WorkspaceId): readonly ElementSummary[];
  /** One element's line of a list, trashed ones included. */
  summary(id: ElementId, workspace?: WorkspaceId): ElementSummary | null;
  /** Roots of what is in the trash, latest first. */
  trash(workspace?: WorkspaceId): readonly ElementSummary[];
  /** An element in the trash, with who put it there and when; `trashed` is null until the server has said so. */
  readTrashed(id: ElementId, workspace?: WorkspaceId): Promise<ElementView | null>;

  /** Records a change. Resolves once it is on this device's disk; what becomes of it is {@link outcome}. */
  change(intents: readonly Intent[], workspace?: WorkspaceId): Promise<ChangeReceipt>;
  /** What became of a change; null when it is not settled within the time. */
  outcome(receipt: ChangeReceipt, withinMs: number): Promise<SettledChange | null>;

  conflicts(workspace?: WorkspaceId): Promise<readonly ConflictView[]>;
  /**
   * Decides a conflict, as it was shown, with one change. What others wrote since makes a new question and is not replaced;
   * where the versions that wait are others by now, throws `outdated` and does nothing. `created` is the new element of `new`.
   */
  resolve(
    shown: ShownConflict,
    decision: Decision,
    workspace?: WorkspaceId,
  ): Promise<ChangeReceipt & { readonly created: ElementId | null }>;
  /**
   * What was typed, was not saved, and gives way to what others wrote since: it goes to the history of the element, as the side of a
   * conflict that did not come to stand. Resolves once it is on this device's disk.
   */
  giveUp(id: ElementId, fields: readonly GivenUp[], workspace?: WorkspaceId): Promise<ChangeReceipt>;
  /** Changes that the server refused: kept with their content until dismissed or done again. */
  refused(workspace?: WorkspaceId): readonly RefusedChange[];
  dismiss(refused: RefusedChange): Promise<void>;

  status(): DeviceStatus;
  /** Resolves when everything saved here is settled and everything known to be on the server is here. */
  whenSynced(withinMs: number): Promise<boolean>;
  /** Try now, whatever the back-off says. */
  retry(): void;
  subscribe(listener: (event: DeviceEvent) => void): () => void;
  /** Names of accounts and devices that elements mention. */
  names(): ActorNames;

  /** Compares content with the server page by page; with `repair`, fetches what differs. Needs the server. */
  check(options: CheckOptions, workspace?: WorkspaceId): Promise<CheckResult>;

  /** What exists only here. */
  unsynced(): Promise<Unsynced>;
  /** What sync wrote down on this device, oldest first; the last few hundred lines, without anything secret. */
  log(): Promise<readonly LogLine[]>;
  /** Local values, drafts and the like: never synced, erased with the account's data. Work, except {@link WINDOW} records. */
  local: LocalRecords;
  /** Packs what came in, where the next start is much quicker for it. For processes too short to have an idle moment. */
  tidy(): Promise<void>;
  /** Ends the session's work; the store stays. */
  close(): Promise<void>;
}

export interface ElementView extends Element {
  readonly state: ElementState;
  /** Whose numbers its revisions are; null before the first sync. */
  readonly epoch: Epoch | null;
}

/** Where an element stands: only here, on the server, in conflict, or deleted elsewhere while changed here. */
export type ElementState = 'saved here' | 'synced' | 'conflict' | 'deleted elsewhere';

export interface ElementSummary {
  readonly id: ElementId;
  readonly kind: string;
  readonly parent: ElementId | null;
  readonly order: string;
  readonly name: string;
  /** A method, a code: one more word for lists. */
  readonly detail: string;
  readonly revision: Revision;
  readonly trashed: boolean;
  readonly state: ElementState;
}

/** What a person does. Bases are taken from what they see, unless a draft brings the ones it began with. */
export type Intent =
  | {
      readonly do: 'create';
      readonly id: ElementId;
      readonly kind: string;
      readonly schema: number;
      readonly parent: ElementId | null;
      readonly order: string;
      readonly data: JsonText;
      readonly rows: RowTable;
      readonly origin: JsonText | null;
    }
  | {
      readonly do: 'set';
      readonly id: ElementId;
      readonly fields: readonly IntendedField[];
      /**
       * Saved by itself while the person types: takes the place of the last change where that was the same, and was not
       * sent yet. What a person saves on purpose is never replaced.
       */
      readonly autosave?: true;
    }
  | { readonly do: 'move'; readonly id: ElementId; readonly parent: ElementId | null; readonly order: string }
  | { readonly do: 'delete'; readonly id: ElementId }
  | { readonly do: 'restore'; readonly id: ElementId }
  | { readonly do: 'purge'; readonly id: ElementId };

export interface IntendedField {
  readonly group: string;
  readonly value: JsonText | null;
  /** What the person saw when the edit began, where that is not what the device shows now. */
  readonly base?: {
    readonly value: JsonText | null;
    readonly revision: Revision;
    /** Of the view that was seen, for a draft that may be older than a restored server. */
    readonly epoch?: Epoch | null;
  };
}

export interface GivenUp {
  readonly group: string;
  readonly value: JsonText | null;
  /** What the person saw when the edit began. */
  readonly base: JsonText | null;
}

export interface ChangeReceipt {
  readonly workspace: WorkspaceId;
  readonly stream: StreamId;
  readonly n: number;
}

export interface SettledChange {
  readonly outcome: Outcome;
  readonly revision: Revision;
}

export interface ConflictView {
  readonly id: ConflictId;
  readonly workspace: WorkspaceId;
  readonly element: ElementId;
  readonly kind: string;
  readonly name: string;
  readonly type: ConflictType;
  readonly fields: readonly {
    readonly group: string;
    readonly base: JsonText | null;
    readonly mine: JsonText | null;
    readonly theirs: JsonText | null;
  }[];
  /** Who wrote theirs, and when the conflict was found. */
  readonly by: Actor;
  /** Who wrote mine: another device of the same account, perhaps. */
  readonly mineBy: Actor;
  readonly at: number;
  readonly revision: Revision;
  /** When this was seen, in the numbers of the workspace: opaque, and good on this device in any process. */
  readonly seen: string;
}

export type ShownConflict = Pick<ConflictView, 'id' | 'seen'>;

export type Decision =
  | { readonly kind: 'mine' }
  | { readonly kind: 'theirs' }
  /** The element with my side of the groups, as a new one beside it. `name` replaces the group that holds its name. */
  | { readonly kind: 'new' }
  | { readonly kind: 'fields'; readonly mine: readonly string[]; readonly theirs: readonly string[] };

export interface RefusedChange extends ChangeReceipt {
  readonly code: string;
  /** The writes as they were sent. */
  readonly writes: string;
  readonly at: number;
}

export interface DeviceStatus {
  readonly state: 'offline' | 'online' | 'error';
  readonly phase: 'signed-out' | 'connecting' | 'waiting' | 'syncing' | 'synced' | 'failed';
  /** A sentence that says why. */
  readonly detail: string;
  readonly pending: number;
  readonly conflicts: number;
  readonly lastSyncedAt: number | null;
  readonly transport: 'websocket' | 'http' | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** While syncing: what the server says is in the way just now. It is tried again. */
  readonly obstacle: { readonly code: ErrorCode; readonly message: string } | null;
  readonly workspaces: readonly WorkspaceStatus[];
}

export interface WorkspaceStatus {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly state: DeviceStatus['state'];
  readonly phase: DeviceStatus['phase'];
  readonly pending: number;
  readonly conflicts: number;
}

export type DeviceEvent =
  | {
      readonly event: 'created' | 'changed' | 'moved' | 'deleted' | 'restored';
      readonly workspace: WorkspaceId;
      readonly id: ElementId;
      readonly kind: string;
      readonly name: string;
      /** The groups written. */
      readonly groups: readonly string[];
      readonly revision: Revision;
      readonly by: Actor;
      readonly at: number;
    }
  | { readonly event: 'conflict'; readonly workspace: WorkspaceId; readonly conflict: Conflict; readonly open: boolean }
  | { readonly event: 'settled'; readonly receipt: ChangeReceipt; readonly settled: SettledChange }
  | { readonly event: 'status'; readonly status: DeviceStatus }
  | { readonly event: 'progress'; readonly workspace: WorkspaceId; readonly done: number; readonly total: number }
  /** A whole workspace was taken at once: how many elements in it are new here, or other than they were. */
  | { readonly event: 'filled'; readonly workspace: WorkspaceId; readonly elements: number }
  /** The server lost work this device had: what was sent back, and what could not be. */
  | {
      readonly event: 'restored-server';
      readonly workspace: WorkspaceId;
      readonly resent: readonly ElementId[];
      readonly deletedHere: readonly ElementId[];
    }
  | { readonly event: 'signed-out'; readonly erase: boolean }
  /** What is shown of these elements may be another than before, whoever did it; null: of any. For whoever paints them. */
  | { readonly event: 'shown'; readonly workspace: WorkspaceId; readonly ids: readonly ElementId[] | null };

export interface CheckOptions {
  readonly repair: boolean;
  /** Told how many elements are compared. */
  readonly progress?: (done: number, total: number) => void;
}

export interface CheckResult {
  readonly equal: boolean;
  readonly differing: readonly ElementId[];
  readonly repaired: boolean;
}

export interface Unsynced {
  readonly changes: number;
  readonly elements: readonly { readonly id: ElementId; readonly name: string; readonly changes: number }[];
  readonly conflicts: number;
  readonly refused: number;
  readonly drafts: number;
  readonly localValues: number;
}

export interface LogLine {
  readonly at: number;
  readonly message: string;
}

export interface LocalRecords {
  all(workspace: WorkspaceId): Promise<readonly { readonly key: string; readonly value: string }[]>;
  put(workspace: WorkspaceId, key: string, value: string | null): Promise<void>;
}
