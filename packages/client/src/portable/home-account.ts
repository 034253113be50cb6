/** Who may be signed in on a device, and where work without an account lies. */
import type { AccountId, DeviceId, WorkspaceId, WorkspaceInfo } from '@waypost/protocol';
import { DEVICE, type StorageWrite } from '../engine/ports.ts';
import { WORKSPACES } from '../engine/records.ts';

export interface HomeAccount {
  /** Names its store. Random, and says nothing. */
  readonly key: string;
  readonly server: string;
  readonly account: { readonly id: AccountId; readonly email: string };
  readonly device: { readonly id: DeviceId; readonly name: string };
  readonly token: string;
  /** The account's public key, in base64url. */
  readonly sealingKey: string;
}

/** Work without an account. */
export interface LocalWork {
  readonly key: string;
  readonly workspace: WorkspaceId;
}

/** The one workspace of work without an account. */
export function localWorkspace(id: WorkspaceId): WorkspaceInfo {
  return { id, name: 'On this device', kind: 'personal', role: 'administrator' };
}

/** The workspaces as the engine reads them when it opens: work can begin before the first connection. */
export function knownWorkspaces(workspaces: readonly WorkspaceInfo[]): StorageWrite {
  return { to: 'state', workspace: DEVICE, key: WORKSPACES, value: JSON.stringify(workspaces) };
}
