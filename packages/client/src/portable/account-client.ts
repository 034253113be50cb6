/** Accounts, devices and workspaces of a server: what a person does there, as typed calls. */
import {
  type AccountId,
  type DeviceId,
  NAME_CHARS_MAX,
  type TeamId,
  type WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
  workspaceInfoSchema,
} from '@waypost/protocol';
import * as z from 'zod/mini';
import { readAnswer as read } from './read-answer.ts';
import type { ServerRequests } from './server-requests.ts';
import { type Role, TeamCalls } from './team-client.ts';

const id = <Id extends string>() =>
  z.pipe(
    z.string().check(z.maxLength(NAME_CHARS_MAX)),
    z.transform((text) => text as Id),
  );

const device = z.object({ id: id<DeviceId>(), name: z.string() });
const sealing = z.object({ publicKey: z.string(), privateKey: z.string() });
const signedIn = z.object({
  account: z.object({ id: id<AccountId>(), email: z.string() }),
  device,
  token: z.string(),
  workspaces: z.array(workspaceInfoSchema),
  sealing,
});
const listedDevice = z.object({
  id: id<DeviceId>(),
  name: z.string(),
  kind: z.string(),
  lastSeenAt: z.nullable(z.number()),
  pending: z.number(),
});
const deviceList = z.object({
  limit: z.nullable(z.number()),
  devices: z.array(z.extend(listedDevice, { current: z.boolean() })),
});
const accountDetails = z.object({
  account: z.object({ id: id<AccountId>(), email: z.string() }),
  device,
  workspaces: z.array(workspaceInfoSchema),
  sealing,
});
const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(['read', 'write']),
  /** Null: all of the account. */
  workspaces: z.nullable(z.array(id<WorkspaceId>())),
  createdAt: z.number(),
  expiresAt: z.number(),
  lastUsedAt: z.nullable(z.number()),
});
const newApiKey = z.extend(apiKey, { secret: z.string() });
const deletion = z.object({
  receipt: z.object({
    email: z.string(),
    devices: z.number(),
    workspaces: z.array(z.object({ id: z.string(), name: z.string(), elements: z.number() })),
    elements: z.number(),
    historyVersions: z.number(),
    at: z.number(),
  }),
});

const workspaceMember = z.object({
  account: id<AccountId>(),
  email: z.string(),
  role: workspaceInfoSchema.shape.role,
});

export type WorkspaceMember = z.infer<typeof workspaceMember>;
export type SignedIn = z.infer<typeof signedIn>;
export type ListedDevice = z.infer<typeof deviceList>['devices'][number];
export type DeviceList = z.infer<typeof deviceList>;
export type AccountDetails = z.infer<typeof accountDetails>;
export type ApiKey = z.infer<typeof apiKey>;
/** With the secret, which the server tells once. */
export type NewApiKey = z.infer<typeof newApiKey>;
export type DeletionReceipt = z.infer<typeof deletion>['receipt'];

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The home's own id, by which the server knows the device again. */
  readonly installation: string;
  readonly device: { readonly name: string; readonly kind: string };
}

export interface ApiKeyRequest {
  readonly name: string;
  readonly scope: ApiKey['scope'];
  readonly workspaces: ApiKey['workspaces'];
  readonly days: number;
}

export type SignUp = Credentials & { readonly setupToken?: string };
export type SignIn = Credentials & { readonly evict?: DeviceId | 'oldest' };

/** Throws `account-exists`, `sign-up-closed`, `weak-password`, `rate-limited`, `offline`. Closes the server. */
export async function signUpAt(server: ServerRequests, request: SignUp): Promise<SignedIn> {
  return enter(server, '/api/accounts', request);
}

/**
 * Throws `bad-credentials`; `device-limit`, with the `devices` in its details; `rate-limited`, `offline`. Closes the
 * server.
 */
export async function signInAt(server: ServerRequests, request: SignIn): Promise<SignedIn> {
  return enter(server, '/api/sessions', request);
}

/** With the one-time token of whoever runs the server. */
export interface PasswordReset {
  readonly token: string;
  readonly new: string;
}

/** Throws `bad-credentials`, `weak-password`, `rate-limited`, `offline`. Closes the server. */
export async function resetPasswordAt(
  server: ServerRequests,
  reset: PasswordReset,
): Promise<{ readonly email: string }> {
  try {
    const body = JSON.stringify(reset);
    return read(
      z.object({ email: z.string() }),
      await server.json({ method: 'POST', path: '/api/password-resets', body }),
    );
  } finally {
    server.close();
  }
}

/** What a signed-in device may do. Every call throws `offline`, and `signed-out` once that is so. */
export class AccountCalls {
  readonly #server: ServerRequests;

  constructor(server: ServerRequests) {
    this.#server = server;
  }

