import type { DeviceStatus, WorkspaceStatus } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { stateText, syncWords, worstOfOthers } from './sync-words.ts';

const MINE = 'mine' as WorkspaceId;
const TEAM = 'team' as WorkspaceId;
const IN_FRONT = { isSignedIn: true, workspace: MINE };

describe('the words of the footer', () => {
  it('say that work stays here where nobody is signed in, whatever the engine calls that', () => {
    const words = syncWords(statusOf('waiting'), { ...IN_FRONT, isSignedIn: false });
    expect(words).toMatchObject({ tone: 'off', label: 'Sync off: work stays on this device' });
  });

  it('name every phase, and how much waits', () => {
    const said = (phase: DeviceStatus['phase'], pending: number) =>
      syncWords(statusOf(phase, { pending }), IN_FRONT).label;
    expect([
      ...[said('connecting', 0), said('connecting', 2), said('waiting', 0), said('waiting', 3), said('syncing', 0)],
      ...[said('syncing', 3), said('synced', 0), said('failed', 0), said('failed', 1), said('signed-out', 0)],
    ]).toEqual([
      ...['Offline: connecting', 'Offline: connecting, 2 waiting', 'Offline', 'Offline: 3 waiting', 'Online: syncing'],
      ...['Online: syncing 3', 'Online: synced', 'Error: sync stopped', 'Error: sync stopped, 1 waiting'],
      'Offline: signed out',
    ]);
  });

  it('are those of the workspace in front, where another one is still at work', () => {
    const status = statusOf('syncing', { own: 'synced', detail: '4 changes are on their way to the server.' });
    const { label, detail } = syncWords(status, IN_FRONT);
    expect(label).toBe('Online: synced');
    expect(detail).toBe('Everything in this workspace is on the server. Another one is still at work.');
  });

  it('pass on what is in the way', () => {
    const status = { ...statusOf('syncing', { pending: 1, detail: 'The disk is full.' }), obstacle: FULL };
    expect(syncWords(status, IN_FRONT).detail).toBe('The disk is full.');
  });
});

describe('the worst of the other workspaces', () => {
  it('is what stopped, else what asks, else what is not as the one in front', () => {
    const worst = (other: Partial<WorkspaceStatus>) =>
      worstOfOthers(withOther(statusOf('synced'), other), IN_FRONT)?.text ?? null;
    expect(worst({ phase: 'failed', pending: 2 })).toBe('sync stopped, 2 waiting');
    expect(worst({ conflicts: 1 })).toBe('synced, 1 conflict');
    expect(worst({ phase: 'syncing', pending: 5 })).toBe('syncing 5');
    expect(worst({})).toBeNull();
  });

  it('is not told where all of them are offline alike, nor where nobody is signed in', () => {
    const status = withOther(statusOf('waiting'), { phase: 'waiting' });
    expect(worstOfOthers(status, IN_FRONT)).toBeNull();
    expect(worstOfOthers(withOther(status, { phase: 'failed' }), { ...IN_FRONT, isSignedIn: false })).toBeNull();
  });

  it('has a text for a list', () => {
    expect(stateText({ ...workspaceOf(TEAM, 'waiting'), pending: 3, conflicts: 2 })).toBe(
      'offline, 3 waiting, 2 conflicts',
    );
  });
});

const FULL = { code: 'storage-full', message: 'The disk is full.' } as const;

interface Given {
  readonly pending?: number;
  readonly own?: DeviceStatus['phase'];
  readonly detail?: string;
}

function statusOf(phase: DeviceStatus['phase'], { pending = 0, own = phase, detail = '' }: Given = {}): DeviceStatus {
  return {
    ...{ state: 'online', phase, detail, pending, conflicts: 0, lastSyncedAt: null, transport: null },
    ...{ error: null, obstacle: null, workspaces: [{ ...workspaceOf(MINE, own), pending }] },
  };
}

function withOther(status: DeviceStatus, other: Partial<WorkspaceStatus>): DeviceStatus {
  return { ...status, workspaces: [...status.workspaces, { ...workspaceOf(TEAM, 'synced'), ...other }] };
}

function workspaceOf(id: WorkspaceId, phase: DeviceStatus['phase']): WorkspaceStatus {
  return { id, name: id, state: 'online', phase, pending: 0, conflicts: 0 };
}
