/** Takes a seat: opens the account that was last in use here, or the work without one. */
import { openDevice } from '@waypost/client';
import { MemoryDisk } from '@waypost/client/memory';
import { schemas } from '@waypost/model';
import type { AccountId, DeviceId, WorkspaceId } from '@waypost/protocol';
import { newId } from '../desk/new-id.ts';
import type { Seat } from '../desk/desk.ts';

export async function takeSeat(): Promise<Seat> {
  const disk = new MemoryDisk();
  const storage = disk.open();
  const id = newId() as WorkspaceId;
  const only = [{ id, name: 'On this device', kind: 'personal', role: 'administrator' }];
  await storage.commit(
    { writes: [{ to: 'state', workspace: 'device', key: 'workspaces', value: JSON.stringify(only) }] },
    'strict',
  );
  const me = { account: newId() as AccountId, device: newId() as DeviceId };
  const device = await openDevice({
    storage,
    schemas,
    me,
    clock: { now: () => Date.now() },
    chance: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)), number: () => Math.random() },
    scheduler: {
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    leadership: disk.leadership(),
    transports: [],
    fetcher: { get: () => Promise.reject(new Error('none')), post: () => Promise.reject(new Error('none')) },
    compression: {
      gunzip: () => Promise.reject(new Error('none')),
      gzip: () => Promise.reject(new Error('none')),
      sha256: () => Promise.reject(new Error('none')),
    },
    token: () => Promise.reject(new Error('none')),
  });
  return { device, me, account: null, server: null, key: 'memory' };
}
