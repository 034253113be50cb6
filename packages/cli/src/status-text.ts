/** What sync is doing, in a sentence. */
import type { DeviceStatus } from '@waypost/client';
import { count } from './output/relative-time.ts';

export const SYNC_OFF = 'Sync off: work stays on this device';

export function statusSentence({
  phase,
  detail,
  pending,
  obstacle,
}: Pick<DeviceStatus, 'phase' | 'detail' | 'pending' | 'obstacle'>): string {
  const waiting = pending === 0 ? '' : ` ${count(pending, 'change')} ${pending === 1 ? 'waits' : 'wait'} here.`;
  switch (phase) {
    case 'signed-out':
      return `${SYNC_OFF}.`;
    case 'connecting':
      return `Connecting …${waiting}`;
    case 'waiting':
      return `Offline.${detail === '' ? '' : ` ${detail}`}${waiting}`;
    case 'syncing':
      if (obstacle !== null) return `${obstacle.message}${waiting}`;
      return pending === 0 ? 'Syncing …' : `Syncing ${count(pending, 'change')} …`;
    case 'synced':
      return 'Synced.';
    case 'failed':
      return `Sync stopped: ${detail}${waiting}`;
  }
}
