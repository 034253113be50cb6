/** A workspace that was just made on the server reaches this device a moment later. */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';

const WAIT_MS = 10_000;

/** False where the server did not tell of it in time: it comes by itself. */
export function whenKnown(device: Device, workspace: WorkspaceId): Promise<boolean> {
  const isKnown = (): boolean => device.workspaces().some(({ id }) => id === workspace);
  if (isKnown()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (known: boolean): void => {
      clearTimeout(timer);
      stop();
      resolve(known);
    };
    const timer = setTimeout(() => end(false), WAIT_MS);
    const stop = device.subscribe(({ event }) => {
      if (event === 'status' && isKnown()) end(true);
    });
  });
}
