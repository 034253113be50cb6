/** What sync is doing, in words: pure, over what the device says of itself. */
import type { DeviceStatus, WorkspaceStatus } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';
import { count } from '../design/words.ts';

/** `off`: nobody is signed in. */
export type SyncTone = 'off' | 'offline' | 'busy' | 'online' | 'error';

export interface SyncWords {
  readonly tone: SyncTone;
  /** For the footer. */
  readonly label: string;
  /** A sentence that says why. */
  readonly detail: string;
}

export interface SyncedAs {
  readonly isSignedIn: boolean;
  readonly workspace: WorkspaceId;
}

export const SYNC_OFF = 'Sync off: work stays on this device';

export function syncWords(status: DeviceStatus, { isSignedIn, workspace }: SyncedAs): SyncWords {
  if (!isSignedIn) {
    return {
      tone: 'off',
      label: SYNC_OFF,
      detail: 'Nobody is signed in, so nothing is sent anywhere but the requests you send yourself.',
    };
  }
  const own = status.workspaces.find(({ id }) => id === workspace);
  const detail = detailOf(status, own);
  return { tone: toneOf(own?.phase ?? status.phase), label: labelOf(status, own), detail };
}

function labelOf(status: DeviceStatus, own: WorkspaceStatus | undefined): string {
  const phase = own?.phase ?? status.phase;
  const pending = own?.pending ?? status.pending;
  switch (phase) {
    case 'signed-out':
      return 'Offline: signed out';
    case 'connecting':
      return pending === 0 ? 'Offline: connecting' : `Offline: connecting, ${pending} waiting`;
    case 'waiting':
      return pending === 0 ? 'Offline' : `Offline: ${pending} waiting`;
    case 'syncing':
      return pending === 0 ? 'Online: syncing' : `Online: syncing ${pending}`;
    case 'synced':
      return 'Online: synced';
    case 'failed':
      return pending === 0 ? 'Error: sync stopped' : `Error: sync stopped, ${pending} waiting`;
  }
}

/** The status speaks of all workspaces; where another one is the reason, it says nothing of this one. */
function detailOf(status: DeviceStatus, own: WorkspaceStatus | undefined): string {
  if (own?.phase === 'synced' && status.phase !== 'synced')
    return 'Everything in this workspace is on the server. Another one is still at work.';
  if (status.phase === 'syncing' && status.obstacle === null && own !== undefined && own.pending > 0)
    return `${count(own.pending, 'change')} ${own.pending === 1 ? 'is' : 'are'} on the way to the server.`;
  return status.detail;
}

function toneOf(phase: DeviceStatus['phase']): SyncTone {
  switch (phase) {
    case 'signed-out':
    case 'connecting':
    case 'waiting':
      return 'offline';
    case 'syncing':
      return 'busy';
    case 'synced':
      return 'online';
    case 'failed':
      return 'error';
  }
}

export const TRANSPORTS: Readonly<Record<NonNullable<DeviceStatus['transport']>, string>> = {
  websocket: 'WebSocket',
  http: 'Plain HTTP: a WebSocket does not get through',
};

const WORST: readonly DeviceStatus['phase'][] = ['failed', 'signed-out', 'waiting', 'connecting', 'syncing', 'synced'];

export interface WorstOfOthers {
  readonly tone: SyncTone;
  readonly name: string;
  readonly text: string;
}

/** Of the workspaces that are not in front, the one that needs a look; null where none does. */
export function worstOfOthers(status: DeviceStatus, { isSignedIn, workspace }: SyncedAs): WorstOfOthers | null {
  if (!isSignedIn) return null;
  const own = status.workspaces.find(({ id }) => id === workspace);
  const others = status.workspaces.filter(({ id }) => id !== workspace);
  const asked = others.find(({ conflicts }) => conflicts > 0);
  const worst = others.toSorted((a, b) => WORST.indexOf(a.phase) - WORST.indexOf(b.phase))[0];
  if (worst?.phase === 'failed') return { tone: 'error', name: worst.name, text: stateText(worst) };
  if (asked !== undefined) return { tone: 'error', name: asked.name, text: stateText(asked) };
  // What all of them have in common, the footer says already.
  if (worst === undefined || worst.phase === 'synced' || worst.phase === own?.phase) return null;
  return { tone: toneOf(worst.phase), name: worst.name, text: stateText(worst) };
}

/** A workspace's state in a list of them. */
export function stateText({ phase, pending, conflicts }: WorkspaceStatus): string {
  const waits = pending === 0 ? '' : `, ${pending} waiting`;
  const asks = conflicts === 0 ? '' : `, ${count(conflicts, 'conflict')}`;
  switch (phase) {
    case 'signed-out':
    case 'waiting':
      return `offline${waits}${asks}`;
    case 'connecting':
      return `connecting${waits}${asks}`;
    case 'syncing':
      return `${pending === 0 ? 'syncing' : `syncing ${pending}`}${asks}`;
    case 'synced':
      return `synced${asks}`;
    case 'failed':
      return `sync stopped${waits}${asks}`;
  }
}
