/**
 * Signing up, in and out, and what a signed-in person may do with the account. Everything that must be true at once is
 * checked inside the store's transactions; this is what stands around them: passwords, tokens, limits, and telling
 * connected devices that they are signed out.
 */
import { randomUUID } from 'node:crypto';
import { type AccountId, type DeviceId, WaypostError, type WorkspaceId, type WorkspaceInfo } from '@waypost/protocol';
import {
  type AccountRow,
  type AccountStore,
  type DeletionReceipt,
  type DeviceRow,
  type NewWorkspace,
  normalEmail,
  SETUP_TOKEN_HASH,
  type SignInResult,
  type TokenPair,
} from './account-store.ts';
import { chance } from '../platform.ts';
import type { Arrived, Waiting } from '../sync/ports.ts';
import { newEpoch } from '../sync/rollback.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { Passwords } from './passwords.ts';
import { newSealingKeys } from './sealing-keys.ts';
import { isToken, newSetupToken, newToken, setupTokenHash, tokenHash } from './tokens.ts';
import { WaitingChanges } from './waiting-changes.ts';

/** A device that was not seen for this long is signed out. */
export const IDLE_MS = 30 * 24 * 60 * 60 * 1_000;
/** The time a device was last seen is written this rarely. */
const SEEN_EVERY_MS = 5 * 60 * 1_000;
/** Devices whose last noted time is remembered; forgetting one costs a write. */
const SEEN_REMEMBERED_MAX = 10_000;
/** In place of an e-mail; no e-mail is like it. */
const RESETS = 'password resets';
/** Further than any clock; what ends a token is the sign-out of its device. */
const NEVER = 8_640_000_000_000_000;

export interface AccountsOptions {
  readonly store: AccountStore;
  /** Null: no limit. */
  readonly maxDevices: number | null;
  /** Whether the first account needs the set-up token. */
  readonly guarded: boolean;
  readonly now: () => number;
  /** Called after devices were signed out, by whatever road. */
  readonly signedOut: (devices: readonly DeviceId[], erase: boolean) => void;
  /** Called after workspaces were erased: nothing of them may stay anywhere. */
  readonly workspacesErased: (workspaces: readonly WorkspaceId[]) => Promise<void>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly installation: string;
  readonly device: { readonly name: string; readonly kind: string };
}

/** Who is asking. */
export interface Caller {
  readonly device: DeviceRow;
}

export interface SignedIn {
  readonly account: AccountRow;
  readonly device: DeviceRow;
  readonly token: string;
  readonly workspaces: readonly WorkspaceInfo[];
}

/** What was last written down of a device, and when. */
interface Seen {
  readonly at: number;
  /** Null where that is not known. */
  readonly pending: number | null;
  /** Null where the device did not say. */
  readonly waiting: WaitingChanges | null;
}

export class Accounts {
  readonly #store: AccountStore;
  readonly #options: AccountsOptions;
  readonly #passwords = new Passwords();
  readonly #attempts: AttemptLimit;
  readonly #seen = new Map<DeviceId, Seen>();

  constructor(options: AccountsOptions) {
    this.#store = options.store;
    this.#options = options;
    this.#attempts = new AttemptLimit(options.now);
  }

  get maxDevices(): number | null {
    return this.#options.maxDevices;
  }

