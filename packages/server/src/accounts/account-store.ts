/**
 * What accounts ask of a database: people, their devices and the tokens of those devices. Every method is one
 * transaction, committed durably when it returns. Whatever has to be checked together with a write (the limit of
 * devices, a token that was stolen) is checked in here, under the account's row lock, because a check outside would be
 * true only until somebody else signs in.
 *
 * Times are milliseconds by the server's clock and come in as arguments; ids, tokens and hashes are made by the caller.
 * Tokens are known to the store by a hash only. Text must not contain U+0000 (PostgreSQL refuses it): the store throws
 * WaypostError `bad-message` on names and e-mail addresses that do. All methods throw `storage-full` and
 * `storage-failed`; after those, whether the write happened is unknown, and repeating it must be harmless.
 */
import type { AccountId, DeviceId, Epoch, TeamId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';

export interface AccountRow {
  readonly id: AccountId;
  /** As {@link normalEmail} gives it. */
  readonly email: string;
  readonly passwordHash: string;
  readonly administrator: boolean;
  readonly createdAt: number;
  readonly sealing: SealingKeys;
}

/**
 * The pair of keys with which a device seals what it could not send. Any device may have the public one; the private
 * one, wrapped as the caller likes, is given only to this account after sign-in.
 */
export interface SealingKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface NewAccount {
  readonly id: AccountId;
  readonly email: string;
  readonly passwordHash: string;
  readonly sealing: SealingKeys;
  readonly at: number;
  /** The workspaces it begins with; the account is their administrator. */
  readonly workspaces: readonly NewWorkspace[];
  /**
   * What the first account of this server needs: nothing, or that this is the hash under the setting
   * {@link SETUP_TOKEN_HASH}. Later accounts need neither; who may sign up then is the caller's decision.
   */
  readonly first: 'open' | { readonly setupTokenHash: string };
}

export interface NewWorkspace {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly kind: WorkspaceInfo['kind'];
  readonly epoch: Epoch;
}

/** `exists`: the e-mail has an account. `closed`: the first account needs the set-up token, and this is not it. */
export type CreateAccountResult =
  | { readonly kind: 'created'; readonly administrator: boolean }
  | { readonly kind: 'exists' }
  | { readonly kind: 'closed' };

export interface DeviceRow {
  readonly id: DeviceId;
  readonly account: AccountId;
  readonly installation: string;
  readonly name: string;
  /** For people: `browser`, `cli`, … */
  readonly deviceKind: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** Changes that waited on the device when it last spoke. */
  readonly pending: number;
  readonly signedOutAt: number | null;
  /** Signed out with the order to erase unsynced work too, instead of sealing it. */
  readonly erase: boolean;
}

/** A pair of tokens, as the store knows it. Hashes are SHA-256 in hexadecimal. */
export interface TokenPair {
  readonly accessHash: string;
  readonly accessExpiresAt: number;
  readonly refreshHash: string;
  readonly refreshExpiresAt: number;
}

export interface SignIn {
  readonly account: AccountId;
  /** The hash the password was verified against; if it is no longer the account's, the sign-in is refused. */
  readonly passwordHash: string;
  readonly installation: string;
  /** Used when this installation never was a device of this account; else the old id comes back. */
  readonly newDevice: DeviceId;
  readonly name: string;
  readonly deviceKind: string;
  readonly tokens: TokenPair;
  /** Signed-in devices at most, this one included; null: no limit. */
  readonly limit: number | null;
  /** Which device gives up its place when there is none; `oldest` is the one not seen for longest. */
  readonly evict: DeviceId | 'oldest' | null;
  /** Devices not seen since are signed out first and take no place. */
  readonly idleBefore: number;
  readonly at: number;
}

/**
 * `limit`: the devices that hold all places, longest unseen first. `changed`: the account is gone or its password is
 * another one by now.
 * `disabled`: whoever runs the server lets nobody in.
 */
export type SignInResult =
  | { readonly kind: 'signed-in'; readonly device: DeviceRow; readonly signedOut: readonly DeviceId[] }
  | { readonly kind: 'limit'; readonly devices: readonly DeviceRow[] }
  | { readonly kind: 'changed' }
  | { readonly kind: 'disabled' };

/**
 * `signed-out`: the token was good once, but the device has been signed out. `expired`: renew it. `unknown`: nothing here
 * has that hash.
 */
export type Authentication =
  | { readonly kind: 'active'; readonly device: DeviceRow; readonly expiresAt: number }
  | { readonly kind: 'signed-out'; readonly device: DeviceRow }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

/**
 * `renewed`: both pairs are good until one of the new pair is used; a lost reply costs nothing. `stolen`: the refresh
 * token was replaced by one that has been used since, so two parties hold it; the device is signed out by this call.
 */
export type RenewResult =
  | { readonly kind: 'renewed'; readonly device: DeviceRow }
  | { readonly kind: 'stolen'; readonly device: DeviceRow }
  | { readonly kind: 'signed-out'; readonly device: DeviceRow }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

export interface ChangePassword {
  readonly account: AccountId;
  /** The hash the old password was verified against. */
  readonly from: string;
  readonly to: string;
  /** Stays signed in; every other device is signed out. */
  readonly keep: DeviceId;
  readonly at: number;
}

export type ChangePasswordResult =
  | { readonly kind: 'changed'; readonly signedOut: readonly DeviceId[] }
  | { readonly kind: 'refused' };

/** By the one-time token that whoever runs the server gave out. */
export interface ResetPassword {
  readonly tokenHash: string;
  readonly to: string;
  readonly at: number;
}

/** `refused`: the token is unknown, used, replaced by a newer one, or too old. */
export type ResetPasswordResult =
  | { readonly kind: 'reset'; readonly email: string; readonly signedOut: readonly DeviceId[] }
  | { readonly kind: 'refused' };

/** What was erased with an account. */
export interface DeletionReceipt {
  readonly account: AccountId;
  readonly email: string;
  readonly devices: readonly DeviceId[];
  readonly workspaces: readonly { readonly id: WorkspaceId; readonly name: string; readonly elements: number }[];
  readonly historyVersions: number;
  readonly at: number;
}

export type DeleteAccountResult =
  | { readonly kind: 'deleted'; readonly receipt: DeletionReceipt }
  | { readonly kind: 'in-teams'; readonly teams: readonly { readonly id: TeamId; readonly name: string }[] }
  /** The account is gone already, or its password is another one by now. */
  | { readonly kind: 'refused' };

/** The setting that holds the hash of the set-up token; gone once the first account exists. */
export const SETUP_TOKEN_HASH = 'setup-token-hash';
/** The setting that holds the key of this server, for what it signs. */
export const SERVER_KEY = 'server-key';
/** The setting that a restored backup sets: every workspace needs a new epoch before anything is served. */
export const RESTORED = 'restored';

export interface AccountStore {
  /** A setting of the server, or null. */
  setting(key: string): Promise<string | null>;
  /** Sets it, or removes it with null. */
  putSetting(key: string, value: string | null): Promise<void>;
  /** Sets it only where there is none, and returns what now stands: nodes that start together agree on one. */
  settingOr(key: string, value: string): Promise<string>;

  /** Whether anyone has signed up on this server yet. */
  hasAccounts(): Promise<boolean>;
  /** The first account becomes administrator of the server, and the set-up token ends with it, also in a race. */
  createAccount(account: NewAccount): Promise<CreateAccountResult>;
  /** In any spelling: it is put through {@link normalEmail}. */
  accountByEmail(email: string): Promise<AccountRow | null>;
  account(id: AccountId): Promise<AccountRow | null>;
  changePassword(change: ChangePassword): Promise<ChangePasswordResult>;
  /** Whether {@link resetPassword} would do it now. */
  isReset(tokenHash: string, at: number): Promise<boolean>;
  /** Every device is signed out, and the token ends. */
  resetPassword(reset: ResetPassword): Promise<ResetPasswordResult>;
  /** Erases the account, its devices, and every workspace it owns, with all that is in them. Refused inside teams. */
  deleteAccount(account: AccountId, passwordHash: string, at: number): Promise<DeleteAccountResult>;

  signIn(request: SignIn): Promise<SignInResult>;
  /** Looks an access token up; its first use ends the pair that it replaced. */
  authenticate(accessHash: string, at: number): Promise<Authentication>;
  /** Trades a refresh token for a new pair. */
  renew(refreshHash: string, next: TokenPair, at: number): Promise<RenewResult>;
  /** Signed-in devices, most recently seen first. */
  devices(account: AccountId): Promise<DeviceRow[]>;
  /** Signed in or not. */
  device(id: DeviceId): Promise<DeviceRow | null>;
  renameDevice(account: AccountId, device: DeviceId, name: string): Promise<boolean>;
  /** Notes that a device spoke. Not urgent; call it rarely. */
  deviceSeen(device: DeviceId, seen: { readonly pending: number; readonly at: number }): Promise<void>;
  /** Signs devices of this account out, `erase` without sealing. Returns those that were signed in until now. */
  signOut(
    account: AccountId,
    devices: readonly DeviceId[],
    how: { readonly erase: boolean; readonly at: number },
  ): Promise<DeviceId[]>;
  /** Signs out every device not seen since; forgets tokens that expired. Returns the devices. */
  expire(idleBefore: number, at: number): Promise<DeviceId[]>;

  /** By name, then id. */
  workspaces(account: AccountId): Promise<WorkspaceInfo[]>;
  /** The owner becomes its administrator. */
  createWorkspace(workspace: NewWorkspace, owner: AccountId): Promise<void>;
}

/** One spelling for every way of writing an address: trimmed, composed, lower case. */
export function normalEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
