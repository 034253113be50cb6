/**
 * What whoever runs a server asks of its database, also from a process of its own beside the running server: accounts and
 * how large they are, their end, and the record of who did what. Each method is one transaction. What connected devices
 * must hear is written down as a notice in the same transaction; running servers look for notices every second.
 *
 * Methods that name an account take its e-mail in any spelling, and throw WaypostError `not-found` where there is none.
 */
import type { AccountId, DeviceId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';
import type { DeletionReceipt, DeviceRow } from '../accounts/account-store.ts';

export interface AccountSummary {
  readonly id: AccountId;
  readonly email: string;
  readonly administrator: boolean;
  readonly createdAt: number;
  /** Null: it is not disabled. */
  readonly disabledAt: number | null;
  /** Signed-in devices. */
  readonly devices: number;
  /** When any of its devices was last seen; null where it never had one. */
  readonly lastSeenAt: number | null;
  /** Those that it owns, and what they hold. */
  readonly workspaces: number;
  readonly elements: number;
  readonly bytes: number;
}

export interface WorkspaceSize {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly kind: WorkspaceInfo['kind'];
  readonly role: WorkspaceInfo['role'];
  readonly elements: number;
  /** Of the elements as they are stored. */
  readonly elementBytes: number;
  readonly historyVersions: number;
  readonly historyBytes: number;
}

export interface AccountDetails extends AccountSummary {
  readonly signedIn: readonly DeviceRow[];
  /** All that it may enter, by name. */
  readonly sizes: readonly WorkspaceSize[];
}

/** Who acts, and from where, for the record. */
export interface Operator {
  readonly who: string;
  readonly origin: string;
  readonly at: number;
}

export interface Reset {
  readonly tokenHash: string;
  readonly expiresAt: number;
}

export type AdminDeletion =
  | { readonly kind: 'deleted'; readonly receipt: DeletionReceipt }
  | { readonly kind: 'in-teams'; readonly teams: readonly { readonly id: string; readonly name: string }[] };

/** `signed-out` and `erased` name devices, the second without sealing; `forgotten` names workspaces that are gone. */
export interface Notice {
  readonly serial: number;
  readonly kind: 'signed-out' | 'erased' | 'forgotten';
  readonly ids: readonly string[];
}

/** What somebody did. Never content, never a secret. */
export interface AuditEntry {
  readonly at: number;
  /** An account by its id, read back as its e-mail while it exists; an operator; or a stranger. */
  readonly who: string;
  /** What was done, in a word or two: `sign in`, `disable account`. */
  readonly what: string;
  /** To what: an e-mail or an id; an account's is read back as its e-mail while it exists. */
  readonly subject: string | null;
  /** An address of the network, or `command line`. */
  readonly origin: string;
  /** `done`, or the code of the error. */
  readonly outcome: string;
}

export interface AuditFilter {
  /** The newest so many. */
  readonly limit: number;
  /** By or about this e-mail or id; null: all. */
  readonly about: string | null;
}

export interface AdminStore {
  /** By e-mail. */
  accounts(): Promise<AccountSummary[]>;
  account(email: string): Promise<AccountDetails>;
  /** Signs every device out and lets none in; nothing is erased but on the devices, which seal what they had not sent. */
  disable(email: string, by: Operator): Promise<DeviceId[]>;
  enable(email: string, by: Operator): Promise<void>;
  /** As the person would, without the password. */
  deleteAccount(email: string, by: Operator): Promise<AdminDeletion>;
  /** `devices` null: all. Returns those that were signed in until now. */
  signOut(
    email: string,
    how: { readonly devices: readonly DeviceId[] | null; readonly erase: boolean },
    by: Operator,
  ): Promise<DeviceId[]>;
  /** Replaces an earlier one. The password stays as it is until it is used. */
  offerReset(email: string, reset: Reset, by: Operator): Promise<void>;

  /** The serial of the newest notice. */
  lastNotice(): Promise<number>;
  /** In the order in which they were written. */
  notices(after: number): Promise<Notice[]>;
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  audit(filter: AuditFilter): Promise<AuditEntry[]>;
  /** Forgets what is older, and what is beyond the newest entries. */
  thinAudit(bounds: AuditBounds): Promise<void>;
}

export interface AuditBounds {
  readonly before: number;
  readonly entriesMax: number;
}
