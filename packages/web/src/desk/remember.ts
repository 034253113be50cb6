/**
 * What a window remembers of how it looked: open tabs, open folders, what was in front of late. Nobody waits for it, and where
 * the device was closed or its disk is full meanwhile there is nothing to tell anybody: it is not what one works on.
 */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';
import type * as z from 'zod/mini';

export function remember(
  { device, workspace }: { readonly device: Device; readonly workspace: WorkspaceId },
  key: string,
  value: unknown,
): void {
  device.local.put(workspace, key, JSON.stringify(value)).catch(() => undefined);
}

/** Null where nothing is remembered, or nothing that can be read: the window then looks as it does at first. */
export async function remembered<Value>(
  { device, workspace }: { readonly device: Device; readonly workspace: WorkspaceId },
  key: string,
  schema: z.ZodMiniType<Value>,
): Promise<Value | null> {
  try {
    const stored = (await device.local.all(workspace)).find((record) => record.key === key);
    return stored === undefined ? null : schema.parse(JSON.parse(stored.value));
  } catch {
    return null;
  }
}