  /** A fresh token for the first account, or null where none is needed (any more). The store keeps only its hash. */
  async setupToken(): Promise<string | null> {
    if (!this.#options.guarded || (await this.#store.hasAccounts())) return null;
    const token = newSetupToken();
    await this.#store.putSetting(SETUP_TOKEN_HASH, setupTokenHash(token));
    return token;
  }

  /** Throws `account-exists`, `sign-up-closed`, `weak-password`, `bad-message`, `rate-limited`. */
  async signUp(request: Credentials & { readonly setupToken: string | null }, address: string): Promise<SignedIn> {
    const email = readEmail(request.email);
    this.#attempts.check(address, email);
    const passwordHash = await this.#passwords.hash(request.password);
    const result = await this.#store.createAccount({
      id: newId<AccountId>(),
      email,
      passwordHash,
      sealing: await newSealingKeys(),
      at: this.#options.now(),
      workspaces: [newWorkspace('My workspace', 'personal'), newWorkspace('Private', 'account')],
      first: this.#options.guarded ? { setupTokenHash: setupTokenHash(request.setupToken ?? '') } : 'open',
    });
    if (result.kind !== 'created') {
      // Both are guesses, at an address or at the token.
      this.#attempts.failed(address, email);
      throw new WaypostError(result.kind === 'exists' ? 'account-exists' : 'sign-up-closed');
    }
    const account = await this.#store.accountByEmail(email);
    if (account === null) throw new WaypostError('account-exists', 'The account was deleted while it signed up.');
    return this.#enter(account, request, null);
  }

  /** Throws `bad-credentials`, `device-limit` with the devices, `rate-limited`. */
  async signIn(
    request: Credentials & { readonly evict: DeviceId | 'oldest' | null },
    address: string,
  ): Promise<SignedIn> {
    const account = await this.#verified(request.email, request.password, address);
    return this.#enter(account, request, request.evict);
  }

  /** Throws `signed-out`, with whether unsynced work is to be erased as well. */
  async authenticate(token: string): Promise<Caller> {
    const now = this.#options.now();
    const found = isToken(token) ? await this.#store.authenticate(tokenHash(token), now) : null;
    if (found?.kind === 'signed-out') throw new WaypostError('signed-out', undefined, { erase: found.device.erase });
    if (found?.kind !== 'active') throw new WaypostError('signed-out', undefined, { erase: false });
    const { device } = found;
    if (device.lastSeenAt < now - IDLE_MS) {
      await this.#signOut(device.account, [device.id], false);
      throw new WaypostError('signed-out', 'This device was away for long and is signed out: sign in again.', {
        erase: false,
      });
    }
    return { device };
  }

  /** Notes that a device spoke, at most every few minutes. */
  async seen({ id, pending }: Pick<DeviceRow, 'id' | 'pending'>): Promise<void> {
    const noted = this.#seen.get(id);
    await this.#note(id, noted ?? { at: 0, pending, waiting: null }, noted?.pending ?? pending);
  }

  /** Notes how much waits on a device that just connected. */
  async waits(device: DeviceId, said: Waiting): Promise<void> {
    const waiting = new WaitingChanges(said);
    const noted = this.#seen.get(device);
    await this.#note(device, { at: noted?.at ?? 0, pending: noted?.pending ?? null, waiting }, waiting.count);
  }

  /** Written down once nothing waits any more: what is left while changes come in is of no interest to anybody. */
  async arrived(device: DeviceId, arrived: Arrived): Promise<void> {
    const noted = this.#seen.get(device);
    if (noted?.waiting == null || noted.pending === 0) return;
    noted.waiting.arrived(arrived);
    if (noted.waiting.count === 0) await this.#note(device, noted, 0);
  }

  async #note(device: DeviceId, noted: Seen, pending: number): Promise<void> {
    const now = this.#options.now();
    const isNews = now - noted.at >= SEEN_EVERY_MS || pending !== noted.pending;
    this.#seen.delete(device);
    this.#seen.set(device, isNews ? { ...noted, at: now, pending } : noted);
    if (this.#seen.size > SEEN_REMEMBERED_MAX) for (const [oldest] of this.#seen) if (this.#seen.delete(oldest)) break;
    if (isNews) await this.#store.deviceSeen(device, { pending, at: now });
  }

  /** Signs out what was not seen for long. To be called now and then. */
  async expire(): Promise<void> {
    const now = this.#options.now();
    const devices = await this.#store.expire(now - IDLE_MS, now);
    if (devices.length > 0) this.#options.signedOut(devices, false);
  }

  async account(caller: Caller): Promise<AccountRow> {
    const account = await this.#store.account(caller.device.account);
    if (account === null) throw new WaypostError('signed-out', undefined, { erase: true });
    return account;
  }

  async devices(caller: Caller): Promise<readonly DeviceRow[]> {
    return this.#store.devices(caller.device.account);
  }

  /** Signs out one of the caller's devices. Throws `not-found` for anything else. */
  async signOut(caller: Caller, device: DeviceId, erase: boolean): Promise<void> {
    const signedOut = await this.#signOut(caller.device.account, [device], erase);
    if (signedOut.length === 0)
      throw new WaypostError('not-found', 'No device with this id is signed in to your account.');
  }

  /** Throws `bad-credentials`, `weak-password`, `rate-limited`. Returns the devices that were signed out. */
  async changePassword(caller: Caller, current: string, next: string, address: string): Promise<readonly DeviceId[]> {
    const account = await this.#verified((await this.account(caller)).email, current, address);
    const result = await this.#store.changePassword({
      account: account.id,
      from: account.passwordHash,
      to: await this.#passwords.hash(next),
      keep: caller.device.id,
      at: this.#options.now(),
    });
    if (result.kind === 'refused') throw new WaypostError('bad-credentials');
    this.#options.signedOut(result.signedOut, false);
    return result.signedOut;
  }

  /** With the token of whoever runs the server. Throws `bad-credentials`, `weak-password`, `rate-limited`. */
  async resetPassword(token: string, next: string, address: string): Promise<{ readonly email: string }> {
    const now = this.#options.now();
    // All who guess from one address wait together: there is no account to name.
    this.#attempts.check(address, RESETS);
    const known = isToken(token) && (await this.#store.isReset(tokenHash(token), now));
    // Only then is it worth the time that a hash takes.
    const to = known ? await this.#passwords.hash(next) : null;
    const result = to === null ? null : await this.#store.resetPassword({ tokenHash: tokenHash(token), to, at: now });
    if (result?.kind !== 'reset') {
      this.#attempts.failed(address, RESETS);
      throw new WaypostError(
        'bad-credentials',
        'This token does not work any more: ask whoever runs the server for another.',
      );
    }
    this.#options.signedOut(result.signedOut, false);
    return { email: result.email };
  }

  /** Throws `bad-credentials`, `in-teams` with the teams, `rate-limited`. */
  async deleteAccount(caller: Caller, password: string, address: string): Promise<DeletionReceipt> {
    const account = await this.#verified((await this.account(caller)).email, password, address);
    const result = await this.#store.deleteAccount(account.id, account.passwordHash, this.#options.now());
    if (result.kind === 'refused') throw new WaypostError('bad-credentials');
    if (result.kind === 'in-teams') throw new WaypostError('in-teams', undefined, { teams: result.teams });
    this.#options.signedOut(result.receipt.devices, true);
    await this.#options.workspacesErased(result.receipt.workspaces.map(({ id }) => id));
    return result.receipt;
  }

  async workspaces(account: AccountId): Promise<readonly WorkspaceInfo[]> {
    return this.#store.workspaces(account);
  }

  async #verified(typedEmail: string, password: string, address: string): Promise<AccountRow> {
    const email = readEmail(typedEmail);
    this.#attempts.check(address, email);
    const account = await this.#store.accountByEmail(email);
    const mayTry = () => this.#attempts.check(address, email);
    if (!(await this.#passwords.verify(password, account?.passwordHash ?? null, mayTry)) || account === null) {
      this.#attempts.failed(address, email);
      throw new WaypostError('bad-credentials');
    }
    this.#attempts.succeeded(address, email);
    return account;
  }

  async #enter(account: AccountRow, request: Credentials, evict: DeviceId | 'oldest' | null): Promise<SignedIn> {
    const now = this.#options.now();
    const token = newToken();
    const result = await this.#store.signIn({
      account: account.id,
      passwordHash: account.passwordHash,
      installation: request.installation,
      newDevice: newId<DeviceId>(),
      name: request.device.name,
      deviceKind: request.device.kind,
      tokens: lastingToken(token),
      limit: this.#options.maxDevices,
      evict,
      idleBefore: now - IDLE_MS,
      at: now,
    });
    const { device, signedOut } = entered(result);
    if (signedOut.length > 0) this.#options.signedOut(signedOut, false);
    return { account, device, token, workspaces: await this.#store.workspaces(account.id) };
  }

  async #signOut(account: AccountId, devices: readonly DeviceId[], erase: boolean): Promise<readonly DeviceId[]> {
    const signedOut = await this.#store.signOut(account, devices, { erase, at: this.#options.now() });
    if (signedOut.length > 0) this.#options.signedOut(signedOut, erase);
    return signedOut;
  }
}