  async signOut(): Promise<void> {
    await this.#server.json({ method: 'DELETE', path: '/api/sessions/current' });
  }

  async account(): Promise<AccountDetails> {
    return read(accountDetails, await this.#server.json({ method: 'GET', path: '/api/account' }));
  }

  async devices(): Promise<DeviceList> {
    return read(deviceList, await this.#server.json({ method: 'GET', path: '/api/devices' }));
  }

  /** `erase`: without sealing what was not synced there. Throws `not-found`. */
  async signOutDevice(device: string, options: { readonly erase: boolean }): Promise<void> {
    const query = options.erase ? '?erase=true' : '';
    await this.#server.json({ method: 'DELETE', path: `/api/devices/${encodeURIComponent(device)}${query}` });
  }

  /** The other devices that this signed out. Throws `bad-credentials`, `weak-password`. */
  async changePassword(current: string, next: string): Promise<readonly DeviceId[]> {
    const answer = await this.#post('/api/account/password', { current, new: next });
    return read(z.object({ signedOut: z.array(id<DeviceId>()) }), answer).signedOut;
  }

  /** Throws `bad-credentials`; `in-teams`, with the `teams` in its details. */
  async deleteAccount(password: string): Promise<DeletionReceipt> {
    const body = JSON.stringify({ password });
    return read(deletion, await this.#server.json({ method: 'DELETE', path: '/api/account', body })).receipt;
  }

  async apiKeys(): Promise<readonly ApiKey[]> {
    const answer = await this.#server.json({ method: 'GET', path: '/api/keys' });
    return read(z.object({ keys: z.array(apiKey) }), answer).keys;
  }

  /** Throws `no-workspace`; `forbidden` where the account has as many as it may. */
  async createApiKey(request: ApiKeyRequest): Promise<NewApiKey> {
    return read(z.object({ key: newApiKey }), await this.#post('/api/keys', request)).key;
  }

  /** Throws `not-found`. */
  async revokeApiKey(key: string): Promise<void> {
    await this.#server.json({ method: 'DELETE', path: `/api/keys/${encodeURIComponent(key)}` });
  }

  async workspaces(): Promise<readonly WorkspaceInfo[]> {
    const answer = await this.#server.json({ method: 'GET', path: '/api/workspaces' });
    return read(z.object({ workspaces: z.array(workspaceInfoSchema) }), answer).workspaces;
  }

  /** A personal one, or one of a team. Throws `not-found` where this account is not in the team. */
  async createWorkspace(name: string, team: TeamId | null = null): Promise<WorkspaceInfo> {
    const answer = await this.#post('/api/workspaces', team === null ? { name } : { name, team });
    return read(z.object({ workspace: workspaceInfoSchema }), answer).workspace;
  }

  /** Throws `no-workspace`, `forbidden`. */
  async renameWorkspace(workspace: WorkspaceId, name: string): Promise<void> {
    const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
    await this.#server.json({ method: 'PATCH', path, body: JSON.stringify({ name }) });
  }

  /** With everything in it, for everybody. Throws `no-workspace`, `forbidden`. */
  async deleteWorkspace(workspace: WorkspaceId): Promise<void> {
    await this.#server.json({ method: 'DELETE', path: `/api/workspaces/${encodeURIComponent(workspace)}` });
  }

  /** Throws `no-workspace`. */
  async membersOf(workspace: WorkspaceId): Promise<readonly WorkspaceMember[]> {
    const path = `/api/workspaces/${encodeURIComponent(workspace)}/members`;
    const answer = await this.#server.json({ method: 'GET', path });
    return read(z.object({ members: z.array(workspaceMember) }), answer).members;
  }

  /** Of a member of the workspace's team; null takes them out of it. Throws `no-workspace`, `forbidden`. */
  async setRoleIn(workspace: WorkspaceId, account: AccountId, role: Role | null): Promise<void> {
    const path = `/api/workspaces/${encodeURIComponent(workspace)}/members/${encodeURIComponent(account)}`;
    if (role === null) await this.#server.json({ method: 'DELETE', path });
    else await this.#server.json({ method: 'PUT', path, body: JSON.stringify({ role }) });
  }

  get teams(): TeamCalls {
    return new TeamCalls(this.#server);
  }

  close(): void {
    this.#server.close();
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    return this.#server.json({ method: 'POST', path, body: JSON.stringify(body) });
  }
}

/** The devices an error of the limit names; empty for any other error. */
export function devicesOf(error: WaypostError): readonly z.infer<typeof listedDevice>[] {
  const parsed = z.array(listedDevice).safeParse(error.details['devices']);
  return parsed.success ? parsed.data : [];
}

async function enter(server: ServerRequests, path: string, body: unknown): Promise<SignedIn> {
  try {
    return read(signedIn, await server.json({ method: 'POST', path, body: JSON.stringify(body) }));
  } finally {
    server.close();
  }
}
