/** Where what only its person sees is kept: the account's own workspace. Null where it is not known here. */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';

export function ownWorkspace(device: Pick<Device, 'workspaces'>): WorkspaceId | null {
  return device.workspaces().find(({ kind }) => kind === 'account')?.id ?? null;
}