function entered(result: SignInResult): Extract<SignInResult, { kind: 'signed-in' }> {
  if (result.kind === 'changed') throw new WaypostError('bad-credentials');
  if (result.kind === 'disabled') {
    throw new WaypostError('forbidden', 'This account is disabled: ask whoever runs the server.');
  }
  if (result.kind === 'signed-in') return result;
  const devices = result.devices.map(({ id, name, deviceKind, lastSeenAt, pending }) => ({
    id,
    name,
    kind: deviceKind,
    lastSeenAt,
    pending,
  }));
  throw new WaypostError('device-limit', undefined, { devices });
}

/**
 * One token that lives as long as its device is signed in. The store could also trade short-lived pairs; nobody is given
 * the second token here, so none is ever traded.
 */
function lastingToken(token: string): TokenPair {
  return {
    accessHash: tokenHash(token),
    accessExpiresAt: NEVER,
    refreshHash: tokenHash(newToken()),
    refreshExpiresAt: NEVER,
  };
}

export function newWorkspace(name: string, kind: WorkspaceInfo['kind']): NewWorkspace {
  return { id: newId<WorkspaceId>(), name, kind, epoch: newEpoch(chance) };
}

export function newId<Id extends string>(): Id {
  return randomUUID() as string as Id;
}

/** Only that it can be one: nothing is ever sent there. */
function readEmail(text: string): string {
  const email = normalEmail(text);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new WaypostError('bad-message', `"${text}" is not an e-mail address.`);
  return email;
}
