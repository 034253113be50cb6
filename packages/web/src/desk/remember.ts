/**
 * What a window remembers of how it looked: open tabs, open folders, what was in front of late. Nobody waits for it, and where
 * the device was closed or its disk is full meanwhile there is nothing to tell anybody: it is not what one works on.
 */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';

export function remember(
  { device, workspace }: { readonly device: Device; readonly workspace: WorkspaceId },
  key: string,
  value: unknown,
): void {
  device.local.put(workspace, key, JSON.stringify(value)).catch(() => undefined);
}
